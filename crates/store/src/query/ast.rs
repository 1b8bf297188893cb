//! What a request asks of a record, independent of how it is found out: [`Cond`] is evaluated in
//! memory by `eval` and turned into SQL by `compile`, and both must agree.

use super::path::Path;
use super::pattern::Pattern;
use super::text::Words;
use crate::clock::Millis;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::sync::Arc;

/// A condition on one record.
#[derive(Clone, Debug)]
pub enum Cond {
    /// Every part holds; with no parts always true.
    All(Vec<Cond>),
    /// At least one part holds; with no parts never true.
    Any(Vec<Cond>),
    /// The part does not hold.
    Not(Box<Cond>),
    /// Some value found at the path passes the test.
    Field(Path, Test),
    /// `search_text`: the record's texts contain the words.
    Text(Arc<Words>),
    /// The record is one of these rows; made by the compiler from conditions it has looked up.
    Rows(Arc<HashSet<i64>>),
}

/// A test on the values at a path. A list stands for its elements, a missing field for no value.
#[derive(Clone, Debug)]
pub enum Test {
    /// A text equal to one of these.
    Has(Vec<String>),
    /// No value: the field is missing, null or an empty list.
    Empty,
    /// Equal to this JSON value; numbers compare by value.
    Is(Json),
    /// A text that the pattern matches.
    Matches(Arc<Pattern>),
    /// A number within bounds.
    Number(Bound, f64),
    /// A time within bounds.
    Time(Bound, Millis),
    /// The id of one of these projects or of a project below one of them.
    Under(Vec<String>),
}

/// How a value is compared with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `value < limit`
    Below,
    /// `value <= limit`
    AtMost,
    /// `value == limit`
    Equal,
    /// `value >= limit`
    AtLeast,
    /// `value > limit`
    Above,
}

impl Bound {
    /// The operator's spelling in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Bound::Below => "<",
            Bound::AtMost => "<=",
            Bound::Equal => "=",
            Bound::AtLeast => ">=",
            Bound::Above => ">",
        }
    }

    /// Whether `value` keeps to the limit; NaN never does.
    pub fn holds<T: PartialOrd>(self, value: T, limit: T) -> bool {
        match self {
            Bound::Below => value < limit,
            Bound::AtMost => value <= limit,
            Bound::Equal => value == limit,
            Bound::AtLeast => value >= limit,
            Bound::Above => value > limit,
        }
    }
}

impl Cond {
    /// The condition every record meets.
    pub fn always() -> Cond {
        Cond::All(Vec::new())
    }

    /// The condition no record meets.
    pub fn never() -> Cond {
        Cond::Any(Vec::new())
    }

    /// Both conditions.
    #[must_use]
    pub fn and(self, other: Cond) -> Cond {
        match (self, other) {
            (Cond::All(parts), other) if parts.is_empty() => other,
            (this, Cond::All(parts)) if parts.is_empty() => this,
            (Cond::All(mut parts), other) => {
                parts.push(other);
                Cond::All(parts)
            }
            (this, other) => Cond::All(vec![this, other]),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Cond {
        match self {
            Cond::Not(inner) => *inner,
            other => Cond::Not(Box::new(other)),
        }
    }

    /// The text field (or list of texts) has one of `values`.
    pub fn has<T: Into<String>>(path: Path, values: impl IntoIterator<Item = T>) -> Cond {
        Cond::Field(path, Test::Has(values.into_iter().map(Into::into).collect()))
    }

    /// The field is missing, null or an empty list.
    pub fn empty(path: Path) -> Cond {
        Cond::Field(path, Test::Empty)
    }

    /// Flattens nested conjunctions into the list of what must all hold.
    pub fn into_conjuncts(self) -> Vec<Cond> {
        match self {
            Cond::All(parts) => parts.into_iter().flat_map(Cond::into_conjuncts).collect(),
            other => vec![other],
        }
    }
}

//! In which order records come (api.md §5.4). Ties keep the order in which the records were
//! created, reversed when the first field descends, so that pages are stable and an index serves
//! them.

use super::eval::{Found, Record, Whole, score};
use super::fields;
use super::path::{Path, check_parts};
use super::text::Words;
use crate::document::Document;
use crate::error;
use crate::schema::Entity;
use arno_wire::error::{Code, Error, Result};
use arno_wire::{json, natural};
use serde_json::Value as Json;
use std::cmp::Ordering;
use std::sync::Arc;

/// The fields to sort by, the first one first; none is the order of creation.
#[derive(Clone, Debug, Default)]
pub struct Order(pub Vec<OrderKey>);

/// One field to sort by.
#[derive(Clone, Debug)]
pub struct OrderKey {
    /// What is compared.
    pub by: By,
    /// Greatest first.
    pub descending: bool,
}

/// What is compared.
#[derive(Clone, Debug)]
pub enum By {
    /// The value at a path; `true`: texts in natural numeric order.
    Field(Path, bool),
    /// How well the text search matched, best first.
    Score(Arc<Words>),
}

impl Order {
    /// Reads `order_by`; `natural` when a filter already asks for natural order.
    ///
    /// # Errors
    /// 400/12 when it is neither a text nor a list of texts, 400/16 for the score of no search.
    pub fn parse(
        entity: &Entity,
        call: &Document,
        natural: bool,
        words: Option<Arc<Words>>,
    ) -> Result<Order> {
        let names: Vec<&str> = match call.get("order_by") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names
                .iter()
                .map(|name| name.as_str().ok_or_else(malformed))
                .collect::<Result<_>>()?,
            Some(_) => return Err(malformed()),
        };
        let mut keys: Vec<OrderKey> = Vec::with_capacity(names.len());
        let mut natural = natural;
        for name in names.into_iter().map(str::trim).filter(|name| !name.is_empty()) {
            let (field, descending) = match name.strip_prefix('-') {
                Some(field) => (field, true),
                None => (name, false),
            };
            if field == "@text_score" {
                let words = words.clone().ok_or_else(score_without_search)?;
                keys.push(OrderKey { by: By::Score(words), descending: true });
                continue;
            }
            check_parts(field)?;
            let path = Path::parse(entity, field);
            natural |= keys.is_empty() && fields::is_natural(&path);
            let is_natural = natural || fields::is_natural(&path);
            keys.push(OrderKey { by: By::Field(path, is_natural), descending });
        }
        Ok(Order(keys))
    }

    /// Whether the last created of equals comes first.
    pub fn newest_first(&self) -> bool {
        self.0.first().is_some_and(|key| key.descending)
    }

    /// Which of two records comes first, by their values for each field and their keys.
    pub fn compare(&self, one: &Ranked, other: &Ranked) -> Ordering {
        for (at, key) in self.0.iter().enumerate() {
            let ordering = match (&one.values[at], &other.values[at]) {
                (None, None) => Ordering::Equal,
                // What lacks the first field comes last either way.
                (None, Some(_)) if at == 0 || key.descending => Ordering::Greater,
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) if at == 0 || key.descending => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                (Some(a), Some(b)) if key.descending => b.compare(a),
                (Some(a), Some(b)) => a.compare(b),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        let by_creation = one.pk.cmp(&other.pk);
        if self.newest_first() { by_creation.reverse() } else { by_creation }
    }
}

fn malformed() -> Error {
    Error::new(Code::ValidationError)
        .extra("a field name or a list of field names is expected")
        .with("field", "order_by")
}

fn score_without_search() -> Error {
    Error::new(Code::FieldsValueError)
        .extra("@text_score needs search_text")
        .with("field", "order_by")
}

/// A record with the values it is sorted by; `None` where it has no value, an empty text or NaN.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The row's key.
    pub pk: i64,
    /// One value for each field of the order.
    pub values: Vec<Option<Rank>>,
}

/// A value to sort by. Numbers come before texts, texts before booleans.
#[derive(Clone, Debug, PartialEq)]
pub enum Rank {
    /// A whole number, or a time in milliseconds.
    Int(i64),
    /// Any other number, never NaN.
    Real(f64),
    /// Text, as it is or as its natural key.
    Bytes(Vec<u8>),
    /// False before true.
    Bool(bool),
}

impl Rank {
    /// The rank of a text; the empty one counts as missing.
    pub fn text(text: &str, is_natural: bool) -> Option<Rank> {
        let bytes = || if is_natural { natural::sort_key(text) } else { text.as_bytes().to_vec() };
        (!text.is_empty()).then(|| Rank::Bytes(bytes()))
    }

    /// The rank of a number; NaN counts as missing.
    pub fn real(number: f64) -> Option<Rank> {
        (!number.is_nan()).then_some(Rank::Real(number))
    }

    fn class(&self) -> u8 {
        match self {
            Rank::Int(_) | Rank::Real(_) => 0,
            Rank::Bytes(_) => 1,
            Rank::Bool(_) => 2,
        }
    }

    fn compare(&self, other: &Rank) -> Ordering {
        match (self, other) {
            (Rank::Int(a), Rank::Int(b)) => a.cmp(b),
            (Rank::Real(a), Rank::Real(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Rank::Int(a), Rank::Real(b)) => (*a as f64).partial_cmp(b).unwrap_or(Ordering::Equal),
            (Rank::Real(a), Rank::Int(b)) => a.partial_cmp(&(*b as f64)).unwrap_or(Ordering::Equal),
            (Rank::Bytes(a), Rank::Bytes(b)) => a.cmp(b),
            (Rank::Bool(a), Rank::Bool(b)) => a.cmp(b),
            _ => self.class().cmp(&other.class()),
        }
    }
}

/// The value a document is sorted by: of a list the least element, the greatest when descending.
///
/// # Errors
/// None in practice; those of looking at the document.
pub fn rank(key: &OrderKey, pk: i64, document: &Document) -> error::Result<Option<Rank>> {
    let record = Whole(pk, document);
    let (path, is_natural) = match &key.by {
        By::Score(words) => return Ok(score(words, &record)?.map(|score| Rank::Int(score.into()))),
        By::Field(path, is_natural) => (path, *is_natural),
    };
    let mut best = Best::new(key.descending, is_natural);
    record.any(path, &mut |found| Ok(best.see(found)))?;
    Ok(best.rank)
}

/// Finds the value that stands for several: the least, or the greatest when descending.
pub struct Best {
    descending: bool,
    is_natural: bool,
    /// The one so far.
    pub rank: Option<Rank>,
}

impl Best {
    /// Nothing seen yet.
    pub fn new(descending: bool, is_natural: bool) -> Best {
        Best { descending, is_natural, rank: None }
    }

    /// Takes note of a value; returns false, for it always wants to see more.
    pub fn see(&mut self, found: Found<'_>) -> bool {
        let rank = rank_of(found, self.is_natural);
        let replaces = match (&rank, &self.rank) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(new), Some(best)) if self.descending => new.compare(best).is_gt(),
            (Some(new), Some(best)) => new.compare(best).is_lt(),
        };
        if replaces {
            self.rank = rank;
        }
        false
    }
}

/// The rank of one value; objects and lists have none.
fn rank_of(found: Found<'_>, is_natural: bool) -> Option<Rank> {
    match found {
        Found::Text(text) => Rank::text(text, is_natural),
        Found::Int(number) => Some(Rank::Int(number)),
        Found::Json(Json::Bool(flag)) => Some(Rank::Bool(*flag)),
        Found::Json(value) => json::as_f64(value).and_then(Rank::real),
    }
}

//! Where the values behind a path lie, as far as SQL can get at them.

use super::path::Path;
use crate::db::{Sql, Value as Bound};
use crate::schema::{Entity, Field, Place};

/// Where values lie.
#[derive(Clone, Debug)]
pub(super) enum Spot {
    /// A column of the entity's own table.
    Column(&'static Field, &'static str),
    /// A column of a side table; each row of the owner is one value.
    Side(Side),
    /// An entry of a free-form map: the row's key, and where in its JSON value.
    Entry(Side, Vec<String>),
    /// Only in the assembled document.
    Document,
}

/// A column of a side table.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// The table.
    pub(super) table: String,
    /// What picks the rows besides `owner`.
    pub(super) keys: Keys,
    /// The column with the value.
    pub(super) column: &'static str,
    /// Whether `sort_key` is the natural key of that value: equal exactly when the values are.
    pub(super) keyed: bool,
    /// What the value is.
    pub(super) holds: Holds,
    /// Whether `owner` is minus the row's key, as it is in the events of models.
    pub(super) minus: bool,
}

/// What picks rows of a side table besides their owner.
#[derive(Clone, Debug)]
pub(super) enum Keys {
    /// Columns and what they hold.
    Columns(Vec<(&'static str, Bound)>),
    /// The number of the metric with these hashes.
    Metric(String, String),
}

impl Keys {
    /// Appends the condition on the table, which is named `s`.
    pub(super) fn push(&self, sql: &mut Sql) {
        match self {
            Keys::Columns(columns) => {
                for (name, value) in columns {
                    sql.push(&format!(" AND s.{name} = ")).bind(value.clone());
                }
            }
            Keys::Metric(metric, variant) => {
                sql.push(" AND s.metric_id = (SELECT m.id FROM ev.metric m WHERE m.metric_hash = ");
                sql.bind(metric).push(" AND m.variant_hash = ").bind(variant).push(")");
            }
        }
    }
}

/// What a column of a side table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A number; what is none is NULL.
    Real,
}

impl Side {
    /// The key of the entity's row, told from a row of the side table.
    pub(super) fn pk(&self) -> &'static str {
        if self.minus { "-s.owner" } else { "s.owner" }
    }

    fn text(table: String, keys: Vec<(&'static str, Bound)>, column: &'static str) -> Side {
        let keys = Keys::Columns(keys);
        Side { table, keys, column, keyed: false, holds: Holds::Text, minus: false }
    }
}

/// Where the values at `path` lie.
pub(super) fn spot(entity: &Entity, path: &Path) -> Spot {
    let Some((field, rest)) = path.locate(entity) else { return Spot::Document };
    let prefix = entity.prefix;
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match (field.place, rest.as_slice()) {
        (Place::Column(name), []) => Spot::Column(field, name),
        (Place::Tags(system), []) => {
            let keys = vec![("system", Bound::from(system))];
            Spot::Side(Side::text(format!("{prefix}_tags"), keys, "value"))
        }
        (Place::Ancestors, []) => {
            Spot::Side(Side::text("project_ancestors".to_owned(), Vec::new(), "ancestor"))
        }
        (Place::Params, [section, name, part]) => {
            let Some(column) = ["value", "type", "description"].into_iter().find(|c| c == part)
            else {
                return Spot::Document;
            };
            let keys = vec![("section", Bound::from(*section)), ("name", Bound::from(*name))];
            let side = Side::text("task_params".to_owned(), keys, column);
            Spot::Side(Side { keyed: column == "value", ..side })
        }
        (Place::Models, [part]) => {
            let Some(column) = ["model", "name"].into_iter().find(|c| c == part) else {
                return Spot::Document;
            };
            let direction = field.path.rsplit('.').next().unwrap_or_default();
            let keys = vec![("direction", Bound::from(direction))];
            Spot::Side(Side::text("task_models".to_owned(), keys, column))
        }
        (Place::Map, [name, inner @ ..]) => {
            let keys = vec![("field", Bound::from(field.path)), ("name", Bound::from(*name))];
            let side = Side::text(format!("{prefix}_maps"), keys, "value");
            let keyed = matches!(inner, [] | ["value"]);
            let inner = inner.iter().map(|key| (*key).to_owned()).collect();
            Spot::Entry(Side { keyed, ..side }, inner)
        }
        (Place::LastMetrics, [metric, variant, part]) => match metric_column(part) {
            Some((column, holds)) => Spot::Side(Side {
                table: "ev.series".to_owned(),
                keys: Keys::Metric((*metric).to_owned(), (*variant).to_owned()),
                column,
                keyed: false,
                holds,
                minus: entity.name == "model",
            }),
            None => Spot::Document,
        },
        _ => Spot::Document,
    }
}

/// The column behind a part of a last metric. The mean is computed, names are elsewhere.
fn metric_column(part: &str) -> Option<(&'static str, Holds)> {
    Some(match part {
        "value" => ("value", Holds::Real),
        "min_value" => ("min_value", Holds::Real),
        "max_value" => ("max_value", Holds::Real),
        "first_value" => ("first_value", Holds::Real),
        "min_value_iteration" => ("min_iter", Holds::Int),
        "max_value_iteration" => ("max_iter", Holds::Int),
        _ => return None,
    })
}

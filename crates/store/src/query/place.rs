//! Where the values behind a path lie, as far as SQL can get at them.

use super::path::Path;
use crate::db::Value as Bound;
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
    /// Columns that pick the rows besides `owner`, with what they hold.
    pub(super) keys: Vec<(&'static str, Bound)>,
    /// The column with the value.
    pub(super) column: &'static str,
    /// Whether `sort_key` is the natural key of that value: equal exactly when the values are.
    pub(super) keyed: bool,
    /// Whether the value is a number rather than text.
    pub(super) numeric: bool,
}

impl Side {
    fn text(table: String, keys: Vec<(&'static str, Bound)>, column: &'static str) -> Side {
        Side { table, keys, column, keyed: false, numeric: false }
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
        _ => Spot::Document,
    }
}

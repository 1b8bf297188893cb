//! Conditions that Rust decides from columns alone, while the rows stream by.

use super::ast::{Cond, Test};
use super::compile::is_sql;
use super::eval::{Found, Record};
use super::path::Path;
use super::pattern::Shape;
use super::place::{Spot, spot};
use crate::db::Row;
use crate::error::Result;
use crate::schema::{Entity, Field, Kind};
use serde_json::Value as Json;

/// A column to be read along with the row's key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) field: &'static Field,
    pub(super) name: &'static str,
}

/// Whether columns and known rows decide the whole condition.
pub(super) fn is_on_columns(entity: &Entity, cond: &Cond) -> bool {
    match cond {
        Cond::All(parts) | Cond::Any(parts) => parts.iter().all(|part| is_on_columns(entity, part)),
        Cond::Not(part) => is_on_columns(entity, part),
        Cond::Text(_) => false,
        Cond::Rows(_) => true,
        Cond::Field(path, _) => matches!(spot(entity, path), Spot::Column(..)),
    }
}

/// Adds the columns a condition looks at.
pub(super) fn columns(entity: &Entity, cond: &Cond, into: &mut Vec<Column>) {
    match cond {
        Cond::All(parts) | Cond::Any(parts) => {
            parts.iter().for_each(|part| columns(entity, part, into));
        }
        Cond::Not(part) => columns(entity, part, into),
        Cond::Field(path, _) => {
            if let Spot::Column(field, name) = spot(entity, path)
                && !into.iter().any(|column| column.name == name)
            {
                into.push(Column { field, name });
            }
        }
        Cond::Text(_) | Cond::Rows(_) => {}
    }
}

/// What SQL can say beforehand about a condition that it cannot decide: a necessary one.
pub(super) fn prefilter(entity: &Entity, cond: &Cond) -> Option<(&'static str, Shape)> {
    match cond {
        Cond::Field(path, Test::Matches(pattern)) if !is_sql(entity, cond) => {
            match (spot(entity, path), pattern.shape()) {
                (Spot::Column(field, name), shape)
                    if field.kind == Kind::Text && *shape != Shape::Anything =>
                {
                    Some((name, shape.clone()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A row: its key first, then the columns.
pub(super) struct Streamed<'a, 'r> {
    pub(super) row: &'a Row<'r>,
    pub(super) pk: i64,
    pub(super) columns: &'a [Column],
}

impl Record for Streamed<'_, '_> {
    fn pk(&self) -> i64 {
        self.pk
    }

    fn any(&self, path: &Path, see: &mut dyn FnMut(Found<'_>) -> Result<bool>) -> Result<bool> {
        let is_it = |column: &Column| {
            column.field.path.split('.').eq(path.keys().iter().map(String::as_str))
        };
        let Some(at) = self.columns.iter().position(is_it) else { return Ok(false) };
        let place = at + 1;
        match self.columns[at].field.kind {
            Kind::Int | Kind::Date => match self.row.opt_int(place)? {
                Some(number) => see(Found::Int(number)),
                None => Ok(false),
            },
            Kind::Bool => match self.row.opt_int(place)? {
                Some(flag) => see(Found::Json(&Json::Bool(flag != 0))),
                None => Ok(false),
            },
            Kind::Text | Kind::List | Kind::Object => match self.row.str(place)? {
                Some(text) => see(Found::Text(text)),
                None => Ok(false),
            },
        }
    }
}

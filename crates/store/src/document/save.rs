//! Takes documents apart into columns, the stored document and side tables.

use super::{Document, put, side, take};
use crate::changes::What;
use crate::db::{Dialect, Row, Tx, Value as Bound};
use crate::error::{Error, Result};
use crate::references;
use crate::schema::{Entity, Field, Kind, Place};
use arno_wire::date;
use arno_wire::error::{Code, Error as Refusal};
use serde_json::Value;

/// What is to be changed of an object, by dotted path, in order.
#[derive(Clone, Debug, Default)]
pub struct Changes(Vec<(String, Option<Value>)>);

impl Changes {
    /// No changes yet.
    pub fn new() -> Changes {
        Changes::default()
    }

    /// Sets a field, or a part of an object that lies in the stored document.
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Changes {
        self.add(path, value);
        self
    }

    /// Removes a field.
    pub fn unset(mut self, path: &str) -> Changes {
        self.0.push((path.to_owned(), None));
        self
    }

    /// As [`Changes::set`], in place.
    pub fn add(&mut self, path: &str, value: impl Into<Value>) {
        self.0.push((path.to_owned(), Some(value.into())));
    }

    /// Adds all of `more` after these.
    pub fn append(&mut self, mut more: Changes) {
        self.0.append(&mut more.0);
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The paths that get a value, with it.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().filter_map(|(path, value)| Some((path.as_str(), value.as_ref()?)))
    }
}

/// A change sorted by where it goes.
#[derive(Default)]
struct Parts {
    columns: Vec<(&'static str, Bound)>,
    document: Vec<(String, Option<Value>)>,
    sides: Vec<(&'static Field, Option<Value>)>,
}

impl Parts {
    fn add(&mut self, field: &'static Field, value: Option<Value>) -> Result<()> {
        let value = value.filter(|value| !value.is_null());
        match field.place {
            Place::Column(name) => {
                if name == "uri" {
                    let file = value.as_ref().and_then(Value::as_str).map(references::file_of);
                    self.columns.push(("file", file.into()));
                }
                self.columns.push((name, to_column(field, value)?));
            }
            Place::Document => self.document.push((field.path.to_owned(), value)),
            _ => self.sides.push((field, value)),
        }
        Ok(())
    }

    /// A path that is no field of its own place: its nested fields go where they belong, what
    /// remains goes to the stored document.
    fn add_object(&mut self, entity: &Entity, path: &str, mut value: Option<Value>) -> Result<()> {
        for nested in entity.below(path) {
            let inner = value.as_mut().and_then(Value::as_object_mut);
            let rest = &nested.path[path.len() + 1..];
            self.add(nested, inner.and_then(|object| take(object, rest)))?;
        }
        let root = path.split('.').next().unwrap_or(path);
        if entity.field(root).is_some_and(|field| field.place == Place::Document) {
            self.document.push((path.to_owned(), value.filter(|value| !value.is_null())));
        }
        Ok(())
    }
}

/// Stores a new object and returns its key. Fields the schema does not know are left out.
///
/// # Errors
/// 400/12 for a value its field cannot hold, and those of the engine (a duplicate among them).
pub fn insert(tx: &Tx<'_>, entity: &Entity, mut document: Document) -> Result<i64> {
    let mut parts = Parts::default();
    let nested_first = entity.fields.iter().rev();
    for field in nested_first.filter(|field| field.place != Place::Document) {
        if let Some(value) = take(&mut document, field.path) {
            parts.add(field, Some(value))?;
        }
    }
    document.retain(|name, _| entity.field(name).is_some_and(|f| f.place == Place::Document));
    let stored = Value::Object(document).to_string().into_bytes();
    parts.columns.push(("doc", stored.into()));

    let names: Vec<&str> = parts.columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<Bound> = parts.columns.iter().map(|(_, value)| value.clone()).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({}) RETURNING pk",
        entity.table,
        names.join(", "),
        crate::db::placeholders(1, names.len())
    );
    let pk = tx.first(&sql, &values, |row| row.int(0))?;
    let pk = pk.ok_or_else(|| Error::corrupt(entity.name, "the insert returned no key"))?;
    for (field, value) in &parts.sides {
        side::replace(tx, entity, field, pk, value.as_ref())?;
    }
    tx.changed(entity.name, pk, What::Created);
    Ok(pk)
}

/// Applies changes to one object.
///
/// # Errors
/// 400/12 for a value its field cannot hold, and those of the engine.
pub fn update(tx: &Tx<'_>, entity: &Entity, pk: i64, changes: &Changes) -> Result<()> {
    let mut parts = Parts::default();
    for (path, value) in &changes.0 {
        match entity.field(path) {
            Some(field) if field.place != Place::Document => parts.add(field, value.clone())?,
            _ => parts.add_object(entity, path, value.clone())?,
        }
    }
    if !parts.document.is_empty() {
        let mut document = stored(tx, entity, pk)?;
        for (path, value) in parts.document {
            match value {
                Some(value) => put(&mut document, &path, value),
                None => drop(take(&mut document, &path)),
            }
        }
        parts.columns.push(("doc", Value::Object(document).to_string().into_bytes().into()));
    }
    if !parts.columns.is_empty() {
        update_columns(tx, entity, pk, &parts.columns)?;
    }
    for (field, value) in &parts.sides {
        side::replace(tx, entity, field, pk, value.as_ref())?;
    }
    tx.changed(entity.name, pk, What::Changed);
    Ok(())
}

fn update_columns(
    tx: &Tx<'_>,
    entity: &Entity,
    pk: i64,
    columns: &[(&'static str, Bound)],
) -> Result<()> {
    // The last change of a column wins, as it would one after the other.
    let mut last: Vec<&(&'static str, Bound)> = Vec::new();
    for change in columns {
        last.retain(|(name, _)| *name != change.0);
        last.push(change);
    }
    let assignments: Vec<String> =
        (1..).zip(&last).map(|(n, (name, _))| format!("{name} = ${n}")).collect();
    let mut values: Vec<Bound> = last.iter().map(|(_, value)| value.clone()).collect();
    values.push(pk.into());
    let sql = format!(
        "UPDATE {} SET {} WHERE pk = ${}",
        entity.table,
        assignments.join(", "),
        values.len()
    );
    tx.execute(&sql, &values)?;
    Ok(())
}

/// The stored document, held against concurrent changes until the transaction ends.
fn stored(tx: &Tx<'_>, entity: &Entity, pk: i64) -> Result<Document> {
    let hold = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE",
    };
    let sql = format!("SELECT doc FROM {} WHERE pk = $1{hold}", entity.table);
    let document = tx.first(&sql, &[pk.into()], |row| {
        serde_json::from_slice(row.bytes(0)?.unwrap_or(b"{}"))
            .map_err(|e| Error::corrupt(format!("{} document", entity.name), e))
    })?;
    Ok(document.unwrap_or_default())
}

/// Removes an object with its side tables. Events and files are the caller's to remove.
pub fn remove(tx: &Tx<'_>, entity: &Entity, pk: i64) -> Result<()> {
    tell_removal(tx, entity, pk)?;
    for field in entity.fields {
        side::clear(tx, entity, field, pk)?;
    }
    tx.execute(&format!("DELETE FROM {} WHERE pk = $1", entity.table), &[pk.into()])?;
    Ok(())
}

/// Later nobody can look up what it was.
fn tell_removal(tx: &Tx<'_>, entity: &Entity, pk: i64) -> Result<()> {
    let project = if entity.field("project").is_some() { "project" } else { "NULL" };
    let sql = format!("SELECT id, company, {project} FROM {} WHERE pk = $1", entity.table);
    let read = |row: &Row<'_>| Ok((row.text(0)?, row.text(1)?, row.opt_text(2)?));
    if let Some((id, company, project)) = tx.first(&sql, &[pk.into()], read)? {
        tx.changed_named(entity.name, id, project, company, What::Deleted);
    }
    Ok(())
}

/// Columns of text that no index holds and that may have any length.
const LONG: [&str; 5] =
    ["comment", "status_reason", "status_message", "description", "default_output_destination"];

/// Refuses text that is too long for the index it goes into. The limits are PostgreSQL's, kept on
/// both engines.
pub(crate) fn fits(what: &str, text: &str, most: usize) -> Result<()> {
    if text.len() <= most {
        return Ok(());
    }
    Err(Refusal::new(Code::DataValidationError)
        .extra(format!("{what} may have at most {most} bytes"))
        .with("bytes", text.len())
        .into())
}

/// Bytes of an indexed text.
pub(super) const MAX_INDEXED: usize = 2_000;

fn to_column(field: &Field, value: Option<Value>) -> Result<Bound> {
    let Some(value) = value else { return Ok(Bound::Null) };
    if let (Kind::Text, Value::String(text), Place::Column(name)) =
        (field.kind, &value, field.place)
        && !LONG.contains(&name)
    {
        fits(field.path, text, MAX_INDEXED)?;
    }
    let bound = match (field.kind, &value) {
        (Kind::Text, Value::String(text)) => Some(Bound::from(text)),
        (Kind::Int | Kind::Date, Value::Number(number)) => number.as_i64().map(Bound::Int),
        (Kind::Date, Value::String(text)) => date::parse(text).map(Bound::Int),
        (Kind::Bool, Value::Bool(flag)) => Some(Bound::from(*flag)),
        _ => None,
    };
    bound.ok_or_else(|| {
        let wanted = match field.kind {
            Kind::Text => "text",
            Kind::Int => "a 64-bit integer",
            Kind::Date => "a date",
            Kind::Bool => "true or false",
            Kind::List => "a list",
            Kind::Object => "an object",
        };
        Refusal::new(Code::ValidationError)
            .extra(format!("the field must be {wanted}"))
            .with("field", field.path)
            .into()
    })
}

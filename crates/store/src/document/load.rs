//! Assembles documents from rows, reading no more than is asked for.

use super::{Document, Narrow, put, side};
use crate::db::{Row, Tx, Value as Bound, placeholders};
use crate::error::{Error, Result};
use crate::schema::{Entity, Field, Kind, Place};
use arno_wire::date;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::ops::ControlFlow;

/// Documents being assembled, by key.
pub(super) type Assembly = FxHashMap<i64, Document>;

/// Lists of keys are padded to one of these lengths, so that few statements serve all.
const LIST_LENGTHS: [usize; 4] = [1, 8, 64, 512];

/// The documents of `pks`, in that order; keys without a row are skipped.
///
/// `include` names dotted paths, dots inside a key escaped: fields on, above or below them are
/// read, of maps the entries named. `None` reads all fields that are not hidden.
pub fn load(
    tx: &Tx<'_>,
    entity: &Entity,
    pks: &[i64],
    include: Option<&[String]>,
) -> Result<Vec<(i64, Document)>> {
    let fields = wanted(entity, include);
    let mut assembly = Assembly::default();
    load_rows(tx, entity, &fields, pks, &mut assembly)?;
    for field in &fields {
        let narrow = Narrow::of(field, include);
        side::attach(tx, entity, field, &narrow, pks, &mut assembly)?;
    }
    Ok(pks.iter().filter_map(|pk| Some((*pk, assembly.remove(pk)?))).collect())
}

fn wanted(entity: &Entity, include: Option<&[String]>) -> Vec<&'static Field> {
    let asked = |field: &&'static Field| match include {
        None => !field.hidden,
        Some(paths) => paths.iter().any(|path| overlap(field.path, path)),
    };
    entity.fields.iter().filter(|field| !field.secret).filter(asked).collect()
}

/// Whether one path is the other or lies above it.
fn overlap(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn load_rows(
    tx: &Tx<'_>,
    entity: &Entity,
    fields: &[&'static Field],
    pks: &[i64],
    assembly: &mut Assembly,
) -> Result<()> {
    let columns: Vec<(&Field, &str)> = fields
        .iter()
        .filter_map(|field| match field.place {
            Place::Column(name) => Some((*field, name)),
            _ => None,
        })
        .collect();
    let with_document = fields.iter().any(|field| field.place == Place::Document);
    let mut names = vec!["pk"];
    names.extend(columns.iter().map(|(_, name)| *name));
    if with_document {
        names.push("doc");
    }
    let select = format!("SELECT {} FROM {} WHERE pk IN", names.join(", "), entity.table);
    in_lists(pks, |list, values| {
        tx.each(&format!("{select} ({list})"), values, |row| {
            let mut document = match with_document {
                true => stored_document(entity, fields, row, columns.len() + 1)?,
                false => Document::new(),
            };
            for (at, (field, _)) in columns.iter().enumerate() {
                if let Some(value) = column_value(row, at + 1, field.kind)? {
                    put(&mut document, field.path, value);
                }
            }
            assembly.insert(row.int(0)?, document);
            Ok(ControlFlow::Continue(()))
        })
    })
}

/// What lies in the row's document, without the hidden fields that nobody asked for.
fn stored_document(
    entity: &Entity,
    wanted: &[&'static Field],
    row: &Row<'_>,
    at: usize,
) -> Result<Document> {
    let bytes = row.bytes(at)?.unwrap_or(b"{}");
    let mut document: Document = serde_json::from_slice(bytes)
        .map_err(|e| Error::corrupt(format!("{} document", entity.name), e))?;
    for field in entity.fields.iter().filter(|f| f.hidden && f.place == Place::Document) {
        if !wanted.iter().any(|asked| asked.path == field.path) {
            document.remove(field.path);
        }
    }
    Ok(document)
}

fn column_value(row: &Row<'_>, at: usize, kind: Kind) -> Result<Option<Value>> {
    Ok(match kind {
        Kind::Int => row.opt_int(at)?.map(Value::from),
        Kind::Bool => row.opt_int(at)?.map(|value| Value::from(value != 0)),
        Kind::Date => row.opt_int(at)?.map(|ms| Value::from(date::format(ms))),
        Kind::Text | Kind::List | Kind::Object => row.opt_text(at)?.map(Value::from),
    })
}

/// Calls `run` with lists of placeholders and their values until all keys were named.
pub(super) fn in_lists(
    pks: &[i64],
    mut run: impl FnMut(&str, &[Bound]) -> Result<()>,
) -> Result<()> {
    let longest = LIST_LENGTHS[LIST_LENGTHS.len() - 1];
    for chunk in pks.chunks(longest) {
        let length = LIST_LENGTHS.into_iter().find(|l| *l >= chunk.len()).unwrap_or(longest);
        let last = chunk[chunk.len() - 1];
        let padded = chunk.iter().copied().chain(std::iter::repeat(last)).take(length);
        let values: Vec<Bound> = padded.map(Bound::Int).collect();
        run(&placeholders(1, length), &values)?;
    }
    Ok(())
}

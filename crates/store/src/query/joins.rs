//! Puts objects in the place of references: `project: "…"` becomes `project: {id, name …}`.

use super::fields::Target;
use super::projection::{Join, Projection};
use crate::db::{Sql, Tx};
use crate::document::{self, Document};
use crate::error::Result;
use crate::schema::Entity;
use crate::scope::push_visible;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Ids looked up at a time.
const BATCH: usize = 500;

/// Joins what the projection asks for. What the caller may not see keeps its id alone.
pub(super) fn join(
    tx: &Tx<'_>,
    entity: &Entity,
    projection: &Projection,
    documents: &mut [Document],
) -> Result<()> {
    for Join { at, target, show } in projection.joins(entity) {
        let mut ids = BTreeSet::new();
        for document in documents.iter_mut() {
            each_reference(document, at, &mut |reference| {
                ids.extend(reference.as_str().map(str::to_owned));
            });
        }
        let objects = match &show {
            Some(show) => load(tx, target, show, ids)?,
            None => BTreeMap::new(),
        };
        for document in documents.iter_mut() {
            each_reference(document, at, &mut |reference| {
                if let Some(id) = reference.as_str() {
                    let object = objects.get(id).cloned();
                    *reference = object.map_or_else(|| json!({"id": id}), Json::Object);
                }
            });
        }
    }
    Ok(())
}

/// Calls `each` for the value at a path, in every element of lists on the way.
fn each_reference(document: &mut Document, keys: &[&str], each: &mut dyn FnMut(&mut Json)) {
    let Some((first, rest)) = keys.split_first() else { return };
    let Some(value) = document.get_mut(*first) else { return };
    match value {
        value if rest.is_empty() => each(value),
        Json::Object(inner) => each_reference(inner, rest, each),
        Json::Array(items) => {
            for item in items.iter_mut().filter_map(Json::as_object_mut) {
                each_reference(item, rest, each);
            }
        }
        _ => {}
    }
}

fn load(
    tx: &Tx<'_>,
    target: Target,
    show: &Projection,
    ids: BTreeSet<String>,
) -> Result<BTreeMap<String, Document>> {
    let ids: Vec<String> = ids.into_iter().collect();
    let mut objects = BTreeMap::new();
    for chunk in ids.chunks(BATCH) {
        match target {
            Target::Company => companies(tx, chunk, &mut objects)?,
            Target::Entity(entity) => {
                let pks = visible(tx, entity, chunk)?;
                for document in super::documents(tx, entity, show, &pks)? {
                    if let Some(id) = document.get("id").and_then(Json::as_str) {
                        objects.insert(id.to_owned(), document);
                    }
                }
            }
        }
    }
    Ok(objects)
}

fn visible(tx: &Tx<'_>, entity: &Entity, ids: &[String]) -> Result<Vec<i64>> {
    let mut sql = Sql::new(format!("SELECT t.pk FROM {} t WHERE t.id IN ", entity.table));
    sql.bind_list(ids).push(" AND ");
    push_visible(&mut sql, tx.scope(), entity, "t", true);
    tx.query(&sql.text, &sql.values, |row| row.int(0))
}

fn companies(tx: &Tx<'_>, ids: &[String], objects: &mut BTreeMap<String, Document>) -> Result<()> {
    let mut sql = Sql::new("SELECT id, name FROM companies WHERE id IN ");
    sql.bind_list(ids);
    for (id, name) in tx.query(&sql.text, &sql.values, |row| Ok((row.text(0)?, row.text(1)?)))? {
        let mut company = Document::new();
        document::put(&mut company, "id", id.as_str().into());
        document::put(&mut company, "name", name.into());
        objects.insert(id, company);
    }
    Ok(())
}

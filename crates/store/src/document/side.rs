//! The parts of documents that lie in side tables: how each is read, replaced and removed.

use super::load::{Assembly, in_lists};
use super::save::{MAX_INDEXED, fits};
use super::{Document, Narrow, get, pack, put, unpack};
use crate::db::{Row, Sql, Tx, Value as Bound};
use crate::error::{Error, Result};
use crate::events::{Owner, documents};
use crate::references;
use crate::schema::{Entity, Field, Place};
use arno_wire::{date, natural};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// Bytes of a parameter's section, and of its name: both and a sort key share an index entry.
const MAX_KEY: usize = 700;
/// Bytes of a key of a free-form map, which shares an index entry with a sort key.
const MAX_MAP_KEY: usize = 1_500;

/// Reads `field` for all documents of the assembly, of a map the entries asked for. Fields kept in
/// the row itself are left alone.
pub(super) fn attach(
    tx: &Tx<'_>,
    entity: &Entity,
    field: &Field,
    narrow: &Narrow,
    pks: &[i64],
    assembly: &mut Assembly,
) -> Result<()> {
    let prefix = entity.prefix;
    let path = field.path;
    match field.place {
        Place::Column(_) | Place::Document => Ok(()),
        Place::Tags(system) => {
            empty(assembly, path, || json!([]));
            let system = i64::from(system);
            let sql = format!(
                "SELECT owner, value FROM {prefix}_tags WHERE system = {system} AND owner IN"
            );
            rows(tx, pks, &sql, "ORDER BY owner, value", assembly, |document, row| {
                push(document, path, row.text(1)?.into());
                Ok(())
            })
        }
        Place::LongText => {
            let sql =
                format!("SELECT owner, value FROM task_texts WHERE field = '{path}' AND owner IN");
            rows(tx, pks, &sql, "", assembly, |document, row| {
                put(document, path, unpack(row.bytes(1)?.unwrap_or_default())?);
                Ok(())
            })
        }
        Place::Params => {
            empty(assembly, path, || json!({}));
            let sql = "SELECT owner, section, name, value, type, description FROM task_params WHERE owner IN";
            entries_of(tx, pks, sql, (narrow, &["section", "name"]), assembly, attach_param)
        }
        Place::Configs => {
            empty(assembly, path, || json!({}));
            let sql =
                "SELECT owner, name, value, type, description FROM task_configs WHERE owner IN";
            entries_of(tx, pks, sql, (narrow, &["name"]), assembly, attach_config)
        }
        Place::Map => {
            empty(assembly, path, || json!({}));
            let sql = format!(
                "SELECT owner, name, value FROM {prefix}_maps WHERE field = '{path}' AND owner IN"
            );
            entries_of(tx, pks, &sql, (narrow, &["name"]), assembly, |document, row| {
                let value = serde_json::from_str(row.str(2)?.unwrap_or("null"))
                    .map_err(|e| Error::corrupt(path, e))?;
                insert_below(document, path, row.text(1)?, value);
                Ok(())
            })
        }
        Place::Artifacts => {
            empty(assembly, path, || json!([]));
            let sql = "SELECT owner, value FROM task_artifacts WHERE owner IN";
            rows(tx, pks, sql, "ORDER BY owner, name, mode", assembly, |document, row| {
                push(document, path, unpack(row.bytes(1)?.unwrap_or_default())?);
                Ok(())
            })
        }
        Place::Models => {
            empty(assembly, path, || json!([]));
            let direction = direction(path);
            let sql = format!(
                "SELECT owner, name, model, updated FROM task_models WHERE direction = '{direction}' AND owner IN"
            );
            rows(tx, pks, &sql, "ORDER BY owner, position", assembly, |document, row| {
                push(document, path, task_model(row)?);
                Ok(())
            })
        }
        Place::Ancestors => {
            empty(assembly, path, || json!([]));
            let sql = "SELECT owner, ancestor FROM project_ancestors WHERE owner IN";
            rows(tx, pks, sql, "ORDER BY owner, depth", assembly, |document, row| {
                push(document, path, row.text(1)?.into());
                Ok(())
            })
        }
        Place::Entries => {
            empty(assembly, path, || json!([]));
            let sql = "SELECT q.pk, e.task, e.added FROM queue_entries e JOIN queues q ON q.id = e.queue WHERE q.pk IN";
            rows(tx, pks, sql, "ORDER BY q.pk, e.position", assembly, |document, row| {
                push(
                    document,
                    path,
                    json!({"task": row.text(1)?, "added": date::format(row.int(2)?)}),
                );
                Ok(())
            })
        }
        Place::LastMetrics => {
            empty(assembly, path, || json!({}));
            reported(tx, entity, pks, path, assembly, |tx, owners| {
                documents::last_metrics(tx, owners, narrow)
            })
        }
        Place::MetricStats => {
            empty(assembly, path, || json!({}));
            reported(tx, entity, pks, path, assembly, documents::metric_stats)
        }
        Place::UniqueMetrics => {
            empty(assembly, path, || json!([]));
            reported(tx, entity, pks, path, assembly, documents::unique_metrics)
        }
    }
}

/// Puts what is kept with the events of these tasks or models at `path`.
fn reported(
    tx: &Tx<'_>,
    entity: &Entity,
    pks: &[i64],
    path: &str,
    assembly: &mut Assembly,
    read: impl Fn(&Tx<'_>, &[Owner]) -> Result<FxHashMap<Owner, Value>>,
) -> Result<()> {
    let owner = |pk: i64| match entity.name {
        "model" => Owner::model(pk),
        _ => Owner::task(pk),
    };
    let owners: Vec<Owner> = pks.iter().map(|pk| owner(*pk)).collect();
    for (owner, value) in read(tx, &owners)? {
        let pk = owner.as_task().or(owner.as_model()).unwrap_or_default();
        if let Some(document) = assembly.get_mut(&pk) {
            put(document, path, value);
        }
    }
    Ok(())
}

/// Gives every document the empty value of a list or object, which the wire always shows.
fn empty(assembly: &mut Assembly, path: &str, value: impl Fn() -> Value) {
    for document in assembly.values_mut() {
        put(document, path, value());
    }
}

fn rows(
    tx: &Tx<'_>,
    pks: &[i64],
    select: &str,
    order: &str,
    assembly: &mut Assembly,
    attach: impl Fn(&mut Document, &Row<'_>) -> Result<()>,
) -> Result<()> {
    in_lists(pks, |list, values| {
        tx.each(&format!("{select} ({list}) {order}"), values, |row| {
            each_owner(assembly, row, &attach)
        })
    })
}

/// As [`rows`], for the entries of a map that are asked for; the columns hold their keys.
fn entries_of(
    tx: &Tx<'_>,
    pks: &[i64],
    select: &str,
    (narrow, columns): (&Narrow, &[&str]),
    assembly: &mut Assembly,
    attach: impl Fn(&mut Document, &Row<'_>) -> Result<()>,
) -> Result<()> {
    in_lists(pks, |list, values| {
        let mut sql = Sql { text: format!("{select} ({list})"), values: values.to_vec() };
        narrow.push(&mut sql, columns);
        tx.each(&sql.text, &sql.values, |row| each_owner(assembly, row, &attach))
    })
}

fn each_owner(
    assembly: &mut Assembly,
    row: &Row<'_>,
    attach: &impl Fn(&mut Document, &Row<'_>) -> Result<()>,
) -> Result<ControlFlow<()>> {
    if let Some(document) = assembly.get_mut(&row.int(0)?) {
        attach(document, row)?;
    }
    Ok(ControlFlow::Continue(()))
}

fn push(document: &mut Document, path: &str, value: Value) {
    if let Some(list) = lookup(document, path).and_then(Value::as_array_mut) {
        list.push(value);
    }
}

fn insert_below(document: &mut Document, path: &str, name: String, value: Value) {
    if let Some(map) = lookup(document, path).and_then(Value::as_object_mut) {
        map.insert(name, value);
    }
}

fn lookup<'a>(document: &'a mut Document, path: &str) -> Option<&'a mut Value> {
    match path.split_once('.') {
        None => document.get_mut(path),
        Some((first, rest)) => lookup(document.get_mut(first)?.as_object_mut()?, rest),
    }
}

fn attach_param(document: &mut Document, row: &Row<'_>) -> Result<()> {
    let (section, name) = (row.text(1)?, row.text(2)?);
    let mut item = Document::new();
    item.insert("section".into(), section.as_str().into());
    item.insert("name".into(), name.as_str().into());
    item.insert("value".into(), row.text(3)?.into());
    described(&mut item, row, 4)?;
    if let Some(Value::Object(sections)) = document.get_mut("hyperparams") {
        let items = sections.entry(section).or_insert_with(|| json!({}));
        if let Value::Object(items) = items {
            items.insert(name, Value::Object(item));
        }
    }
    Ok(())
}

fn attach_config(document: &mut Document, row: &Row<'_>) -> Result<()> {
    let name = row.text(1)?;
    let mut item = Document::new();
    item.insert("name".into(), name.as_str().into());
    if let Some(value) = row.bytes(2)? {
        item.insert("value".into(), unpack(value)?);
    }
    described(&mut item, row, 3)?;
    insert_below(document, "configuration", name, Value::Object(item));
    Ok(())
}

fn described(item: &mut Document, row: &Row<'_>, at: usize) -> Result<()> {
    for (offset, key) in ["type", "description"].into_iter().enumerate() {
        if let Some(text) = row.opt_text(at + offset)? {
            item.insert(key.into(), text.into());
        }
    }
    Ok(())
}

fn task_model(row: &Row<'_>) -> Result<Value> {
    let mut item = Document::new();
    item.insert("name".into(), row.text(1)?.into());
    if let Some(model) = row.opt_text(2)? {
        item.insert("model".into(), model.into());
    }
    if let Some(updated) = row.opt_int(3)? {
        item.insert("updated".into(), date::format(updated).into());
    }
    Ok(Value::Object(item))
}

/// `input` of `models.input`.
fn direction(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Replaces what the side table holds of `field` by `value`; `None` empties it.
pub(super) fn replace(
    tx: &Tx<'_>,
    entity: &Entity,
    field: &Field,
    owner: i64,
    value: Option<&Value>,
) -> Result<()> {
    clear(tx, entity, field, owner)?;
    let Some(value) = value else { return Ok(()) };
    let prefix = entity.prefix;
    match field.place {
        Place::Tags(system) => {
            let sql = format!(
                "INSERT INTO {prefix}_tags (owner, system, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
            );
            for tag in texts(value) {
                fits("a tag", tag, MAX_INDEXED)?;
                tx.execute(&sql, &[owner.into(), system.into(), tag.into()])?;
            }
            Ok(())
        }
        Place::LongText => {
            let sql = "INSERT INTO task_texts (owner, field, value) VALUES ($1, $2, $3)";
            tx.execute(sql, &[owner.into(), field.path.into(), pack(value)?.into()])?;
            Ok(())
        }
        Place::Params => {
            for (section, items) in entries(value) {
                for (name, item) in entries(items) {
                    put_param(tx, owner, section, name, item)?;
                }
            }
            Ok(())
        }
        Place::Configs => {
            entries(value).try_for_each(|(name, item)| put_config(tx, owner, name, item))
        }
        Place::Map => entries(value)
            .try_for_each(|(name, item)| put_map_entry(tx, entity, field.path, owner, name, item)),
        Place::Artifacts => {
            let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
            list.iter().try_for_each(|artifact| put_artifact(tx, owner, artifact))
        }
        Place::Models => {
            let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
            (0..).zip(list).try_for_each(|(position, item)| {
                put_task_model(tx, owner, direction(field.path), position, item)
            })
        }
        Place::Ancestors => {
            let sql = "INSERT INTO project_ancestors (owner, depth, ancestor) VALUES ($1, $2, $3)";
            for (depth, ancestor) in (0i64..).zip(texts(value)) {
                tx.execute(sql, &[owner.into(), depth.into(), ancestor.into()])?;
            }
            Ok(())
        }
        // Written by the queue's own operations and by events, never with a document.
        Place::Entries | Place::LastMetrics | Place::UniqueMetrics | Place::MetricStats => Ok(()),
        Place::Column(_) | Place::Document => Ok(()),
    }
}

/// Removes what the side table holds of `field`.
pub(super) fn clear(tx: &Tx<'_>, entity: &Entity, field: &Field, owner: i64) -> Result<()> {
    let prefix = entity.prefix;
    let path = field.path;
    let sql = match field.place {
        Place::Tags(system) => {
            format!("DELETE FROM {prefix}_tags WHERE owner = $1 AND system = {}", i64::from(system))
        }
        Place::LongText => format!("DELETE FROM task_texts WHERE owner = $1 AND field = '{path}'"),
        Place::Params => "DELETE FROM task_params WHERE owner = $1".to_owned(),
        Place::Configs => "DELETE FROM task_configs WHERE owner = $1".to_owned(),
        Place::Map => format!("DELETE FROM {prefix}_maps WHERE owner = $1 AND field = '{path}'"),
        Place::Artifacts => "DELETE FROM task_artifacts WHERE owner = $1".to_owned(),
        Place::Models => {
            format!(
                "DELETE FROM task_models WHERE owner = $1 AND direction = '{}'",
                direction(path)
            )
        }
        Place::Ancestors => "DELETE FROM project_ancestors WHERE owner = $1".to_owned(),
        Place::Entries => {
            "DELETE FROM queue_entries WHERE queue = (SELECT id FROM queues WHERE pk = $1)"
                .to_owned()
        }
        Place::Column(_)
        | Place::Document
        | Place::LastMetrics
        | Place::UniqueMetrics
        | Place::MetricStats => return Ok(()),
    };
    tx.execute(&sql, &[owner.into()])?;
    Ok(())
}

/// Writes one hyperparameter, replacing one of that section and name.
pub(crate) fn put_param(
    tx: &Tx<'_>,
    owner: i64,
    section: &str,
    name: &str,
    item: &Value,
) -> Result<()> {
    fits("a parameter's section", section, MAX_KEY)?;
    fits("a parameter's name", name, MAX_KEY)?;
    let value = text_of(item.get("value"));
    let key = natural::sort_key(&value);
    tx.execute(
        "INSERT INTO task_params (owner, section, name, value, type, description, sort_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (owner, section, name) DO UPDATE SET \
         value = excluded.value, type = excluded.type, description = excluded.description, \
         sort_key = excluded.sort_key",
        &[
            owner.into(),
            section.into(),
            name.into(),
            value.into(),
            opt_text(item, "type"),
            opt_text(item, "description"),
            key.into(),
        ],
    )?;
    Ok(())
}

/// Writes one configuration object, replacing one of that name.
pub(crate) fn put_config(tx: &Tx<'_>, owner: i64, name: &str, item: &Value) -> Result<()> {
    fits("the name of a configuration", name, MAX_INDEXED)?;
    let value = item.get("value").filter(|value| !value.is_null()).map(pack).transpose()?;
    tx.execute(
        "INSERT INTO task_configs (owner, name, value, type, description) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (owner, name) DO UPDATE SET \
         value = excluded.value, type = excluded.type, description = excluded.description",
        &[
            owner.into(),
            name.into(),
            value.into(),
            opt_text(item, "type"),
            opt_text(item, "description"),
        ],
    )?;
    Ok(())
}

/// Writes one entry of a free-form map.
pub(crate) fn put_map_entry(
    tx: &Tx<'_>,
    entity: &Entity,
    field: &str,
    owner: i64,
    name: &str,
    value: &Value,
) -> Result<()> {
    fits("a key", name, MAX_MAP_KEY)?;
    let shown = text_of(value.get("value").or(Some(value)));
    let sql = format!(
        "INSERT INTO {}_maps (owner, field, name, value, sort_key) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (owner, field, name) DO UPDATE SET value = excluded.value, \
         sort_key = excluded.sort_key",
        entity.prefix
    );
    let key = natural::sort_key(&shown);
    tx.execute(
        &sql,
        &[owner.into(), field.into(), name.into(), value.to_string().into(), key.into()],
    )?;
    Ok(())
}

/// Writes one artifact, replacing one of that key and mode.
pub(crate) fn put_artifact(tx: &Tx<'_>, owner: i64, artifact: &Value) -> Result<()> {
    fits("an artifact's key", &text_of(artifact.get("key")), MAX_INDEXED)?;
    let mode = artifact.get("mode").and_then(Value::as_str).unwrap_or("output");
    let file = artifact.get("uri").and_then(Value::as_str).map(references::file_of);
    tx.execute(
        "INSERT INTO task_artifacts (owner, name, mode, value, file) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (owner, name, mode) DO UPDATE SET value = excluded.value, file = excluded.file",
        &[
            owner.into(),
            text_of(artifact.get("key")).into(),
            mode.into(),
            pack(artifact)?.into(),
            file.into(),
        ],
    )?;
    Ok(())
}

/// Writes one input or output model at a position.
pub(crate) fn put_task_model(
    tx: &Tx<'_>,
    owner: i64,
    direction: &str,
    position: i64,
    item: &Value,
) -> Result<()> {
    let updated = item.as_object().and_then(|item| get(item, "updated")).and_then(Value::as_str);
    tx.execute(
        "INSERT INTO task_models (owner, direction, position, name, model, updated) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (owner, direction, position) DO UPDATE SET \
         name = excluded.name, model = excluded.model, updated = excluded.updated",
        &[
            owner.into(),
            direction.into(),
            position.into(),
            text_of(item.get("name")).into(),
            opt_text(item, "model"),
            updated.and_then(date::parse).into(),
        ],
    )?;
    Ok(())
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn opt_text(item: &Value, key: &str) -> Bound {
    item.get(key).and_then(Value::as_str).into()
}

/// Text as it is; anything else as JSON; nothing as the empty text.
fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

//! `queues.create`, `update`, `delete`.

use crate::registry::Context;
use crate::rules::models::metadata_map;
use crate::rules::tasks::{check_tags, restore_waiting};
use arno_store::document::{self, Changes, Document, new_id};
use arno_store::schema::QUEUE;
use arno_store::{Result, queues, statistics};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// Characters a name needs.
const MIN_NAME: usize = 3;
const WRITABLE: [&str; 5] = ["name", "display_name", "tags", "system_tags", "metadata"];

pub(super) fn create(ctx: &Context<'_>, mut request: Document) -> Result<Value> {
    normalise(ctx, &mut request)?;
    let id = new_id();
    let now = ctx.tx.now();
    let own = json!({
        "id": id, "company": ctx.caller.company, "user": ctx.caller.user,
        "created": now, "last_update": now,
    });
    if let Value::Object(own) = own {
        request.extend(own);
    }
    document::insert(ctx.tx, &QUEUE, request)?;
    Ok(json!({"id": id}))
}

#[derive(Debug, Deserialize)]
pub(super) struct UpdateRequest {
    queue: String,
    #[serde(flatten)]
    fields: Document,
}

pub(super) fn update(ctx: &Context<'_>, request: UpdateRequest) -> Result<Value> {
    let queue = queues::get(ctx.tx, &request.queue)?;
    let mut fields = request.fields;
    if fields.get("name") == Some(&queues::name(ctx.tx, &queue)?.into()) {
        fields.remove("name");
    }
    normalise(ctx, &mut fields)?;
    if fields.is_empty() {
        return Ok(json!({"updated": 0, "fields": {}}));
    }
    let now = ctx.tx.now();
    let mut changes = Changes::new().set("last_update", now);
    for (key, value) in &fields {
        changes.add(key, value.clone());
    }
    document::update(ctx.tx, &QUEUE, queue.pk, &changes)?;
    fields.insert("last_update".to_owned(), date::format(now).into());
    Ok(json!({"updated": 1, "fields": fields}))
}

fn normalise(ctx: &Context<'_>, fields: &mut Document) -> Result<()> {
    fields.retain(|key, value| WRITABLE.contains(&key.as_str()) && !value.is_null());
    for key in ["tags", "system_tags"] {
        check_tags(key, fields.get(key))?;
    }
    if let Some(metadata) = fields.get_mut("metadata") {
        *metadata = metadata_map(metadata)?;
    }
    let Some(name) = fields.get("name") else { return Ok(()) };
    let name = name.as_str().unwrap_or_default().trim().to_owned();
    if name.chars().count() < MIN_NAME {
        return Err(Error::new(Code::DataValidationError)
            .extra(format!("a name needs at least {MIN_NAME} characters"))
            .with("name", name)
            .into());
    }
    if queues::id_by_name(ctx.tx, &name)?.is_some() {
        return Err(Error::new(Code::ExpectedUniqueData)
            .extra("a queue of this name exists")
            .with("name", name)
            .into());
    }
    fields.insert("name".to_owned(), name.into());
    Ok(())
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteRequest {
    queue: String,
    #[serde(default)]
    force: Option<bool>,
}

pub(super) fn delete(ctx: &Context<'_>, request: DeleteRequest) -> Result<Value> {
    let queue = queues::hold(ctx.tx, &request.queue)?;
    let waiting = queues::entries(ctx.tx, &queue)?;
    if !waiting.is_empty() && !request.force.unwrap_or(false) {
        return Err(Error::new(Code::QueueNotEmpty).with("id", &queue.id).into());
    }
    for entry in &waiting {
        restore_waiting(ctx, &entry.task, &queue.id)?;
    }
    statistics::forget_queue(ctx.tx, &queue)?;
    document::remove(ctx.tx, &QUEUE, queue.pk)?;
    Ok(json!({"deleted": 1}))
}

//! `tasks.create`, `validate`, `edit`, `update`, `update_batch`, `set_requirements` (api.md §6.10).

use super::{fields, lifecycle};
use crate::registry::Context;
use arno_store::document::{self, Changes, Document, new_id};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, projects};
use arno_wire::error::{Code, Error};
use arno_wire::legacy;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a client may give a new task, besides `output_dest`.
const CREATABLE: [&str; 14] = [
    "name",
    "type",
    "tags",
    "system_tags",
    "comment",
    "parent",
    "project",
    "models",
    "container",
    "execution",
    "hyperparams",
    "configuration",
    "script",
    "runtime",
];

/// What `tasks.edit` may write besides that.
const EDITABLE: [&str; 4] = ["status", "created", "status_message", "output"];

/// What `tasks.update` may write.
const UPDATABLE: [&str; 7] =
    ["name", "tags", "system_tags", "comment", "project", "status_message", "output"];

/// Objects that are merged with what is stored, one level deep.
const MERGED: [&str; 4] = ["execution", "script", "output", "models"];

/// Edits of these alone are not a sign of life of the task.
const QUIET: [&str; 7] =
    ["name", "tags", "system_tags", "comment", "project", "created", "status_message"];

pub(crate) fn create(ctx: &Context<'_>, request: Document) -> Result<Value> {
    let task = new_task(ctx, request)?;
    let id = task["id"].clone();
    document::insert(ctx.tx, &TASK, task)?;
    Ok(json!({"id": id}))
}

pub(super) fn validate(ctx: &Context<'_>, mut request: Document) -> Result<Value> {
    let deleted = |value: &Value| value.as_str().is_some_and(|id| id.starts_with("__DELETED__"));
    request.retain(|key, value| key != "parent" || !deleted(value));
    new_task(ctx, request)?;
    Ok(json!({}))
}

/// A new task as it is stored, from what the client gave.
fn new_task(ctx: &Context<'_>, mut request: Document) -> Result<Document> {
    legacy::upgrade_task(ctx.version, &mut request, None);
    let destination = request.remove("output_dest");
    request.retain(|key, _| CREATABLE.contains(&key.as_str()));
    fields::normalise(ctx, &mut request)?;
    for (key, defaults) in [("script", script_defaults()), ("execution", execution_defaults())] {
        if let Value::Object(object) = request.entry(key).or_insert_with(|| json!({})) {
            with_defaults(object, defaults);
        }
    }
    let output = match destination {
        Some(Value::String(destination)) => json!({"destination": destination}),
        _ => json!({}),
    };
    let now = ctx.tx.now();
    let own = json!({
        "id": new_id(), "company": ctx.caller.company, "user": ctx.caller.user,
        "status": "created", "output": output, "created": now, "last_update": now,
        "last_change": now, "last_changed_by": ctx.caller.user, "last_iteration": 0,
    });
    if let Value::Object(own) = own {
        request.extend(own);
    }
    Ok(request)
}

/// `execution` of a task that says nothing about it.
pub(super) fn execution_defaults() -> Value {
    json!({"test_split": 0, "parameters": {}, "model_desc": {}, "model_labels": {}})
}

fn script_defaults() -> Value {
    json!({"binary": "python", "repository": "", "entry_point": "", "requirements": {}})
}

fn with_defaults(object: &mut Document, defaults: Value) {
    if let Value::Object(defaults) = defaults {
        for (key, value) in defaults {
            object.entry(key).or_insert(value);
        }
    }
}

/// A task and what to write; the fields stay as the client sent them.
#[derive(Debug, Deserialize)]
pub(super) struct EditRequest {
    task: String,
    #[serde(default)]
    force: Option<bool>,
    #[serde(flatten)]
    fields: Document,
}

pub(super) fn edit(ctx: &Context<'_>, request: EditRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    if task.status != "created" && !request.force.unwrap_or(false) {
        return Err(Error::new(Code::InvalidTaskStatus)
            .extra("only a draft can be edited without force")
            .with("task", &task.id)
            .with("status", &task.status)
            .into());
    }
    let mut fields = request.fields;
    let stored = stored_parameters(ctx, &task, &fields)?;
    legacy::upgrade_task(ctx.version, &mut fields, stored.as_ref());
    if let Some(destination) = fields.remove("output_dest") {
        let output = fields.entry("output").or_insert_with(|| json!({}));
        output["destination"] = destination;
    }
    fields.retain(|key, _| CREATABLE.contains(&key.as_str()) || EDITABLE.contains(&key.as_str()));
    if let Some(status) = fields.get("status").and_then(Value::as_str)
        && !lifecycle::is_status(status)
    {
        let error = Error::new(Code::ValidationError).extra("not a status of a task");
        return Err(error.with("status", status).into());
    }
    let quiet = fields.keys().all(|key| QUIET.contains(&key.as_str()));
    write(ctx, &task, fields, !quiet)
}

/// The stored parameters and configuration, when the request brings legacy ones that replace a part
/// of them.
fn stored_parameters(
    ctx: &Context<'_>,
    task: &Head,
    fields: &Document,
) -> Result<Option<Document>> {
    let brings = |part: &str| fields.get("execution").is_some_and(|e| e.get(part).is_some());
    if !brings("parameters") && !brings("model_desc") {
        return Ok(None);
    }
    let include = ["hyperparams".to_owned(), "configuration".to_owned()];
    let loaded = document::load(ctx.tx, &TASK, &[task.pk], Some(&include))?;
    Ok(loaded.into_iter().next().map(|(_, document)| document))
}

pub(super) fn update(ctx: &Context<'_>, request: EditRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let mut fields = request.fields;
    fields.retain(|key, _| UPDATABLE.contains(&key.as_str()));
    if let Some(output) = fields.remove("output")
        && let Some(error) = output.get("error")
    {
        fields.insert("output".to_owned(), json!({"error": error}));
    }
    write(ctx, &task, fields, false)
}

pub(super) fn update_batch(ctx: &Context<'_>, items: Vec<EditRequest>) -> Result<Value> {
    let mut updated = 0;
    for item in items {
        updated += update(ctx, item)?["updated"].as_i64().unwrap_or(0);
    }
    Ok(json!({"updated": updated}))
}

/// Stores what the client gave and answers with it.
fn write(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    mut fields: Document,
    alive: bool,
) -> Result<Value> {
    fields::normalise(ctx, &mut fields)?;
    // The wire's table fills in an empty one where the client sent none.
    fields.retain(|key, value| key != "status_message" || *value != "");
    if fields.is_empty() {
        return Ok(json!({"updated": 0}));
    }
    let mut changes = Changes::new();
    for (key, value) in fields {
        match value {
            Value::Object(parts) if MERGED.contains(&key.as_str()) => {
                for (part, value) in parts {
                    changes.add(&format!("{key}.{part}"), value);
                }
            }
            value => changes.add(&key, value),
        }
    }
    let shown = lifecycle::shown(&changes);
    let now = ctx.tx.now();
    changes.add("last_change", now);
    changes.add("last_changed_by", ctx.caller.user.as_str());
    if alive {
        changes.add("last_update", now);
    }
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    if shown.contains_key("project") {
        projects::touch(ctx.tx, shown["project"].as_str())?;
    }
    Ok(json!({"updated": 1, "fields": shown}))
}

#[derive(Debug, Deserialize)]
pub(super) struct RequirementsRequest {
    task: String,
    requirements: Value,
}

pub(super) fn set_requirements(ctx: &Context<'_>, request: RequirementsRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let include = ["script".to_owned()];
    let stored = document::load(ctx.tx, &TASK, &[task.pk], Some(&include))?;
    if stored.first().is_none_or(|(_, document)| !document.contains_key("script")) {
        return Err(Error::new(Code::MissingTaskFields)
            .extra("the task has no script")
            .with("task", &task.id)
            .into());
    }
    let now = ctx.tx.now();
    let changes = Changes::new()
        .set("script.requirements", request.requirements)
        .set("last_update", now)
        .set("last_change", now)
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    Ok(json!({"updated": 1, "fields": lifecycle::shown(&changes)}))
}

//! `tasks.clone` (api.md §6.8).

use super::fields;
use crate::registry::Context;
use arno_store::access::visible_pk;
use arno_store::document::{self, Document, new_id};
use arno_store::schema::TASK;
use arno_store::{Result, projects, tasks};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a clone keeps of its source.
const COPIED: [&str; 11] = [
    "type",
    "script",
    "container",
    "comment",
    "tags",
    "system_tags",
    "hyperparams",
    "configuration",
    "execution",
    "project",
    "name",
];

#[derive(Debug, Deserialize)]
pub(crate) struct CloneRequest {
    task: String,
    new_task_name: Option<String>,
    new_task_comment: Option<String>,
    new_task_parent: Option<String>,
    new_task_project: Option<String>,
    new_project_name: Option<String>,
    new_task_tags: Option<Value>,
    new_task_system_tags: Option<Value>,
    new_task_hyperparams: Option<Value>,
    new_task_configuration: Option<Value>,
    new_task_container: Option<Value>,
    new_task_input_models: Option<Value>,
    execution_overrides: Option<Document>,
}

pub(crate) fn clone(ctx: &Context<'_>, request: CloneRequest) -> Result<Value> {
    let source = tasks::visible(ctx.tx, &request.task)?;
    let mut include: Vec<String> = COPIED.map(str::to_owned).to_vec();
    include.extend(["models.input".to_owned(), "output".to_owned(), "parent".to_owned()]);
    let loaded = document::load(ctx.tx, &TASK, &[source.pk], Some(&include))?;
    let stored = loaded.into_iter().next().map(|(_, document)| document).unwrap_or_default();

    let mut clone = copy(&stored);
    clone.insert("parent".into(), parent(ctx, &request, &source)?.into());
    let new_project = project_by_name(ctx, request.new_project_name.as_deref())?;
    let project = new_project.as_ref().map(|(id, _)| id.clone()).or(request.new_task_project);
    let overrides = [
        ("name", request.new_task_name.map(Value::from)),
        ("comment", request.new_task_comment.map(Value::from)),
        ("project", project.map(Value::from)),
        ("tags", request.new_task_tags),
        ("system_tags", request.new_task_system_tags),
        ("hyperparams", request.new_task_hyperparams),
        ("configuration", request.new_task_configuration),
        ("container", request.new_task_container),
        ("models", request.new_task_input_models.map(|input| json!({"input": input}))),
    ];
    let mut given: Document = overrides
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value.filter(|v| !is_empty(v))?)))
        .collect();
    if let Some(mut execution) = request.execution_overrides {
        execution.retain(|_, value| !value.is_null());
        given.insert("execution".into(), execution.into());
    }
    fields::normalise(ctx, &mut given)?;
    if let Some(Value::Object(changed)) = given.remove("execution")
        && let Some(Value::Object(execution)) = clone.get_mut("execution")
    {
        execution.extend(changed);
    }
    clone.extend(given);

    let id = new_id();
    let now = ctx.tx.now();
    let own = json!({
        "id": id, "company": ctx.caller.company, "user": ctx.caller.user, "status": "created",
        "created": now, "last_update": now, "last_change": now,
        "last_changed_by": ctx.caller.user, "last_iteration": 0,
    });
    if let Value::Object(own) = own {
        clone.extend(own);
    }
    document::insert(ctx.tx, &TASK, clone)?;
    let mut answer = json!({"id": id});
    if let Some((id, name)) = new_project {
        answer["new_project"] = json!({"id": id, "name": name});
    }
    Ok(answer)
}

/// The parts of the source that a clone starts from.
fn copy(stored: &Document) -> Document {
    let mut clone: Document = COPIED
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), stored.get(*key)?.clone())))
        .collect();
    if let Some(Value::Array(tags)) = clone.get_mut("system_tags") {
        tags.retain(|tag| tag != "development" && tag != "archived");
    }
    if let Some(Value::Object(execution)) = clone.get_mut("execution") {
        execution.remove("queue");
        if let Some(Value::Array(artifacts)) = execution.get_mut("artifacts") {
            artifacts.retain(|artifact| artifact["mode"] == "input");
        }
    }
    let inputs = document::get(stored, "models.input").cloned().unwrap_or_else(|| json!([]));
    clone.insert("models".into(), json!({"input": inputs}));
    let mut output = Document::new();
    if let Some(destination) = document::get(stored, "output.destination") {
        output.insert("destination".into(), destination.clone());
    }
    clone.insert("output".into(), output.into());
    clone
}

/// The given parent, else the source's own when it still exists, else the source.
fn parent(ctx: &Context<'_>, request: &CloneRequest, source: &tasks::Head) -> Result<String> {
    if let Some(parent) = request.new_task_parent.as_ref().filter(|id| !id.is_empty()) {
        return Ok(tasks::visible(ctx.tx, parent)?.id.clone());
    }
    if let Some(parent) = &source.parent
        && visible_pk(ctx.tx, &TASK, parent, true)?.is_some()
    {
        return Ok(parent.clone());
    }
    Ok(source.id.clone())
}

/// The project of this name with its id, created when there is none.
fn project_by_name(ctx: &Context<'_>, name: Option<&str>) -> Result<Option<(String, String)>> {
    let name = name.filter(|name| !name.trim().is_empty());
    name.map(|name| projects::ensure_named(ctx.tx, name)).transpose()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

//! `models.create`, `edit`, `update`.

use crate::registry::Context;
use crate::rules::tasks::{check_project, check_tags};
use arno_store::document::{self, Changes, Document, new_id};
use arno_store::models::Head;
use arno_store::schema::{MODEL, TASK};
use arno_store::scope::Writable;
use arno_store::{Result, models, tasks};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// Characters a name needs.
const MIN_NAME: usize = 3;

/// What a client may give a new model.
const CREATABLE: [&str; 13] = [
    "name",
    "uri",
    "tags",
    "system_tags",
    "task",
    "comment",
    "project",
    "parent",
    "framework",
    "design",
    "labels",
    "ready",
    "metadata",
];

/// What `models.update` may write.
const UPDATABLE: [&str; 9] =
    ["name", "project", "created", "comment", "tags", "system_tags", "uri", "ui_cache", "metadata"];

/// Changes of these move `last_update`.
const LOUD: [&str; 8] =
    ["uri", "framework", "design", "labels", "ready", "metadata", "tags", "system_tags"];

#[derive(Debug, Deserialize)]
pub(super) struct CreateRequest {
    #[serde(default)]
    public: Option<bool>,
    #[serde(flatten)]
    fields: Document,
}

pub(super) fn create(ctx: &Context<'_>, request: CreateRequest) -> Result<Value> {
    let mut model = request.fields;
    model.retain(|key, value| CREATABLE.contains(&key.as_str()) && !value.is_null());
    for required in ["name", "uri"] {
        if !model.contains_key(required) {
            return Err(Error::new(Code::ValidationError)
                .extra("required field is missing")
                .with("field", required)
                .into());
        }
    }
    insert(ctx, model, request.public.unwrap_or(false))
}

/// Stores a new model of these fields.
pub(super) fn insert(ctx: &Context<'_>, mut model: Document, public: bool) -> Result<Value> {
    normalise(ctx, &mut model)?;
    model.entry("ready").or_insert(true.into());
    for object in ["design", "labels"] {
        model.entry(object).or_insert_with(|| json!({}));
    }
    let id = new_id();
    let now = ctx.tx.now();
    let own = json!({
        "id": id,
        "company": if public { "" } else { ctx.caller.company.as_str() },
        "company_origin": if public { Some(&ctx.caller.company) } else { None },
        "user": ctx.caller.user, "created": now, "last_update": now, "last_change": now,
        "last_changed_by": ctx.caller.user, "last_iteration": 0,
    });
    if let Value::Object(own) = own {
        model.extend(own);
    }
    document::insert(ctx.tx, &MODEL, model)?;
    Ok(json!({"id": id, "created": true}))
}

#[derive(Debug, Deserialize)]
pub(super) struct EditRequest {
    model: String,
    #[serde(default)]
    iteration: Option<i64>,
    #[serde(flatten)]
    fields: Document,
}

pub(super) fn edit(ctx: &Context<'_>, request: EditRequest) -> Result<Value> {
    write(ctx, request, &CREATABLE)
}

pub(super) fn update(ctx: &Context<'_>, request: EditRequest) -> Result<Value> {
    write(ctx, request, &UPDATABLE)
}

fn write(ctx: &Context<'_>, request: EditRequest, writable: &[&str]) -> Result<Value> {
    let model = models::writable(ctx.tx, &request.model)?;
    let mut fields = request.fields;
    fields.retain(|key, value| writable.contains(&key.as_str()) && !value.is_null());
    let task = fields.get("task").and_then(Value::as_str).or(model.task.as_deref());
    raise_iteration(ctx, task, request.iteration)?;
    write_fields(ctx, &model, fields)
}

/// Writes what a client gave and answers with it.
pub(super) fn write_fields(
    ctx: &Context<'_>,
    model: &Writable<Head>,
    mut fields: Document,
) -> Result<Value> {
    normalise(ctx, &mut fields)?;
    if fields.is_empty() {
        return Ok(json!({"updated": 0}));
    }
    let now = ctx.tx.now();
    let loud = fields.keys().any(|key| LOUD.contains(&key.as_str()));
    let mut changes = Changes::new();
    for (key, value) in &fields {
        changes.add(key, value.clone());
    }
    changes.add("last_change", now);
    changes.add("last_changed_by", ctx.caller.user.as_str());
    if loud {
        changes.add("last_update", now);
        fields.insert("last_update".to_owned(), date::format(now).into());
    }
    document::update(ctx.tx, &MODEL, model.pk, &changes)?;
    Ok(json!({"updated": 1, "fields": fields}))
}

/// A model saved at an iteration proves that its task got there.
pub(super) fn raise_iteration(
    ctx: &Context<'_>,
    task: Option<&str>,
    iteration: Option<i64>,
) -> Result<()> {
    let (Some(task), Some(iteration)) = (task, iteration) else { return Ok(()) };
    let Some(task) = arno_store::unless_refused(tasks::writable(ctx.tx, task))? else {
        return Ok(());
    };
    if iteration <= task.last_iteration {
        return Ok(());
    }
    document::update(ctx.tx, &TASK, task.pk, &Changes::new().set("last_iteration", iteration))
}

/// Checks what a client gave and brings it into stored form.
fn normalise(ctx: &Context<'_>, fields: &mut Document) -> Result<()> {
    if let Some(name) = fields.get("name") {
        let name = name.as_str().unwrap_or_default().trim().to_owned();
        if name.chars().count() < MIN_NAME {
            return Err(Error::new(Code::DataValidationError)
                .extra(format!("a name needs at least {MIN_NAME} characters"))
                .with("name", name)
                .into());
        }
        fields.insert("name".to_owned(), name.into());
    }
    for key in ["tags", "system_tags"] {
        check_tags(key, fields.get(key))?;
    }
    check_project(ctx, fields.get("project"))?;
    if let Some(task) = fields.get("task").and_then(Value::as_str)
        && !task.starts_with("__DELETED__")
        && !task.is_empty()
    {
        tasks::writable(ctx.tx, task)?;
    }
    if let Some(labels) = fields.get("labels") {
        check_labels(labels)?;
    }
    if let Some(metadata) = fields.get_mut("metadata") {
        *metadata = metadata_map(metadata)?;
    }
    Ok(())
}

/// Labels name distinct integers.
fn check_labels(labels: &Value) -> Result<()> {
    let problem =
        |text: &str| Error::new(Code::ValidationError).extra(text).with("field", "labels");
    let map = labels.as_object().ok_or_else(|| problem("labels must be an object"))?;
    let mut seen = std::collections::HashSet::new();
    for (label, value) in map {
        let number = value
            .as_i64()
            .ok_or_else(|| problem("labels must name integers").with("label", label))?;
        if !seen.insert(number) {
            return Err(problem("two labels name the same integer").with("label", label).into());
        }
    }
    Ok(())
}

/// Metadata in stored form: key → `{key, type, value}`, from a map or a list of items.
pub(crate) fn metadata_map(given: &Value) -> Result<Value> {
    let problem =
        || Error::new(Code::ValidationError).extra("metadata needs items with text values");
    let items: Vec<(String, &Value)> = match given {
        Value::Object(map) => map.iter().map(|(key, item)| (key.clone(), item)).collect(),
        Value::Array(list) => list
            .iter()
            .map(|item| (item["key"].as_str().unwrap_or_default().to_owned(), item))
            .collect(),
        _ => return Err(problem().into()),
    };
    let mut stored = Document::new();
    for (key, item) in items {
        let key = key.trim().to_owned();
        if key.is_empty() || !item.is_object() {
            return Err(problem().into());
        }
        let mut entry = json!({"key": key});
        for field in ["type", "value"] {
            if let Some(text) = item[field].as_str() {
                entry[field] = text.into();
            }
        }
        stored.insert(key, entry);
    }
    Ok(stored.into())
}

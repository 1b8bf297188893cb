//! Hyperparameters, configuration objects and runtime properties (api.md §6.11).

use super::fields;
use crate::registry::Context;
use arno_store::document::{self, Changes, Document};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, params};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The section that may be edited whatever the status.
const USER_PROPERTIES: &str = "properties";

#[derive(Debug, Deserialize)]
pub(super) struct TasksRequest {
    tasks: Vec<String>,
}

pub(super) fn get_hyper_params(ctx: &Context<'_>, request: TasksRequest) -> Result<Value> {
    let include = ["id".to_owned(), "hyperparams".to_owned()];
    let documents = load(ctx, &request.tasks, &include)?;
    let params: Vec<Value> = documents
        .iter()
        .map(|task| {
            let sections = task["hyperparams"].as_object().into_iter().flatten();
            let items: Vec<&Value> = sections
                .flat_map(|(_, items)| items.as_object().into_iter().flatten())
                .map(|(_, item)| item)
                .collect();
            json!({"task": task["id"], "hyperparams": items})
        })
        .collect();
    Ok(json!({"params": params}))
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfigurationsRequest {
    tasks: Vec<String>,
    #[serde(default)]
    names: Option<Vec<String>>,
}

pub(super) fn get_configurations(
    ctx: &Context<'_>,
    request: ConfigurationsRequest,
) -> Result<Value> {
    let include = ["id".to_owned(), "configuration".to_owned()];
    let documents = load(ctx, &request.tasks, &include)?;
    let wanted = |name: &String| request.names.as_ref().is_none_or(|names| names.contains(name));
    let configurations: Vec<Value> = documents
        .iter()
        .map(|task| {
            let items = task["configuration"].as_object().into_iter().flatten();
            let items: Vec<&Value> =
                items.filter(|(name, _)| wanted(name)).map(|(_, item)| item).collect();
            json!({"task": task["id"], "configuration": items})
        })
        .collect();
    Ok(json!({"configurations": configurations}))
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfigurationNamesRequest {
    tasks: Vec<String>,
    #[serde(default)]
    skip_empty: Option<bool>,
}

pub(super) fn get_configuration_names(
    ctx: &Context<'_>,
    request: ConfigurationNamesRequest,
) -> Result<Value> {
    let skip_empty = request.skip_empty.unwrap_or(false);
    let include = ["id".to_owned(), "configuration".to_owned()];
    let has_value = |item: &Value| item["value"].as_str().is_some_and(|text| !text.is_empty());
    let configurations: Vec<Value> = load(ctx, &request.tasks, &include)?
        .iter()
        .filter_map(|task| {
            let items = task["configuration"].as_object()?;
            let names: Vec<&String> = items
                .iter()
                .filter(|(_, item)| !skip_empty || has_value(item))
                .map(|(name, _)| name)
                .collect();
            (!names.is_empty()).then(|| json!({"task": task["id"], "names": names}))
        })
        .collect();
    Ok(json!({"configurations": configurations}))
}

/// The tasks of these ids that the caller may see.
fn load(ctx: &Context<'_>, ids: &[String], include: &[String]) -> Result<Vec<Value>> {
    let mut pks = Vec::new();
    for id in ids {
        pks.push(tasks::visible(ctx.tx, id)?.pk);
    }
    let documents = document::load(ctx.tx, &TASK, &pks, Some(include))?;
    Ok(documents.into_iter().map(|(_, document)| document.into()).collect())
}

#[derive(Debug, Deserialize)]
pub(crate) struct EditHyperParamsRequest {
    task: String,
    hyperparams: Vec<Map<String, Value>>,
    #[serde(default)]
    replace_hyperparams: Option<String>,
    #[serde(default)]
    force: Option<bool>,
}

pub(crate) fn edit_hyper_params(
    ctx: &Context<'_>,
    request: EditHyperParamsRequest,
) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let mut items = Vec::new();
    for item in request.hyperparams {
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (section, name) = (text("section"), text("name"));
        let (_, stored) = fields::hyperparam(&section, &name, &item.into())?;
        items.push(stored);
    }
    let sections: Vec<&str> = items.iter().filter_map(|item| item["section"].as_str()).collect();
    let replace = request.replace_hyperparams.as_deref().unwrap_or("none");
    let only_properties =
        replace != "all" && !sections.is_empty() && sections.iter().all(|s| *s == USER_PROPERTIES);
    require_editable(&task, request.force, only_properties)?;
    match replace {
        "none" => {}
        "section" => {
            for section in &sections {
                params::remove_section(ctx.tx, &task, section)?;
            }
        }
        "all" => params::clear(ctx.tx, &task)?,
        other => {
            return Err(Error::new(Code::ValidationError)
                .extra("replace_hyperparams must be none, section or all")
                .with("replace_hyperparams", other)
                .into());
        }
    }
    for item in &items {
        params::put(ctx.tx, &task, item)?;
    }
    touch(ctx, &task, !only_properties)?;
    Ok(json!({"updated": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteHyperParamsRequest {
    task: String,
    hyperparams: Vec<ParamKey>,
    #[serde(default)]
    force: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct ParamKey {
    section: String,
    #[serde(default)]
    name: Option<String>,
}

pub(super) fn delete_hyper_params(
    ctx: &Context<'_>,
    request: DeleteHyperParamsRequest,
) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let keys = request.hyperparams;
    let whole: Vec<&str> =
        keys.iter().filter(|key| key.name.is_none()).map(|key| key.section.as_str()).collect();
    if let Some(key) = keys.iter().find(|k| k.name.is_some() && whole.contains(&k.section.as_str()))
    {
        return Err(Error::new(Code::FieldsConflict)
            .extra("a section and one of its parameters cannot be deleted together")
            .with("section", &key.section)
            .into());
    }
    let only_properties = keys.iter().all(|key| key.section.eq_ignore_ascii_case(USER_PROPERTIES));
    require_editable(&task, request.force, only_properties)?;
    for key in &keys {
        match &key.name {
            None => params::remove_section(ctx.tx, &task, &key.section)?,
            Some(name) => params::remove(ctx.tx, &task, &key.section, name)?,
        }
    }
    touch(ctx, &task, !only_properties)?;
    Ok(json!({"deleted": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct EditConfigurationRequest {
    task: String,
    configuration: Vec<Map<String, Value>>,
    #[serde(default)]
    replace_configuration: Option<bool>,
    #[serde(default)]
    force: Option<bool>,
}

pub(super) fn edit_configuration(
    ctx: &Context<'_>,
    request: EditConfigurationRequest,
) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    require_editable(&task, request.force, false)?;
    if request.replace_configuration.unwrap_or(false) {
        params::clear_configurations(ctx.tx, &task)?;
    }
    for item in request.configuration {
        let name = item.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (name, stored) = fields::configuration(&name, &item.into())?;
        params::put_configuration(ctx.tx, &task, &name, &stored)?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"updated": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteConfigurationRequest {
    task: String,
    configuration: Vec<String>,
    #[serde(default)]
    force: Option<bool>,
}

pub(super) fn delete_configuration(
    ctx: &Context<'_>,
    request: DeleteConfigurationRequest,
) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    require_editable(&task, request.force, false)?;
    for name in &request.configuration {
        params::remove_configuration(ctx.tx, &task, name)?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"deleted": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct EditRuntimeRequest {
    task: String,
    #[serde(default)]
    add_or_update: Option<Document>,
    #[serde(default)]
    remove: Option<Vec<String>>,
}

pub(super) fn edit_runtime(ctx: &Context<'_>, request: EditRuntimeRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    for (name, value) in request.add_or_update.unwrap_or_default() {
        params::put_runtime(ctx.tx, &task, &name, &value)?;
    }
    for name in request.remove.unwrap_or_default() {
        params::remove_runtime(ctx.tx, &task, &name)?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"updated": 1}))
}

/// Parameters may be edited on drafts; by force also while a task waits or runs; user properties
/// always.
fn require_editable(task: &Head, force: Option<bool>, only_properties: bool) -> Result<()> {
    let forced = force.unwrap_or(false) && matches!(task.status.as_str(), "queued" | "in_progress");
    if task.status == "created" || forced || only_properties {
        return Ok(());
    }
    Err(Error::new(Code::InvalidTaskStatus)
        .extra("the parameters of such a task can no longer be changed")
        .with("task", &task.id)
        .with("status", &task.status)
        .into())
}

/// Notes the change on the task.
pub(super) fn touch(ctx: &Context<'_>, task: &Writable<Head>, alive: bool) -> Result<()> {
    let now = ctx.tx.now();
    let mut changes =
        Changes::new().set("last_change", now).set("last_changed_by", ctx.caller.user.as_str());
    if alive {
        changes.add("last_update", now);
    }
    document::update(ctx.tx, &TASK, task.pk, &changes)
}

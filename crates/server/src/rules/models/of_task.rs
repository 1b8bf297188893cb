//! The model of a task as clients up to 2.13 asked for and saved it (api.md §1.3, 7).

use super::create::{self, raise_iteration};
use crate::registry::Context;
use crate::rules::listing;
use arno_store::document::{self, Changes, Document};
use arno_store::schema::{MODEL, TASK};
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, models, outputs};
use arno_wire::error::{Code, Error};
use arno_wire::version::Version;
use serde::Deserialize;
use serde_json::{Value, json};

/// The last version that has these calls.
const UNTIL: Version = Version::new(2, 13);

/// What a task may be in the middle of when it saves a model.
const SAVING: [&str; 2] = ["created", "in_progress"];

fn require_version(ctx: &Context<'_>) -> Result<()> {
    if ctx.version <= UNTIL {
        return Ok(());
    }
    Err(Error::new(Code::NotSupported301)
        .extra("use models.get_all with the task, or tasks.add_or_update_model")
        .into())
}

#[derive(Debug, Deserialize)]
pub(super) struct TaskRequest {
    task: String,
}

pub(super) fn get_by_task_id(ctx: &Context<'_>, request: TaskRequest) -> Result<Value> {
    require_version(ctx)?;
    let task = tasks::visible(ctx.tx, &request.task)?;
    let model = tasks::last_output_model(ctx.tx, &task)?.ok_or_else(|| {
        Error::new(Code::MissingTaskFields).extra("the task has no model").with("task", &task.id)
    })?;
    listing::whole(ctx, &MODEL, &model, Code::InvalidModelId)
}

#[derive(Debug, Deserialize)]
pub(super) struct UpdateRequest {
    task: String,
    uri: Option<String>,
    override_model_id: Option<String>,
    iteration: Option<i64>,
    #[serde(flatten)]
    fields: Document,
}

pub(super) fn update_for_task(ctx: &Context<'_>, request: UpdateRequest) -> Result<Value> {
    require_version(ctx)?;
    let uri = request.uri.as_ref().filter(|uri| !uri.is_empty());
    let instead = request.override_model_id.as_ref().filter(|id| !id.is_empty());
    let task = tasks::writable(ctx.tx, &request.task)?;
    if !SAVING.contains(&task.status.as_str()) {
        return Err(Error::new(Code::InvalidTaskStatus)
            .extra("a model is saved by a task that is a draft or runs")
            .with("task", &task.id)
            .with("status", &task.status)
            .into());
    }
    let answer = match (uri, instead) {
        (None, Some(id)) => {
            let model = models::visible(ctx.tx, id)?;
            json!({"id": model.id, "created": false})
        }
        (Some(uri), None) => save(ctx, &task, uri, request.fields)?,
        _ => {
            return Err(Error::new(Code::MissingRequiredFields)
                .extra("give exactly one of uri and override_model_id")
                .into());
        }
    };
    if let Some(id) = answer["id"].as_str() {
        show(ctx, &task, id)?;
    }
    raise_iteration(ctx, Some(&task.id), request.iteration)?;
    let now = ctx.tx.now();
    let changes = Changes::new()
        .set("last_update", now)
        .set("last_change", now)
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    Ok(answer)
}

/// Gives the task's last output model this file, or makes one.
fn save(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    uri: &str,
    mut fields: Document,
) -> Result<Value> {
    fields.retain(|key, value| {
        matches!(key.as_str(), "name" | "comment" | "tags" | "system_tags") && !value.is_null()
    });
    fields.insert("uri".to_owned(), uri.into());
    let last = match tasks::last_output_model(ctx.tx, task)? {
        Some(id) => arno_store::unless_refused(models::writable(ctx.tx, &id))?,
        None => None,
    };
    if let Some(model) = last {
        let mut answer = create::write_fields(ctx, &model, fields)?;
        answer["id"] = model.id.as_str().into();
        answer["created"] = false.into();
        return Ok(answer);
    }
    fields.entry("name").or_insert_with(|| task.name.as_str().into());
    fields.insert("task".to_owned(), task.id.as_str().into());
    fields.insert("ready".to_owned(), (task.status == "published").into());
    if let Some(project) = &task.project {
        fields.insert("project".to_owned(), project.as_str().into());
    }
    create::insert(ctx, fields, false)
}

/// Names the model as the task's last output.
fn show(ctx: &Context<'_>, task: &Writable<Head>, model: &str) -> Result<()> {
    let last = outputs::last_output_name(ctx.tx, task)?;
    outputs::put_model(ctx.tx, task, "output", last.as_deref().unwrap_or(&task.name), model)
}

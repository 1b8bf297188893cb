//! What goes when a task is reset or deleted (api.md §6.6, 6.7): its place in queues, its draft
//! models, its events and files, and the links of those who refer to it.

use super::lifecycle::{Reason, allowed, change_status};
use super::queueing::dequeue_task;
use crate::registry::Context;
use arno_store::blobs::Deletion;
use arno_store::document::{self, Changes};
use arno_store::events::Owner;
use arno_store::schema::{MODEL, TASK};
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, models, outputs, queues, tags};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// What both requests say about the outputs.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct OutputOptions {
    #[serde(default)]
    return_file_urls: Option<bool>,
    #[serde(default)]
    delete_output_models: Option<bool>,
    /// Whether files go as well.
    #[serde(default)]
    delete_external_artifacts: Option<bool>,
}

impl OutputOptions {
    /// With or without the files; models that remain keep theirs.
    pub(crate) fn of_project(with_files: bool) -> OutputOptions {
        OutputOptions {
            return_file_urls: Some(true),
            delete_output_models: Some(false),
            delete_external_artifacts: Some(with_files),
        }
    }

    /// The deletion of the files that go with the task, if they do.
    fn files(&self, ctx: &Context<'_>, task: &Head) -> Option<Deletion> {
        self.delete_external_artifacts.unwrap_or(false).then(|| ctx.deletion(Some(&task.id)))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ResetRequest {
    task: String,
    #[serde(flatten)]
    reason: Reason,
    #[serde(flatten)]
    options: OutputOptions,
    #[serde(default)]
    clear_all: Option<bool>,
}

pub(super) fn reset(ctx: &Context<'_>, request: ResetRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let force = request.reason.force();
    if !force && task.status == "published" {
        return Err(refused(&task, "a published task cannot be reset").into());
    }
    if !force && !allowed(&task.status, "created") {
        return Err(refused(&task, "the task cannot become a draft again").into());
    }
    let removed = queues::remove_everywhere(ctx.tx, &task.id, None)?;
    let dequeued = dequeue_task(ctx, &task, &request.reason, None, false)?;
    let outputs = clean_outputs(ctx, &task, &request.options, false)?;
    outputs::clear_outputs(ctx.tx, &task)?;
    let files = request.options.files(ctx, &task);
    if let Some(deletion) = &files {
        ctx.delete_files(&outputs.all_urls(), false, deletion)?;
    }
    ctx.delete_events(Owner::task(task.pk), files)?;

    let reason = Reason::forced("reset", "reset");
    // Leaving a queue may have changed the status already.
    let task = tasks::writable(ctx.tx, &task.id)?;
    let fields = change_status(ctx, &task, "created", &reason, cleared(&request.clear_all))?;
    let was_queued = dequeued.is_some() || removed > 0;
    Ok(json!({
        "updated": 1,
        "fields": fields,
        "deleted_models": outputs.deleted_models,
        "urls": outputs.urls(&request.options),
        "dequeued": if was_queued { json!({"removed": removed}) } else { json!({}) },
        "events": {},
    }))
}

/// The fields a reset empties.
fn cleared(clear_all: &Option<bool>) -> Changes {
    let mut changes = Changes::new()
        .set("last_iteration", 0)
        .set("models.output", json!([]))
        .set("runtime", json!({}));
    for field in [
        "output.result",
        "output.error",
        "last_worker",
        "last_worker_report",
        "started",
        "completed",
        "published",
        "active_duration",
        "enqueue_status",
        "execution.queue",
    ] {
        changes = changes.unset(field);
    }
    if clear_all.unwrap_or(false) {
        changes.add("execution", super::create::execution_defaults());
        changes = changes.unset("script");
    }
    changes
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteRequest {
    task: String,
    #[serde(flatten)]
    reason: Reason,
    #[serde(flatten)]
    options: OutputOptions,
    #[serde(default)]
    include_pipeline_steps: Option<bool>,
}

pub(super) fn delete(ctx: &Context<'_>, request: DeleteRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    require_deletable(ctx, &task, request.reason.force())?;
    if request.include_pipeline_steps.unwrap_or(false) && task.kind == "controller" {
        for step in tasks::children(ctx.tx, &task.id)? {
            delete_task(ctx, &tasks::writable(ctx.tx, &step)?, &request.options)?;
        }
    }
    delete_task(ctx, &task, &request.options)
}

/// Deletes a task, with `force` in any state; the steps of a pipeline go with their controller.
pub(crate) fn delete_by_id(ctx: &Context<'_>, id: &str, force: bool) -> Result<Value> {
    let task = id.to_owned();
    let reason = Reason { force: Some(force), ..Reason::default() };
    let (options, include_pipeline_steps) = (OutputOptions::default(), Some(true));
    delete(ctx, DeleteRequest { task, reason, options, include_pipeline_steps })
}

fn require_deletable(ctx: &Context<'_>, task: &Head, force: bool) -> Result<()> {
    if force {
        return Ok(());
    }
    let archived = tags::has(ctx.tx, &TASK, task.pk, true, "archived")?;
    let problem = if task.status != "created" && !archived {
        "only drafts and archived tasks are deleted without force"
    } else if tasks::has_published_children(ctx.tx, &task.id)? {
        "the task has published children"
    } else if tasks::has_published_models(ctx.tx, task)? {
        "the task has published output models"
    } else {
        return Ok(());
    };
    Err(Error::new(Code::TaskCannotBeDeleted).extra(problem).with("task", &task.id).into())
}

fn delete_task(ctx: &Context<'_>, task: &Writable<Head>, options: &OutputOptions) -> Result<Value> {
    let deleted = remove_task(ctx, task, options)?;
    Ok(json!({
        "deleted": true,
        "updated_children": deleted.updated_children,
        "updated_models": deleted.outputs.updated_models,
        "deleted_models": deleted.outputs.deleted_models,
        "urls": deleted.outputs.urls(options),
    }))
}

/// What became of a task that was deleted.
pub(crate) struct Removed {
    updated_children: usize,
    pub(crate) outputs: Cleaned,
    /// URLs of its files that nobody here can delete.
    pub(crate) not_ours: Vec<String>,
}

/// Deletes a task with everything that is its own.
pub(crate) fn remove_task(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    options: &OutputOptions,
) -> Result<Removed> {
    queues::remove_everywhere(ctx.tx, &task.id, None)?;
    let updated_children = tasks::orphan_children(ctx.tx, &task.id)?;
    let outputs = clean_outputs(ctx, task, options, true)?;
    document::remove(ctx.tx, &TASK, task.pk)?;
    let files = options.files(ctx, task);
    let not_ours = match &files {
        Some(deletion) => ctx.delete_files(&outputs.all_urls(), true, deletion)?,
        None => outputs.all_urls(),
    };
    ctx.forget_events(Owner::task(task.pk), files)?;
    Ok(Removed { updated_children, outputs, not_ours })
}

/// What became of a task's outputs.
pub(crate) struct Cleaned {
    deleted_models: usize,
    updated_models: usize,
    model_urls: Vec<String>,
    pub(crate) artifact_urls: Vec<String>,
}

impl Cleaned {
    fn all_urls(&self) -> Vec<String> {
        [self.model_urls.as_slice(), &self.artifact_urls].concat()
    }

    /// The URLs as the answer tells them, when it is to.
    fn urls(&self, options: &OutputOptions) -> Value {
        match options.return_file_urls {
            Some(true) => json!({
                "model_urls": self.model_urls,
                "artifact_urls": self.artifact_urls,
                "event_urls": [],
            }),
            _ => Value::Null,
        }
    }
}

/// Deletes the task's draft models unless others use them, and cuts the link of those that stay.
fn clean_outputs(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    options: &OutputOptions,
    deleting: bool,
) -> Result<Cleaned> {
    let mut cleaned = Cleaned {
        deleted_models: 0,
        updated_models: 0,
        model_urls: Vec::new(),
        artifact_urls: tasks::artifact_urls(ctx.tx, task)?,
    };
    let delete_drafts = options.delete_output_models.unwrap_or(false);
    for id in tasks::output_models(ctx.tx, task)? {
        // A model of somebody else's stays as it is.
        let Some(model) = arno_store::unless_refused(models::writable(ctx.tx, &id))? else {
            continue;
        };
        let used = !outputs::users_of_model(ctx.tx, &id)?.is_empty();
        if delete_drafts && !model.ready && !used {
            cleaned.model_urls.extend(model.uri.clone());
            document::remove(ctx.tx, &MODEL, model.pk)?;
            ctx.forget_events(Owner::model(model.pk), options.files(ctx, task))?;
            cleaned.deleted_models += 1;
        } else if model.task.as_deref() == Some(&task.id) {
            let link = deleting.then(|| format!("__DELETED__{}", task.id));
            let changes = Changes::new().set("task", link);
            document::update(ctx.tx, &MODEL, model.pk, &changes)?;
            cleaned.updated_models += 1;
        }
    }
    Ok(cleaned)
}

fn refused(task: &Head, problem: &str) -> Error {
    Error::new(Code::InvalidTaskStatus)
        .extra(problem)
        .with("task", &task.id)
        .with("status", &task.status)
}

//! `projects.validate_delete` and `delete` (api.md §11).

use crate::registry::Context;
use crate::rules::models::remove_model;
use crate::rules::tasks::{OutputOptions, remove_task};
use arno_store::document::{self, Changes};
use arno_store::projects::removal::{self, Contents};
use arno_store::projects::{self, Head};
use arno_store::schema::{Entity, MODEL, TASK};
use arno_store::scope::Writable;
use arno_store::{Result, models, tasks, unless_refused};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct ValidateRequest {
    project: String,
}

pub(super) fn validate_delete(ctx: &Context<'_>, request: ValidateRequest) -> Result<Value> {
    let project = projects::writable(ctx.tx, &request.project)?;
    let ids = projects::with_descendants(ctx.tx, std::slice::from_ref(&project.id))?;
    let found = Contents::count(ctx.tx, &ids)?;
    Ok(json!({
        "tasks": found.tasks, "non_archived_tasks": found.live_tasks,
        "models": found.models, "non_archived_models": found.live_models,
        "reports": found.reports, "non_archived_reports": found.live_reports,
        "pipelines": found.pipelines, "datasets": found.datasets,
    }))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteRequest {
    project: String,
    #[serde(default)]
    force: Option<bool>,
    #[serde(default)]
    delete_contents: Option<bool>,
    #[serde(default)]
    delete_external_artifacts: Option<bool>,
}

pub(super) fn delete(ctx: &Context<'_>, request: DeleteRequest) -> Result<Value> {
    projects::hold_names(ctx.tx)?;
    let project = projects::writable(ctx.tx, &request.project)?;
    let ids = projects::with_descendants(ctx.tx, std::slice::from_ref(&project.id))?;
    if !request.force.unwrap_or(false) {
        require_empty(&project, &Contents::count(ctx.tx, &ids)?)?;
    }
    // Only who may change everything in it may delete it.
    let heads = |id: &String| projects::writable(ctx.tx, id);
    let gone: Vec<Writable<Head>> = ids.iter().map(heads).collect::<Result<_>>()?;
    let answer = match request.delete_contents.unwrap_or(false) {
        true => delete_contents(ctx, &ids, request.delete_external_artifacts.unwrap_or(false))?,
        false => detach(ctx, &ids)?,
    };
    projects::touch_ancestors(ctx.tx, &project.id)?;
    for project in &gone {
        removal::remove(ctx.tx, project)?;
    }
    let mut answer = answer;
    answer["deleted"] = gone.len().into();
    Ok(answer)
}

fn require_empty(project: &Head, found: &Contents) -> Result<()> {
    let (code, what) = if found.pipelines > 0 {
        (Code::ProjectHasPipelines, "pipelines")
    } else if found.datasets > 0 {
        (Code::ProjectHasDatasets, "datasets")
    } else if found.live_tasks > 0 {
        (Code::ProjectHasTasks, "tasks")
    } else if found.live_reports > 0 {
        (Code::ProjectHasTasks, "reports")
    } else if found.live_models > 0 {
        (Code::ProjectHasModels, "models")
    } else {
        return Ok(());
    };
    Err(Error::new(code)
        .extra(format!(
            "it holds {what} that are not archived; use force to delete it all the same"
        ))
        .with("id", &project.id)
        .into())
}

/// Deletes all tasks and models in these projects, with their files when `with_files`.
fn delete_contents(ctx: &Context<'_>, ids: &[String], with_files: bool) -> Result<Value> {
    let (mut model_urls, mut artifact_urls) = (Vec::new(), Vec::new());
    let models = removal::inside(ctx.tx, "models", ids)?;
    for id in &models {
        let model = models::writable(ctx.tx, id)?;
        let creator = match model.task.as_deref() {
            Some(task) => unless_refused(tasks::writable(ctx.tx, task))?,
            None => None,
        };
        model_urls.extend(remove_model(ctx, &model, creator.as_ref(), with_files)?);
    }
    let tasks = removal::inside(ctx.tx, "tasks", ids)?;
    let options = OutputOptions::of_project(with_files);
    for id in &tasks {
        let task = tasks::writable(ctx.tx, id)?;
        artifact_urls.extend(remove_task(ctx, &task, &options)?.not_ours);
    }
    Ok(json!({
        "disassociated_tasks": 0,
        "deleted_models": models.len(),
        "deleted_tasks": tasks.len(),
        "urls": {"model_urls": model_urls, "artifact_urls": artifact_urls, "event_urls": []},
    }))
}

/// Leaves the tasks and models without a project.
fn detach(ctx: &Context<'_>, ids: &[String]) -> Result<Value> {
    for id in removal::inside(ctx.tx, "models", ids)? {
        leave_project(ctx, &MODEL, models::writable(ctx.tx, &id)?.pk)?;
    }
    let tasks = removal::inside(ctx.tx, "tasks", ids)?;
    for id in &tasks {
        leave_project(ctx, &TASK, tasks::writable(ctx.tx, id)?.pk)?;
    }
    Ok(json!({
        "disassociated_tasks": tasks.len(), "deleted_models": 0, "deleted_tasks": 0, "urls": null,
    }))
}

fn leave_project(ctx: &Context<'_>, entity: &Entity, pk: i64) -> Result<()> {
    let changes = Changes::new()
        .unset("project")
        .set("last_change", ctx.tx.now())
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, entity, pk, &changes)
}

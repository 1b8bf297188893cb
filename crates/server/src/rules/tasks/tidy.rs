//! Archiving, moving and tagging of tasks (api.md §6.2).

use super::fields::check_tags;
use super::lifecycle::Reason;
use super::queueing::dequeue_task;
use crate::registry::Context;
use arno_store::document::{self, Changes};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, projects, tags};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct ArchiveRequest {
    tasks: Vec<String>,
    #[serde(flatten)]
    reason: Reason,
}

pub(super) fn archive(ctx: &Context<'_>, request: ArchiveRequest) -> Result<Value> {
    let mut found = Vec::new();
    for id in &request.tasks {
        found.push(tasks::writable(ctx.tx, id)?);
    }
    for task in &found {
        archive_task(ctx, task, &request.reason)?;
    }
    Ok(json!({"archived": found.len()}))
}

/// Takes a task out of its queue and hides it from the usual lists.
pub(crate) fn archive_task(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    reason: &Reason,
) -> Result<()> {
    let status = (task.status == "in_progress").then_some("stopped");
    dequeue_task(ctx, task, reason, status, true)?;
    tags::add(ctx.tx, &TASK, task.pk, true, "archived")?;
    note(ctx, task, reason)
}

/// Brings an archived task back.
pub(crate) fn unarchive_task(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    reason: &Reason,
) -> Result<()> {
    tags::remove(ctx.tx, &TASK, task.pk, true, "archived")?;
    note(ctx, task, reason)
}

fn note(ctx: &Context<'_>, task: &Writable<Head>, reason: &Reason) -> Result<()> {
    let changes = Changes::new()
        .set("status_reason", reason.status_reason.clone().unwrap_or_default())
        .set("status_message", reason.status_message.clone().unwrap_or_default())
        .set("last_change", ctx.tx.now())
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &TASK, task.pk, &changes)
}

#[derive(Debug, Deserialize)]
pub(super) struct MoveRequest {
    ids: Vec<String>,
    project: Option<String>,
    project_name: Option<String>,
}

pub(super) fn move_tasks(ctx: &Context<'_>, request: MoveRequest) -> Result<Value> {
    let (id, name) = (request.project.as_deref(), request.project_name.as_deref());
    let project = projects::destination(ctx.tx, id, name)?;
    for id in &request.ids {
        let task = tasks::writable(ctx.tx, id)?;
        let changes = Changes::new()
            .set("project", project.clone())
            .set("last_change", ctx.tx.now())
            .set("last_changed_by", ctx.caller.user.as_str());
        document::update(ctx.tx, &TASK, task.pk, &changes)?;
        projects::touch(ctx.tx, task.project.as_deref())?;
    }
    projects::touch(ctx.tx, project.as_deref())?;
    Ok(json!({"project_id": project}))
}

#[derive(Debug, Deserialize)]
pub(super) struct TagsRequest {
    ids: Vec<String>,
    #[serde(default)]
    add_tags: Option<Vec<String>>,
    #[serde(default)]
    remove_tags: Option<Vec<String>>,
}

pub(super) fn update_tags(ctx: &Context<'_>, request: TagsRequest) -> Result<Value> {
    let (added, removed) =
        (request.add_tags.unwrap_or_default(), request.remove_tags.unwrap_or_default());
    if added.is_empty() && removed.is_empty() {
        return Err(Error::new(Code::MissingRequiredFields)
            .extra("give add_tags or remove_tags")
            .into());
    }
    check_tags("add_tags", Some(&json!(added)))?;
    let mut updated = 0;
    for id in &request.ids {
        let task = tasks::writable(ctx.tx, id)?;
        for tag in &added {
            tags::add(ctx.tx, &TASK, task.pk, false, tag)?;
        }
        for tag in &removed {
            tags::remove(ctx.tx, &TASK, task.pk, false, tag)?;
        }
        updated += usize::from(!added.is_empty()) + usize::from(!removed.is_empty());
        let changes = Changes::new()
            .set("last_change", ctx.tx.now())
            .set("last_changed_by", ctx.caller.user.as_str());
        document::update(ctx.tx, &TASK, task.pk, &changes)?;
    }
    Ok(json!({"updated": updated}))
}

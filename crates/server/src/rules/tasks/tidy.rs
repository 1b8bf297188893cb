//! Archiving of tasks (api.md §6.2).

use super::lifecycle::Reason;
use super::queueing::dequeue_task;
use crate::registry::Context;
use arno_store::document::{self, Changes};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, tags};
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

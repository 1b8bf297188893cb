//! `tasks.started`, `stopped`, `stop`, `failed`, `completed`, `close`, `publish`, `ping`
//! (api.md §6.2, 6.3, 6.5).

use super::lifecycle::{Reason, change_status};
use super::publish::publish_task;
use crate::registry::Context;
use arno_store::document::{self, Changes};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Millis, Result, queues, tags};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long after its last sign of life a worker still counts as alive, ms.
const WORKER_ALIVE: Millis = 600_000;

/// A task and why its status changes.
#[derive(Debug, Deserialize)]
pub(super) struct StatusRequest {
    pub(super) task: String,
    #[serde(flatten)]
    pub(super) reason: Reason,
}

pub(super) fn started(ctx: &Context<'_>, request: StatusRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let already = task.status == "in_progress" && task.started.is_some();
    let more = if already {
        Changes::new()
    } else {
        Changes::new().set("started", ctx.tx.now()).unset("completed").unset("active_duration")
    };
    let fields = change_status(ctx, &task, "in_progress", &request.reason, more)?;
    Ok(json!({"updated": 1, "fields": fields, "started": 1}))
}

pub(super) fn stopped(ctx: &Context<'_>, request: StatusRequest) -> Result<Value> {
    finish(ctx, &request, "stopped")
}

pub(super) fn failed(ctx: &Context<'_>, request: StatusRequest) -> Result<Value> {
    finish(ctx, &request, "failed")
}

fn finish(ctx: &Context<'_>, request: &StatusRequest, status: &str) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let more = Changes::new().set("completed", ctx.tx.now());
    let fields = change_status(ctx, &task, status, &request.reason, more)?;
    Ok(json!({"updated": 1, "fields": fields}))
}

pub(super) fn close(ctx: &Context<'_>, request: StatusRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let fields = change_status(ctx, &task, "closed", &request.reason, Changes::new())?;
    Ok(json!({"updated": 1, "fields": fields}))
}

#[derive(Debug, Deserialize)]
pub(super) struct CompletedRequest {
    #[serde(flatten)]
    status: StatusRequest,
    #[serde(default)]
    publish: Option<bool>,
}

pub(super) fn completed(ctx: &Context<'_>, request: CompletedRequest) -> Result<Value> {
    let mut answer = finish(ctx, &request.status, "completed")?;
    let publish = request.publish.unwrap_or(false);
    if publish {
        let task = tasks::writable(ctx.tx, &request.status.task)?;
        answer["fields"] = publish_task(ctx, &task, &request.status.reason, true)?.into();
    }
    answer["published"] = i64::from(publish).into();
    Ok(answer)
}

#[derive(Debug, Deserialize)]
pub(super) struct StopRequest {
    #[serde(flatten)]
    pub(super) status: StatusRequest,
    /// Whether the steps of a pipeline's controller stop as well.
    #[serde(default)]
    pub(super) include_pipeline_steps: Option<bool>,
}

pub(super) fn stop(ctx: &Context<'_>, request: StopRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.status.task)?;
    if request.include_pipeline_steps.unwrap_or(false) && task.kind == "controller" {
        let force = Reason { force: Some(true), ..Reason::default() };
        for step in tasks::children(ctx.tx, &task.id)? {
            stop_task(ctx, &tasks::writable(ctx.tx, &step)?, &force)?;
        }
    }
    stop_task(ctx, &task, &request.status.reason)
}

/// Stops at once what nobody runs; asks the one that runs it otherwise.
pub(crate) fn stop_task(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    reason: &Reason,
) -> Result<Value> {
    let queued = task.status == "queued";
    let immediate = queued
        || tags::has(ctx.tx, &TASK, task.pk, true, "development")?
        || !has_live_worker(task, ctx.tx.now());
    if immediate {
        let message = format!("Stopped by {}", ctx.caller.name);
        let reason = Reason {
            status_reason: reason.status_reason.clone(),
            status_message: Some(message),
            force: reason.force,
        };
        let fields = change_status(ctx, task, "stopped", &reason, Changes::new())?;
        if queued {
            queues::remove_everywhere(ctx.tx, &task.id, None)?;
        }
        return Ok(json!({"updated": 1, "fields": fields}));
    }
    let asked = Reason {
        status_reason: reason.status_reason.clone(),
        status_message: Some("stopping".to_owned()),
        force: reason.force,
    };
    if !asked.force() && !super::lifecycle::allowed(&task.status, "stopped") {
        change_status(ctx, task, "stopped", &asked, Changes::new())?;
    }
    let changes = Changes::new()
        .set("status_reason", asked.status_reason.unwrap_or_default())
        .set("status_message", "stopping")
        .set("last_change", ctx.tx.now())
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    Ok(json!({"updated": 1, "fields": super::lifecycle::shown(&changes)}))
}

fn has_live_worker(task: &Head, now: Millis) -> bool {
    task.last_worker.is_some() && task.last_update.is_some_and(|last| now - last < WORKER_ALIVE)
}

#[derive(Debug, Deserialize)]
pub(super) struct TaskRequest {
    pub(super) task: String,
}

pub(super) fn ping(ctx: &Context<'_>, request: TaskRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let now = ctx.tx.now();
    let mut changes = Changes::new().set("last_update", now).set("last_change", now);
    if let (true, Some(started)) = (task.status == "in_progress", task.started) {
        changes.add("active_duration", (now - started).max(0) / 1000);
    }
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    Ok(json!({}))
}

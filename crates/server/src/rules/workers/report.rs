//! `workers.register`, `unregister`, `status_report`.

use crate::registry::Context;
use crate::rules::statistics::{believed, machine_cells};
use arno_store::document::{self, Changes, Document};
use arno_store::presences::{self, Kind};
use arno_store::schema::TASK;
use arno_store::{Result, queues, statistics, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// Seconds after which a silent worker is gone, unless it says otherwise.
const TIMEOUT: i64 = 600;

#[derive(Debug, Deserialize)]
pub(super) struct RegisterRequest {
    worker: String,
    #[serde(default)]
    timeout: Option<i64>,
    #[serde(default)]
    queues: Option<Vec<String>>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    system_tags: Option<Vec<String>>,
}

pub(super) fn register(ctx: &Context<'_>, request: RegisterRequest) -> Result<Value> {
    let timeout = request.timeout.unwrap_or(TIMEOUT);
    if timeout <= 0 {
        return Err(Error::new(Code::WorkerRegistrationFailed)
            .extra("the timeout must be positive")
            .with("timeout", timeout)
            .into());
    }
    let listens = request.queues.unwrap_or_default();
    for queue in &listens {
        queues::get(ctx.tx, queue)?;
    }
    let mut report = new_worker(ctx, &request.worker, timeout);
    report["queues"] = json!(listens);
    report["tags"] = json!(request.tags.unwrap_or_default());
    report["system_tags"] = json!(request.system_tags.unwrap_or_default());
    keep(ctx, &request.worker, &report)?;
    Ok(json!({}))
}

/// What is known of a worker that only gave its name.
fn new_worker(ctx: &Context<'_>, worker: &str, timeout: i64) -> Value {
    let now = ctx.tx.now();
    json!({
        "id": worker, "user": ctx.caller.user, "ip": ctx.caller.from.address, "queues": [],
        "tags": [], "system_tags": [], "register_time": now, "register_timeout": timeout,
        "last_activity_time": now, "last_report_time": now,
    })
}

fn keep(ctx: &Context<'_>, worker: &str, report: &Value) -> Result<()> {
    let timeout = report["register_timeout"].as_i64().unwrap_or(TIMEOUT);
    let expires = ctx.tx.now().saturating_add(timeout.saturating_mul(1000));
    presences::put(ctx.tx, Kind::Worker, worker, report, expires)
}

#[derive(Debug, Deserialize)]
pub(super) struct UnregisterRequest {
    worker: String,
}

pub(super) fn unregister(ctx: &Context<'_>, request: UnregisterRequest) -> Result<Value> {
    presences::remove(ctx.tx, Kind::Worker, &request.worker)?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
pub(super) struct StatusRequest {
    worker: String,
    /// When the machine was measured, ms.
    timestamp: i64,
    #[serde(default)]
    machine_stats: Option<Document>,
    #[serde(default)]
    task: Option<String>,
    #[serde(default)]
    queue: Option<String>,
    #[serde(default)]
    queues: Option<Vec<String>>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    system_tags: Option<Vec<String>>,
}

pub(super) fn status_report(ctx: &Context<'_>, request: StatusRequest) -> Result<Value> {
    let now = ctx.tx.now();
    let known = presences::get(ctx.tx, Kind::Worker, &request.worker)?;
    let mut report = known.unwrap_or_else(|| new_worker(ctx, &request.worker, TIMEOUT));
    report["last_report_time"] = now.into();
    report["ip"] = json!(ctx.caller.from.address);
    report["queue"] = json!(request.queue);
    report["task"] = json!(request.task);
    if let Some(queues) = request.queues.filter(|queues| !queues.is_empty()) {
        report["queues"] = json!(queues);
    }
    for (key, tags) in [("tags", request.tags), ("system_tags", request.system_tags)] {
        if let Some(tags) = tags {
            report[key] = json!(tags);
        }
    }
    let task = request.task.filter(|id| !id.is_empty());
    if let Some(id) = &task {
        report["last_activity_time"] = now.into();
        let task = tasks::writable(ctx.tx, id)?;
        let changes = Changes::new()
            .set("last_worker", request.worker.as_str())
            .set("last_worker_report", now)
            .set("last_update", now)
            .set("last_change", now);
        document::update(ctx.tx, &TASK, task.pk, &changes)?;
    }
    keep(ctx, &request.worker, &report)?;
    let measured = machine_cells(&request.machine_stats.unwrap_or_default());
    let worker = (Kind::Worker, request.worker.as_str(), "");
    let at = believed(now, request.timestamp);
    statistics::record(ctx.tx, worker, at, task.is_some(), &measured)?;
    Ok(json!({}))
}

//! Deleting events: `events.delete_for_task`, `delete_for_model` and `clear_task_log`.

use crate::registry::{Call, Reply};
use arno_store::events::{LogLine, Owner};
use arno_store::{Result, Tx, metric_sets, models, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct OfTask {
    task: String,
    allow_locked: Option<bool>,
}

/// Deletes everything a task reported.
pub(super) async fn for_task(call: Call) -> Result<Reply> {
    let request: OfTask = call.request()?;
    let find = move |tx: &Tx<'_>| task(tx, &request.task, request.allow_locked);
    let owner = call.site.db.read(call.scope(), find).await?;
    all(&call, owner).await
}

#[derive(Deserialize)]
struct OfModel {
    model: String,
    allow_locked: Option<bool>,
}

/// Deletes everything reported for a model.
pub(super) async fn for_model(call: Call) -> Result<Reply> {
    let request: OfModel = call.request()?;
    let find = move |tx: &Tx<'_>| model(tx, &request.model, request.allow_locked);
    let owner = call.site.db.read(call.scope(), find).await?;
    all(&call, owner).await
}

async fn all(call: &Call, owner: Owner) -> Result<Reply> {
    let events = call.site.events.clone();
    let delete = move |tx: &Tx<'_>| events.delete(tx, owner);
    let deleted = call.site.db.write_events(call.scope(), delete).await?;
    call.site.db.derive(call.scope(), move |tx| metric_sets::clear(tx, owner)).await?;
    Ok(Reply::Data(json!({"deleted": deleted})))
}

#[derive(Deserialize)]
struct ClearLog {
    task: String,
    threshold_sec: Option<i64>,
    allow_locked: Option<bool>,
    include_metrics: Option<Vec<String>>,
    exclude_metrics: Option<Vec<String>>,
}

impl ClearLog {
    fn covers(&self, line: &LogLine) -> bool {
        let names = |list: &Option<Vec<String>>| {
            list.as_ref().filter(|list| !list.is_empty()).map(|list| list.contains(&line.metric))
        };
        names(&self.include_metrics) != Some(false) && names(&self.exclude_metrics) != Some(true)
    }
}

/// Deletes console lines that are older than a number of seconds, or all.
pub(super) async fn clear_log(call: Call) -> Result<Reply> {
    let request: ClearLog = call.request()?;
    let (id, allow_locked) = (request.task.clone(), request.allow_locked);
    let find = move |tx: &Tx<'_>| task(tx, &id, allow_locked);
    let owner = call.site.db.read(call.scope(), find).await?;
    let events = call.site.events.clone();
    let clear = move |tx: &Tx<'_>| {
        let age = |seconds: i64| tx.now().saturating_sub(seconds.saturating_mul(1000));
        let before = request.threshold_sec.map_or(i64::MAX, age);
        events.clear_log(tx, owner, before, |line| request.covers(line))
    };
    let deleted = call.site.db.write_events(call.scope(), clear).await?;
    Ok(Reply::Data(json!({"deleted": deleted})))
}

/// # Errors
/// 400/101 for a task that does not exist or is published, 403/21 when the caller may not change it.
fn task(tx: &Tx<'_>, id: &str, allow_locked: Option<bool>) -> Result<Owner> {
    let task = tasks::changeable(tx, id)?;
    let is_locked = matches!(task.status.as_str(), "published" | "publishing");
    if is_locked && allow_locked != Some(true) {
        return Err(locked(Code::InvalidTaskId, id).into());
    }
    Ok(Owner::task(task.pk))
}

/// # Errors
/// 400/201 for a model that does not exist or is published, 403/21 when the caller may not change it.
fn model(tx: &Tx<'_>, id: &str, allow_locked: Option<bool>) -> Result<Owner> {
    let model = models::writable(tx, id)?;
    if model.ready && allow_locked != Some(true) {
        return Err(locked(Code::InvalidModelId, id).into());
    }
    Ok(Owner::model(model.pk))
}

fn locked(code: Code, id: &str) -> Error {
    Error::new(code).extra("it is published; allow_locked deletes all the same").with("id", id)
}

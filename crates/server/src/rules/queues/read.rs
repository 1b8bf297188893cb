//! `queues.get_by_id`, `get_by_task_id`, `get_all` and its extended form, `get_default`.

use crate::registry::Context;
use crate::rules::listing;
use arno_store::document::Document;
use arno_store::presences::{self, Kind};
use arno_store::query::{self, Projection};
use arno_store::schema::QUEUE;
use arno_store::{Result, queues, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

#[derive(Debug, Deserialize)]
pub(super) struct QueueRequest {
    queue: String,
    #[serde(default)]
    max_task_entries: Option<i64>,
}

pub(super) fn get_by_id(ctx: &Context<'_>, request: QueueRequest) -> Result<Value> {
    let mut answer = listing::whole(ctx, &QUEUE, &request.queue, Code::InvalidQueueId)?;
    let entries = answer["queue"]["entries"].as_array_mut();
    if let (Some(entries), Some(most)) = (entries, request.max_task_entries) {
        let count = usize::try_from(most.unsigned_abs()).unwrap_or(usize::MAX).min(entries.len());
        match most {
            // Negative: the last ones.
            ..0 => drop(entries.drain(..entries.len() - count)),
            _ => entries.truncate(count),
        }
    }
    Ok(answer)
}

pub(super) fn get_all(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::list(ctx, &QUEUE, call, false)
}

pub(super) fn get_all_ex(ctx: &Context<'_>, mut call: Document) -> Result<Value> {
    // All standard fields are always returned.
    for key in ["only_fields", "projection"] {
        call.remove(key);
    }
    let mut answer = listing::list(ctx, &QUEUE, call, true)?;
    let reports = presences::all(ctx.tx, Kind::Worker)?;
    let found: Vec<&mut Value> = answer["queues"].as_array_mut().into_iter().flatten().collect();
    let ids: Vec<&str> = found.iter().filter_map(|queue| queue["id"].as_str()).collect();
    let names = queues::names_of_waiting(ctx.tx, &ids)?;
    for queue in found {
        name_waiting_tasks(queue, &names);
        queue["workers"] = reports
            .iter()
            .filter(|report| report["queues"].as_array().is_some_and(|q| q.contains(&queue["id"])))
            .map(|report| {
                json!({"name": report["id"], "ip": report["ip"], "key": report["id"],
                       "task": report["task"]})
            })
            .collect();
    }
    Ok(answer)
}

/// Gives the waiting tasks their names; only those the caller may see.
fn name_waiting_tasks(queue: &mut Value, names: &HashMap<String, String>) {
    for entry in queue["entries"].as_array_mut().into_iter().flatten() {
        let Some(id) = entry["task"]["id"].as_str() else { continue };
        entry["task"] = match names.get(id) {
            Some(name) => json!({"id": id, "name": name}),
            None => json!({"id": id}),
        };
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct TaskRequest {
    task: String,
}

/// The queue a task waits in.
///
/// # Errors
/// 400/101 for a task the caller does not see, 400/703 for one that waits nowhere.
pub(super) fn get_by_task_id(ctx: &Context<'_>, request: TaskRequest) -> Result<Value> {
    let task = tasks::visible(ctx.tx, &request.task)?;
    let queue = queues::of_task(ctx.tx, &task.id)?.ok_or_else(|| {
        Error::new(Code::InvalidQueueOrTaskNotQueued)
            .extra("the task waits in no queue")
            .with("task", &task.id)
    })?;
    let shown = Projection::only(&QUEUE, ["id", "name", "display_name"]);
    let found = query::documents(ctx.tx, &QUEUE, &shown, &[queue.pk])?;
    Ok(found.into_iter().next().unwrap_or_default().into())
}

pub(super) fn get_default(ctx: &Context<'_>, _: Document) -> Result<Value> {
    let mut found = queues::defaults(ctx.tx)?;
    match found.len() {
        0 => Err(Error::new(Code::NoDefaultQueue).into()),
        1 => {
            let id = found.remove(0);
            let name = queues::name(ctx.tx, &queues::get(ctx.tx, &id)?)?;
            Ok(json!({"id": id, "name": name}))
        }
        _ => Err(Error::new(Code::MultipleDefaultQueues).with_list("queues", found).into()),
    }
}

//! `queues.get_by_id`, `get_all` and its extended form, `get_default`.

use crate::registry::Context;
use crate::rules::listing;
use arno_store::document::Document;
use arno_store::presences::{self, Kind};
use arno_store::schema::{QUEUE, TASK};
use arno_store::{Result, access, queues};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

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
    for queue in answer["queues"].as_array_mut().into_iter().flatten() {
        name_waiting_tasks(ctx, queue)?;
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

/// Replaces the ids of waiting tasks by `{id, name}`; the name only of those the caller may see.
fn name_waiting_tasks(ctx: &Context<'_>, queue: &mut Value) -> Result<()> {
    for entry in queue["entries"].as_array_mut().into_iter().flatten() {
        let Some(id) = entry["task"].as_str().map(str::to_owned) else { continue };
        let mut task = json!({"id": id});
        if access::visible_pk(ctx.tx, &TASK, &id, true)?.is_some() {
            task["name"] = arno_store::tasks::visible(ctx.tx, &id)?.name.as_str().into();
        }
        entry["task"] = task;
    }
    Ok(())
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

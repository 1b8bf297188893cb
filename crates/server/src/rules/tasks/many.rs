//! The bulk forms of task endpoints: each is the single form for every id.

use super::lifecycle::Reason;
use super::{cleanup, publish, queueing, status, tidy};
use crate::registry::Context;
use crate::rules::bulk::{ManyRequest, bulk, each};
use arno_store::{Result, tasks};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn stop_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "task", request, status::stop)
}

pub(super) fn publish_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "task", request, publish::publish)
}

pub(super) fn enqueue_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "task", request, |ctx, single| {
        let mut answer = queueing::enqueue(ctx, single)?;
        answer["queued"] = true.into();
        Ok(answer)
    })
}

pub(super) fn dequeue_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "task", request, |ctx, single| {
        let mut answer = queueing::dequeue(ctx, single)?;
        answer["dequeued"] = true.into();
        Ok(answer)
    })
}

pub(super) fn reset_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "task", request, |ctx, single| {
        let mut answer = cleanup::reset(ctx, single)?;
        let dequeued = answer["dequeued"].as_object().is_some_and(|map| !map.is_empty());
        answer["dequeued"] = dequeued.into();
        if let Value::Object(answer) = &mut answer {
            answer.remove("events");
        }
        Ok(answer)
    })
}

pub(super) fn delete_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "task", request, cleanup::delete)
}

#[derive(Debug, Deserialize)]
pub(super) struct ArchiveManyRequest {
    ids: Vec<String>,
    #[serde(flatten)]
    reason: Reason,
}

pub(super) fn archive_many(ctx: &Context<'_>, request: ArchiveManyRequest) -> Result<Value> {
    bulk(ctx, &request.ids, |id| {
        tidy::archive_task(ctx, &tasks::writable(ctx.tx, id)?, &request.reason)?;
        Ok(json!({"archived": true}))
    })
}

pub(super) fn unarchive_many(ctx: &Context<'_>, request: ArchiveManyRequest) -> Result<Value> {
    bulk(ctx, &request.ids, |id| {
        tidy::unarchive_task(ctx, &tasks::writable(ctx.tx, id)?, &request.reason)?;
        Ok(json!({"unarchived": true}))
    })
}

//! The bulk forms of task endpoints: each is the single form for every id.

use super::lifecycle::Reason;
use super::{cleanup, publish, queueing, status, tidy};
use crate::registry::Context;
use crate::rules::bulk::bulk;
use arno_store::document::Document;
use arno_store::{Result, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The ids and the options of the single form.
#[derive(Debug, Deserialize)]
pub(super) struct ManyRequest {
    ids: Vec<String>,
    #[serde(flatten)]
    options: Document,
}

/// Runs the rule of the single form for every id.
fn each<Q: DeserializeOwned>(
    ctx: &Context<'_>,
    request: ManyRequest,
    rule: impl Fn(&Context<'_>, Q) -> Result<Value>,
) -> Result<Value> {
    bulk(ctx, &request.ids, |id| {
        let mut body = request.options.clone();
        body.insert("task".to_owned(), id.into());
        let single = serde_json::from_value(Value::Object(body))
            .map_err(|e| Error::new(Code::ValidationError).extra(e.to_string()))?;
        rule(ctx, single)
    })
}

pub(super) fn stop_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, request, status::stop)
}

pub(super) fn publish_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, request, publish::publish)
}

pub(super) fn enqueue_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, request, queueing::enqueue)
}

pub(super) fn dequeue_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, request, queueing::dequeue)
}

pub(super) fn reset_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, request, |ctx, single| {
        let mut answer = cleanup::reset(ctx, single)?;
        let dequeued = answer["dequeued"].as_object().is_some_and(|map| !map.is_empty());
        answer["dequeued"] = dequeued.into();
        Ok(answer)
    })
}

pub(super) fn delete_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, request, cleanup::delete)
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

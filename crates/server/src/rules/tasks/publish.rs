//! Publishing a task with its last output model (api.md §6.5).

use super::lifecycle::{Reason, change_status};
use crate::registry::Context;
use arno_store::document::{self, Changes, Document};
use arno_store::schema::MODEL;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, models};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct PublishRequest {
    task: String,
    #[serde(flatten)]
    reason: Reason,
    #[serde(default)]
    publish_model: Option<bool>,
}

pub(super) fn publish(ctx: &Context<'_>, request: PublishRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let with_model = request.publish_model.unwrap_or(false);
    let fields = publish_task(ctx, &task, &request.reason, with_model)?;
    Ok(json!({"updated": 1, "fields": fields}))
}

/// Publishes a task; `with_model` also its last output model. The caller's transaction undoes
/// everything when the model refuses.
pub(crate) fn publish_task(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    reason: &Reason,
    with_model: bool,
) -> Result<Document> {
    let published = Changes::new().set("published", ctx.tx.now());
    let fields = change_status(ctx, task, "published", reason, published)?;
    if with_model && let Some(model) = tasks::last_output_model(ctx.tx, task)? {
        publish_model(ctx, &model)?;
    }
    Ok(fields)
}

/// Publishes a model of the company that is not published yet; others are left alone.
fn publish_model(ctx: &Context<'_>, id: &str) -> Result<()> {
    let Some(model) = arno_store::unless_refused(models::writable(ctx.tx, id))? else {
        return Ok(());
    };
    if model.ready {
        return Ok(());
    }
    let now = ctx.tx.now();
    let changes = Changes::new()
        .set("ready", true)
        .set("last_update", now)
        .set("last_change", now)
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &MODEL, model.pk, &changes)
}

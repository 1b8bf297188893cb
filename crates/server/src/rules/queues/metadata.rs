//! `queues.add_or_update_metadata`, `delete_metadata` (api.md §4.4).

use crate::registry::Context;
use crate::rules::models::metadata_map;
use arno_store::document::{self, Changes};
use arno_store::schema::QUEUE;
use arno_store::{Result, maps, queues};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct MetadataRequest {
    queue: String,
    metadata: Value,
    #[serde(default)]
    replace_metadata: Option<bool>,
}

pub(super) fn add_or_update_metadata(ctx: &Context<'_>, request: MetadataRequest) -> Result<Value> {
    let queue = queues::get(ctx.tx, &request.queue)?;
    let metadata = metadata_map(&request.metadata)?;
    if request.replace_metadata.unwrap_or(false) {
        let changes = Changes::new().set("metadata", metadata);
        document::update(ctx.tx, &QUEUE, queue.pk, &changes)?;
    } else {
        maps::put_all(ctx.tx, &QUEUE, "metadata", queue.pk, &metadata)?;
    }
    queues::touch(ctx.tx, &queue)?;
    Ok(json!({"updated": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteMetadataRequest {
    queue: String,
    keys: Vec<String>,
}

pub(super) fn delete_metadata(ctx: &Context<'_>, request: DeleteMetadataRequest) -> Result<Value> {
    let queue = queues::get(ctx.tx, &request.queue)?;
    for key in &request.keys {
        maps::remove(ctx.tx, &QUEUE, "metadata", queue.pk, key)?;
    }
    queues::touch(ctx.tx, &queue)?;
    Ok(json!({"updated": 1}))
}

//! `tasks.get_by_id`, `get_all` and their extended forms, `get_types`.

use super::status::TaskRequest;
use crate::registry::Context;
use crate::rules::listing;
use arno_store::document::Document;
use arno_store::schema::TASK;
use arno_store::{Result, projects, tasks};
use arno_wire::error::Code;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn get_by_id(ctx: &Context<'_>, request: TaskRequest) -> Result<Value> {
    listing::whole(ctx, &TASK, &request.task, Code::InvalidTaskId)
}

pub(super) fn get_by_id_ex(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::by_ids(ctx, &TASK, call)
}

pub(super) fn get_all(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::list(ctx, &TASK, call, false)
}

pub(super) fn get_all_ex(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::list(ctx, &TASK, call, true)
}

#[derive(Debug, Deserialize)]
pub(super) struct TypesRequest {
    #[serde(default)]
    projects: Option<Vec<String>>,
}

pub(super) fn get_types(ctx: &Context<'_>, request: TypesRequest) -> Result<Value> {
    let projects = match request.projects.filter(|list| !list.is_empty()) {
        Some(ids) => Some(projects::with_descendants(ctx.tx, &ids)?),
        None => None,
    };
    Ok(json!({"types": tasks::types(ctx.tx, projects.as_deref())?}))
}

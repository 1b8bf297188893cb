//! `projects.get_by_id`, `get_all`.

use crate::registry::Context;
use crate::rules::listing;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::schema::PROJECT;
use arno_wire::error::Code;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(super) struct ProjectRequest {
    project: String,
}

pub(super) fn get_by_id(ctx: &Context<'_>, request: ProjectRequest) -> Result<Value> {
    listing::whole(ctx, &PROJECT, &request.project, Code::InvalidProjectId)
}

pub(super) fn get_all(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::list(ctx, &PROJECT, call, false)
}

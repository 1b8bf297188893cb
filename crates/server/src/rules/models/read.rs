//! `models.get_by_id`, `get_all` and their extended forms, `get_frameworks`.

use crate::registry::Context;
use crate::rules::listing;
use arno_store::document::Document;
use arno_store::schema::MODEL;
use arno_store::{Result, models, projects};
use arno_wire::error::Code;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct ModelRequest {
    model: String,
}

pub(super) fn get_by_id(ctx: &Context<'_>, request: ModelRequest) -> Result<Value> {
    listing::whole(ctx, &MODEL, &request.model, Code::InvalidModelId)
}

pub(super) fn get_by_id_ex(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::by_ids(ctx, &MODEL, call)
}

pub(super) fn get_all(ctx: &Context<'_>, call: Document) -> Result<Value> {
    listing::list(ctx, &MODEL, call, false)
}

pub(super) fn get_all_ex(ctx: &Context<'_>, call: Document) -> Result<Value> {
    let with_stats = call.get("include_stats").is_some_and(|value| value == true);
    let mut answer = listing::list(ctx, &MODEL, call, true)?;
    if with_stats && let Some(models) = answer["models"].as_array_mut() {
        for model in models {
            let labels = model["labels"].as_object().map_or(0, serde_json::Map::len);
            model["stats"] = json!({"labels_count": labels});
        }
    }
    Ok(answer)
}

#[derive(Debug, Deserialize)]
pub(super) struct FrameworksRequest {
    #[serde(default)]
    projects: Option<Vec<String>>,
}

pub(super) fn get_frameworks(ctx: &Context<'_>, request: FrameworksRequest) -> Result<Value> {
    let projects = match request.projects.filter(|list| !list.is_empty()) {
        Some(ids) => Some(projects::with_descendants(ctx.tx, &ids)?),
        None => None,
    };
    Ok(json!({"frameworks": models::frameworks(ctx.tx, projects.as_deref())?}))
}

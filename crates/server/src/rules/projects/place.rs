//! `projects.move` and `merge`, `make_public` and `make_private`.

use crate::registry::Context;
use arno_store::projects::{self, place};
use arno_store::schema::PROJECT;
use arno_store::{Result, access};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct MoveRequest {
    project: String,
    new_location: Option<String>,
}

pub(super) fn move_project(ctx: &Context<'_>, request: MoveRequest) -> Result<Value> {
    let project = projects::writable(ctx.tx, &request.project)?;
    let location = request.new_location.unwrap_or_default();
    Ok(json!({"moved": place::move_under(ctx.tx, &project, &location)?}))
}

#[derive(Debug, Deserialize)]
pub(super) struct MergeRequest {
    project: String,
    destination_project: Option<String>,
}

pub(super) fn merge(ctx: &Context<'_>, request: MergeRequest) -> Result<Value> {
    let source = projects::writable(ctx.tx, &request.project)?;
    let destination = request.destination_project.filter(|id| !id.is_empty());
    let destination = destination.map(|id| projects::writable(ctx.tx, &id)).transpose()?;
    let merged = place::merge(ctx.tx, &source, destination.as_ref())?;
    Ok(json!({"moved_entities": merged.entities, "moved_projects": merged.projects}))
}

#[derive(Debug, Deserialize)]
pub(super) struct IdsRequest {
    ids: Vec<String>,
}

/// Shows projects, not what is in them, to every company.
pub(super) fn make_public(ctx: &Context<'_>, request: IdsRequest) -> Result<Value> {
    projects::hold_names(ctx.tx)?;
    let mut updated = 0;
    for id in &request.ids {
        let project = projects::writable(ctx.tx, id)?;
        projects::require_not_public(ctx.tx, &project.name)?;
        updated += access::make_public(ctx.tx, &PROJECT, &project.id)?;
    }
    Ok(json!({"updated": updated}))
}

/// Takes public projects of the company back.
pub(super) fn make_private(ctx: &Context<'_>, request: IdsRequest) -> Result<Value> {
    projects::hold_names(ctx.tx)?;
    let mut updated = 0;
    for id in &request.ids {
        let project = projects::visible(ctx.tx, id)?;
        if !project.company.is_empty() {
            continue;
        }
        if projects::id_by_name(ctx.tx, &project.name)?.is_some() {
            return Err(projects::taken(&project.name).into());
        }
        updated += access::make_private(ctx.tx, &PROJECT, id)?;
    }
    Ok(json!({"updated": updated}))
}

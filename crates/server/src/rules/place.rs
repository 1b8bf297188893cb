//! Moving, tagging and opening to other companies, the same for tasks and models (api.md §6.2, 7).

use crate::registry::Context;
use crate::rules::tasks::check_tags;
use arno_store::document::{self, Changes};
use arno_store::schema::{Entity, MODEL};
use arno_store::{Result, access, models, projects, tags, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is moved or tagged; only who may change it gets it.
struct Item {
    pk: i64,
    project: Option<String>,
}

fn writable(ctx: &Context<'_>, entity: &Entity, id: &str) -> Result<Item> {
    if entity.name == MODEL.name {
        let model = models::writable(ctx.tx, id)?;
        return Ok(Item { pk: model.pk, project: model.project.clone() });
    }
    let task = tasks::writable(ctx.tx, id)?;
    Ok(Item { pk: task.pk, project: task.project.clone() })
}

fn changed(ctx: &Context<'_>) -> Changes {
    Changes::new().set("last_change", ctx.tx.now()).set("last_changed_by", ctx.caller.user.as_str())
}

#[derive(Debug, Deserialize)]
pub(crate) struct MoveRequest {
    ids: Vec<String>,
    project: Option<String>,
    project_name: Option<String>,
}

pub(crate) fn move_to(ctx: &Context<'_>, entity: &Entity, request: MoveRequest) -> Result<Value> {
    let (id, name) = (request.project.as_deref(), request.project_name.as_deref());
    let project = projects::destination(ctx.tx, id, name)?;
    for id in &request.ids {
        let item = writable(ctx, entity, id)?;
        let changes = changed(ctx).set("project", project.clone());
        document::update(ctx.tx, entity, item.pk, &changes)?;
        projects::touch(ctx.tx, item.project.as_deref())?;
    }
    projects::touch(ctx.tx, project.as_deref())?;
    Ok(json!({"project_id": project}))
}

#[derive(Debug, Deserialize)]
pub(crate) struct TagsRequest {
    ids: Vec<String>,
    #[serde(default)]
    add_tags: Option<Vec<String>>,
    #[serde(default)]
    remove_tags: Option<Vec<String>>,
}

pub(crate) fn update_tags(
    ctx: &Context<'_>,
    entity: &Entity,
    request: TagsRequest,
) -> Result<Value> {
    let (added, removed) =
        (request.add_tags.unwrap_or_default(), request.remove_tags.unwrap_or_default());
    if added.is_empty() && removed.is_empty() {
        return Err(Error::new(Code::MissingRequiredFields)
            .extra("give add_tags or remove_tags")
            .into());
    }
    check_tags("add_tags", Some(&json!(added)))?;
    let mut updated = 0;
    for id in &request.ids {
        let item = writable(ctx, entity, id)?;
        for tag in &added {
            tags::add(ctx.tx, entity, item.pk, false, tag)?;
        }
        for tag in &removed {
            tags::remove(ctx.tx, entity, item.pk, false, tag)?;
        }
        updated += usize::from(!added.is_empty()) + usize::from(!removed.is_empty());
        document::update(ctx.tx, entity, item.pk, &changed(ctx))?;
    }
    Ok(json!({"updated": updated}))
}

#[derive(Debug, Deserialize)]
pub(crate) struct IdsRequest {
    ids: Vec<String>,
}

/// Shows objects of the company to every company.
pub(crate) fn make_public(
    ctx: &Context<'_>,
    entity: &Entity,
    request: IdsRequest,
) -> Result<Value> {
    let mut updated = 0;
    for id in &request.ids {
        writable(ctx, entity, id)?;
        updated += access::make_public(ctx.tx, entity, id)?;
    }
    Ok(json!({"updated": updated}))
}

/// Takes back public objects of the company; what is not public stays as it is.
pub(crate) fn make_private(
    ctx: &Context<'_>,
    entity: &Entity,
    request: IdsRequest,
) -> Result<Value> {
    let mut updated = 0;
    for id in &request.ids {
        let company = match entity.name == MODEL.name {
            true => models::visible(ctx.tx, id)?.company.clone(),
            false => tasks::visible(ctx.tx, id)?.company.clone(),
        };
        if company.is_empty() {
            updated += access::make_private(ctx.tx, entity, id)?;
        }
    }
    Ok(json!({"updated": updated}))
}

//! Publishing, archiving, deleting and labelling of models.

use super::create::metadata_map;
use crate::registry::Context;
use crate::rules::bulk::{ManyRequest, bulk, each};
use crate::rules::tasks::{Reason, publish_task};
use arno_store::document::{self, Changes};
use arno_store::events::Owner;
use arno_store::models::{self, Head};
use arno_store::schema::{MODEL, TASK};
use arno_store::scope::Writable;
use arno_store::{Result, maps, outputs, tags, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct ReadyRequest {
    model: String,
    #[serde(default)]
    publish_task: Option<bool>,
    #[serde(default)]
    force_publish_task: Option<bool>,
}

pub(super) fn set_ready(ctx: &Context<'_>, request: ReadyRequest) -> Result<Value> {
    let model = models::writable(ctx.tx, &request.model)?;
    if model.ready {
        return Err(Error::new(Code::ModelIsReady).with("model", &model.id).into());
    }
    let mut answer = json!({"updated": 1});
    if request.publish_task.unwrap_or(false)
        && let Some(task) = &model.task
        && let Some(task) = arno_store::unless_refused(tasks::writable(ctx.tx, task))?
        && task.status != "published"
    {
        let reason = Reason { force: request.force_publish_task, ..Reason::default() };
        let fields = publish_task(ctx, &task, &reason, false)?;
        answer["published_task"] = json!({"id": task.id, "data": {"updated": 1, "fields": fields}});
    }
    touch(ctx, &model, Changes::new().set("ready", true))?;
    Ok(answer)
}

pub(super) fn publish_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "model", request, set_ready)
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteRequest {
    model: String,
    #[serde(default)]
    force: Option<bool>,
    /// Whether its file goes as well.
    #[serde(default)]
    delete_external_artifacts: Option<bool>,
}

pub(super) fn delete(ctx: &Context<'_>, request: DeleteRequest) -> Result<Value> {
    let model = models::writable(ctx.tx, &request.model)?;
    let force = request.force.unwrap_or(false);
    let users = outputs::users_of_model(ctx.tx, &model.id)?;
    if !users.is_empty() && !force {
        return Err(Error::new(Code::ModelInUse).with_list("tasks", users).into());
    }
    let creator = match model.task.as_deref() {
        Some(id) => arno_store::unless_refused(tasks::writable(ctx.tx, id))?,
        None => None,
    };
    let published = creator.as_ref().is_some_and(|task| task.status == "published");
    if published && !force {
        return Err(Error::new(Code::ModelCreatingTaskExists)
            .extra("the task that made it is published")
            .with("task", model.task.as_deref().unwrap_or_default())
            .into());
    }
    let with_files = request.delete_external_artifacts.unwrap_or(false);
    remove_model(ctx, &model, creator.as_ref(), with_files)?;
    Ok(json!({"deleted": true, "url": model.uri}))
}

pub(super) fn delete_many(ctx: &Context<'_>, request: ManyRequest) -> Result<Value> {
    each(ctx, "model", request, delete)
}

/// Deletes a model and the links of those that refer to it; returns its URL when nobody here can
/// delete the file, which goes too when `with_files`.
pub(crate) fn remove_model(
    ctx: &Context<'_>,
    model: &Writable<Head>,
    creator: Option<&Writable<tasks::Head>>,
    with_files: bool,
) -> Result<Option<String>> {
    let gone = format!("__DELETED__{}", model.id);
    outputs::rewrite_model(ctx.tx, "input", &model.id, &gone)?;
    match creator.filter(|task| task.status == "published") {
        Some(task) => {
            outputs::rewrite_model(ctx.tx, "output", &model.id, &gone)?;
            let error = format!("model deleted: {}", model.id);
            document::update(ctx.tx, &TASK, task.pk, &Changes::new().set("output.error", error))?;
        }
        None => outputs::drop_output_model(ctx.tx, &model.id)?,
    }
    document::remove(ctx.tx, &MODEL, model.pk)?;
    let folder = match creator {
        Some(task) => Some(task.id.as_str()),
        None => models::orphaned_by(ctx.tx, model)?,
    };
    let files = with_files.then(|| ctx.deletion(folder));
    let urls: Vec<String> = model.uri.iter().cloned().collect();
    let not_ours = match &files {
        Some(deletion) => ctx.delete_files(&urls, false, deletion)?,
        None => urls,
    };
    ctx.forget_events(Owner::model(model.pk), files)?;
    Ok(not_ours.into_iter().next())
}

#[derive(Debug, Deserialize)]
pub(super) struct IdsRequest {
    ids: Vec<String>,
}

pub(super) fn archive_many(ctx: &Context<'_>, request: IdsRequest) -> Result<Value> {
    bulk(ctx, &request.ids, |id| {
        let model = models::writable(ctx.tx, id)?;
        tags::add(ctx.tx, &MODEL, model.pk, true, "archived")?;
        touch(ctx, &model, Changes::new())?;
        Ok(json!({"archived": true}))
    })
}

pub(super) fn unarchive_many(ctx: &Context<'_>, request: IdsRequest) -> Result<Value> {
    bulk(ctx, &request.ids, |id| {
        let model = models::writable(ctx.tx, id)?;
        tags::remove(ctx.tx, &MODEL, model.pk, true, "archived")?;
        touch(ctx, &model, Changes::new())?;
        Ok(json!({"unarchived": true}))
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct MetadataRequest {
    model: String,
    metadata: Value,
    #[serde(default)]
    replace_metadata: Option<bool>,
}

pub(super) fn add_or_update_metadata(ctx: &Context<'_>, request: MetadataRequest) -> Result<Value> {
    let model = models::writable(ctx.tx, &request.model)?;
    let metadata = metadata_map(&request.metadata)?;
    if request.replace_metadata.unwrap_or(false) {
        touch(ctx, &model, Changes::new().set("metadata", metadata))?;
    } else {
        maps::put_all(ctx.tx, &MODEL, "metadata", model.pk, &metadata)?;
        touch(ctx, &model, Changes::new())?;
    }
    Ok(json!({"updated": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteMetadataRequest {
    model: String,
    keys: Vec<String>,
}

pub(super) fn delete_metadata(ctx: &Context<'_>, request: DeleteMetadataRequest) -> Result<Value> {
    let model = models::writable(ctx.tx, &request.model)?;
    for key in &request.keys {
        maps::remove(ctx.tx, &MODEL, "metadata", model.pk, key)?;
    }
    touch(ctx, &model, Changes::new())?;
    Ok(json!({"updated": 1}))
}

pub(super) fn touch(ctx: &Context<'_>, model: &Writable<Head>, mut changes: Changes) -> Result<()> {
    let now = ctx.tx.now();
    changes.add("last_update", now);
    changes.add("last_change", now);
    changes.add("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &MODEL, model.pk, &changes)
}

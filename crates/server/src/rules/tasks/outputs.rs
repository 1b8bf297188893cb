//! Artifacts and models of a task (api.md §6.11).

use super::fields;
use super::params::touch;
use crate::registry::Context;
use arno_store::access::visible_pk;
use arno_store::document::{self, Changes};
use arno_store::schema::{MODEL, TASK};
use arno_store::{Result, outputs, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct AddArtifactsRequest {
    task: String,
    artifacts: Vec<Value>,
}

pub(super) fn add_or_update_artifacts(
    ctx: &Context<'_>,
    request: AddArtifactsRequest,
) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    for artifact in &request.artifacts {
        outputs::put_artifact(ctx.tx, &task, &fields::artifact(artifact)?)?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"updated": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteArtifactsRequest {
    task: String,
    artifacts: Vec<ArtifactKey>,
}

#[derive(Debug, Deserialize)]
struct ArtifactKey {
    key: String,
    #[serde(default)]
    mode: Option<String>,
}

pub(super) fn delete_artifacts(
    ctx: &Context<'_>,
    request: DeleteArtifactsRequest,
) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    for ArtifactKey { key, mode } in &request.artifacts {
        outputs::remove_artifact(ctx.tx, &task, key, mode.as_deref().unwrap_or("output"))?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"deleted": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct AddModelRequest {
    task: String,
    name: String,
    model: String,
    #[serde(rename = "type")]
    direction: String,
    #[serde(default)]
    iteration: Option<i64>,
}

pub(super) fn add_or_update_model(ctx: &Context<'_>, request: AddModelRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    check_direction(&request.direction)?;
    if visible_pk(ctx.tx, &MODEL, &request.model, true)?.is_none() {
        return Err(Error::new(Code::InvalidModelId).with("id", &request.model).into());
    }
    outputs::put_model(ctx.tx, &task, &request.direction, &request.name, &request.model)?;
    if let Some(iteration) = request.iteration.filter(|i| *i > task.last_iteration) {
        let changes = Changes::new().set("last_iteration", iteration);
        document::update(ctx.tx, &TASK, task.pk, &changes)?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"updated": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteModelsRequest {
    task: String,
    models: Vec<ModelKey>,
}

#[derive(Debug, Deserialize)]
struct ModelKey {
    name: String,
    #[serde(rename = "type")]
    direction: String,
}

pub(super) fn delete_models(ctx: &Context<'_>, request: DeleteModelsRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    for ModelKey { name, direction } in &request.models {
        check_direction(direction)?;
        outputs::remove_model(ctx.tx, &task, direction, name)?;
    }
    touch(ctx, &task, true)?;
    Ok(json!({"updated": 1}))
}

fn check_direction(direction: &str) -> Result<()> {
    match direction {
        "input" | "output" => Ok(()),
        other => Err(Error::new(Code::ValidationError)
            .extra("type must be input or output")
            .with("type", other)
            .into()),
    }
}

//! Serving containers that report what they do (api.md §12.4).

use crate::registry::{Context, Registry};
use arno_store::Result;
use arno_store::document::Document;
use arno_store::presences::{self, Kind};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// Seconds after which a silent container is gone, unless it says otherwise.
const TIMEOUT: i64 = 600;

/// The endpoints of `serving.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.write("serving.register_container", register_container);
    registry.write("serving.unregister_container", unregister_container);
    registry.write("serving.container_status_report", container_status_report);
}

#[derive(Debug, Deserialize)]
struct ContainerReport {
    container_id: String,
    #[serde(default)]
    endpoint_url: Option<String>,
    #[serde(flatten)]
    rest: Document,
}

fn register_container(ctx: &Context<'_>, request: ContainerReport) -> Result<Value> {
    keep(ctx, request)
}

fn container_status_report(ctx: &Context<'_>, request: ContainerReport) -> Result<Value> {
    if request.endpoint_url.as_deref().is_none_or(str::is_empty) {
        return Err(Error::new(Code::ValidationError)
            .extra("a status report needs the endpoint's URL")
            .with("field", "endpoint_url")
            .into());
    }
    keep(ctx, request)
}

/// Keeps what the container says over what it said before.
fn keep(ctx: &Context<'_>, request: ContainerReport) -> Result<Value> {
    let id = &request.container_id;
    let now = ctx.tx.now();
    let known = presences::get(ctx.tx, Kind::Container, id)?;
    let mut report = known.unwrap_or_else(|| json!({"id": id, "registered": now}));
    for (key, value) in request.rest.into_iter().filter(|(_, value)| !value.is_null()) {
        report[key] = value;
    }
    report["endpoint_url"] = json!(request.endpoint_url);
    report["last_update"] = now.into();
    let timeout = report["timeout"].as_i64().unwrap_or(TIMEOUT);
    let expires = now.saturating_add(timeout.saturating_mul(1000));
    presences::put(ctx.tx, Kind::Container, id, &report, expires)?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
struct UnregisterRequest {
    container_id: String,
}

fn unregister_container(ctx: &Context<'_>, request: UnregisterRequest) -> Result<Value> {
    match presences::remove(ctx.tx, Kind::Container, &request.container_id)? {
        true => Ok(json!({})),
        false => Err(Error::new(Code::ContainerNotRegistered)
            .with("container_id", &request.container_id)
            .into()),
    }
}

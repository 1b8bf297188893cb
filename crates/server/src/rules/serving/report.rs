//! `serving.register_container`, `unregister_container`, `container_status_report`.

use crate::registry::Context;
use crate::rules::statistics::numbers;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::presences::{self, Kind};
use arno_store::statistics::{self, Cells, Metric};
use arno_wire::error::{Code, Error};
use arno_wire::json;
use serde::Deserialize;
use serde_json::{Value, json};

/// Seconds after which a silent container is gone, unless it says otherwise.
const TIMEOUT: i64 = 600;

#[derive(Debug, Deserialize)]
pub(super) struct ContainerReport {
    container_id: String,
    #[serde(default)]
    endpoint_url: Option<String>,
    #[serde(flatten)]
    rest: Document,
}

pub(super) fn register_container(ctx: &Context<'_>, request: ContainerReport) -> Result<Value> {
    keep(ctx, request)
}

pub(super) fn container_status_report(
    ctx: &Context<'_>,
    request: ContainerReport,
) -> Result<Value> {
    if request.endpoint_url.as_deref().is_none_or(str::is_empty) {
        return Err(Error::new(Code::ValidationError)
            .extra("a status report needs the endpoint's URL")
            .with("field", "endpoint_url")
            .into());
    }
    let measured = cells(&request.rest);
    let url = request.endpoint_url.clone().unwrap_or_default();
    let container = (Kind::Container, request.container_id.as_str(), url.as_str());
    statistics::record(ctx.tx, container, ctx.tx.now(), false, &measured)?;
    keep(ctx, request)
}

/// What of a report is kept over time: its counts, and what its machine measured.
fn cells(report: &Document) -> Cells {
    let mut cells = Cells::default();
    let mut add = |name: &str, value: Option<f64>| {
        if let (Some(metric), Some(value)) = (Metric::named(name), value) {
            cells.add(metric, None, value);
        }
    };
    for (metric, key) in [
        ("requests", "requests_num"),
        ("requests_min", "requests_min"),
        ("latency_ms", "latency_ms"),
    ] {
        add(metric, report.get(key).and_then(json::as_f64));
    }
    let machine = report.get("machine_stats").and_then(Value::as_object);
    let measured = |key: &str| -> Vec<f64> {
        machine
            .and_then(|machine| machine.get(key))
            .filter(|value| !value.is_null())
            .map(|value| numbers(value).collect())
            .unwrap_or_default()
    };
    for (unit, key) in [("cpu", "cpu_usage"), ("gpu", "gpu_usage")] {
        let usage = measured(key);
        let count = usage.len() as f64;
        if !usage.is_empty() {
            add(&format!("{unit}_count"), Some(count));
            add(&format!("{unit}_util"), Some(usage.iter().sum::<f64>() / count));
        }
    }
    for (prefix, used, free) in
        [("ram", "memory_used", "memory_free"), ("gpu_ram", "gpu_memory_used", "gpu_memory_free")]
    {
        let sum = |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>());
        let (used, free) = (sum(measured(used)), sum(measured(free)));
        add(&format!("{prefix}_used"), used);
        add(&format!("{prefix}_free"), free);
        add(&format!("{prefix}_total"), used.zip(free).map(|(used, free)| used + free));
    }
    for key in ["network_rx", "network_tx"] {
        add(key, measured(key).first().copied());
    }
    cells
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
pub(super) struct UnregisterRequest {
    container_id: String,
}

pub(super) fn unregister_container(ctx: &Context<'_>, request: UnregisterRequest) -> Result<Value> {
    match presences::remove(ctx.tx, Kind::Container, &request.container_id)? {
        true => Ok(json!({})),
        false => Err(Error::new(Code::ContainerNotRegistered)
            .with("container_id", &request.container_id)
            .into()),
    }
}

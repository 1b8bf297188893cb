//! `serving.get_endpoints`, `get_loading_instances`, `get_endpoint_details`.

use crate::registry::Context;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::presences::{self, Kind};
use arno_wire::error::{Code, Error};
use arno_wire::{date, json};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a container says of the model it serves, as it is shown and as it is reported.
const MODEL: [(&str, &str); 7] = [
    ("endpoint", "endpoint_name"),
    ("model", "model_name"),
    ("model_source", "model_source"),
    ("model_version", "model_version"),
    ("preprocess_artifact", "preprocess_artifact"),
    ("input_type", "input_type"),
    ("input_size", "input_size"),
];

/// The last reports of the containers that are there, by the URL they serve at; those that load
/// their model have none.
fn by_url(ctx: &Context<'_>) -> Result<BTreeMap<String, Vec<Value>>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for report in presences::all(ctx.tx, Kind::Container)? {
        let url = report["endpoint_url"].as_str().unwrap_or_default().to_owned();
        found.entry(url).or_default().push(report);
    }
    Ok(found)
}

pub(super) fn get_endpoints(ctx: &Context<'_>, _: Document) -> Result<Value> {
    let mut endpoints = Vec::new();
    for (url, reports) in by_url(ctx)?.iter().filter(|(url, _)| !url.is_empty()) {
        let mean = |key| numbers(reports, key).sum::<f64>() / reports.len() as f64;
        let mut shown = header(reports, &MODEL[..2], url);
        shown["instances"] = reports.len().into();
        shown["requests"] = (numbers(reports, "requests_num").sum::<f64>() as i64).into();
        shown["requests_min"] = two_decimals(mean("requests_min")).into();
        shown["latency_ms"] = (mean("latency_ms").round() as i64).into();
        endpoints.push(shown);
    }
    Ok(json!({"endpoints": endpoints}))
}

/// What the containers of one URL have in common: what the one that reported last says of its
/// model, the longest uptime and the last report.
fn header(reports: &[Value], fields: &[(&str, &str)], url: &str) -> Value {
    let latest = reports.iter().max_by_key(|report| report["last_update"].as_i64());
    let mut shown = latest.map_or_else(|| json!({}), |report| of_model(report, fields));
    shown["url"] = url.into();
    let uptime = numbers(reports, "uptime_sec").fold(0.0, f64::max);
    shown["uptime_sec"] = (uptime as i64).into();
    shown["last_update"] = latest.map_or(Value::Null, last_update);
    shown
}

pub(super) fn get_loading_instances(ctx: &Context<'_>, _: Document) -> Result<Value> {
    let loading = by_url(ctx)?.remove("").unwrap_or_default();
    let instances: Vec<Value> = loading
        .iter()
        .map(|report| {
            let mut shown = of_model(report, &MODEL);
            let registered = report["registered"].as_i64().unwrap_or(ctx.tx.now());
            shown["id"] = report["id"].clone();
            shown["url"] = Value::Null;
            shown["uptime_sec"] = whole(report, "uptime_sec");
            shown["age_sec"] = ((ctx.tx.now() - registered) / 1000).into();
            shown["last_update"] = last_update(report);
            shown
        })
        .collect();
    Ok(json!({"instances": instances}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DetailsRequest {
    endpoint_url: String,
}

pub(super) fn get_endpoint_details(ctx: &Context<'_>, request: DetailsRequest) -> Result<Value> {
    let url = &request.endpoint_url;
    let reports = by_url(ctx)?.remove(url).filter(|_| !url.is_empty()).ok_or_else(|| {
        Error::new(Code::NoContainersForUrl)
            .extra("its containers have not reported for a while; see serving.get_endpoints")
            .with("url", url)
    })?;
    let mut shown = header(&reports, &MODEL, url);
    shown["instances"] = reports.iter().map(instance).collect();
    Ok(shown)
}

fn instance(report: &Value) -> Value {
    let units = |key: &str| match &report["machine_stats"][key] {
        Value::Array(usage) => usage.len(),
        Value::Null => 0,
        _ => 1,
    };
    json!({
        "id": report["id"],
        "uptime_sec": whole(report, "uptime_sec"),
        "requests": whole(report, "requests_num"),
        "requests_min": two_decimals(number(report, "requests_min")),
        "latency_ms": whole(report, "latency_ms"),
        "last_update": last_update(report),
        "reference": report["reference"],
        "cpu_count": units("cpu_usage"),
        "gpu_count": units("gpu_usage"),
    })
}

/// What is shown is text, also a size that was reported as a number.
fn of_model(report: &Value, fields: &[(&str, &str)]) -> Value {
    let text = |value: &Value| match value {
        Value::String(_) | Value::Null => value.clone(),
        other => other.to_string().into(),
    };
    let fields = fields.iter().map(|(shown, key)| ((*shown).to_owned(), text(&report[*key])));
    Value::Object(fields.collect())
}

fn last_update(report: &Value) -> Value {
    report["last_update"].as_i64().map(date::format).into()
}

fn numbers<'a>(reports: &'a [Value], key: &'a str) -> impl Iterator<Item = f64> + 'a {
    reports.iter().map(move |report| number(report, key))
}

fn number(report: &Value, key: &str) -> f64 {
    json::as_f64(&report[key]).filter(|number| number.is_finite()).unwrap_or(0.0)
}

fn whole(report: &Value, key: &str) -> Value {
    (number(report, key) as i64).into()
}

/// Rounded to two decimals, as every figure of a container is shown.
pub(super) fn two_decimals(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

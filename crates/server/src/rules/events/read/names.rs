//! What there is rather than its course: names of metrics, last values, single values.

use super::subject::{MetricVariants, Subject, filter};
use crate::registry::Context;
use arno_store::events::EventKind;
use arno_store::{Result, tasks};
use arno_wire::json;
use serde::Deserialize;
use serde_json::{Value, json as value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
pub(super) struct OfTask {
    task: String,
    model_events: Option<bool>,
}

/// `events.get_scalar_metrics_and_variants`
pub(super) fn of_scalars(ctx: &Context<'_>, request: OfTask) -> Result<Value> {
    of_kind(ctx, &request, EventKind::Scalar)
}

/// `events.get_vector_metrics_and_variants`
pub(super) fn of_vectors(ctx: &Context<'_>, request: OfTask) -> Result<Value> {
    of_kind(ctx, &request, EventKind::Vector)
}

fn of_kind(ctx: &Context<'_>, request: &OfTask, kind: EventKind) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let metrics = ctx.site.events.metrics_and_variants(ctx.tx, subject.owner, kind)?;
    Ok(value!({"metrics": metrics}))
}

#[derive(Deserialize)]
pub(super) struct OfTasks {
    tasks: Vec<String>,
    event_type: Option<String>,
    model_events: Option<bool>,
}

impl OfTasks {
    /// The kind asked for, or all.
    fn kinds(&self) -> Vec<EventKind> {
        let named = self.event_type.as_deref().and_then(EventKind::from_name);
        named.map_or_else(|| EventKind::ALL.to_vec(), |kind| vec![kind])
    }
}

/// `events.get_task_metrics`: the names of each task's metrics.
pub(super) fn by_task(ctx: &Context<'_>, request: OfTasks) -> Result<Value> {
    let kinds = request.kinds();
    let mut metrics = Vec::new();
    for subject in Subject::find_all(ctx.tx, &request.tasks, request.model_events)? {
        let mut names = BTreeSet::new();
        for kind in &kinds {
            let found = ctx.site.events.metrics_and_variants(ctx.tx, subject.owner, *kind)?;
            names.extend(found.into_keys());
        }
        metrics.push(value!({"task": subject.id, "metrics": names}));
    }
    Ok(value!({"metrics": metrics}))
}

/// `events.get_multi_task_metrics`: the metrics and variants that any of the tasks has.
pub(super) fn of_all(ctx: &Context<'_>, request: OfTasks) -> Result<Value> {
    let kinds = request.kinds();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for subject in Subject::find_all(ctx.tx, &request.tasks, request.model_events)? {
        for kind in &kinds {
            let found = ctx.site.events.metrics_and_variants(ctx.tx, subject.owner, *kind)?;
            for (metric, variants) in found {
                all.entry(metric).or_default().extend(variants);
            }
        }
    }
    let metrics: Vec<Value> = all
        .into_iter()
        .map(|(metric, variants)| value!({"metric": metric, "variants": variants}))
        .collect();
    Ok(value!({"metrics": metrics}))
}

#[derive(Deserialize)]
pub(super) struct LatestValues {
    task: String,
}

/// `events.get_task_latest_scalar_values`: of each series the last value above 0 and the mean of the
/// last ten.
pub(super) fn latest_values(ctx: &Context<'_>, request: LatestValues) -> Result<Value> {
    let task = tasks::visible(ctx.tx, &request.task)?;
    let owner = arno_store::events::Owner::task(task.pk);
    let mut metrics: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut last_timestamp = 0;
    for series in ctx.site.events.latest_values(ctx.tx, owner)? {
        let values = || series.points.iter().map(|point| point.value);
        let mean = values().sum::<f64>() / series.points.len() as f64;
        metrics.entry(series.metric.metric.clone()).or_default().push(value!({
            "name": series.metric.variant,
            "last_value": json::number(values().next().unwrap_or(f64::NAN)),
            "last_10_value": json::number(mean),
        }));
        let newest = series.points.iter().map(|point| point.ts).max();
        last_timestamp = newest.unwrap_or(0).max(last_timestamp);
    }
    let metrics: Vec<Value> = metrics
        .into_iter()
        .map(|(name, variants)| value!({"name": name, "variants": variants}))
        .collect();
    Ok(value!({
        "metrics": metrics,
        "last_iter": task.last_iteration,
        "name": task.name,
        "status": task.status,
        "last_timestamp": last_timestamp,
    }))
}

#[derive(Deserialize)]
pub(super) struct SingleValues {
    tasks: Vec<String>,
    metrics: Option<Vec<MetricVariants>>,
    model_events: Option<bool>,
}

/// `events.get_task_single_value_metrics`: what was reported without an iteration; tasks without any
/// are left out.
pub(super) fn single_values(ctx: &Context<'_>, request: SingleValues) -> Result<Value> {
    let filter = filter(request.metrics);
    let mut tasks = Vec::new();
    for subject in Subject::find_all(ctx.tx, &request.tasks, request.model_events)? {
        let found = ctx.site.events.single_values(ctx.tx, subject.owner, &filter)?;
        let values: Vec<Value> = found
            .iter()
            .map(|single| {
                value!({
                    "metric": single.metric.metric,
                    "variant": single.metric.variant,
                    "value": json::number(single.value),
                    "timestamp": single.ts,
                })
            })
            .collect();
        if !values.is_empty() {
            let (id, name) = (subject.id, subject.name);
            tasks.push(value!({"task": id, "task_name": name, "values": values}));
        }
    }
    Ok(value!({"tasks": tasks}))
}

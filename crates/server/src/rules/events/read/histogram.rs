//! Series as charts show them: `events.scalar_metrics_iter_histogram`, its form for several tasks
//! (api.md §8.7), and the same of vectors.

use super::page::ScalarKey;
use super::subject::{MetricVariants, Subject, filter};
use crate::registry::Context;
use arno_series::downsample::Bucket;
use arno_store::Result;
use arno_store::events::{
    Event, EventKind, EventQuery, Histogram, Metric, MetricFilter, Outline, Sampling, VectorEvent,
    XAxis,
};
use arno_wire::error::{Code, Error};
use arno_wire::{date, json};
use serde::Deserialize;
use serde_json::{Map, Value, json as value};
use std::sync::Arc;

/// Buckets of a series when the request names no number.
const SAMPLES: u64 = 2_000;
/// Most tasks that are compared.
const MAX_TASKS: usize = 100;
/// Most vectors in an answer.
const MAX_VECTORS: usize = 10_000;

/// What both forms ask for.
#[derive(Deserialize)]
struct Wanted {
    samples: Option<u64>,
    key: Option<ScalarKey>,
    metrics: Option<Vec<MetricVariants>>,
    model_events: Option<bool>,
    /// Ours: the first and the last iteration, or millisecond, to look at.
    window: Option<(i64, i64)>,
    /// Ours: whether the least and the greatest value of each bucket are told too.
    extremes: Option<bool>,
    /// Ours: whether only the number of points and the first and last x are told.
    outline: Option<bool>,
}

/// How the series of each task are to be sampled and written.
struct Curves {
    filter: MetricFilter,
    sampling: Sampling,
    key: ScalarKey,
    extremes: bool,
    outline: bool,
}

impl Curves {
    fn new(wanted: Wanted) -> Curves {
        let key = wanted.key.unwrap_or_default();
        let axis = match key {
            ScalarKey::Iter => XAxis::Iteration,
            ScalarKey::Timestamp | ScalarKey::IsoTime => XAxis::Timestamp,
        };
        let samples = wanted.samples.unwrap_or(SAMPLES);
        Curves {
            filter: filter(wanted.metrics),
            sampling: Sampling { samples, key: axis, window: wanted.window },
            key,
            extremes: wanted.extremes == Some(true),
            outline: wanted.outline == Some(true),
        }
    }

    /// A subject's series as they are answered, by their names.
    fn of(&self, ctx: &Context<'_>, subject: &Subject) -> Result<Vec<(Arc<Metric>, Value)>> {
        let (events, owner) = (&ctx.site.events, subject.owner);
        if self.outline {
            let outlines = events.outlines(ctx.tx, owner, &self.filter, self.sampling.key)?;
            let named = |outline: Outline| (Arc::clone(&outline.metric), self.outline_of(&outline));
            return Ok(outlines.into_iter().map(named).collect());
        }
        let histograms = events.histogram(ctx.tx, owner, &self.filter, self.sampling)?;
        let named = |curve: Histogram| (Arc::clone(&curve.metric), self.curve_of(&curve));
        Ok(histograms.into_iter().map(named).collect())
    }

    fn x(&self, x: i64) -> Value {
        match self.key {
            ScalarKey::IsoTime => date::format_z(x).into(),
            ScalarKey::Iter | ScalarKey::Timestamp => x.into(),
        }
    }

    /// What there is of a series as `{count, first, last}`.
    fn outline_of(&self, Outline { range, .. }: &Outline) -> Value {
        value!({"count": range.count, "first": self.x(range.min), "last": self.x(range.max)})
    }

    /// A series as `{x, y}`, with `min` and `max` where extremes are wanted.
    fn curve_of(&self, histogram: &Histogram) -> Value {
        let buckets = &histogram.buckets;
        let xs: Vec<Value> = buckets.iter().map(|bucket| self.x(bucket.x)).collect();
        let ys: Vec<Value> = buckets.iter().map(|bucket| json::number(bucket.mean())).collect();
        let mut series = value!({"x": xs, "y": ys});
        if self.extremes {
            let numbers = |of: fn(&Bucket) -> f64| -> Value {
                buckets.iter().map(|bucket| json::number(of(bucket))).collect()
            };
            series["min"] = numbers(|bucket| bucket.min);
            series["max"] = numbers(|bucket| bucket.max);
        }
        if let Some(label) = &histogram.x_axis_label {
            series["x_axis_label"] = label.as_str().into();
        }
        series
    }
}

#[derive(Deserialize)]
pub(super) struct OfOne {
    task: String,
    #[serde(flatten)]
    wanted: Wanted,
}

/// The series of a task: metric → variant → series.
pub(super) fn of_one(ctx: &Context<'_>, request: OfOne) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.wanted.model_events)?;
    let curves = Curves::new(request.wanted);
    let mut metrics = Map::new();
    for (names, mut series) in curves.of(ctx, &subject)? {
        series["name"] = names.variant.as_str().into();
        *slot(&mut metrics, [&names.metric, &names.variant]) = series;
    }
    Ok(metrics.into())
}

#[derive(Deserialize)]
pub(super) struct OfMany {
    tasks: Vec<String>,
    #[serde(flatten)]
    wanted: Wanted,
}

/// The series of several tasks: metric → variant → task → series.
pub(super) fn of_many(ctx: &Context<'_>, request: OfMany) -> Result<Value> {
    if request.tasks.len() > MAX_TASKS {
        return Err(Error::new(Code::Plain400)
            .extra(format!("at most {MAX_TASKS} tasks can be compared"))
            .with("tasks", request.tasks.len())
            .into());
    }
    let subjects = Subject::find_all(ctx.tx, &request.tasks, request.wanted.model_events)?;
    let curves = Curves::new(request.wanted);
    let mut metrics = Map::new();
    for subject in &subjects {
        for (names, mut series) in curves.of(ctx, subject)? {
            series["name"] = subject.name.as_str().into();
            *slot(&mut metrics, [&names.metric, &names.variant, &subject.id]) = series;
        }
    }
    Ok(value!({"metrics": metrics}))
}

/// The place at the end of a path of keys; what is not there yet is made.
pub(super) fn slot<'a, const N: usize>(
    map: &'a mut Map<String, Value>,
    path: [&str; N],
) -> &'a mut Value {
    let mut steps = path.into_iter();
    let first = steps.next().unwrap_or_default();
    let root = map.entry(first).or_insert(Value::Null);
    // Indexing a missing place by a key makes it an object.
    steps.fold(root, |place, key| &mut place[key])
}

#[derive(Deserialize)]
pub(super) struct OfVectors {
    task: String,
    metric: String,
    variant: String,
    model_events: Option<bool>,
}

/// `events.vector_metrics_iter_histogram`: the vectors of one variant by iteration.
pub(super) fn of_vectors(ctx: &Context<'_>, request: OfVectors) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let (metric, variant) = (request.metric, request.variant);
    let query = EventQuery {
        kind: Some(EventKind::Vector),
        filter: MetricFilter::new(vec![(metric.clone(), vec![variant.clone()])]),
        ascending: true,
        after: None,
        limit: MAX_VECTORS,
        count_total: false,
    };
    let page = ctx.site.events.events(ctx.tx, subject.owner, &query)?;
    let (mut iterations, mut vectors) = (Vec::new(), Vec::new());
    for event in page.events {
        if let Event::Vector(VectorEvent { head, values }) = event {
            let values: Vec<Value> = values.into_iter().map(json::number).collect();
            iterations.push(head.iter);
            vectors.push(values);
        }
    }
    Ok(value!({
        "metric": metric, "variant": variant, "vectors": vectors, "iterations": iterations,
    }))
}

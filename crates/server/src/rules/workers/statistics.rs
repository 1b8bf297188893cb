//! `workers.get_metric_keys`, `get_stats`, `get_activity_report` (api.md §10).

use crate::registry::Context;
use crate::rules::statistics::{Curve, Grid, LEAST_INTERVAL, MAX_GPUS, Stretch};
use arno_store::Result;
use arno_store::presences::Kind;
use arno_store::statistics::{self, Metric, Summary, Wanted};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

#[derive(Debug, Default, Deserialize)]
pub(super) struct KeysRequest {
    #[serde(default)]
    worker_ids: HashSet<String>,
}

fn workers(names: &HashSet<String>) -> Wanted<'_> {
    Wanted { kind: Kind::Worker, names, place: None }
}

pub(super) fn get_metric_keys(ctx: &Context<'_>, request: KeysRequest) -> Result<Value> {
    let mut categories: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for metric in statistics::metrics(ctx.tx, &workers(&request.worker_ids))? {
        let name = metric.name();
        let category = name.split_once('_').map_or(name, |(category, _)| category);
        categories.entry(category).or_default().push(name);
    }
    if categories.is_empty() {
        return Err(Error::new(Code::WorkerStatsNotFound)
            .extra("these workers reported no measurements yet")
            .with("company", &ctx.caller.company)
            .into());
    }
    let shown: Vec<Value> = categories
        .into_iter()
        .map(|(name, keys)| json!({"name": name, "metric_keys": keys}))
        .collect();
    Ok(json!({"categories": shown}))
}

#[derive(Debug, Deserialize)]
pub(super) struct StatsRequest {
    #[serde(flatten)]
    stretch: Stretch,
    #[serde(default)]
    worker_ids: HashSet<String>,
    items: Vec<Item>,
    #[serde(default)]
    split_by_resource: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Item {
    key: String,
    aggregation: Option<Aggregation>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Aggregation {
    #[default]
    Avg,
    Min,
    Max,
}

impl Aggregation {
    fn name(self) -> &'static str {
        match self {
            Aggregation::Avg => "avg",
            Aggregation::Min => "min",
            Aggregation::Max => "max",
        }
    }

    fn of(self, summary: &Summary) -> f64 {
        match self {
            Aggregation::Avg => summary.mean(),
            Aggregation::Min => summary.min(),
            Aggregation::Max => summary.max(),
        }
    }
}

/// What is asked of a metric.
type Asked = (Metric, Vec<Aggregation>);

/// Each metric once, in the order of the request.
fn asked(items: &[Item]) -> Result<Vec<Asked>> {
    let mut asked: Vec<Asked> = Vec::new();
    for item in items {
        let metric = Metric::named(&item.key).ok_or_else(|| {
            Error::new(Code::ValidationError).extra("no such metric").with("key", &item.key)
        })?;
        let aggregation = item.aggregation.unwrap_or_default();
        match asked.iter_mut().find(|(known, _)| *known == metric) {
            Some((_, list)) if list.contains(&aggregation) => {}
            Some((_, list)) => list.push(aggregation),
            None => asked.push((metric, vec![aggregation])),
        }
    }
    Ok(asked)
}

/// The curves of one worker and metric: of all its GPUs together (or cores, or the machine), and
/// of each GPU when that is asked for.
struct Curves {
    total: Curve,
    resources: BTreeMap<u8, Curve>,
}

pub(super) fn get_stats(ctx: &Context<'_>, request: StatsRequest) -> Result<Value> {
    let grid = Grid::new(&request.stretch, LEAST_INTERVAL)?.without_unfinished();
    let asked = asked(&request.items)?;
    let found = statistics::subjects(ctx.tx, &workers(&request.worker_ids))?;
    let split = request.split_by_resource.unwrap_or(false);
    let curves: usize = asked.iter().map(|(_, list)| list.len()).sum();
    grid.bear(found.len() * curves * if split { 1 + MAX_GPUS } else { 1 })?;
    let level = grid.level(ctx.tx.now());
    let mut shown = Vec::new();
    // A worker of the same name may have reported under several users.
    for same in found.chunk_by(|a, b| a.name == b.name) {
        let mut curves: BTreeMap<Metric, Curves> = BTreeMap::new();
        for subject in same {
            statistics::read(ctx.tx, subject, level, grid.bounds(), |period| {
                let places = grid.places(period.at, level);
                for (metric, gpu, summary) in period.cells.iter() {
                    let gpu = gpu.filter(|_| split);
                    if asked.iter().any(|(wanted, _)| *wanted == metric) {
                        add(&mut curves, &grid, (metric, gpu), places.clone(), summary);
                    }
                }
            })?;
        }
        if !curves.is_empty() {
            let metrics = show(&grid, &asked, &curves);
            shown.push(json!({"worker": same[0].name, "metrics": metrics}));
        }
    }
    Ok(json!({"workers": shown}))
}

fn add(
    curves: &mut BTreeMap<Metric, Curves>,
    grid: &Grid,
    (metric, gpu): (Metric, Option<u8>),
    places: std::ops::Range<usize>,
    summary: Summary,
) {
    if places.is_empty() {
        return;
    }
    let of_metric = curves
        .entry(metric)
        .or_insert_with(|| Curves { total: Curve::new(grid), resources: BTreeMap::new() });
    of_metric.total.add(places.clone(), summary);
    if let Some(gpu) = gpu {
        let curve = of_metric.resources.entry(gpu).or_insert_with(|| Curve::new(grid));
        curve.add(places, summary);
    }
}

fn show(grid: &Grid, asked: &[Asked], curves: &BTreeMap<Metric, Curves>) -> Vec<Value> {
    let known = asked.iter().filter_map(|(metric, list)| Some((metric, list, curves.get(metric)?)));
    let mut shown = Vec::new();
    for (metric, aggregations, curves) in known {
        let mut stats = Vec::new();
        for aggregation in aggregations {
            let values = |curve: &Curve| -> Vec<f64> {
                let values = curve.values(|summary| aggregation.of(summary));
                values.into_iter().map(Option::unwrap_or_default).collect()
            };
            let mut stat = json!({
                "aggregation": aggregation.name(), "dates": grid.dates(),
                "values": values(&curves.total),
            });
            if curves.resources.len() > 1 {
                stat["resource_series"] = curves
                    .resources
                    .iter()
                    .map(|(gpu, curve)| json!({"name": gpu.to_string(), "values": values(curve)}))
                    .collect();
            }
            stats.push(stat);
        }
        shown.push(json!({"metric": metric.name(), "stats": stats}));
    }
    shown
}

#[derive(Debug, Deserialize)]
pub(super) struct ActivityRequest {
    #[serde(flatten)]
    stretch: Stretch,
    #[serde(default)]
    worker_ids: HashSet<String>,
}

pub(super) fn get_activity_report(ctx: &Context<'_>, request: ActivityRequest) -> Result<Value> {
    let grid = Grid::new(&request.stretch, 1)?.without_unfinished();
    let found = statistics::subjects(ctx.tx, &workers(&request.worker_ids))?;
    let level = grid.level(ctx.tx.now());
    let (mut total, mut active) = (Counts::new(&grid), Counts::new(&grid));
    for (number, same) in (1..).zip(found.chunk_by(|a, b| a.name == b.name)) {
        for subject in same {
            statistics::read(ctx.tx, subject, level, grid.bounds(), |period| {
                for place in grid.places(period.at, level) {
                    total.count(place, number);
                    if period.active {
                        active.count(place, number);
                    }
                }
            })?;
        }
    }
    let dates = grid.dates();
    Ok(json!({
        "total": {"dates": dates, "counts": total.counts},
        "active": {"dates": dates, "counts": active.counts},
    }))
}

/// How many workers there were in each interval.
struct Counts {
    counts: Vec<u32>,
    /// The number of the worker that was counted last.
    last: Vec<u32>,
}

impl Counts {
    fn new(grid: &Grid) -> Counts {
        Counts { counts: vec![0; grid.count()], last: vec![0; grid.count()] }
    }

    /// Counts a worker, once; workers come one after another, numbered from 1.
    fn count(&mut self, place: usize, worker: u32) {
        if self.last[place] != worker {
            self.last[place] = worker;
            self.counts[place] += 1;
        }
    }
}

//! `serving.get_endpoint_metrics_history`.

use super::read::two_decimals;
use crate::registry::Context;
use crate::rules::statistics::{Curve, Grid, LEAST_INTERVAL, Stretch};
use arno_store::Result;
use arno_store::presences::Kind;
use arno_store::statistics::{self, Metric, Summary, Wanted};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// A metric of containers, and how it is shown.
struct Shown {
    name: &'static str,
    title: &'static str,
    /// What the containers of an endpoint have together.
    together: Together,
    /// How many units of what is stored make one of what is shown.
    unit: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Together {
    Sum,
    Mean,
}

const fn shown(name: &'static str, title: &'static str, together: Together, unit: f64) -> Shown {
    Shown { name, title, together, unit }
}

static SHOWN: [Shown; 15] = {
    use Together::{Mean, Sum};
    [
        shown("requests", "Requests", Sum, 1.0),
        shown("requests_min", "Requests per minute", Sum, 1.0),
        shown("latency_ms", "Latency (ms)", Mean, 1.0),
        shown("cpu_count", "CPUs", Sum, 1.0),
        shown("gpu_count", "GPUs", Sum, 1.0),
        shown("cpu_util", "CPU load (%)", Mean, 1.0),
        shown("gpu_util", "GPU load (%)", Mean, 1.0),
        shown("ram_total", "Memory (GB)", Sum, 1024.0),
        shown("ram_used", "Memory used (GB)", Sum, 1024.0),
        shown("ram_free", "Memory free (GB)", Sum, 1024.0),
        shown("gpu_ram_total", "GPU memory (GB)", Sum, 1024.0),
        shown("gpu_ram_used", "GPU memory used (GB)", Sum, 1024.0),
        shown("gpu_ram_free", "GPU memory free (GB)", Sum, 1024.0),
        shown("network_rx", "Network received (MB/s)", Sum, 1.0),
        shown("network_tx", "Network sent (MB/s)", Sum, 1.0),
    ]
};

#[derive(Debug, Deserialize)]
pub(super) struct HistoryRequest {
    endpoint_url: String,
    #[serde(flatten)]
    stretch: Stretch,
    #[serde(default)]
    metric_type: Option<String>,
    #[serde(default)]
    instance_charts: Option<bool>,
}

pub(super) fn get_endpoint_metrics_history(
    ctx: &Context<'_>,
    request: HistoryRequest,
) -> Result<Value> {
    let grid = Grid::new(&request.stretch, LEAST_INTERVAL)?;
    let wanted = request.metric_type.as_deref().unwrap_or("requests");
    let known = SHOWN.iter().find(|shown| shown.name == wanted);
    let (shown, metric) = known.zip(Metric::named(wanted)).ok_or_else(|| {
        Error::new(Code::ValidationError).extra("no such metric").with("metric_type", wanted)
    })?;
    let names = HashSet::new();
    let place = Some(request.endpoint_url.as_str());
    let containers = Wanted { kind: Kind::Container, names: &names, place };
    let found = statistics::subjects(ctx.tx, &containers)?;
    grid.bear(found.len())?;
    let level = grid.level(ctx.tx.now());
    let mut total: Vec<(f64, u32)> = vec![(0.0, 0); grid.count()];
    let mut instances = Map::new();
    for subject in &found {
        let mut curve = Curve::new(&grid);
        statistics::read(ctx.tx, subject, level, grid.bounds(), |period| {
            let of_metric = period.cells.iter().filter(|(found, _, _)| *found == metric);
            for (_, _, summary) in of_metric {
                curve.add(grid.places(period.at, level), summary);
            }
        })?;
        if curve.is_empty() {
            continue;
        }
        let values = curve.values(|summary| shown.value(summary));
        for ((sum, count), value) in total.iter_mut().zip(&values) {
            *sum += value.unwrap_or(0.0);
            *count += u32::from(value.is_some());
        }
        let values = values.into_iter().map(|value| value.unwrap_or(0.0));
        instances.insert(subject.name.clone(), shown.curve(&grid, values));
    }
    let together = total.iter().map(|(sum, count)| match shown.together {
        Together::Sum => *sum,
        Together::Mean => *sum / f64::from((*count).max(1)),
    });
    let mut answer = json!({
        "computed_interval": grid.seconds(), "total": shown.curve(&grid, together), "instances": {},
    });
    if request.instance_charts.unwrap_or(false) {
        answer["instances"] = instances.into();
    }
    Ok(answer)
}

impl Shown {
    /// The value of one container in an interval: of a number that only grows the last, of others
    /// the mean.
    fn value(&self, summary: &Summary) -> f64 {
        let value = if self.name == "requests" { summary.max() } else { summary.mean() };
        value / self.unit
    }

    fn curve(&self, grid: &Grid, values: impl Iterator<Item = f64>) -> Value {
        let values: Vec<f64> = values.map(two_decimals).collect();
        json!({"title": self.title, "dates": grid.dates(), "values": values})
    }
}

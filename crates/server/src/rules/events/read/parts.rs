//! Several tasks' events for the frames in reports (`reports.get_task_data`, api.md §12.1): each part
//! is what the event endpoint of the same purpose answers.

use super::{frames, histogram, names, plots};
use crate::registry::Context;
use arno_store::Result;
use arno_wire::error::{Code, Error};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A kind of events that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The latest debug samples.
    DebugImages,
    /// The latest plots.
    Plots,
    /// Series.
    Scalars,
    /// Single values.
    SingleValues,
}

impl Part {
    /// Every part.
    pub(crate) const ALL: [Part; 4] =
        [Part::DebugImages, Part::Plots, Part::Scalars, Part::SingleValues];

    /// Its key in requests and answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Part::DebugImages => "debug_images",
            Part::Plots => "plots",
            Part::Scalars => "scalar_metrics_iter_histogram",
            Part::SingleValues => "single_value_metrics",
        }
    }
}

/// One part of the answer for these tasks (or models), with the part's own options.
pub(crate) fn part(
    ctx: &Context<'_>,
    part: Part,
    ids: &[String],
    options: Value,
    model_events: bool,
) -> Result<Value> {
    let mut body = options;
    body["model_events"] = model_events.into();
    body["tasks"] = json!(ids);
    body["no_scroll"] = true.into();
    Ok(match part {
        Part::DebugImages => {
            body["metrics"] = of_each(ids, &body["metrics"]);
            frames::debug_images(ctx, typed(body)?)?["metrics"].take()
        }
        Part::Plots => plots::of_many(ctx, typed(body)?)?["plots"].take(),
        Part::Scalars => histogram::of_many(ctx, typed(body)?)?["metrics"].take(),
        Part::SingleValues => names::single_values(ctx, typed(body)?)?["tasks"].take(),
    })
}

/// Every task with every metric asked for; with all of its own when none is.
fn of_each(ids: &[String], metrics: &Value) -> Value {
    let metrics = metrics.as_array().filter(|metrics| !metrics.is_empty());
    let of = |id: &String| {
        match metrics {
        None => vec![json!({"task": id})],
        Some(metrics) => metrics
            .iter()
            .map(|metric| {
                json!({"task": id, "metric": metric["metric"], "variants": metric["variants"]})
            })
            .collect(),
    }
    };
    ids.iter().flat_map(of).collect()
}

fn typed<Q: DeserializeOwned>(body: Value) -> Result<Q> {
    serde_json::from_value(body)
        .map_err(|e| Error::new(Code::ValidationError).extra(e.to_string()).into())
}

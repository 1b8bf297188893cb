//! `queues.get_queue_metrics` (api.md §9).

use crate::registry::Context;
use crate::rules::statistics::{Grid, Stretch};
use arno_store::statistics::{self, QueueSample};
use arno_store::{Millis, Result};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How long before the stretch asked for a queue may have been looked at last, ms.
const CARRY: i64 = 3_600_000;
/// Queues that are asked for by their ids.
const MAX_QUEUES: usize = 1000;

#[derive(Debug, Deserialize)]
pub(super) struct MetricsRequest {
    #[serde(flatten)]
    stretch: Stretch,
    #[serde(default)]
    queue_ids: Vec<String>,
    /// Whether the queues as they are now count as well.
    #[serde(default)]
    refresh: Option<bool>,
}

pub(super) fn get_queue_metrics(ctx: &Context<'_>, request: MetricsRequest) -> Result<Value> {
    let grid = Grid::new(&request.stretch, 1)?;
    let ids = &request.queue_ids;
    if ids.len() > MAX_QUEUES {
        return Err(Error::new(Code::FieldsValueError)
            .extra(format!("at most {MAX_QUEUES} queues at a time"))
            .with("queue_ids", ids.len())
            .into());
    }
    let (from, to) = grid.bounds();
    let level = grid.level(ctx.tx.now());
    let seed = if ids.is_empty() { CARRY } else { 0 };
    let stored = statistics::queue_samples(ctx.tx, ids, level, (from.saturating_sub(seed), to))?;
    let is_now = !grid.place(ctx.tx.now()).is_empty();
    let present = match request.refresh {
        Some(true) if is_now => statistics::queues_now(ctx.tx, ids)?,
        _ => Vec::new(),
    };
    let known = stored.chunk_by(|a, b| a.queue == b.queue).count();
    grid.bear(known + present.len())?;
    let mut queues = Queues::new(&grid);
    for sample in &stored {
        queues.add(sample, grid.places(sample.at, level));
    }
    for sample in &present {
        queues.add(sample, grid.place(sample.at));
    }
    let shown: Vec<Value> = match ids.is_empty() {
        true => vec![queues.total().shown("total")],
        false => queues.each().map(|(id, curve)| curve.shown(id)).collect(),
    };
    Ok(json!({"queues": shown}))
}

/// A queue in an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
struct State {
    waiting: f64,
    length: i64,
}

/// The state of each queue in each interval, where it is known, and before the first one.
struct Queues<'a> {
    dates: Vec<Millis>,
    states: BTreeMap<&'a str, (Option<State>, Vec<Option<State>>)>,
}

impl<'a> Queues<'a> {
    fn new(grid: &Grid) -> Queues<'a> {
        Queues { dates: grid.dates(), states: BTreeMap::new() }
    }

    /// Of several samples the one with the longest waiting time counts.
    fn add(&mut self, sample: &'a QueueSample, places: std::ops::Range<usize>) {
        let state = State { waiting: sample.waiting, length: sample.length };
        let empty = || (None, vec![None; self.dates.len()]);
        let (before, states) = self.states.entry(&sample.queue).or_insert_with(empty);
        if places.is_empty() {
            *before = Some(state);
        }
        for known in &mut states[places] {
            if known.is_none_or(|known| known.waiting <= state.waiting) {
                *known = Some(state);
            }
        }
    }

    fn each(&self) -> impl Iterator<Item = (&str, Curve)> {
        self.states.iter().map(|(id, (_, states))| {
            let known = self.dates.iter().zip(states);
            let mut curve = Curve::default();
            for (date, state) in known.filter_map(|(date, state)| Some((date, (*state)?))) {
                curve.push(*date, state);
            }
            (*id, curve)
        })
    }

    /// All queues together; one that was not looked at in an interval is as it was before.
    fn total(&self) -> Curve {
        let mut last: BTreeMap<&str, State> =
            self.states.iter().filter_map(|(id, (before, _))| Some((*id, (*before)?))).collect();
        let mut curve = Curve::default();
        for (place, date) in self.dates.iter().enumerate() {
            for (id, (_, states)) in &self.states {
                if let Some(state) = states[place] {
                    last.insert(id, state);
                }
            }
            if last.is_empty() {
                continue;
            }
            let length: i64 = last.values().map(|state| state.length).sum();
            let waited: f64 = last.values().map(|s| s.waiting * s.length as f64).sum();
            let waiting = if length == 0 { 0.0 } else { waited / length as f64 };
            curve.push(*date, State { waiting, length });
        }
        curve
    }
}

/// What is shown of one queue, or of all.
#[derive(Default)]
struct Curve {
    dates: Vec<Millis>,
    waiting: Vec<f64>,
    lengths: Vec<i64>,
}

impl Curve {
    fn push(&mut self, date: Millis, state: State) {
        self.dates.push(date);
        self.waiting.push(state.waiting);
        self.lengths.push(state.length);
    }

    fn shown(self, queue: &str) -> Value {
        json!({
            "queue": queue, "dates": self.dates, "avg_waiting_times": self.waiting,
            "queue_lengths": self.lengths,
        })
    }
}

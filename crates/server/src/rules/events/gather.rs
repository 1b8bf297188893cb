//! Sorts the events of a request by whom they are about, as the store takes them, and counts the
//! ones that cannot be stored (api.md §8.2).

use super::line::{Iteration, Line, Text};
use arno_series::Point;
use arno_store::Millis;
use arno_store::events::{Batch, EventKind, Head, LogLine, PlotEvent, SampleEvent, VectorEvent};
use arno_wire::error::{Code, Error, Result};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The events about one task or model.
#[derive(Debug)]
pub(super) struct Group {
    /// Id of the task or model.
    pub(super) id: String,
    /// Whether it is a model's.
    pub(super) is_model: bool,
    /// Whether a published one may still get events.
    pub(super) allow_locked: bool,
    /// The events.
    pub(super) batch: Batch,
    /// How many they are.
    pub(super) count: usize,
}

/// The events of a request.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) groups: Vec<Group>,
    /// What is wrong with the others, and how often.
    pub(super) errors: BTreeMap<String, usize>,
    /// Events whose iteration does not fit 64 bits.
    pub(super) too_large: usize,
    positions: FxHashMap<String, usize>,
    latest: usize,
    worker: String,
    now: Millis,
}

impl Gathered {
    /// Nothing yet. `worker` and `now` stand in where an event names none.
    pub(super) fn new(worker: &str, now: Millis) -> Gathered {
        Gathered {
            groups: Vec::new(),
            errors: BTreeMap::new(),
            too_large: 0,
            positions: FxHashMap::default(),
            latest: 0,
            worker: worker.to_owned(),
            now,
        }
    }

    /// Counts an event that cannot be stored.
    pub(super) fn refuse(&mut self, why: impl Into<String>) {
        *self.errors.entry(why.into()).or_default() += 1;
    }

    /// Adds one event.
    ///
    /// # Errors
    /// 400/12 when the events of the request contradict one another about a task or model.
    pub(super) fn add(&mut self, line: Line<'_>) -> Result<()> {
        let Some(kind) = kind(&line) else {
            let why = if line.kind.is_none() { "Missing event type" } else { "Unknown event type" };
            self.refuse(why);
            return Ok(());
        };
        let is_model = line.model_event.unwrap_or(false);
        let model = line.model.as_ref().filter(|_| is_model);
        let Some(id) = model.or(line.task.as_ref()).filter(|id| !id.0.is_empty()) else {
            self.refuse("Event must have a task or model id");
            return Ok(());
        };
        if is_model && kind == EventKind::Log {
            self.refuse("Log events are for tasks, not for models");
            return Ok(());
        }
        let iter = match line.iter {
            Some(Iteration::TooLarge) => {
                self.too_large += 1;
                self.refuse("The iteration does not fit a signed 64-bit integer");
                return Ok(());
            }
            Some(Iteration::Is(iter)) => Some(iter),
            None => None,
        };
        if let Err(why) = check(kind, &line) {
            self.refuse(why);
            return Ok(());
        }
        let position = self.group(&id.0, is_model, line.allow_locked.unwrap_or(false))?;
        let (worker, now) = (self.worker.as_str(), self.now);
        let group = &mut self.groups[position];
        group.count += 1;
        store(&mut group.batch, kind, line, iter, worker, now);
        Ok(())
    }

    fn group(&mut self, id: &str, is_model: bool, allow_locked: bool) -> Result<usize> {
        let known = self.groups.get(self.latest).filter(|group| group.id == id);
        let position = match known {
            Some(_) => Some(self.latest),
            None => self.positions.get(id).copied(),
        };
        let Some(position) = position else {
            self.positions.insert(id.to_owned(), self.groups.len());
            self.latest = self.groups.len();
            let id = id.to_owned();
            let batch = Batch::about(&id);
            self.groups.push(Group { id, is_model, allow_locked, batch, count: 0 });
            return Ok(self.latest);
        };
        self.latest = position;
        let group = &self.groups[position];
        if group.is_model != is_model || group.allow_locked != allow_locked {
            return Err(Error::new(Code::ValidationError)
                .extra("the events of one request disagree on model_event or allow_locked")
                .with("id", id));
        }
        Ok(position)
    }
}

fn kind(line: &Line<'_>) -> Option<EventKind> {
    let name = &line.kind.as_ref()?.0;
    match EventKind::from_name(name) {
        None if name.contains(' ') => EventKind::from_name(&name.replace(' ', "_")),
        kind => kind,
    }
}

/// Whether the event carries what its type needs.
fn check(kind: EventKind, line: &Line<'_>) -> std::result::Result<(), &'static str> {
    match kind {
        EventKind::Scalar if line.value.is_none() => Err("A scalar event needs a number as value"),
        EventKind::Vector if line.values.is_none() => Err("A vector event needs a list of values"),
        EventKind::Plot if line.plot_str.is_none() => Err("A plot event needs plot_str"),
        _ => Ok(()),
    }
}

fn store(
    batch: &mut Batch,
    kind: EventKind,
    line: Line<'_>,
    iter: Option<i64>,
    worker: &str,
    now: Millis,
) {
    let ts = line.timestamp.map_or(now, |time| time.0);
    if kind == EventKind::Scalar {
        if batch.worker.is_empty() {
            batch.worker = owned_or(line.worker, worker);
        }
        let series = batch.series(text(&line.metric), text(&line.variant));
        let value = line.value.map_or(f64::NAN, |value| value.0);
        series.points.push(Point { iter: iter.unwrap_or(0), ts, value });
        if let Some(label) = line.x_axis_label {
            series.x_axis_label = Some(label.0.into_owned());
        }
        return;
    }
    let (metric, variant) = (owned(line.metric), owned(line.variant));
    let worker = owned_or(line.worker, worker);
    if kind == EventKind::Log {
        let (level, msg) = (owned(line.level), owned(line.msg));
        return batch.logs.push(LogLine { ts, level, msg, worker, metric, variant, iter });
    }
    let head = Head { metric, variant, iter: iter.unwrap_or(0), ts, worker };
    match kind {
        EventKind::Plot => {
            let plot_str = owned(line.plot_str);
            let source_urls = source_urls(&plot_str);
            batch.plots.push(PlotEvent { head, plot_str, source_urls, valid: None });
        }
        EventKind::Sample => batch.samples.push(SampleEvent {
            head,
            key: owned(line.key),
            url: line.url.map(|url| url.0.into_owned()),
        }),
        EventKind::Vector => {
            let values = line.values.into_iter().flatten().map(|value| value.0).collect();
            batch.vectors.push(VectorEvent { head, values });
        }
        EventKind::Scalar | EventKind::Log => {}
    }
}

fn text<'l>(text: &'l Option<Text<'_>>) -> &'l str {
    text.as_ref().map_or("", |text| &text.0)
}

fn owned(text: Option<Text<'_>>) -> String {
    text.map(|text| text.0).map(Cow::into_owned).unwrap_or_default()
}

fn owned_or(text: Option<Text<'_>>, other: &str) -> String {
    match text {
        Some(text) if !text.0.is_empty() => text.0.into_owned(),
        _ => other.to_owned(),
    }
}

/// The images a plot refers to: `"source": "scheme://…"`.
fn source_urls(plot: &str) -> Vec<String> {
    const MARK: &str = "\"source\"";
    let url = |rest: &str| {
        let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let url = &value[..value.find('"')?];
        url.contains("://").then(|| url.to_owned())
    };
    plot.match_indices(MARK).filter_map(|(at, _)| url(&plot[at + MARK.len()..])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gather(events: &[serde_json::Value]) -> Gathered {
        let mut gathered = Gathered::new("header-worker", 1_000);
        for event in events {
            gathered.add(Line::from_value(event).unwrap()).unwrap();
        }
        gathered
    }

    #[test]
    fn events_are_grouped_by_owner_and_bad_ones_counted() {
        let gathered = gather(&[
            json!({"type": "training_stats_scalar", "task": "a", "metric": "m", "variant": "v",
                   "iter": 1, "value": 2.0}),
            json!({"type": "training stats scalar", "task": "b", "value": 3}),
            json!({"type": "log", "task": "a", "msg": "hello"}),
            json!({"task": "a"}),
            json!({"type": "nonsense", "task": "a"}),
            json!({"type": "log"}),
            json!({"type": "log", "model": "m", "model_event": true}),
            json!({"type": "training_stats_scalar", "task": "a", "value": 1, "iter": 1e30}),
        ]);
        assert_eq!(gathered.groups.len(), 2);
        assert_eq!(gathered.groups[0].count, 2);
        assert_eq!(gathered.groups[0].batch.logs[0].worker, "header-worker");
        assert_eq!(gathered.groups[0].batch.logs[0].ts, 1_000);
        assert_eq!(gathered.groups[1].count, 1);
        assert_eq!(gathered.errors.values().sum::<usize>(), 5);
        assert_eq!(gathered.too_large, 1);
    }

    #[test]
    fn contradictions_about_one_task_are_refused() {
        let mut gathered = Gathered::new("", 0);
        let first = json!({"type": "log", "task": "a", "msg": ""});
        let second = json!({"type": "log", "task": "a", "msg": "", "allow_locked": true});
        gathered.add(Line::from_value(&first).unwrap()).unwrap();
        let error = gathered.add(Line::from_value(&second).unwrap()).unwrap_err();
        assert_eq!(error.code, Code::ValidationError);
    }

    #[test]
    fn plots_name_their_images() {
        let plot = r#"{"a":{"source":"http://h/x.png"},"b":{"source" : "data"}}"#;
        assert_eq!(source_urls(plot), ["http://h/x.png"]);
    }
}

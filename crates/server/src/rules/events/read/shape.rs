//! Events as clients read them (api.md §8.1).

use super::subject::Subject;
use arno_store::Millis;
use arno_store::events::{Event, EventKind, Head, LogLine, PlotEvent, SampleEvent, ScalarEvent};
use arno_wire::{date, json};
use serde_json::{Map, Value};

/// An event of any kind.
pub(super) fn event(event: Event, of: &Subject) -> Value {
    match event {
        Event::Scalar(event) => scalar(&event, of),
        Event::Plot(event) => plot(event, of),
        Event::Sample(event) => sample(event, of),
        Event::Log(line) => log(line, of),
        Event::Vector(event) => {
            let values: Vec<Value> =
                event.values.iter().map(|value| json::number(*value)).collect();
            with_head(EventKind::Vector, event.head, of, [("value", values.into())])
        }
    }
}

fn scalar(event: &ScalarEvent, of: &Subject) -> Value {
    let (point, metric) = (event.point, &event.metric);
    let mut fields = common(EventKind::Scalar, of, point.ts, event.worker.clone());
    fields.insert("metric".to_owned(), metric.metric.as_str().into());
    fields.insert("variant".to_owned(), metric.variant.as_str().into());
    fields.insert("iter".to_owned(), point.iter.into());
    fields.insert("value".to_owned(), json::number(point.value));
    fields.into()
}

/// A plot.
pub(super) fn plot(event: PlotEvent, of: &Subject) -> Value {
    let mut own = vec![("plot_len", event.plot_str.len().into())];
    own.push(("plot_str", event.plot_str.into()));
    if !event.source_urls.is_empty() {
        own.push(("source_urls", event.source_urls.into()));
    }
    own.extend(event.valid.map(|valid| ("valid_plot", valid.into())));
    with_head(EventKind::Plot, event.head, of, own)
}

/// A debug sample.
pub(super) fn sample(event: SampleEvent, of: &Subject) -> Value {
    let mut own: Vec<(&str, Value)> = Vec::with_capacity(2);
    if !event.key.is_empty() {
        own.push(("key", event.key.into()));
    }
    own.extend(event.url.map(|url| ("url", url.into())));
    with_head(EventKind::Sample, event.head, of, own)
}

/// A console line.
pub(super) fn log(line: LogLine, of: &Subject) -> Value {
    let mut fields = common(EventKind::Log, of, line.ts, line.worker);
    fields.insert("level".to_owned(), line.level.into());
    fields.insert("msg".to_owned(), line.msg.into());
    fields.insert("metric".to_owned(), line.metric.into());
    fields.insert("variant".to_owned(), line.variant.into());
    if let Some(iter) = line.iter {
        fields.insert("iter".to_owned(), iter.into());
    }
    fields.into()
}

fn with_head<'a>(
    kind: EventKind,
    head: Head,
    of: &Subject,
    own: impl IntoIterator<Item = (&'a str, Value)>,
) -> Value {
    let mut fields = common(kind, of, head.ts, head.worker);
    fields.insert("metric".to_owned(), head.metric.into());
    fields.insert("variant".to_owned(), head.variant.into());
    fields.insert("iter".to_owned(), head.iter.into());
    fields.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
    fields.into()
}

fn common(kind: EventKind, of: &Subject, ts: Millis, worker: String) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), kind.name().into());
    fields.insert("task".to_owned(), of.id.as_str().into());
    fields.insert("model_event".to_owned(), of.is_model().into());
    fields.insert("timestamp".to_owned(), ts.into());
    fields.insert("@timestamp".to_owned(), date::format_z(ts).into());
    fields.insert("worker".to_owned(), worker.into());
    fields
}

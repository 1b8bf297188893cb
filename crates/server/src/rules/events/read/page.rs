//! Events by iteration, page after page: `events.get_task_events`, `get_scalar_metric_data` and
//! `scalar_metrics_iter_raw`.

use super::cursor::{self, Kind};
use super::log::Order;
use super::shape;
use super::subject::{MetricVariants, Subject, filter};
use crate::registry::Context;
use arno_store::Result;
use arno_store::events::{Event, EventKind, EventPage, EventQuery, MetricFilter};
use arno_wire::{date, json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json as value};

/// Most events of a page; those of one iteration are never split, so that it may exceed this.
const MAX_EVENTS: i64 = 10_000;
/// Events of a page when the request names no number.
const EVENTS: i64 = 500;
/// Most points of a page of raw scalars.
const MAX_POINTS: i64 = 200_000;
/// Points of a page of raw scalars when the request names no number.
const POINTS: i64 = 10_000;

/// Where a scroll goes on, and the total if it was counted at the start.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    owner: i64,
    after: Option<i64>,
    total: Option<u64>,
}

impl Place {
    /// Where the request's scroll id says, or the start.
    ///
    /// # Errors
    /// 400/1104 for a scroll id of something else.
    fn read(kind: Kind, scroll_id: Option<&str>, subject: &Subject) -> Result<Place> {
        let owner = subject.owner.key();
        match cursor::read::<Place>(kind, scroll_id)? {
            Some(place) if place.owner == owner => Ok(place),
            Some(_) => Err(cursor::invalid(scroll_id.unwrap_or_default()).into()),
            None => Ok(Place { owner, after: None, total: None }),
        }
    }

    /// The scroll id that goes on behind a page.
    fn behind(&self, kind: Kind, page: &EventPage, total: Option<u64>) -> String {
        cursor::write(kind, &Place { owner: self.owner, after: page.position, total })
    }
}

#[derive(Deserialize)]
pub(super) struct TaskEvents {
    task: String,
    event_type: Option<String>,
    batch_size: Option<i64>,
    order: Option<Order>,
    metrics: Option<Vec<MetricVariants>>,
    scroll_id: Option<String>,
    count_total: Option<bool>,
    model_events: Option<bool>,
}

/// `events.get_task_events`: events of one kind or all, by iteration.
pub(super) fn task_events(ctx: &Context<'_>, request: TaskEvents) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let place = Place::read(Kind::Events, request.scroll_id.as_deref(), &subject)?;
    let query = EventQuery {
        kind: request.event_type.as_deref().and_then(EventKind::from_name),
        filter: filter(request.metrics),
        ascending: request.order != Some(Order::Desc),
        after: place.after,
        limit: limit(request.batch_size, EVENTS, MAX_EVENTS),
        count_total: request.count_total.unwrap_or_default(),
    };
    let page = ctx.site.events.events(ctx.tx, subject.owner, &query)?;
    let scroll_id = place.behind(Kind::Events, &page, None);
    Ok(answer(page, Some(scroll_id), &subject))
}

#[derive(Deserialize)]
pub(super) struct MetricData {
    task: String,
    metric: String,
    scroll_id: Option<String>,
    no_scroll: Option<bool>,
    model_events: Option<bool>,
}

/// `events.get_scalar_metric_data`: the scalars of one metric, the latest iteration first.
pub(super) fn metric_data(ctx: &Context<'_>, request: MetricData) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let place = Place::read(Kind::Events, request.scroll_id.as_deref(), &subject)?;
    let query = EventQuery {
        kind: Some(EventKind::Scalar),
        filter: MetricFilter::new(vec![(request.metric, Vec::new())]),
        ascending: false,
        after: place.after,
        limit: MAX_EVENTS.unsigned_abs() as usize,
        count_total: true,
    };
    let page = ctx.site.events.events(ctx.tx, subject.owner, &query)?;
    let scrolls = !request.no_scroll.unwrap_or_default();
    let scroll_id = scrolls.then(|| place.behind(Kind::Events, &page, None));
    Ok(answer(page, scroll_id, &subject))
}

fn answer(page: EventPage, scroll_id: Option<String>, of: &Subject) -> Value {
    let returned = page.events.len();
    let events: Vec<Value> = page.events.into_iter().map(|event| shape::event(event, of)).collect();
    let mut answer = value!({"events": events, "returned": returned});
    if let Some(total) = page.total {
        answer["total"] = total.into();
    }
    if let Some(scroll_id) = scroll_id {
        answer["scroll_id"] = scroll_id.into();
    }
    answer
}

/// What the x axis of a chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScalarKey {
    /// Iterations.
    #[default]
    Iter,
    /// Milliseconds since 1970.
    Timestamp,
    /// Dates as text.
    IsoTime,
}

impl ScalarKey {
    fn name(self) -> &'static str {
        match self {
            ScalarKey::Iter => "iter",
            ScalarKey::Timestamp => "timestamp",
            ScalarKey::IsoTime => "iso_time",
        }
    }
}

#[derive(Deserialize)]
pub(super) struct RawScalars {
    task: String,
    metric: MetricVariants,
    key: Option<ScalarKey>,
    batch_size: Option<i64>,
    count_total: Option<bool>,
    scroll_id: Option<String>,
    model_events: Option<bool>,
}

/// `events.scalar_metrics_iter_raw`: the points of one metric as columns, by iteration.
pub(super) fn raw_scalars(ctx: &Context<'_>, request: RawScalars) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let place = Place::read(Kind::Raw, request.scroll_id.as_deref(), &subject)?;
    let query = EventQuery {
        kind: Some(EventKind::Scalar),
        filter: filter(Some(vec![request.metric])),
        ascending: true,
        after: place.after,
        limit: limit(request.batch_size, POINTS, MAX_POINTS),
        // Counted once: a scroll is over when this many were returned.
        count_total: place.total.is_none() && request.count_total == Some(true),
    };
    let page = ctx.site.events.events(ctx.tx, subject.owner, &query)?;
    let total = place.total.or(page.total);
    let mut answer = value!({
        "returned": page.events.len(),
        "scroll_id": place.behind(Kind::Raw, &page, total),
        "variants": columns(page.events, request.key.unwrap_or_default()),
    });
    if let Some(total) = total {
        answer["total"] = total.into();
    }
    Ok(answer)
}

/// variant → `{<key>: [...], "y": [...]}`.
fn columns(events: Vec<Event>, key: ScalarKey) -> Value {
    let mut variants: Map<String, Value> = Map::new();
    let mut columns: rustc_hash::FxHashMap<i64, (String, Vec<Value>, Vec<Value>)> =
        Default::default();
    for event in events {
        let Event::Scalar(event) = event else { continue };
        let metric = &event.metric;
        let (_, xs, ys) = columns
            .entry(metric.id)
            .or_insert_with(|| (metric.variant.clone(), Vec::new(), Vec::new()));
        xs.push(match key {
            ScalarKey::Iter => event.point.iter.into(),
            ScalarKey::Timestamp => event.point.ts.into(),
            ScalarKey::IsoTime => date::format_z(event.point.ts).into(),
        });
        ys.push(json::number(event.point.value));
    }
    for (variant, xs, ys) in columns.into_values() {
        variants.insert(variant, value!({key.name(): xs, "y": ys}));
    }
    variants.into()
}

fn limit(batch_size: Option<i64>, default: i64, max: i64) -> usize {
    batch_size.unwrap_or(default).clamp(1, max).unsigned_abs() as usize
}

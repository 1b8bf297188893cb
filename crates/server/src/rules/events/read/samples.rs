//! Leafing through one debug sample or plot after the other: `events.get_debug_image_sample`,
//! `next_debug_image_sample`, `get_plot_sample` and `next_plot_sample` (api.md §8.9).
//!
//! What is leafed through is a *spot*: a variant of debug samples, or a metric of plots with all of its
//! variants.

use super::cursor::{self, Kind};
use super::frames::Framed;
use super::subject::Subject;
use crate::registry::Context;
use arno_store::Result;
use arno_store::events::{Frame, FrameQuery, MetricFilter, PlotEvent, SampleEvent, Toward};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Bound;

/// Most plots of one spot.
const MAX_PLOTS: usize = 100;

/// What may be leafed through.
trait Leafed: Framed {
    const KIND: Kind;
    /// What tells spots of an iteration apart.
    fn spot(&self) -> Spot;
    /// What of the store belongs to a spot.
    fn filter(spot: &Spot) -> MetricFilter;
    /// The part of the answer that shows what is there.
    fn show(events: Vec<Self>, of: &Subject) -> (&'static str, Value);
}

/// Metric and variant; the variant is empty for plots.
type Spot = (String, String);

impl Leafed for SampleEvent {
    const KIND: Kind = Kind::SampleHistory;

    fn spot(&self) -> Spot {
        (self.head.metric.clone(), self.head.variant.clone())
    }

    fn filter((metric, variant): &Spot) -> MetricFilter {
        MetricFilter::new(vec![(metric.clone(), vec![variant.clone()])])
    }

    fn show(events: Vec<Self>, of: &Subject) -> (&'static str, Value) {
        let first = events.into_iter().next();
        ("event", first.map_or(Value::Null, |event| event.shape(of)))
    }
}

impl Leafed for PlotEvent {
    const KIND: Kind = Kind::PlotHistory;

    fn spot(&self) -> Spot {
        (self.head.metric.clone(), String::new())
    }

    fn filter((metric, _): &Spot) -> MetricFilter {
        MetricFilter::new(vec![(metric.clone(), Vec::new())])
    }

    fn show(events: Vec<Self>, of: &Subject) -> (&'static str, Value) {
        let shown = events.into_iter().take(MAX_PLOTS);
        ("events", shown.map(|event| event.shape(of)).collect())
    }
}

/// Where the reader is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Place {
    owner: i64,
    spot: Spot,
    /// None when nothing was found at all.
    iter: Option<i64>,
    /// Whether leafing stays within the metric.
    within_metric: bool,
}

#[derive(Deserialize)]
pub(super) struct Get {
    task: String,
    metric: String,
    variant: Option<String>,
    iteration: Option<i64>,
    navigate_current_metric: Option<bool>,
    model_events: Option<bool>,
}

/// `events.get_debug_image_sample`
pub(super) fn get_image(ctx: &Context<'_>, request: Get) -> Result<Value> {
    get::<SampleEvent>(ctx, request)
}

/// `events.get_plot_sample`
pub(super) fn get_plot(ctx: &Context<'_>, request: Get) -> Result<Value> {
    get::<PlotEvent>(ctx, Get { variant: None, ..request })
}

/// What is at the greatest iteration that does not exceed the one asked for, or at the latest.
fn get<M: Leafed>(ctx: &Context<'_>, request: Get) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let spot = (request.metric, request.variant.unwrap_or_default());
    let toward = request.iteration.map_or(Toward::Latest, at_or_below);
    let found = frame::<M>(ctx, &subject, M::filter(&spot), toward)?;
    let place = Place {
        owner: subject.owner.key(),
        spot,
        iter: found.as_ref().map(|frame| frame.iter),
        within_metric: request.navigate_current_metric.unwrap_or_default(),
    };
    let events = found.map(|frame| frame.events).unwrap_or_default();
    answer(ctx, &subject, &place, events)
}

#[derive(Deserialize)]
pub(super) struct Next {
    task: String,
    scroll_id: Option<String>,
    navigate_earlier: Option<bool>,
    next_iteration: Option<bool>,
    model_events: Option<bool>,
}

/// `events.next_debug_image_sample`
pub(super) fn next_image(ctx: &Context<'_>, request: Next) -> Result<Value> {
    next::<SampleEvent>(ctx, request)
}

/// `events.next_plot_sample`
pub(super) fn next_plot(ctx: &Context<'_>, request: Next) -> Result<Value> {
    next::<PlotEvent>(ctx, request)
}

/// The neighbour on the same iteration, or else the nearest one on the next iteration there is.
fn next<M: Leafed>(ctx: &Context<'_>, request: Next) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let scroll_id = request.scroll_id.as_deref();
    let place: Place = cursor::read(M::KIND, scroll_id)?
        .filter(|place: &Place| place.owner == subject.owner.key())
        .ok_or_else(|| cursor::invalid(scroll_id.unwrap_or_default()))?;
    let Some(iter) = place.iter else { return answer::<M>(ctx, &subject, &place, Vec::new()) };
    let earlier = request.navigate_earlier.unwrap_or_default();
    let reach = || match place.within_metric {
        true => MetricFilter::new(vec![(place.spot.0.clone(), Vec::new())]),
        false => MetricFilter::all(),
    };
    let mut found = None;
    if !request.next_iteration.unwrap_or_default() {
        let here = frame::<M>(ctx, &subject, reach(), at_or_below(iter))?;
        found = here
            .filter(|frame| frame.iter == iter)
            .and_then(|frame| neighbour(frame, Some(&place.spot), earlier));
    }
    if found.is_none() {
        let toward = if earlier { Toward::Earlier(iter) } else { Toward::Later(iter) };
        let there = frame::<M>(ctx, &subject, reach(), toward)?;
        found = there.and_then(|frame| neighbour(frame, None, earlier));
    }
    let Some((spot, events)) = found else {
        let (name, nothing) = M::show(Vec::new(), &subject);
        return Ok(json!({"scroll_id": scroll_id, name: nothing}));
    };
    let iter = events.first().map(|event| event.head().iter);
    answer(ctx, &subject, &Place { spot, iter, ..place }, events)
}

/// The spot before or after another in a frame; without another the last or first.
fn neighbour<M: Leafed>(
    frame: Frame<M>,
    of: Option<&Spot>,
    earlier: bool,
) -> Option<(Spot, Vec<M>)> {
    let mut spots: BTreeMap<Spot, Vec<M>> = BTreeMap::new();
    for event in frame.events {
        spots.entry(event.spot()).or_default().push(event);
    }
    let edge = of.map_or(Bound::Unbounded, Bound::Excluded);
    let chosen = match earlier {
        true => spots.range::<Spot, _>((Bound::Unbounded, edge)).next_back(),
        false => spots.range::<Spot, _>((edge, Bound::Unbounded)).next(),
    };
    let spot = chosen.map(|(spot, _)| spot.clone())?;
    spots.remove_entry(&spot)
}

fn answer<M: Leafed>(
    ctx: &Context<'_>,
    subject: &Subject,
    place: &Place,
    events: Vec<M>,
) -> Result<Value> {
    let (name, shown) = M::show(events, subject);
    let mut answer = json!({"scroll_id": cursor::write(M::KIND, place), name: shown});
    let end = |toward| frame::<M>(ctx, subject, M::filter(&place.spot), toward);
    if let (Some(first), Some(last)) = (end(Toward::Later(i64::MIN))?, end(Toward::Latest)?) {
        answer["min_iteration"] = first.iter.into();
        answer["max_iteration"] = last.iter.into();
    }
    Ok(answer)
}

fn frame<M: Leafed>(
    ctx: &Context<'_>,
    subject: &Subject,
    filter: MetricFilter,
    toward: Toward,
) -> Result<Option<Frame<M>>> {
    let query = FrameQuery { filter, toward, iters: 1 };
    Ok(M::frames(ctx, subject.owner, &query)?.into_iter().next())
}

fn at_or_below(iter: i64) -> Toward {
    iter.checked_add(1).map_or(Toward::Latest, Toward::Earlier)
}

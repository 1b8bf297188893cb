//! Walking through debug samples and plots iteration by iteration: `events.debug_images` and
//! `events.plots` (api.md §8.8).

use super::cursor::{self, Kind};
use super::shape;
use super::subject::Subject;
use crate::registry::Context;
use arno_store::Result;
use arno_store::events::{
    Frame, FrameQuery, Head, MetricFilter, Owner, PlotEvent, SampleEvent, Toward,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Most iterations of a page; a scroll goes on behind them.
const MAX_ITERATIONS: i64 = 1_000;

/// What is looked at iteration by iteration: debug samples or plots.
pub(super) trait Framed: Sized {
    /// Its frames in the store.
    fn frames(ctx: &Context<'_>, owner: Owner, query: &FrameQuery) -> Result<Vec<Frame<Self>>>;
    /// Its names and iteration.
    fn head(&self) -> &Head;
    /// As clients read it.
    fn shape(self, of: &Subject) -> Value;
}

impl Framed for SampleEvent {
    fn frames(ctx: &Context<'_>, owner: Owner, query: &FrameQuery) -> Result<Vec<Frame<Self>>> {
        ctx.site.events.sample_frames(ctx.tx, owner, query)
    }

    fn head(&self) -> &Head {
        &self.head
    }

    fn shape(self, of: &Subject) -> Value {
        shape::sample(self, of)
    }
}

impl Framed for PlotEvent {
    fn frames(ctx: &Context<'_>, owner: Owner, query: &FrameQuery) -> Result<Vec<Frame<Self>>> {
        ctx.site.events.plot_frames(ctx.tx, owner, query)
    }

    fn head(&self) -> &Head {
        &self.head
    }

    fn shape(self, of: &Subject) -> Value {
        shape::plot(self, of)
    }
}

/// An item of `metrics`: without a metric all of the task's.
#[derive(Deserialize)]
struct TaskMetric {
    task: String,
    metric: Option<String>,
    variants: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Walk {
    metrics: Vec<TaskMetric>,
    iters: Option<i64>,
    navigate_earlier: Option<bool>,
    refresh: Option<bool>,
    scroll_id: Option<String>,
    model_events: Option<bool>,
}

/// The lowest and highest iteration of a task that were returned last.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Seen {
    owner: i64,
    min: i64,
    max: i64,
}

/// `events.debug_images` from 2.7 on.
pub(super) fn debug_images(ctx: &Context<'_>, request: Walk) -> Result<Value> {
    walk::<SampleEvent>(ctx, request, Kind::Samples)
}

/// `events.plots`
pub(super) fn plots(ctx: &Context<'_>, request: Walk) -> Result<Value> {
    walk::<PlotEvent>(ctx, request, Kind::PlotFrames)
}

fn walk<M: Framed>(ctx: &Context<'_>, request: Walk, kind: Kind) -> Result<Value> {
    let earlier = request.navigate_earlier.unwrap_or_default();
    let seen: Vec<Seen> = if request.refresh.unwrap_or_default() {
        Vec::new()
    } else {
        // An unknown scroll id starts anew, as the protocol wants it of these two endpoints.
        cursor::read(kind, request.scroll_id.as_deref()).ok().flatten().unwrap_or_default()
    };
    let mut reached = Vec::new();
    let mut metrics = Vec::new();
    for (subject, filter) in wanted(ctx, &request)? {
        let before = seen.iter().find(|seen| seen.owner == subject.owner.key()).copied();
        let toward = match before {
            None => Toward::Latest,
            Some(seen) if earlier => Toward::Earlier(seen.min),
            Some(seen) => Toward::Later(seen.max),
        };
        let query = FrameQuery { filter, toward, iters: count(request.iters) };
        let frames = M::frames(ctx, subject.owner, &query)?;
        let here = match (frames.last(), frames.first()) {
            (Some(last), Some(first)) => {
                Some(Seen { owner: subject.owner.key(), min: last.iter, max: first.iter })
            }
            _ => before,
        };
        reached.extend(here);
        let iterations: Vec<Value> =
            frames.into_iter().map(|frame| shape_frame(frame, &subject)).collect();
        metrics.push(json!({"task": subject.id, "iterations": iterations}));
    }
    Ok(json!({"scroll_id": cursor::write(kind, &reached), "metrics": metrics}))
}

/// Each task once, with all that its items ask for.
fn wanted(ctx: &Context<'_>, request: &Walk) -> Result<Vec<(Subject, MetricFilter)>> {
    let ids: Vec<String> = request.metrics.iter().map(|item| item.task.clone()).collect();
    let subjects = Subject::find_all(ctx.tx, &ids, request.model_events)?;
    let filter = |subject: &Subject| {
        let items = request.metrics.iter().filter(|item| item.task == subject.id);
        let pair = |item: &TaskMetric| {
            Some((item.metric.clone()?, item.variants.clone().unwrap_or_default()))
        };
        // One item without a metric wants them all.
        items
            .map(pair)
            .collect::<Option<Vec<_>>>()
            .map_or_else(MetricFilter::all, MetricFilter::new)
    };
    Ok(subjects
        .into_iter()
        .map(|subject| {
            let filter = filter(&subject);
            (subject, filter)
        })
        .collect())
}

fn shape_frame<M: Framed>(frame: Frame<M>, of: &Subject) -> Value {
    let events: Vec<Value> = frame.events.into_iter().map(|event| event.shape(of)).collect();
    json!({"iter": frame.iter, "events": events})
}

#[derive(Deserialize)]
pub(super) struct Latest {
    task: String,
    iters: Option<i64>,
    scroll_id: Option<String>,
    model_events: Option<bool>,
}

/// `events.debug_images` before 2.7: the samples of the last iterations on one page; with its scroll
/// id there are no more.
pub(super) fn latest_images(ctx: &Context<'_>, request: Latest) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let scroll_id = request.scroll_id.as_deref();
    let continued: Option<i64> = cursor::read(Kind::LatestSamples, scroll_id)?;
    let query = FrameQuery {
        filter: MetricFilter::all(),
        toward: Toward::Latest,
        iters: count(request.iters),
    };
    let frames = SampleEvent::frames(ctx, subject.owner, &query)?;
    let mut images: Vec<Value> =
        frames.into_iter().flat_map(|frame| frame.events).map(|e| e.shape(&subject)).collect();
    let total = images.len();
    match continued {
        None => {}
        Some(owner) if owner == subject.owner.key() => images.clear(),
        Some(_) => return Err(cursor::invalid(scroll_id.unwrap_or_default()).into()),
    }
    Ok(json!({
        "task": subject.id,
        "returned": images.len(),
        "images": images,
        "total": total,
        "scroll_id": cursor::write(Kind::LatestSamples, &subject.owner.key()),
    }))
}

fn count(iters: Option<i64>) -> usize {
    iters.unwrap_or(1).clamp(1, MAX_ITERATIONS).unsigned_abs() as usize
}

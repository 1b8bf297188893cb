//! The latest plots: `events.get_task_plots` and `get_multi_task_plots`.

use super::cursor::{self, Kind};
use super::histogram::slot;
use super::shape;
use super::subject::{MetricVariants, Subject, filter};
use crate::registry::Context;
use arno_store::Result;
use arno_store::events::{Latest, MetricFilter, PlotEvent, PlotKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

/// Most plots of a page.
const MAX_PLOTS: usize = 10_000;
/// A page that can be continued ends when its plots' texts exceed this many bytes.
const MAX_BYTES: usize = 32 << 20;

/// The plot behind which a scroll goes on.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    owner: i64,
    metric: String,
    variant: String,
    iter: i64,
}

impl Place {
    /// Before all plots of an owner.
    fn start(owner: i64) -> Place {
        Place { owner, metric: String::new(), variant: String::new(), iter: i64::MAX }
    }

    fn of(key: &PlotKey) -> Place {
        let (metric, variant) = (key.metric.metric.clone(), key.metric.variant.clone());
        Place { owner: key.owner.key(), metric, variant, iter: key.iter }
    }

    /// Whether a plot of the same owner comes later: by metric, variant and descending iteration.
    fn is_before(&self, key: &PlotKey) -> bool {
        let names = (self.metric.as_str(), self.variant.as_str());
        let other = (key.metric.metric.as_str(), key.metric.variant.as_str());
        names.cmp(&other).then(key.iter.cmp(&self.iter)) == Ordering::Less
    }
}

/// Plots with the positions of their subjects, in the order of these.
struct Page {
    plots: Vec<(usize, PlotEvent)>,
    total: usize,
    scroll_id: Option<String>,
}

/// What both endpoints ask for.
struct Wanted {
    filter: MetricFilter,
    of: Latest,
    iters: usize,
    scroll_id: Option<String>,
    no_scroll: bool,
}

impl Wanted {
    /// Reads the next page of the subjects' plots.
    ///
    /// # Errors
    /// 400/1104 when the scroll id was made for other subjects.
    fn read(&self, ctx: &Context<'_>, subjects: &[Subject]) -> Result<Page> {
        let (reached, mut place) = self.place(subjects)?;
        let (mut plots, mut total, mut bytes) = (Vec::new(), 0, 0);
        for (at, subject) in subjects.iter().enumerate() {
            let (filter, owner) = (&self.filter, subject.owner);
            let events = &ctx.site.events;
            let keys = events.latest_plots(ctx.tx, owner, filter, self.of, self.iters)?;
            total += keys.len();
            for key in &keys {
                let was_read = at < reached || (at == reached && !place.is_before(key));
                if was_read {
                    continue;
                }
                let is_full = plots.len() >= MAX_PLOTS || (bytes > MAX_BYTES && !self.no_scroll);
                if is_full {
                    break;
                }
                for plot in events.plots(ctx.tx, std::slice::from_ref(key))? {
                    bytes += plot.plot_str.len();
                    plots.push((at, plot));
                }
                place = Place::of(key);
            }
        }
        let scroll_id = (!self.no_scroll).then(|| cursor::write(Kind::Plots, &place));
        Ok(Page { plots, total, scroll_id })
    }

    /// Where reading goes on, and the position of the subject it is at.
    fn place(&self, subjects: &[Subject]) -> Result<(usize, Place)> {
        let scroll_id = self.scroll_id.as_deref();
        let Some(place) = cursor::read::<Place>(Kind::Plots, scroll_id)? else {
            let owner = subjects.first().map_or(0, |subject| subject.owner.key());
            return Ok((0, Place::start(owner)));
        };
        let reached = subjects.iter().position(|subject| subject.owner.key() == place.owner);
        match reached {
            Some(reached) => Ok((reached, place)),
            None => Err(cursor::invalid(scroll_id.unwrap_or_default()).into()),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct OfOne {
    task: String,
    iters: Option<i64>,
    scroll_id: Option<String>,
    no_scroll: Option<bool>,
    metrics: Option<Vec<MetricVariants>>,
    model_events: Option<bool>,
}

/// The plots of the latest iterations of each variant.
pub(super) fn of_one(ctx: &Context<'_>, request: OfOne) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, request.model_events)?;
    let wanted = Wanted {
        filter: filter(request.metrics),
        of: Latest::OfVariant,
        iters: iterations(request.iters),
        scroll_id: request.scroll_id,
        no_scroll: request.no_scroll.unwrap_or_default(),
    };
    let page = wanted.read(ctx, std::slice::from_ref(&subject))?;
    let returned = page.plots.len();
    let plots: Vec<Value> =
        page.plots.into_iter().map(|(_, plot)| shape::plot(plot, &subject)).collect();
    let total = page.total;
    Ok(with_scroll(json!({"plots": plots, "returned": returned, "total": total}), page.scroll_id))
}

#[derive(Deserialize)]
pub(super) struct OfMany {
    tasks: Vec<String>,
    iters: Option<i64>,
    scroll_id: Option<String>,
    no_scroll: Option<bool>,
    last_iters_per_task_metric: Option<bool>,
    metrics: Option<Vec<MetricVariants>>,
    model_events: Option<bool>,
}

/// The same of several tasks: metric → variant → task → iteration → `{name, plots}`.
pub(super) fn of_many(ctx: &Context<'_>, request: OfMany) -> Result<Value> {
    let subjects = Subject::find_all(ctx.tx, &request.tasks, request.model_events)?;
    let by_metric = request.last_iters_per_task_metric.unwrap_or(false);
    let wanted = Wanted {
        filter: filter(request.metrics),
        of: if by_metric { Latest::OfMetric } else { Latest::OfOwner },
        iters: iterations(request.iters),
        scroll_id: request.scroll_id,
        no_scroll: request.no_scroll.unwrap_or_default(),
    };
    let page = wanted.read(ctx, &subjects)?;
    let (returned, total) = (page.plots.len(), page.total);
    let mut plots = Map::new();
    for (at, plot) in page.plots {
        let subject = &subjects[at];
        let (metric, variant) = (plot.head.metric.clone(), plot.head.variant.clone());
        let iter = plot.head.iter.to_string();
        *slot(&mut plots, [&metric, &variant, &subject.id, &iter]) =
            json!({"name": subject.name, "plots": [shape::plot(plot, subject)]});
    }
    Ok(with_scroll(json!({"plots": plots, "returned": returned, "total": total}), page.scroll_id))
}

fn iterations(iters: Option<i64>) -> usize {
    usize::try_from(iters.unwrap_or(1)).unwrap_or(1).max(1)
}

fn with_scroll(mut answer: Value, scroll_id: Option<String>) -> Value {
    if let Some(scroll_id) = scroll_id {
        answer["scroll_id"] = scroll_id.into();
    }
    answer
}

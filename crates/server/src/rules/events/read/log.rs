//! `events.get_task_log` in its three forms.

use super::cursor::{self, Kind};
use super::shape;
use super::subject::{MetricVariants, Subject, filter};
use crate::registry::Context;
use arno_store::events::{LogLine, LogPage, LogQuery, MetricFilter};
use arno_store::{Millis, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Most lines of a page; lines of one moment are never split, so that it may exceed this.
const MAX_LINES: i64 = 10_000;
/// Lines of a page when an old form names no number.
const OLD_LINES: i64 = 500;
/// Lines of a page when the current form names no number.
const LINES: i64 = 5_000;

/// Order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    Asc,
    Desc,
}

#[derive(Deserialize)]
pub(super) struct ByTime {
    task: String,
    batch_size: Option<i64>,
    navigate_earlier: Option<bool>,
    from_timestamp: Option<Millis>,
    order: Option<Order>,
    metrics: Option<Vec<MetricVariants>>,
}

/// From 2.9 on: the page before or after a moment.
pub(super) fn by_time(ctx: &Context<'_>, request: ByTime) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, None)?;
    let earlier = request.navigate_earlier.unwrap_or_default();
    let query = LogQuery {
        earlier,
        from: request.from_timestamp,
        limit: limit(request.batch_size, LINES),
        filter: filter(request.metrics),
    };
    let page = ctx.site.events.log(ctx.tx, subject.owner, &query)?;
    Ok(answer(page, earlier, request.order, &subject))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum End {
    Head,
    Tail,
}

#[derive(Deserialize)]
pub(super) struct Scrolled {
    task: String,
    batch_size: Option<i64>,
    order: Option<Order>,
    from: Option<End>,
    scroll_id: Option<String>,
}

/// From 1.7 to 2.8: scrolled from an end of the log; `order` is that within a page.
pub(super) fn from_an_end(ctx: &Context<'_>, request: Scrolled) -> Result<Value> {
    let earlier = request.from == Some(End::Tail);
    scrolled(ctx, request, earlier)
}

/// Before 1.7: scrolled in the order asked for.
pub(super) fn by_arrival(ctx: &Context<'_>, request: Scrolled) -> Result<Value> {
    let earlier = request.order.unwrap_or(Order::Desc) == Order::Desc;
    scrolled(ctx, request, earlier)
}

/// Where a scroll through the log goes on.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    owner: i64,
    earlier: bool,
    from: Option<Millis>,
}

fn scrolled(ctx: &Context<'_>, request: Scrolled, earlier: bool) -> Result<Value> {
    let subject = Subject::find(ctx.tx, &request.task, None)?;
    let scroll_id = request.scroll_id.as_deref();
    let start = Place { owner: subject.owner.key(), earlier, from: None };
    let place = cursor::read(Kind::Log, scroll_id)?.unwrap_or(start);
    if place.owner != subject.owner.key() {
        return Err(cursor::invalid(scroll_id.unwrap_or_default()).into());
    }
    let query = LogQuery {
        earlier: place.earlier,
        from: place.from,
        limit: limit(request.batch_size, OLD_LINES),
        filter: MetricFilter::all(),
    };
    let page = ctx.site.events.log(ctx.tx, subject.owner, &query)?;
    let from = page.lines.last().map(|line| line.ts).or(place.from);
    let order = request.order.unwrap_or(Order::Desc);
    let mut answer = answer(page, place.earlier, Some(order), &subject);
    answer["scroll_id"] = cursor::write(Kind::Log, &Place { from, ..place }).into();
    Ok(answer)
}

fn limit(batch_size: Option<i64>, default: i64) -> usize {
    batch_size.unwrap_or(default).clamp(1, MAX_LINES).unsigned_abs() as usize
}

/// The lines in the order asked for; without one, in the direction of reading.
fn answer(page: LogPage, earlier: bool, order: Option<Order>, of: &Subject) -> Value {
    let natural = if earlier { Order::Desc } else { Order::Asc };
    let mut lines: Vec<LogLine> = page.lines;
    if order.is_some_and(|order| order != natural) {
        lines.reverse();
    }
    let returned = lines.len();
    let events: Vec<Value> = lines.into_iter().map(|line| shape::log(line, of)).collect();
    json!({"events": events, "returned": returned, "total": page.total})
}

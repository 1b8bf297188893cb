//! Events of all kinds in the order of iterations, page by page (api.md §8.6, `get_task_events`).

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use arno_series::Point;

use super::cursor::Cursor;
use super::{plain_series, summary};
use crate::db::Tx;
use crate::error::Result;
use crate::events::media::{self, Beyond};
use crate::events::names::Metric;
use crate::events::{
    EventKind, EventStore, LogLine, LogQuery, MetricFilter, Owner, PlotEvent, SINGLE_VALUE,
    SampleEvent, VectorEvent, tail,
};

/// A scalar with its names.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalarEvent {
    /// Its names.
    pub metric: Arc<Metric>,
    /// Iteration, time and value.
    pub point: Point,
    /// Who reported it.
    pub worker: String,
}

/// An event of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A scalar.
    Scalar(ScalarEvent),
    /// A vector.
    Vector(VectorEvent),
    /// A debug sample.
    Sample(SampleEvent),
    /// A plot.
    Plot(PlotEvent),
    /// A console line.
    Log(LogLine),
}

impl Event {
    /// Its iteration; console lines may have none.
    pub fn iter(&self) -> Option<i64> {
        match self {
            Self::Scalar(event) => Some(event.point.iter),
            Self::Vector(event) => Some(event.head.iter),
            Self::Sample(event) => Some(event.head.iter),
            Self::Plot(event) => Some(event.head.iter),
            Self::Log(line) => line.iter,
        }
    }
}

/// Which events to read.
#[derive(Debug, Clone)]
pub struct EventQuery {
    /// The kind; `None` for all.
    pub kind: Option<EventKind>,
    /// Metrics wanted.
    pub filter: MetricFilter,
    /// From low iterations to high ones.
    pub ascending: bool,
    /// The [`EventPage::position`] of the page before; `None` for the first.
    pub after: Option<i64>,
    /// Events of a page; the events of its last iteration are all included beyond it.
    pub limit: usize,
    /// Whether to count what the filter accepts on all pages.
    pub count_total: bool,
}

/// Events in the order asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPage {
    /// The events; none when there are no more.
    pub events: Vec<Event>,
    /// The last iteration read, 0 like any other; where the next page continues.
    pub position: Option<i64>,
    /// How many there are on all pages, when asked for.
    pub total: Option<u64>,
}

impl EventStore {
    /// Reads a page of events. Console lines without an iteration count as of iteration 0.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn events(&self, tx: &Tx<'_>, owner: Owner, query: &EventQuery) -> Result<EventPage> {
        let mut reader = Reader { store: self, tx, owner, query, events: Vec::new(), total: 0 };
        let wants = |kind| query.kind.is_none_or(|wanted| wanted == kind);
        if wants(EventKind::Scalar) {
            reader.scalars()?;
        }
        if wants(EventKind::Vector) {
            reader.media(Event::Vector)?;
        }
        if wants(EventKind::Sample) {
            reader.media(Event::Sample)?;
        }
        if wants(EventKind::Plot) {
            reader.media(Event::Plot)?;
        }
        if wants(EventKind::Log) {
            reader.logs()?;
        }
        Ok(reader.page())
    }
}

/// Gathers from each source at least a page's worth of events, with all of the last iteration.
struct Reader<'a> {
    store: &'a EventStore,
    tx: &'a Tx<'a>,
    owner: Owner,
    query: &'a EventQuery,
    events: Vec<Event>,
    total: u64,
}

impl Reader<'_> {
    fn scalars(&mut self) -> Result<()> {
        self.singles()?;
        let Self { store, tx, owner, query, .. } = *self;
        let chosen = plain_series(tx, &store.names, owner, &query.filter)?;
        let ids: rustc_hash::FxHashSet<i64> =
            chosen.iter().map(|series| series.row.metric_id).collect();
        let (mut tails, worker) = tail::load(tx, owner, |id| ids.contains(&id))?;
        if query.count_total {
            for series in &chosen {
                let id = series.row.metric_id;
                self.total += summary::count_points(tx, owner, id, tails.get(&id))?;
            }
        }
        let mut cursors: Vec<Cursor<'_>> = chosen
            .into_iter()
            .map(|series| {
                let mut points = tails.remove(&series.row.metric_id).unwrap_or_default();
                points.settle();
                let tail = (points, worker.clone());
                Cursor::new(tx, owner, series.metric, query.ascending, query.after, tail)
            })
            .collect();
        self.events.extend(merge(&mut cursors, query)?);
        Ok(())
    }

    /// Single values are scalars of the lowest iteration there is.
    fn singles(&mut self) -> Result<()> {
        let values = self.store.single_values(self.tx, self.owner, &self.query.filter)?;
        self.total += values.len() as u64;
        let values = values.into_iter().map(|single| {
            let point = Point { iter: SINGLE_VALUE, ts: single.ts, value: single.value };
            Event::Scalar(ScalarEvent { metric: single.metric, point, worker: single.worker })
        });
        let beyond = values.filter(|event| is_beyond(event, self.query));
        self.events.extend(beyond);
        Ok(())
    }

    fn media<M: media::Stored>(&mut self, wrap: impl Fn(M) -> Event) -> Result<()> {
        let Self { store, tx, owner, query, .. } = *self;
        let wanted = media::metrics::<M>(tx, &store.names, owner, &query.filter)?;
        if wanted.is_empty() {
            return Ok(());
        }
        if query.count_total {
            self.total += media::count::<M>(tx, owner, &wanted)?;
        }
        let place = Beyond { after: query.after, ascending: query.ascending, limit: query.limit };
        let rows = media::beyond::<M>(tx, &store.names, owner, &wanted, place)?;
        self.events.extend(rows.into_iter().map(wrap));
        Ok(())
    }

    fn logs(&mut self) -> Result<()> {
        let filter = self.query.filter.clone();
        let all = LogQuery { earlier: false, from: None, limit: usize::MAX, filter };
        let page = self.store.log(self.tx, self.owner, &all)?;
        self.total += page.total;
        let lines = page.lines.into_iter().map(Event::Log);
        let beyond = lines.filter(|event| is_beyond(event, self.query));
        self.events.extend(beyond);
        Ok(())
    }

    fn page(mut self) -> EventPage {
        self.events.sort_by_key(iteration);
        if !self.query.ascending {
            self.events.reverse();
        }
        let limit = self.query.limit.max(1);
        if let Some(last) = self.events.get(limit - 1).map(iteration) {
            let more = self.events[limit..].iter().take_while(|event| iteration(event) == last);
            let end = limit + more.count();
            self.events.truncate(end);
        }
        let position = self.events.last().map(iteration).or(self.query.after);
        let total = self.query.count_total.then_some(self.total);
        EventPage { events: self.events, position, total }
    }
}

fn iteration(event: &Event) -> i64 {
    event.iter().unwrap_or(0)
}

fn is_beyond(event: &Event, query: &EventQuery) -> bool {
    match query.after {
        Some(after) if query.ascending => iteration(event) > after,
        Some(after) => iteration(event) < after,
        None => true,
    }
}

/// Takes points from all series in the order of iterations until there are enough of them.
fn merge(cursors: &mut [Cursor<'_>], query: &EventQuery) -> Result<Vec<Event>> {
    // The heap's greatest is next; complementing turns the order round without overflow.
    let rank = |point: Point| if query.ascending { !point.iter } else { point.iter };
    let mut next: BinaryHeap<(i64, Reverse<usize>)> = BinaryHeap::new();
    for (at, cursor) in cursors.iter_mut().enumerate() {
        next.extend(cursor.peek()?.map(|point| (rank(point), Reverse(at))));
    }
    let mut events = Vec::new();
    let mut last = None;
    while let Some((ranked, Reverse(at))) = next.pop() {
        if events.len() >= query.limit && last != Some(ranked) {
            break;
        }
        last = Some(ranked);
        let cursor = &mut cursors[at];
        if let Some(point) = cursor.next()? {
            let (metric, worker) = (Arc::clone(&cursor.metric), cursor.worker.clone());
            events.push(Event::Scalar(ScalarEvent { metric, point, worker }));
        }
        next.extend(cursor.peek()?.map(|point| (rank(point), Reverse(at))));
    }
    Ok(events)
}

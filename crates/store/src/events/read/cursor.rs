//! Walking through one series point by point in the order of iterations, a block at a time.

use std::sync::Arc;

use arno_series::{Point, Points, block};

use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::events::Owner;
use crate::events::names::Metric;

const FORWARD: &str = "SELECT min_iter, max_iter, worker, data FROM ev.block \
    WHERE owner = $1 AND metric_id = $2 AND min_iter >= coalesce((SELECT max(b.min_iter) \
    FROM ev.block b WHERE b.owner = $1 AND b.metric_id = $2 AND b.min_iter <= $3), $3) \
    AND max_iter > $3 ORDER BY min_iter LIMIT 1";
const BACKWARD: &str = "SELECT min_iter, max_iter, worker, data FROM ev.block \
    WHERE owner = $1 AND metric_id = $2 AND min_iter < $3 ORDER BY min_iter DESC LIMIT 1";
const FIRST: &str = "SELECT min_iter, max_iter, worker, data FROM ev.block \
    WHERE owner = $1 AND metric_id = $2 ORDER BY min_iter LIMIT 1";
const LAST: &str = "SELECT min_iter, max_iter, worker, data FROM ev.block \
    WHERE owner = $1 AND metric_id = $2 ORDER BY min_iter DESC LIMIT 1";

/// A place in a series, before the next point in its direction.
pub(super) struct Cursor<'a> {
    pub metric: Arc<Metric>,
    /// Who reported the points at hand.
    pub worker: String,
    tx: &'a Tx<'a>,
    owner: Owner,
    ascending: bool,
    /// Points not sealed, ascending, and who reported them.
    tail: Points,
    tail_worker: String,
    /// The iteration up to which everything was put into the window; `None` at the start.
    position: Option<i64>,
    /// Points at hand, the next one last.
    window: Vec<Point>,
    exhausted: bool,
}

struct Sealed {
    min_iter: i64,
    max_iter: i64,
    worker: String,
    points: Points,
}

impl<'a> Cursor<'a> {
    /// A walk that begins beyond `position`; `tail` is the series' tail, settled.
    pub(super) fn new(
        tx: &'a Tx<'a>,
        owner: Owner,
        metric: Arc<Metric>,
        ascending: bool,
        position: Option<i64>,
        tail: (Points, String),
    ) -> Self {
        let (tail, tail_worker) = tail;
        Self {
            metric,
            worker: String::new(),
            tx,
            owner,
            ascending,
            tail,
            tail_worker,
            position,
            window: Vec::new(),
            exhausted: false,
        }
    }

    /// The next point without taking it.
    pub(super) fn peek(&mut self) -> Result<Option<Point>> {
        while self.window.is_empty() && !self.exhausted {
            self.fill()?;
        }
        Ok(self.window.last().copied())
    }

    /// Takes the next point.
    pub(super) fn next(&mut self) -> Result<Option<Point>> {
        self.peek()?;
        Ok(self.window.pop())
    }

    /// Fills the window with the next block and what the tail lays over it, or with the rest of the tail.
    fn fill(&mut self) -> Result<()> {
        let sealed = self.next_block()?;
        let mut merged = Points::new();
        let reach = match &sealed {
            Some(block) if self.ascending => Some(block.max_iter),
            Some(block) => Some(block.min_iter),
            None => None,
        };
        if let Some(block) = sealed {
            merged = block.points;
            self.worker = block.worker;
        } else {
            self.worker.clone_from(&self.tail_worker);
            self.exhausted = true;
        }
        let covered = |iter: i64| match reach {
            Some(reach) if self.ascending => iter <= reach,
            Some(reach) => iter >= reach,
            None => true,
        };
        let over = self.tail.iter().filter(|point| covered(point.iter));
        over.for_each(|point| merged.push(point));
        merged.settle();
        let beyond = merged.iter().filter(|point| self.is_beyond(point.iter));
        self.window = if self.ascending { beyond.rev().collect() } else { beyond.collect() };
        self.position = reach.or(self.position);
        Ok(())
    }

    fn is_beyond(&self, iter: i64) -> bool {
        match self.position {
            Some(position) if self.ascending => iter > position,
            Some(position) => iter < position,
            None => true,
        }
    }

    fn next_block(&self) -> Result<Option<Sealed>> {
        let (owner, id) = (self.owner.key().into(), self.metric.id.into());
        match (self.position, self.ascending) {
            (None, true) => self.tx.first(FIRST, &[owner, id], read),
            (None, false) => self.tx.first(LAST, &[owner, id], read),
            (Some(at), true) => self.tx.first(FORWARD, &[owner, id, at.into()], read),
            (Some(at), false) => self.tx.first(BACKWARD, &[owner, id, at.into()], read),
        }
    }
}

fn read(row: &Row<'_>) -> Result<Sealed> {
    let points = block::decode(row.bytes(3)?.unwrap_or_default())
        .map_err(|error| Error::corrupt("a block of points", error))?;
    let (min_iter, max_iter, worker) = (row.int(0)?, row.int(1)?, row.text(2)?);
    Ok(Sealed { min_iter, max_iter, worker, points })
}

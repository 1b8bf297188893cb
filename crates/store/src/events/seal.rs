//! Sealing an owner's tail into blocks, when it has grown enough to be worth it.

use arno_series::seal::{self, BLOCK_POINTS, Extent, Rewrite};
use arno_series::{Points, Summary, block};

use super::activity::Noted;
use super::{Owner, tail};
use crate::db::{Tx, Value};
use crate::error::{Error, Result};

/// Points of a tail that is sealed at the latest: what a reader of one series has to skip through.
const MAX_TAIL_POINTS: i64 = 1 << 17;
/// Rows of a tail that is sealed at the latest.
const MAX_TAIL_ROWS: i64 = 2048;

const INSERT: &str = "INSERT INTO ev.block (owner, metric_id, min_iter, max_iter, count, finite, sum, \
    min_value, max_value, min_ts, max_ts, worker, data) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// Whether the tail holds a block's worth of points for each series, or as much as a tail may.
pub(super) fn is_due(noted: &Noted) -> bool {
    let worth = noted.series.max(1).saturating_mul(BLOCK_POINTS as i64).min(MAX_TAIL_POINTS);
    noted.tail_points >= worth || noted.tail_rows >= MAX_TAIL_ROWS
}

/// Moves the owner's whole tail into blocks.
pub(super) fn seal(tx: &Tx<'_>, owner: Owner) -> Result<()> {
    let (points, worker) = tail::load(tx, owner, |_| true)?;
    let mut in_order: Vec<(i64, Points)> = points.into_iter().collect();
    in_order.sort_unstable_by_key(|(metric_id, _)| *metric_id);
    for (metric_id, mut incoming) in in_order {
        incoming.settle();
        Series { tx, owner, metric_id, worker: &worker }.seal(&incoming)?;
    }
    tx.execute("DELETE FROM ev.tail WHERE owner = $1", &[owner.key().into()])?;
    Ok(())
}

struct Series<'a> {
    tx: &'a Tx<'a>,
    owner: Owner,
    metric_id: i64,
    worker: &'a str,
}

impl Series<'_> {
    fn seal(&self, incoming: &Points) -> Result<()> {
        let Some(&first) = incoming.iters().first() else { return Ok(()) };
        let existing = self.extents_from(first)?;
        for step in seal::plan(&existing, incoming.iters()) {
            let merged = self.take_out(&existing, &step, incoming)?;
            for points in seal::split(&merged) {
                self.insert(&points)?;
            }
        }
        Ok(())
    }

    /// The blocks from the one that holds `first`, or precedes it, to the last.
    fn extents_from(&self, first: i64) -> Result<Vec<Extent>> {
        let sql = "SELECT min_iter, max_iter, count FROM ev.block \
             WHERE owner = $1 AND metric_id = $2 AND min_iter >= coalesce((SELECT max(b.min_iter) \
             FROM ev.block b WHERE b.owner = $1 AND b.metric_id = $2 AND b.min_iter <= $3), $3) \
             ORDER BY min_iter";
        self.tx.query(sql, &[self.owner.key().into(), self.metric_id.into(), first.into()], |row| {
            let count = usize::try_from(row.int(2)?).unwrap_or(0);
            Ok(Extent { min_iter: row.int(0)?, max_iter: row.int(1)?, count })
        })
    }

    /// Removes the blocks a step replaces and merges their points with its incoming ones.
    fn take_out(&self, existing: &[Extent], step: &Rewrite, incoming: &Points) -> Result<Points> {
        let mut merged = Points::new();
        for extent in &existing[step.blocks.clone()] {
            let key = [self.owner.key().into(), self.metric_id.into(), extent.min_iter.into()];
            merged.append(&self.take_block(&key)?);
        }
        merged.append_range(incoming, step.points.clone());
        merged.settle();
        Ok(merged)
    }

    fn take_block(&self, key: &[Value; 3]) -> Result<Points> {
        let sql = "DELETE FROM ev.block WHERE owner = $1 AND metric_id = $2 AND min_iter = $3 \
             RETURNING data";
        let data = self.tx.first(sql, key, |row| row.blob(0))?;
        let data = data.ok_or_else(|| Error::corrupt("ev.block", "a block disappeared"))?;
        block::decode(&data).map_err(|error| Error::corrupt("a block of points", error))
    }

    fn insert(&self, points: &Points) -> Result<()> {
        let Some(summary) = Summary::of(points) else { return Ok(()) };
        let data =
            block::encode(points).map_err(|error| Error::corrupt("points to seal", error))?;
        let values = [
            self.owner.key().into(),
            self.metric_id.into(),
            summary.min_iter().into(),
            summary.max_iter().into(),
            (summary.count as i64).into(),
            (summary.mean_count as i64).into(),
            summary.sum.into(),
            summary.min.map(|extreme| extreme.value).into(),
            summary.max.map(|extreme| extreme.value).into(),
            summary.min_ts.into(),
            summary.max_ts.into(),
            self.worker.into(),
            data.into(),
        ];
        self.tx.execute(INSERT, &values)?;
        Ok(())
    }
}

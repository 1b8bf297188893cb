//! What arrived for an owner: the one row every addition takes first, which puts additions to an
//! owner in sequence, and from which the owner's row in the metadata is derived.

use rustc_hash::FxHashMap;

use super::batch::Batch;
use super::logs::Small;
use super::{EventKind, Owner};
use crate::clock::Millis;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};

/// Metrics of the machine's own monitor say nothing about a task's progress.
const MONITORS: [&str; 2] = [":monitor:machine", ":monitor:gpu"];

/// What an owner's row in the metadata shows of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Whose.
    pub owner: Owner,
    /// Raised by every addition to this owner; never goes back, not even after deletion.
    pub seq: i64,
    /// When the last addition came.
    pub updated: Millis,
    /// The highest iteration reported, monitors left out.
    pub last_iteration: Option<i64>,
    /// The numbers of the metrics shown, ascending, when they are known to be new.
    pub metrics: Option<Vec<i64>>,
}

/// Latest event time of one metric and kind in the last addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricStat {
    /// Name of the metric.
    pub metric: String,
    /// Kind of event.
    pub kind: EventKind,
    /// Latest event time.
    pub last_update: Millis,
}

/// The row after an addition was noted in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Noted {
    pub derived: Derived,
    /// Number of series before this addition.
    pub series: i64,
    pub tail_rows: i64,
    pub tail_points: i64,
    pub small_logs: Small,
}

/// Notes the addition of `batch` and returns its sequence number. Until the transaction ends no
/// other server adds to this owner.
pub(super) fn note(tx: &Tx<'_>, owner: Owner, batch: &Batch, points: usize) -> Result<Noted> {
    let sql = "INSERT INTO ev.activity (owner, seq, updated, last_iteration, metric_stats, worker, \
         series, tail_rows, tail_points, log_rows, log_open) \
         VALUES ($1, 1, $2, $3, $4, $5, 0, $6, $7, $8, 0) \
         ON CONFLICT (owner) DO UPDATE SET seq = activity.seq + 1, updated = excluded.updated, \
         last_iteration = CASE WHEN activity.last_iteration > excluded.last_iteration \
         THEN activity.last_iteration \
         ELSE coalesce(excluded.last_iteration, activity.last_iteration) END, \
         metric_stats = CASE WHEN excluded.metric_stats = '[]' THEN activity.metric_stats \
         ELSE excluded.metric_stats END, worker = excluded.worker, \
         tail_rows = activity.tail_rows + excluded.tail_rows, \
         tail_points = activity.tail_points + excluded.tail_points, \
         log_rows = activity.log_rows + excluded.log_rows \
         RETURNING seq, updated, last_iteration, series, tail_rows, tail_points, log_rows, log_open";
    let values = [
        owner.key().into(),
        tx.now().into(),
        last_iteration(batch).into(),
        stats_text(batch)?.into(),
        (&batch.worker).into(),
        (points > 0).into(),
        (points as i64).into(),
        (!batch.logs.is_empty()).into(),
    ];
    let noted = tx.first(sql, &values, |row| {
        Ok(Noted {
            derived: Derived {
                owner,
                seq: row.int(0)?,
                updated: row.int(1)?,
                last_iteration: row.opt_int(2)?,
                metrics: None,
            },
            series: row.int(3)?,
            tail_rows: row.int(4)?,
            tail_points: row.int(5)?,
            small_logs: Small { rows: row.int(6)?, open: row.int(7)? },
        })
    })?;
    noted.ok_or_else(|| Error::corrupt("ev.activity", "no row was returned"))
}

/// Corrects the counters after series were made, or the tail or the log was packed.
pub(super) fn count(tx: &Tx<'_>, noted: &Noted) -> Result<()> {
    tx.execute(
        "UPDATE ev.activity SET series = $1, tail_rows = $2, tail_points = $3, log_rows = $4, \
         log_open = $5 WHERE owner = $6",
        &[
            noted.series.into(),
            noted.tail_rows.into(),
            noted.tail_points.into(),
            noted.small_logs.rows.into(),
            noted.small_logs.open.into(),
            noted.derived.owner.key().into(),
        ],
    )?;
    Ok(())
}

/// Keeps other servers from adding to the owner until the transaction ends.
pub(super) fn lock(tx: &Tx<'_>, owner: Owner) -> Result<()> {
    tx.execute("UPDATE ev.activity SET seq = seq WHERE owner = $1", &[owner.key().into()])?;
    Ok(())
}

/// Notes that the tail is empty.
pub(super) fn tail_sealed(tx: &Tx<'_>, owner: Owner) -> Result<()> {
    let sql = "UPDATE ev.activity SET tail_rows = 0, tail_points = 0 WHERE owner = $1";
    tx.execute(sql, &[owner.key().into()])?;
    Ok(())
}

/// Notes that there is no event any more.
pub(super) fn clear(tx: &Tx<'_>, owner: Owner) -> Result<()> {
    tx.execute(
        "UPDATE ev.activity SET seq = seq + 1, last_iteration = NULL, metric_stats = '[]', \
         series = 0, tail_rows = 0, tail_points = 0, log_rows = 0 WHERE owner = $1",
        &[owner.key().into()],
    )?;
    Ok(())
}

/// What is derived from all owners that got events at or after this moment. Applying it twice
/// does no harm: compare [`Derived::seq`] with what was applied.
pub(super) fn derived_since(tx: &Tx<'_>, since: Millis) -> Result<Vec<Derived>> {
    let sql = "SELECT owner, seq, updated, last_iteration FROM ev.activity WHERE updated >= $1";
    tx.query(sql, &[since.into()], |row| {
        Ok(Derived {
            owner: Owner::from_key(row.int(0)?),
            seq: row.int(1)?,
            updated: row.int(2)?,
            last_iteration: row.opt_int(3)?,
            metrics: None,
        })
    })
}

/// The metrics of an owner's last addition.
pub(super) fn read_stats(row: &Row<'_>, at: usize) -> Result<Vec<MetricStat>> {
    let text = row.str(at)?.unwrap_or("[]");
    let list: Vec<(String, String, Millis)> =
        serde_json::from_str(text).map_err(|error| Error::corrupt("metric stats", error))?;
    let stat = |(metric, kind, last_update): (String, String, Millis)| {
        Some(MetricStat { metric, kind: EventKind::from_name(&kind)?, last_update })
    };
    Ok(list.into_iter().filter_map(stat).collect())
}

fn stats_text(batch: &Batch) -> Result<String> {
    let mut latest: FxHashMap<(&str, EventKind), Millis> = FxHashMap::default();
    let mut note = |metric, kind, ts: Millis| {
        let time = latest.entry((metric, kind)).or_insert(ts);
        *time = ts.max(*time);
    };
    for series in batch.all_series() {
        let last = series.points.iter().map(|point| point.ts).max();
        last.into_iter().for_each(|ts| note(&series.metric, EventKind::Scalar, ts));
    }
    batch.plots.iter().for_each(|e| note(&e.head.metric, EventKind::Plot, e.head.ts));
    batch.samples.iter().for_each(|e| note(&e.head.metric, EventKind::Sample, e.head.ts));
    batch.vectors.iter().for_each(|e| note(&e.head.metric, EventKind::Vector, e.head.ts));
    let list: Vec<(&str, &str, Millis)> =
        latest.iter().map(|(&(metric, kind), &ts)| (metric, kind.name(), ts)).collect();
    serde_json::to_string(&list).map_err(|error| Error::corrupt("metric stats", error))
}

fn last_iteration(batch: &Batch) -> Option<i64> {
    let scalars = batch.all_series().iter().filter(|series| counts(&series.metric));
    let scalars = scalars.flat_map(|series| series.points.iter().map(|point| point.iter));
    let logs = batch.logs.iter().filter(|line| counts(&line.metric)).filter_map(|line| line.iter);
    let heads = batch.heads().filter(|head| counts(&head.metric)).map(|head| head.iter);
    scalars.chain(logs).chain(heads).max()
}

fn counts(metric: &str) -> bool {
    !MONITORS.contains(&metric)
}

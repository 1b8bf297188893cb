//! What is said of series as a whole: their names, last values, single values, sizes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arno_series::block::Block;
use arno_series::{Point, Points};

use super::cursor::Cursor;
use super::plain_series;
use crate::clock::Millis;
use crate::db::{Sql, Tx};
use crate::error::{Error, Result};
use crate::events::activity::{self, Derived, MetricStat};
use crate::events::batch::{PlotEvent, SampleEvent, VectorEvent};
use crate::events::media;
use crate::events::names::Metric;
use crate::events::series::{self, LastMetric};
use crate::events::{EventKind, EventStore, MetricFilter, Owner, tail};

/// Values looked at for a series' latest ones.
const LATEST: usize = 10;

/// A value reported without an iteration.
#[derive(Debug, Clone, PartialEq)]
pub struct SingleValue {
    /// Its names.
    pub metric: Arc<Metric>,
    /// The value.
    pub value: f64,
    /// When it was reported.
    pub ts: Millis,
    /// Who reported it.
    pub worker: String,
}

/// The latest positive values of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct LatestValues {
    /// Its names.
    pub metric: Arc<Metric>,
    /// Up to ten points with values above 0, the latest iteration first; at least one.
    pub points: Vec<Point>,
}

impl EventStore {
    /// Metrics with their variants that have events of a kind, both sorted. Single values and console
    /// lines do not count.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn metrics_and_variants(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        kind: EventKind,
    ) -> Result<BTreeMap<String, Vec<String>>> {
        let (names, all) = (&self.names, MetricFilter::all());
        let found: Vec<Arc<Metric>> = match kind {
            EventKind::Scalar => {
                plain_series(tx, names, owner, &all)?.into_iter().map(|s| s.metric).collect()
            }
            EventKind::Plot => {
                media::metrics::<PlotEvent>(tx, names, owner, &all)?.into_values().collect()
            }
            EventKind::Sample => {
                media::metrics::<SampleEvent>(tx, names, owner, &all)?.into_values().collect()
            }
            EventKind::Vector => {
                media::metrics::<VectorEvent>(tx, names, owner, &all)?.into_values().collect()
            }
            EventKind::Log => Vec::new(),
        };
        let mut metrics: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for metric in found {
            metrics.entry(metric.metric.clone()).or_default().push(metric.variant.clone());
        }
        metrics.values_mut().for_each(|variants| variants.sort());
        Ok(metrics)
    }

    /// The last metrics of several owners, in the order asked; those beyond the number shown with
    /// an owner are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn last_metrics(&self, tx: &Tx<'_>, owners: &[Owner]) -> Result<Vec<Vec<LastMetric>>> {
        let mut rows = Vec::with_capacity(owners.len());
        for owner in owners {
            let mut shown = series::all(tx, *owner)?;
            shown.retain(|row| row.shown);
            rows.push(shown);
        }
        let ids: Vec<i64> = rows.iter().flatten().map(|row| row.metric_id).collect();
        let names = self.names.of(tx, &ids)?;
        let named = |row: &series::SeriesRow| {
            names.get(&row.metric_id).map(|metric| row.last_metric(Arc::clone(metric)))
        };
        Ok(rows.iter().map(|rows| rows.iter().filter_map(named).collect()).collect())
    }

    /// The metrics of the owner's last addition with their latest event times.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn metric_stats(&self, tx: &Tx<'_>, owner: Owner) -> Result<Vec<MetricStat>> {
        let sql = "SELECT metric_stats FROM ev.activity WHERE owner = $1";
        let found = tx.first(sql, &[owner.key().into()], |row| activity::read_stats(row, 0))?;
        Ok(found.unwrap_or_default())
    }

    /// What is derived from the owners that got events at or after a moment. Applying it twice
    /// does no harm.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn derived_since(&self, tx: &Tx<'_>, since: Millis) -> Result<Vec<Derived>> {
        activity::derived_since(tx, since)
    }

    /// The values reported without an iteration, sorted by metric and variant.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn single_values(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        filter: &MetricFilter,
    ) -> Result<Vec<SingleValue>> {
        let sql = "SELECT metric_id, value, ts, worker FROM ev.single WHERE owner = $1";
        let rows = tx.query(sql, &[owner.key().into()], |row| {
            let value = row.opt_real(1)?.unwrap_or(f64::NAN);
            Ok((row.int(0)?, value, row.int(2)?, row.text(3)?))
        })?;
        let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
        let names = self.names.of(tx, &ids)?;
        let mut values: Vec<SingleValue> = rows
            .into_iter()
            .filter_map(|(id, value, ts, worker)| {
                Some(SingleValue { metric: Arc::clone(names.get(&id)?), value, ts, worker })
            })
            .filter(|single| filter.accepts(&single.metric.metric, &single.metric.variant))
            .collect();
        values.sort_by(|a, b| {
            let names = |single: &SingleValue| {
                (single.metric.metric.clone(), single.metric.variant.clone())
            };
            names(a).cmp(&names(b))
        });
        Ok(values)
    }

    /// The latest positive values of each series, sorted by metric and variant; series without any are
    /// left out.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn latest_values(&self, tx: &Tx<'_>, owner: Owner) -> Result<Vec<LatestValues>> {
        let (mut tails, worker) = tail::load(tx, owner, |_| true)?;
        let mut found = Vec::new();
        for series in plain_series(tx, &self.names, owner, &MetricFilter::all())? {
            let mut points = tails.remove(&series.row.metric_id).unwrap_or_default();
            points.settle();
            let tail = (points, worker.clone());
            let metric = Arc::clone(&series.metric);
            let mut cursor = Cursor::new(tx, owner, series.metric, false, None, tail);
            let mut latest = Vec::new();
            while latest.len() < LATEST {
                match cursor.next()? {
                    Some(point) if point.value > 0.0 => latest.push(point),
                    Some(_) => {}
                    None => break,
                }
            }
            if !latest.is_empty() {
                found.push(LatestValues { metric, points: latest });
            }
        }
        Ok(found)
    }
}

/// How many points a series has, each iteration once.
pub(super) fn count_points(
    tx: &Tx<'_>,
    owner: Owner,
    metric_id: i64,
    tail: Option<&Points>,
) -> Result<u64> {
    let key = [owner.key().into(), metric_id.into()];
    let sql = "SELECT CAST(coalesce(sum(count), 0) AS BIGINT), max(max_iter) FROM ev.block \
         WHERE owner = $1 AND metric_id = $2";
    let sealed = tx.first(sql, &key, |row| Ok((row.int(0)?, row.opt_int(1)?)))?;
    let (sealed, max_iter) = sealed.unwrap_or((0, None));
    let mut loose = tail.cloned().unwrap_or_default();
    loose.settle();
    let mut count = sealed.unsigned_abs() + loose.len() as u64;
    let (Some(&first), Some(max_iter)) = (loose.iters().first(), max_iter) else {
        return Ok(count);
    };
    if first <= max_iter {
        let mut sql = Sql::new("SELECT data FROM ev.block WHERE owner = ");
        sql.bind(owner.key()).push(" AND metric_id = ").bind(metric_id);
        sql.push(" AND max_iter >= ").bind(first);
        tx.each(&sql.text, &sql.values, |row| {
            let block = Block::open(row.bytes(0)?.unwrap_or_default());
            let iterations = block.and_then(|block| block.iterations());
            let iterations =
                iterations.map_err(|error| Error::corrupt("a block of points", error))?;
            let again = |iter: &&i64| iterations.binary_search(iter).is_ok();
            count -= loose.iters().iter().filter(again).count() as u64;
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
    }
    Ok(count)
}

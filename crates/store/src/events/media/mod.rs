//! Plots, debug samples and vectors: rows by owner, metric and iteration; the same again overwrites.
//!
//! What the three have in common is here, over the trait [`Stored`]; each kind's file says what its
//! rows hold.

mod frames;
mod kinds;
mod plots;
mod text;
mod urls;

pub use frames::{Frame, FrameQuery, Toward};
pub use plots::{Latest, PlotKey};
pub use urls::UrlsFrom;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::names::{Metric, Names};
use super::{Batch, Head, MetricFilter, Owner, bulk};
use crate::db::{Row, Sql, Tx, Value};
use crate::error::Result;
use crate::references;

/// A kind of event kept as rows.
pub(super) trait Stored: Sized {
    const TABLE: &'static str;
    /// The primary key.
    const KEY: &'static str;
    /// Columns behind those of the [`Head`].
    const OWN: &'static [&'static str];

    fn head(&self) -> &Head;
    fn head_mut(&mut self) -> &mut Head;
    /// What tells rows of one metric, variant and iteration apart.
    fn sub_key(&self) -> &str {
        ""
    }
    /// The values of [`Stored::OWN`].
    fn own_values(&self) -> Result<Vec<Value>>;
    /// Reads the own columns, which begin at `at`.
    fn read(head: Head, row: &Row<'_>, at: usize) -> Result<Self>;
}

const COMMON: &str = "metric_id, iter, ts, worker";
const COMMON_COUNT: usize = 4;

/// Adds the plots, samples and vectors of a batch.
pub(super) fn add(
    tx: &Tx<'_>,
    names: &Names,
    owner: Owner,
    batch: &Batch,
    learned: &mut Vec<Arc<Metric>>,
) -> Result<()> {
    add_all(tx, names, owner, &batch.plots, learned)?;
    add_all(tx, names, owner, &batch.samples, learned)?;
    add_all(tx, names, owner, &batch.vectors, learned)?;
    let foreign = references::foreign(batch);
    let values: Vec<Value> =
        foreign.into_iter().flat_map(|file| [owner.key().into(), file.into()]).collect();
    let insert = "INSERT INTO ev.foreign_file (owner, file) VALUES";
    bulk::insert(tx, insert, 2, "ON CONFLICT DO NOTHING", &values)
}

fn add_all<M: Stored>(
    tx: &Tx<'_>,
    names: &Names,
    owner: Owner,
    events: &[M],
    learned: &mut Vec<Arc<Metric>>,
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let pairs = events.iter().map(Stored::head);
    let pairs = pairs.map(|head| (head.metric.as_str(), head.variant.as_str()));
    let ids = names.resolve(tx, pairs, learned)?;
    // Of equal keys the later stays, and servers that add at once go in one order.
    let mut rows = BTreeMap::new();
    for (id, event) in ids.into_iter().zip(events) {
        rows.insert((id, event.head().iter, event.sub_key()), event);
    }
    let mut values = Vec::with_capacity(rows.len() * 8);
    for ((id, iter, _), event) in rows {
        let head = event.head();
        values.extend([owner.key().into(), id.into(), iter.into()]);
        values.extend([head.ts.into(), (&head.worker).into()]);
        values.extend(event.own_values()?);
    }
    let own = M::OWN.join(", ");
    let insert = format!("INSERT INTO {} (owner, {COMMON}, {own}) VALUES", M::TABLE);
    let overwritten = ["ts", "worker"].iter().chain(M::OWN);
    let overwritten: Vec<String> =
        overwritten.map(|column| format!("{column} = excluded.{column}")).collect();
    let conflict = format!("ON CONFLICT ({}) DO UPDATE SET {}", M::KEY, overwritten.join(", "));
    bulk::insert(tx, &insert, 1 + COMMON_COUNT + M::OWN.len(), &conflict, &values)
}

/// Rows of an owner that meet what `condition` appends to `WHERE owner = …`.
fn select<M: Stored>(
    tx: &Tx<'_>,
    names: &Names,
    owner: Owner,
    condition: impl FnOnce(&mut Sql),
) -> Result<Vec<M>> {
    let own = M::OWN.join(", ");
    let mut sql = Sql::new(format!("SELECT {COMMON}, {own} FROM {} WHERE owner = ", M::TABLE));
    sql.bind(owner.key());
    condition(&mut sql);
    sql.push(" ORDER BY iter, metric_id");
    let rows = tx.query(&sql.text, &sql.values, |row| {
        let (iter, ts, worker) = (row.int(1)?, row.int(2)?, row.text(3)?);
        let head = Head { iter, ts, worker, ..Head::default() };
        Ok((row.int(0)?, M::read(head, row, COMMON_COUNT)?))
    })?;
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    let known = names.of(tx, &ids)?;
    let named = |(id, mut event): (i64, M)| {
        let metric = known.get(&id)?;
        event.head_mut().metric.clone_from(&metric.metric);
        event.head_mut().variant.clone_from(&metric.variant);
        Some(event)
    };
    Ok(rows.into_iter().filter_map(named).collect())
}

/// The metrics of an owner that have such rows, as far as the filter wants them.
pub(super) fn metrics<M: Stored>(
    tx: &Tx<'_>,
    names: &Names,
    owner: Owner,
    filter: &MetricFilter,
) -> Result<FxHashMap<i64, Arc<Metric>>> {
    let sql = format!("SELECT DISTINCT metric_id FROM {} WHERE owner = $1", M::TABLE);
    let ids = tx.query(&sql, &[owner.key().into()], |row| row.int(0))?;
    let mut known = names.of(tx, &ids)?;
    known.retain(|_, metric| filter.accepts(&metric.metric, &metric.variant));
    Ok(known)
}

/// Number of an owner's rows of these metrics.
pub(super) fn count<M: Stored>(
    tx: &Tx<'_>,
    owner: Owner,
    metrics: &FxHashMap<i64, Arc<Metric>>,
) -> Result<u64> {
    let mut sql = Sql::new(format!("SELECT count(*) FROM {} WHERE owner = ", M::TABLE));
    sql.bind(owner.key()).push(" AND metric_id IN ").bind_list(metrics.keys().copied());
    let count = tx.first(&sql.text, &sql.values, |row| row.int(0))?;
    Ok(count.unwrap_or(0).unsigned_abs())
}

/// Rows of these metrics beyond an iteration in the order of iterations: at least `limit` unless
/// there are no more, and all of the last iteration.
pub(super) fn beyond<M: Stored>(
    tx: &Tx<'_>,
    names: &Names,
    owner: Owner,
    metrics: &FxHashMap<i64, Arc<Metric>>,
    place: Beyond,
) -> Result<Vec<M>> {
    let conditions = |sql: &mut Sql| {
        sql.push(" AND metric_id IN ").bind_list(metrics.keys().copied());
        if let Some(iter) = place.after {
            sql.push(if place.ascending { " AND iter > " } else { " AND iter < " }).bind(iter);
        }
    };
    let mut sql = Sql::new(format!("SELECT iter FROM {} WHERE owner = ", M::TABLE));
    conditions(sql.bind(owner.key()));
    sql.push(if place.ascending { " ORDER BY iter" } else { " ORDER BY iter DESC" });
    sql.push(" LIMIT 1 OFFSET ").bind(place.limit.saturating_sub(1) as i64);
    let last = tx.first(&sql.text, &sql.values, |row| row.int(0))?;
    let mut rows: Vec<M> = select(tx, names, owner, |sql| {
        conditions(sql);
        if let Some(iter) = last {
            sql.push(if place.ascending { " AND iter <= " } else { " AND iter >= " }).bind(iter);
        }
    })?;
    if !place.ascending {
        rows.reverse();
    }
    Ok(rows)
}

/// Where reading by iterations continues.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beyond {
    /// The last iteration read; `None` at the start.
    pub after: Option<i64>,
    pub ascending: bool,
    pub limit: usize,
}

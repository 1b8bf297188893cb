//! The row of a scalar series: its last metrics, kept in step with every addition.

use std::sync::Arc;

use arno_series::Point;

use super::batch::SeriesBatch;
use super::names::Metric;
use super::{Owner, SINGLE_VALUE, bulk};
use crate::db::{Dialect, Row, Sql, Tx, Value};
use crate::error::Result;

/// Metrics shown with an owner; further ones only keep their points.
const MAX_SHOWN: i64 = 2000;
/// Rows asked for in one statement; lists are filled up, so that few texts are prepared.
const LIST_SIZES: [usize; 4] = [1, 8, 64, 256];

const COLUMNS: &str = "owner, metric_id, shown, plain, count, finite, sum, value, min_value, min_iter, \
    max_value, max_iter, first_value, first_iter, x_axis_label";
const COLUMN_COUNT: usize = 15;

/// What is known of a series without its points.
#[derive(Debug, Clone, PartialEq)]
pub struct LastMetric {
    /// Its names.
    pub metric: Arc<Metric>,
    /// The value of the highest (iteration, time) of the last addition; NaN when that was no number.
    pub value: f64,
    /// The least finite value and the iteration where it was first seen.
    pub min: Option<(f64, i64)>,
    /// The greatest finite value and the iteration where it was first seen.
    pub max: Option<(f64, i64)>,
    /// The value and iteration of the lowest iteration of the first addition.
    pub first: (f64, i64),
    /// How many values were ever reported.
    pub count: i64,
    /// The mean of the finite ones among them; `None` without any.
    pub mean: Option<f64>,
    /// Label of the x axis.
    pub x_axis_label: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct SeriesRow {
    pub metric_id: i64,
    pub shown: bool,
    pub plain: bool,
    pub count: i64,
    pub finite: i64,
    pub sum: f64,
    pub value: f64,
    pub min: Option<(f64, i64)>,
    pub max: Option<(f64, i64)>,
    pub first: Option<(f64, i64)>,
    pub x_axis_label: Option<String>,
}

/// What an addition changed in a row.
enum Change {
    None,
    /// The last value and the mean.
    Value,
    Any,
}

impl SeriesRow {
    fn new(metric_id: i64, shown: bool) -> Self {
        Self { metric_id, shown, ..Self::default() }
    }

    /// Adds a batch's points by the rules of last metrics.
    fn add(&mut self, batch: &SeriesBatch) -> Change {
        let before = (self.plain, self.min, self.max, self.first);
        self.plain |= batch.points.iter().any(|point| point.iter != SINGLE_VALUE);
        if !self.shown {
            return if self.plain == before.0 { Change::None } else { Change::Any };
        }
        for point in &batch.points {
            self.add_point(point);
        }
        if let Some(last) = batch.points.iter().max_by_key(|point| (point.iter, point.ts)) {
            self.value = last.value;
        }
        if self.first.is_none() {
            let lowest = batch.points.iter().min_by_key(|point| point.iter);
            self.first = lowest.map(|point| (point.value, point.iter));
        }
        let new_label = batch.x_axis_label.is_some() && self.x_axis_label != batch.x_axis_label;
        if new_label {
            self.x_axis_label.clone_from(&batch.x_axis_label);
        }
        let unchanged = before == (self.plain, self.min, self.max, self.first) && !new_label;
        if unchanged { Change::Value } else { Change::Any }
    }

    fn add_point(&mut self, point: &Point) {
        self.count += 1;
        if !point.value.is_finite() {
            return;
        }
        self.finite += 1;
        self.sum += point.value;
        if self.min.is_none_or(|(least, _)| point.value < least) {
            self.min = Some((point.value, point.iter));
        }
        if self.max.is_none_or(|(greatest, _)| point.value > greatest) {
            self.max = Some((point.value, point.iter));
        }
    }

    /// What most additions change and nothing else, so that SQLite maintains one index, not three.
    fn update_value(&self, tx: &Tx<'_>, owner: Owner) -> Result<()> {
        let sql = "UPDATE ev.series SET count = $1, finite = $2, sum = $3, value = $4 \
             WHERE owner = $5 AND metric_id = $6";
        let values = [
            self.count.into(),
            self.finite.into(),
            self.sum.into(),
            number(self.value),
            owner.key().into(),
            self.metric_id.into(),
        ];
        tx.execute(sql, &values)?;
        Ok(())
    }

    fn values(&self, owner: Owner, out: &mut Vec<Value>) {
        let first = self.first.filter(|_| self.shown);
        let value = if self.shown { number(self.value) } else { Value::Null };
        out.extend([
            owner.key().into(),
            self.metric_id.into(),
            self.shown.into(),
            self.plain.into(),
            self.count.into(),
            self.finite.into(),
            self.sum.into(),
            value,
            self.min.map(|(value, _)| value).into(),
            self.min.map(|(_, iter)| iter).into(),
            self.max.map(|(value, _)| value).into(),
            self.max.map(|(_, iter)| iter).into(),
            first.map_or(Value::Null, |(value, _)| number(value)),
            first.map(|(_, iter)| iter).into(),
            self.x_axis_label.as_deref().into(),
        ]);
    }

    fn read(row: &Row<'_>) -> Result<Self> {
        let pair = |value: usize| -> Result<Option<(f64, i64)>> {
            Ok(row.opt_real(value)?.zip(row.opt_int(value + 1)?))
        };
        let first_iter = row.opt_int(13)?;
        let first_value = row.opt_real(12)?.unwrap_or(f64::NAN);
        Ok(Self {
            metric_id: row.int(1)?,
            shown: row.bool(2)?,
            plain: row.bool(3)?,
            count: row.int(4)?,
            finite: row.int(5)?,
            sum: row.real(6)?,
            value: row.opt_real(7)?.unwrap_or(f64::NAN),
            min: pair(8)?,
            max: pair(10)?,
            first: first_iter.map(|iter| (first_value, iter)),
            x_axis_label: row.opt_text(14)?,
        })
    }

    pub(super) fn last_metric(&self, metric: Arc<Metric>) -> LastMetric {
        LastMetric {
            metric,
            value: self.value,
            min: self.min,
            max: self.max,
            first: self.first.unwrap_or((f64::NAN, 0)),
            count: self.count,
            mean: (self.finite > 0).then(|| self.sum / self.finite as f64),
            x_axis_label: self.x_axis_label.clone(),
        }
    }
}

/// A number as it is stored: what is none, as NULL.
pub(super) fn number(value: f64) -> Value {
    if value.is_nan() { Value::Null } else { Value::Real(value) }
}

/// Brings the rows of a batch's series up to date; `ids` are their numbers. Returns how many
/// series are new; the owner had `series` before.
pub(super) fn update(
    tx: &Tx<'_>,
    owner: Owner,
    batches: &[SeriesBatch],
    ids: &[i64],
    series: i64,
) -> Result<i64> {
    let mut rows = find(tx, owner, ids)?;
    rows.sort_unstable_by_key(|row| row.metric_id);
    let mut in_order: Vec<usize> = (0..ids.len()).collect();
    in_order.sort_unstable_by_key(|&position| ids[position]);

    let mut whole = Vec::new();
    let mut made = 0;
    for position in in_order {
        let id = ids[position];
        let found = rows.binary_search_by_key(&id, |row| row.metric_id).ok();
        let mut row = match found {
            Some(found) => std::mem::take(&mut rows[found]),
            None => {
                made += 1;
                SeriesRow::new(id, series + made <= MAX_SHOWN)
            }
        };
        match row.add(&batches[position]) {
            Change::None => {}
            Change::Value if tx.dialect() == Dialect::Sqlite => row.update_value(tx, owner)?,
            Change::Value | Change::Any => row.values(owner, &mut whole),
        }
    }
    bulk::insert(
        tx,
        &format!("INSERT INTO ev.series ({COLUMNS}) VALUES"),
        COLUMN_COUNT,
        "ON CONFLICT (owner, metric_id) DO UPDATE SET plain = excluded.plain, \
         count = excluded.count, finite = excluded.finite, sum = excluded.sum, \
         value = excluded.value, min_value = excluded.min_value, min_iter = excluded.min_iter, \
         max_value = excluded.max_value, max_iter = excluded.max_iter, \
         first_value = excluded.first_value, first_iter = excluded.first_iter, \
         x_axis_label = excluded.x_axis_label",
        &whole,
    )?;
    Ok(made)
}

fn find(tx: &Tx<'_>, owner: Owner, ids: &[i64]) -> Result<Vec<SeriesRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for list in ids.chunks(LIST_SIZES[LIST_SIZES.len() - 1]) {
        let size = LIST_SIZES.into_iter().find(|&size| size >= list.len()).unwrap_or(list.len());
        let last = list.last().copied().into_iter().cycle();
        let filled = list.iter().copied().chain(last).take(size);
        let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM ev.series WHERE owner = "));
        sql.bind(owner.key()).push(" AND metric_id IN ").bind_list(filled);
        found.extend(tx.query(&sql.text, &sql.values, SeriesRow::read)?);
    }
    Ok(found)
}

/// The numbers of the metrics shown with an owner, ascending.
pub(super) fn shown(tx: &Tx<'_>, owner: Owner) -> Result<Vec<i64>> {
    let sql = "SELECT metric_id FROM ev.series WHERE owner = $1 AND shown = 1 ORDER BY metric_id";
    tx.query(sql, &[owner.key().into()], |row| row.int(0))
}

/// All series of an owner, in the order of their numbers.
pub(super) fn all(tx: &Tx<'_>, owner: Owner) -> Result<Vec<SeriesRow>> {
    let sql = format!("SELECT {COLUMNS} FROM ev.series WHERE owner = $1 ORDER BY metric_id");
    tx.query(&sql, &[owner.key().into()], SeriesRow::read)
}

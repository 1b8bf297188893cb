//! Reading scalars: blocks with the tail laid over them.

mod cursor;
mod histogram;
mod page;
mod summary;

pub use histogram::{Histogram, Outline, Sampling, XAxis};
pub use page::{Event, EventPage, EventQuery, ScalarEvent};
pub use summary::{LatestValues, SingleValue};

use std::sync::Arc;

use super::names::{Metric, Names};
use super::series::{self, SeriesRow};
use super::{MetricFilter, Owner};
use crate::db::Tx;
use crate::error::Result;

/// A series of an owner that has points, with its names.
struct NamedSeries {
    metric: Arc<Metric>,
    row: SeriesRow,
}

/// The series of an owner that have points and that the filter wants, sorted by metric and variant.
fn plain_series(
    tx: &Tx<'_>,
    names: &Names,
    owner: Owner,
    filter: &MetricFilter,
) -> Result<Vec<NamedSeries>> {
    let rows = series::all(tx, owner)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.metric_id).collect();
    let known = names.of(tx, &ids)?;
    let mut found: Vec<NamedSeries> = rows
        .into_iter()
        .filter(|row| row.plain)
        .filter_map(|row| Some(NamedSeries { metric: Arc::clone(known.get(&row.metric_id)?), row }))
        .filter(|series| filter.accepts(&series.metric.metric, &series.metric.variant))
        .collect();
    found.sort_by(|a, b| {
        let names =
            |series: &NamedSeries| (series.metric.metric.clone(), series.metric.variant.clone());
        names(a).cmp(&names(b))
    });
    Ok(found)
}

use std::collections::BTreeMap;
use std::sync::Arc;

use super::select;
use crate::db::Tx;
use crate::error::Result;
use crate::events::batch::PlotEvent;
use crate::events::names::Metric;
use crate::events::{EventStore, MetricFilter, Owner};

/// A plot without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotKey {
    /// Whose.
    pub owner: Owner,
    /// Its names.
    pub metric: Arc<Metric>,
    /// Iteration.
    pub iter: i64,
}

/// Of what the latest iterations are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latest {
    /// Of each metric and variant.
    OfVariant,
    /// Of each metric; variants not reported at them are left out.
    OfMetric,
    /// Of the owner; metrics not reported at them are left out.
    OfOwner,
}

impl EventStore {
    /// The plots of the latest `iters` iterations, sorted by metric, variant and descending iteration;
    /// those found invalid are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn latest_plots(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        filter: &MetricFilter,
        of: Latest,
        iters: usize,
    ) -> Result<Vec<PlotKey>> {
        let sql =
            "SELECT metric_id, iter FROM ev.plot WHERE owner = $1 AND coalesce(valid, 1) <> 0";
        let rows = tx.query(sql, &[owner.key().into()], |row| Ok((row.int(0)?, row.int(1)?)))?;
        let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let names = self.names.of(tx, &ids)?;
        let mut plots: Vec<PlotKey> = rows
            .into_iter()
            .filter_map(|(id, iter)| Some((names.get(&id)?, iter)))
            .filter(|(metric, _)| filter.accepts(&metric.metric, &metric.variant))
            .map(|(metric, iter)| PlotKey { owner, metric: Arc::clone(metric), iter })
            .collect();
        plots.sort_by(|a, b| by_name(a).cmp(&by_name(b)).then(b.iter.cmp(&a.iter)));
        keep_latest(&mut plots, of, iters);
        Ok(plots)
    }

    /// The plots of these keys, in their order; what has gone meanwhile is left out.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn plots(&self, tx: &Tx<'_>, keys: &[PlotKey]) -> Result<Vec<PlotEvent>> {
        let mut plots = Vec::with_capacity(keys.len());
        for key in keys {
            plots.extend(select::<PlotEvent>(tx, &self.names, key.owner, |sql| {
                sql.push(" AND metric_id = ").bind(key.metric.id);
                sql.push(" AND iter = ").bind(key.iter);
            })?);
        }
        Ok(plots)
    }
}

fn by_name(plot: &PlotKey) -> (&str, &str) {
    (&plot.metric.metric, &plot.metric.variant)
}

fn keep_latest(plots: &mut Vec<PlotKey>, of: Latest, iters: usize) {
    let group = |plot: &PlotKey| match of {
        Latest::OfVariant => (plot.metric.metric.clone(), plot.metric.variant.clone()),
        Latest::OfMetric => (plot.metric.metric.clone(), String::new()),
        Latest::OfOwner => (String::new(), String::new()),
    };
    let mut latest: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    for plot in &*plots {
        latest.entry(group(plot)).or_default().push(plot.iter);
    }
    for iterations in latest.values_mut() {
        iterations.sort_unstable_by(|a, b| b.cmp(a));
        iterations.dedup();
        iterations.truncate(iters.max(1));
    }
    plots.retain(|plot| latest.get(&group(plot)).is_some_and(|kept| kept.contains(&plot.iter)));
}

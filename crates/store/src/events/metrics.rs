//! The metrics that tasks and models have reported.

use std::sync::Arc;

use super::names::Metric;
use super::{EventStore, Owner, series};
use crate::db::Tx;
use crate::error::Result;
use crate::metric_sets;
use crate::query::Selection;

impl EventStore {
    /// The metrics with their variants that any of the selected tasks or models has reported, by
    /// name.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn metrics_in(&self, tx: &Tx<'_>, selection: &Selection<'_>) -> Result<Vec<Arc<Metric>>> {
        let ids = metric_sets::of_selection(tx, selection)?;
        let mut found: Vec<Arc<Metric>> = self.names.of(tx, &ids)?.into_values().collect();
        found.sort_unstable_by(|a, b| (&a.metric, &a.variant).cmp(&(&b.metric, &b.variant)));
        Ok(found)
    }

    /// Who has reported metrics: up to `limit` owners after this one, by key.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn reporters(&self, tx: &Tx<'_>, after: Owner, limit: usize) -> Result<Vec<Owner>> {
        let sql = "SELECT owner FROM ev.activity WHERE owner > $1 AND series > 0 \
                   ORDER BY owner LIMIT $2";
        let values = [after.key().into(), (limit as i64).into()];
        tx.query(sql, &values, |row| Ok(Owner::from_key(row.int(0)?)))
    }

    /// The numbers of the metrics shown with each owner, ascending.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn metrics_of(&self, tx: &Tx<'_>, owners: &[Owner]) -> Result<Vec<(Owner, Vec<i64>)>> {
        owners.iter().map(|owner| Ok((*owner, series::shown(tx, *owner)?))).collect()
    }
}

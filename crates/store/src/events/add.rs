//! Adding events: the one path by which anything enters the event store.

use std::sync::Arc;

use super::activity::{self, Derived};
use super::names::Metric;
use super::{Batch, EventStore, Owner, SINGLE_VALUE, bulk, logs, media, seal, series, tail};
use crate::db::Tx;
use crate::error::Result;

/// What an addition did.
#[derive(Debug, Clone)]
pub struct Added {
    /// What the owner's row in the metadata should show now.
    pub derived: Derived,
    /// Names met for the first time; [`EventStore::committed`] keeps them.
    learned: Vec<Arc<Metric>>,
}

impl EventStore {
    /// Adds the events of a batch. To be called in a transaction on the events; when it is
    /// committed, hand the result to [`EventStore::committed`].
    ///
    /// # Errors
    /// What the engine reports; then nothing of the batch may be committed.
    pub fn add(&self, tx: &Tx<'_>, owner: Owner, batch: &Batch) -> Result<Added> {
        let mut learned = Vec::new();
        let all = batch.all_series();
        let pairs = all.iter().map(|series| (series.metric.as_str(), series.variant.as_str()));
        let ids = self.names.resolve(tx, pairs, &mut learned)?;

        let points = all.iter().flat_map(|series| &series.points);
        let plain = points.filter(|point| point.iter != SINGLE_VALUE).count();
        let mut noted = activity::note(tx, owner, batch, plain)?;
        let before = noted.clone();

        let made = series::update(tx, owner, all, &ids, noted.series)?;
        noted.series += made;
        if made > 0 {
            noted.derived.metrics = Some(series::shown(tx, owner)?);
        }
        add_singles(tx, owner, batch, &ids)?;
        if let Some(row) = tail::encode(all, &ids) {
            tail::append(tx, owner, noted.derived.seq, &batch.worker, row)?;
        }
        media::add(tx, &self.names, owner, batch, &mut learned)?;
        logs::add(tx, owner, noted.derived.seq, &batch.logs, &mut noted.small_logs)?;
        if seal::is_due(&noted) {
            seal::seal(tx, owner)?;
            (noted.tail_rows, noted.tail_points) = (0, 0);
        }
        if noted != before {
            activity::count(tx, &noted)?;
        }
        Ok(Added { derived: noted.derived, learned })
    }

    /// To be called with what [`EventStore::add`] returned, once that is committed.
    pub fn committed(&self, added: &Added) {
        self.names.learn(&added.learned);
    }
}

fn add_singles(tx: &Tx<'_>, owner: Owner, batch: &Batch, ids: &[i64]) -> Result<()> {
    let mut values = Vec::new();
    for (series, &id) in batch.all_series().iter().zip(ids) {
        let last = series.points.iter().rfind(|point| point.iter == SINGLE_VALUE);
        if let Some(point) = last {
            values.extend([
                owner.key().into(),
                id.into(),
                series::number(point.value),
                point.ts.into(),
                (&batch.worker).into(),
            ]);
        }
    }
    bulk::insert(
        tx,
        "INSERT INTO ev.single (owner, metric_id, value, ts, worker) VALUES",
        5,
        "ON CONFLICT (owner, metric_id) DO UPDATE SET value = excluded.value, ts = excluded.ts, \
         worker = excluded.worker",
        &values,
    )
}

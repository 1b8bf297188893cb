//! Which metrics tasks and models have reported, as sets that many of them share: what occurs in a
//! project is found from a few sets instead of the series of all its tasks. Derived from the events, as
//! the other columns that show them.

use crate::db::{Dialect, Sql, Tx};
use crate::error::{Error, Result};
use crate::events::Owner;
use crate::query::Selection;
use std::collections::BTreeSet;

/// Notes the metrics an owner has reported, by their numbers in ascending order. Until its events are
/// deleted they only grow in number; fewer than are noted already change nothing.
///
/// # Errors
/// Those of the engine.
pub fn note(tx: &Tx<'_>, owner: Owner, metrics: &[i64]) -> Result<()> {
    let (table, pk) = place(owner);
    let count = metrics.len() as i64;
    let sql = format!("SELECT metric_count FROM {table} WHERE pk = $1");
    let noted = tx.first(&sql, &[pk.into()], |row| row.int(0))?;
    if noted.is_none_or(|noted| noted >= count) {
        return Ok(());
    }
    let set = find_or_make(tx, metrics)?;
    let sql = format!(
        "UPDATE {table} SET metric_set = $1, metric_count = $2 WHERE pk = $3 AND metric_count < $2"
    );
    tx.execute(&sql, &[set.into(), count.into(), pk.into()])?;
    Ok(())
}

/// Notes that nothing is reported any more.
///
/// # Errors
/// Those of the engine.
pub fn clear(tx: &Tx<'_>, owner: Owner) -> Result<()> {
    let (table, pk) = place(owner);
    let sql = format!("UPDATE {table} SET metric_set = NULL, metric_count = 0 WHERE pk = $1");
    tx.execute(&sql, &[pk.into()])?;
    Ok(())
}

/// The numbers of the metrics that any of the selected tasks or models has reported.
///
/// # Errors
/// Those of the engine, and [`Error::Corrupt`].
pub fn of_selection(tx: &Tx<'_>, selection: &Selection<'_>) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT m.members FROM metric_sets m WHERE EXISTS (SELECT 1 ");
    selection.push(&mut sql);
    sql.push(" AND e.metric_set = m.pk)");
    let mut all = BTreeSet::new();
    for members in tx.query(&sql.text, &sql.values, |row| {
        serde_json::from_slice::<Vec<i64>>(row.bytes(0)?.unwrap_or_default())
            .map_err(|e| Error::corrupt("a set of metrics", e))
    })? {
        all.extend(members);
    }
    Ok(all.into_iter().collect())
}

/// Removes the sets that nothing has reported any more; returns how many.
///
/// # Errors
/// Those of the engine.
pub fn sweep(tx: &Tx<'_>) -> Result<usize> {
    if tx.dialect() == Dialect::Postgres {
        // Whoever is about to refer to a set has committed before this is granted.
        tx.execute_batch("LOCK TABLE metric_sets IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let sql = "DELETE FROM metric_sets WHERE \
               NOT EXISTS (SELECT 1 FROM tasks t WHERE t.metric_set = metric_sets.pk) AND \
               NOT EXISTS (SELECT 1 FROM models m WHERE m.metric_set = metric_sets.pk)";
    tx.execute(sql, &[])
}

fn place(owner: Owner) -> (&'static str, i64) {
    match owner.as_model() {
        Some(pk) => ("models", pk),
        None => ("tasks", owner.key()),
    }
}

fn find_or_make(tx: &Tx<'_>, metrics: &[i64]) -> Result<i64> {
    let members = serde_json::to_vec(metrics).map_err(|e| Error::corrupt("a set of metrics", e))?;
    let digest = blake3::hash(&members).to_string();
    // The update changes nothing, but holds a set that is there until the transaction ends.
    let sql = "INSERT INTO metric_sets (digest, members) VALUES ($1, $2) \
               ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING pk";
    let pk = tx.first(sql, &[digest.into(), members.into()], |row| row.int(0))?;
    pk.ok_or_else(|| Error::corrupt("a set of metrics", "the insert returned no key"))
}

//! Workers that reported lately. A worker exists from its first report until its time runs out;
//! what it said is kept as JSON and is the caller's to read.

use crate::clock::Millis;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use serde_json::Value;

/// The reports of the company's live workers.
pub fn live(tx: &Tx<'_>) -> Result<Vec<Value>> {
    let sql = "SELECT report FROM workers WHERE company = $1 AND expires > $2 ORDER BY worker";
    tx.query(sql, &[(&tx.scope().company).into(), tx.now().into()], report)
}

/// The report of the caller's worker of this id, if it is alive.
pub fn get(tx: &Tx<'_>, worker: &str) -> Result<Option<Value>> {
    let sql = "SELECT report FROM workers \
               WHERE company = $1 AND user_id = $2 AND worker = $3 AND expires > $4";
    let scope = tx.scope();
    let values = [(&scope.company).into(), (&scope.user).into(), worker.into(), tx.now().into()];
    tx.first(sql, &values, report)
}

/// Keeps the report of the caller's worker until `expires`.
pub fn put(tx: &Tx<'_>, worker: &str, report: &Value, expires: Millis) -> Result<()> {
    let sql = "INSERT INTO workers (company, user_id, worker, expires, report) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (company, user_id, worker) DO UPDATE SET \
               expires = excluded.expires, report = excluded.report";
    let scope = tx.scope();
    tx.execute(
        sql,
        &[
            (&scope.company).into(),
            (&scope.user).into(),
            worker.into(),
            expires.into(),
            report.to_string().into_bytes().into(),
        ],
    )?;
    Ok(())
}

/// Forgets the caller's worker.
pub fn remove(tx: &Tx<'_>, worker: &str) -> Result<()> {
    let sql = "DELETE FROM workers WHERE company = $1 AND user_id = $2 AND worker = $3";
    let scope = tx.scope();
    tx.execute(sql, &[(&scope.company).into(), (&scope.user).into(), worker.into()])?;
    Ok(())
}

/// Whether some live worker listens to the queue.
pub fn any_watches(tx: &Tx<'_>, queue: &str) -> Result<bool> {
    let listens = |report: &Value| {
        report["queues"].as_array().is_some_and(|list| list.iter().any(|id| id == queue))
    };
    Ok(live(tx)?.iter().any(listens))
}

fn report(row: &Row<'_>) -> Result<Value> {
    serde_json::from_slice(row.bytes(0)?.unwrap_or(b"{}"))
        .map_err(|e| Error::corrupt("a worker's report", e))
}

//! Workers that reported lately. A worker exists from its first report until its time runs out.

use crate::db::Tx;
use crate::error::{Error, Result};
use serde_json::Value;

/// The reports of the company's live workers, as JSON.
pub fn live(tx: &Tx<'_>) -> Result<Vec<Value>> {
    let sql = "SELECT report FROM workers WHERE company = $1 AND expires > $2 ORDER BY worker";
    let values = [(&tx.scope().company).into(), tx.now().into()];
    tx.query(sql, &values, |row| {
        serde_json::from_slice(row.bytes(0)?.unwrap_or(b"{}"))
            .map_err(|e| Error::corrupt("a worker's report", e))
    })
}

/// Whether some live worker listens to the queue.
pub fn any_watches(tx: &Tx<'_>, queue: &str) -> Result<bool> {
    let listens = |report: &Value| {
        report["queues"].as_array().is_some_and(|list| list.iter().any(|id| id == queue))
    };
    Ok(live(tx)?.iter().any(listens))
}

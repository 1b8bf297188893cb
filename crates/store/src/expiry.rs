//! What has a time and is of no use after it.

use crate::db::Tx;
use crate::error::Result;

/// Tables whose rows carry the moment after which nobody asks for them.
const TABLES: [&str; 3] = ["revoked_sessions", "cursors", "presences"];

/// Removes what has expired; returns how much.
pub fn remove_expired(tx: &Tx<'_>) -> Result<usize> {
    let mut removed = 0;
    for table in TABLES {
        let sql = format!("DELETE FROM {table} WHERE expires <= $1");
        removed += tx.execute(&sql, &[tx.now().into()])?;
    }
    Ok(removed)
}

//! What has a time and is of no use after it, and sets that nothing refers to any more.

use crate::db::{Dialect, Tx};
use crate::error::Result;
use crate::metric_sets;
use std::ops::ControlFlow;

/// Tables whose rows carry the moment after which nobody asks for them.
const TABLES: [&str; 3] = ["revoked_sessions", "cursors", "presences"];

/// Free pages of the metadata given back to the file system at once.
const VACUUM_PAGES: usize = 10_000;

/// Removes what has expired and what is not referred to, and gives free space back; returns how
/// much was removed.
pub fn remove_expired(tx: &Tx<'_>) -> Result<usize> {
    let mut removed = 0;
    for table in TABLES {
        let sql = format!("DELETE FROM {table} WHERE expires <= $1");
        removed += tx.execute(&sql, &[tx.now().into()])?;
    }
    removed += metric_sets::sweep(tx)?;
    if tx.dialect() == Dialect::Sqlite {
        let sql = format!("PRAGMA main.incremental_vacuum({VACUUM_PAGES})");
        // Every row that this answers has freed a page.
        tx.each(&sql, &[], |_| Ok(ControlFlow::Continue(())))?;
    }
    Ok(removed)
}

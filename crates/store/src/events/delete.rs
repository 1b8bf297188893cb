//! Deleting, and keeping in order what nobody adds to any more.

use std::ops::ControlFlow;

use super::{EventStore, Owner, activity, seal};
use crate::clock::Millis;
use crate::db::{Dialect, Tx};
use crate::error::Result;

/// Every table of events by owner; `ev.activity` stays, so that its sequence never goes back.
const TABLES: [&str; 9] =
    ["series", "tail", "block", "single", "log", "plot", "sample", "vector", "foreign_file"];

/// Free pages returned to the file system at once.
const VACUUM_PAGES: usize = 2000;

impl EventStore {
    /// Deletes all events of an owner; returns whether there were any.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn delete(&self, tx: &Tx<'_>, owner: Owner) -> Result<bool> {
        activity::lock(tx, owner)?;
        let mut deleted = 0;
        for table in TABLES {
            let sql = format!("DELETE FROM ev.{table} WHERE owner = $1");
            deleted += tx.execute(&sql, &[owner.key().into()])?;
        }
        activity::clear(tx, owner)?;
        Ok(deleted > 0)
    }

    /// Deletes all events of an owner that does not exist any more, and what was noted of it.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn forget(&self, tx: &Tx<'_>, owner: Owner) -> Result<()> {
        self.delete(tx, owner)?;
        tx.execute("DELETE FROM ev.activity WHERE owner = $1", &[owner.key().into()])?;
        Ok(())
    }

    /// Seals the tails of up to `limit` owners to whom nothing was added since `before`, and gives
    /// free space back to the file system; returns how many it sealed. To be called now and then in a transaction on the events.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn seal_idle(&self, tx: &Tx<'_>, before: Millis, limit: usize) -> Result<usize> {
        let sql = "SELECT owner FROM ev.activity WHERE tail_rows > 0 AND updated < $1 LIMIT $2";
        let values = [before.into(), (limit as i64).into()];
        let owners = tx.query(sql, &values, |row| row.int(0))?;
        for &key in &owners {
            let owner = Owner::from_key(key);
            activity::lock(tx, owner)?;
            seal::seal(tx, owner)?;
            activity::tail_sealed(tx, owner)?;
        }
        if tx.dialect() == Dialect::Sqlite {
            // Every row that this answers has freed a page.
            let sql = format!("PRAGMA ev.incremental_vacuum({VACUUM_PAGES})");
            tx.each(&sql, &[], |_| Ok(ControlFlow::Continue(())))?;
        }
        Ok(owners.len())
    }
}

//! Work that must be done after a change and must not be forgotten when the server dies in
//! between: written in the transaction of the change, removed when it is done.

use crate::db::Tx;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Delete everything reported for an owner (a task's key, or minus a model's).
    DeleteEvents {
        /// The owner in the event store.
        owner: i64,
        /// Whether the owner itself is gone.
        forget: bool,
    },
}

/// Work with the key it is remembered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Key of the row.
    pub pk: i64,
    /// What is to be done.
    pub work: Work,
}

/// Remembers work; it counts once the transaction is committed.
pub fn add(tx: &Tx<'_>, work: Work) -> Result<Job> {
    let text = serde_json::to_vec(&work).map_err(|e| Error::corrupt("a job", e))?;
    let sql = "INSERT INTO jobs (work, created) VALUES ($1, $2) RETURNING pk";
    let pk = tx.first(sql, &[text.into(), tx.now().into()], |row| row.int(0))?;
    let pk = pk.ok_or_else(|| Error::corrupt("a job", "the insert returned no key"))?;
    Ok(Job { pk, work })
}

/// All work that is not done yet, oldest first.
pub fn pending(tx: &Tx<'_>) -> Result<Vec<Job>> {
    tx.query("SELECT pk, work FROM jobs ORDER BY pk", &[], |row| {
        let work = serde_json::from_slice(row.bytes(1)?.unwrap_or_default())
            .map_err(|e| Error::corrupt("a job", e))?;
        Ok(Job { pk: row.int(0)?, work })
    })
}

/// Forgets work that is done.
pub fn done(tx: &Tx<'_>, job: &Job) -> Result<()> {
    tx.execute("DELETE FROM jobs WHERE pk = $1", &[job.pk.into()])?;
    Ok(())
}

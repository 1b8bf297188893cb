//! Work beside the requests, shared by the servers on one database.
//!
//! A *one-off job* is written down in the transaction of the change that makes it necessary and
//! removed when it is done; one that fails is tried again and in the end kept as failed, with the
//! reason. A *recurring job* is a row that says when it is due. Whoever does either holds it by a
//! lease, which must be renewed: the work of a server that is gone is taken over when its lease
//! runs out. Work may therefore be done twice and must not mind.

use crate::blobs::Deletion;
use crate::clock::Millis;
use crate::db::{Dialect, Row, Tx};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// How long a job is held without being renewed, ms.
pub const LEASE: Millis = 60_000;
/// How often a one-off job is tried.
pub const TRIES: i64 = 3;
/// Time between two tries, ms.
pub const PAUSE: Millis = 60_000;

/// What is to be done once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Delete everything reported for an owner (a task's key, or minus a model's).
    DeleteEvents {
        /// The owner in the event store.
        owner: i64,
        /// Whether the owner itself is gone.
        forget: bool,
        /// Whether the files that samples and plots show go too.
        #[serde(default)]
        files: Option<Deletion>,
    },
    /// Delete files that nothing needs any more.
    DeleteFiles {
        /// Their URLs.
        urls: Vec<String>,
        /// Whether all that lies in the task's folder goes.
        folder: bool,
        /// Whose they were and who deletes them.
        deletion: Deletion,
    },
    /// Note which metrics were reported before anybody kept account of it.
    NoteMetrics,
    /// Tell the URL that a call of the gateway named that its run has ended.
    TellCaller {
        /// The call's id.
        call: String,
    },
}

impl std::fmt::Display for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Work::NoteMetrics => write!(f, "note the metrics reported so far"),
            Work::TellCaller { call } => write!(f, "tell the end of the gateway's call {call}"),
            Work::DeleteEvents { .. } => write!(f, "delete events"),
            Work::DeleteFiles { urls, deletion, .. } => {
                let task = deletion.task.as_deref().unwrap_or("a model");
                match urls.as_slice() {
                    [] => write!(f, "delete the files of {task}"),
                    [url] => write!(f, "delete {url} of {task}"),
                    [first, rest @ ..] => {
                        write!(f, "delete {first} and {} more files of {task}", rest.len())
                    }
                }
            }
        }
    }
}

/// A one-off job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Key of the row.
    pub pk: i64,
    /// What is to be done.
    pub work: Work,
}

/// A one-off job that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What was to be done.
    pub work: Work,
    /// Why it could not be done.
    pub reason: String,
    /// When it was given up.
    pub since: Millis,
}

impl Work {
    /// The owner in the event store whom it concerns.
    fn owner(&self) -> Option<i64> {
        match self {
            Work::DeleteEvents { owner, .. } => Some(*owner),
            Work::DeleteFiles { .. } | Work::NoteMetrics | Work::TellCaller { .. } => None,
        }
    }
}

/// Writes down a one-off job, for whoever is free.
pub fn add(tx: &Tx<'_>, work: Work) -> Result<Job> {
    let sql = "INSERT INTO jobs (work, owner, created, due) VALUES ($1, $2, $3, $3) RETURNING pk";
    let values = [encoded(&work)?.into(), work.owner().into(), tx.now().into()];
    let pk = tx.first(sql, &values, |row| row.int(0))?;
    let pk = pk.ok_or_else(|| Error::corrupt("a job", "the insert returned no key"))?;
    Ok(Job { pk, work })
}

/// Gives a one-off job to `holder`, who does it now, whoever else had it.
pub fn take(tx: &Tx<'_>, job: &Job, holder: &str) -> Result<()> {
    let sql = "UPDATE jobs SET holder = $1, lease = $2 WHERE pk = $3";
    tx.execute(sql, &[holder.into(), (tx.now() + LEASE).into(), job.pk.into()])?;
    Ok(())
}

/// The one-off jobs that concern an owner in the event store and are not done.
pub fn of_owner(tx: &Tx<'_>, owner: i64) -> Result<Vec<Job>> {
    tx.query("SELECT pk, work FROM jobs WHERE owner = $1 ORDER BY pk", &[owner.into()], job)
}

/// The one-off job that has been due for longest and that nobody holds; `holder` has it now.
pub fn claim(tx: &Tx<'_>, holder: &str) -> Result<Option<Job>> {
    let skip_held = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE jobs SET holder = $1, lease = $2 WHERE pk = (SELECT pk FROM jobs \
         WHERE due <= $3 AND lease <= $3 AND failed IS NULL ORDER BY due, pk LIMIT 1 {skip_held}) \
         RETURNING pk, work"
    );
    tx.first(&sql, &[holder.into(), (tx.now() + LEASE).into(), tx.now().into()], job)
}

/// Holds a one-off job for longer.
pub fn renew(tx: &Tx<'_>, job: i64, holder: &str) -> Result<()> {
    let sql = "UPDATE jobs SET lease = $1 WHERE pk = $2 AND holder = $3";
    tx.execute(sql, &[(tx.now() + LEASE).into(), job.into(), holder.into()])?;
    Ok(())
}

/// Forgets a one-off job that is done.
pub fn done(tx: &Tx<'_>, job: i64) -> Result<()> {
    tx.execute("DELETE FROM jobs WHERE pk = $1", &[job.into()])?;
    Ok(())
}

/// Notes that a one-off job could not be done and what of it is left: it is due again after
/// [`PAUSE`], or given up after [`TRIES`]. Returns whether it was given up.
pub fn undone(tx: &Tx<'_>, job: &Job, reason: &str, holder: &str) -> Result<bool> {
    let sql = "UPDATE jobs SET work = $1, reason = $2, tries = tries + 1, due = $3, lease = 0, \
               failed = CASE WHEN tries + 1 >= $4 THEN CAST($5 AS BIGINT) END \
               WHERE pk = $6 AND holder = $7 RETURNING failed";
    let values = [
        encoded(&job.work)?.into(),
        reason.into(),
        (tx.now() + PAUSE).into(),
        TRIES.into(),
        tx.now().into(),
        job.pk.into(),
        holder.into(),
    ];
    Ok(tx.first(sql, &values, |row| row.opt_int(0))?.flatten().is_some())
}

/// The one-off jobs that were given up, oldest first.
pub fn failed(tx: &Tx<'_>) -> Result<Vec<Failed>> {
    let sql = "SELECT work, reason, failed FROM jobs WHERE failed IS NOT NULL ORDER BY pk";
    tx.query(sql, &[], |row| {
        let reason = row.opt_text(1)?.unwrap_or_default();
        Ok(Failed { work: decoded(row, 0)?, reason, since: row.int(2)? })
    })
}

/// Lets go of everything that a server held which is gone. Only where there can be no other one:
/// SQLite's folder belongs to one server.
pub fn release_all(tx: &Tx<'_>) -> Result<()> {
    tx.execute("UPDATE jobs SET lease = 0", &[])?;
    tx.execute("UPDATE recurring_jobs SET lease = 0", &[])?;
    Ok(())
}

/// Whether there may be something to do: a look that changes nothing and waits for nobody.
pub fn any_due(tx: &Tx<'_>, recurring: &[&str]) -> Result<bool> {
    let sql = "SELECT 1 FROM jobs WHERE due <= $1 AND lease <= $1 AND failed IS NULL LIMIT 1";
    if tx.first(sql, &[tx.now().into()], |_| Ok(()))?.is_some() {
        return Ok(true);
    }
    let sql = "SELECT name FROM recurring_jobs WHERE due > $1 OR lease > $1";
    let resting = tx.query(sql, &[tx.now().into()], |row| row.text(0))?;
    Ok(!recurring.iter().all(|name| resting.iter().any(|found| found == name)))
}

/// Whether the recurring job is due and nobody holds it; then `holder` has it now.
pub fn claim_recurring(tx: &Tx<'_>, name: &str, holder: &str) -> Result<bool> {
    let sql = "INSERT INTO recurring_jobs (name, holder, lease, due) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease = excluded.lease \
               WHERE recurring_jobs.due <= $4 AND recurring_jobs.lease <= $4";
    let values = [name.into(), holder.into(), (tx.now() + LEASE).into(), tx.now().into()];
    Ok(tx.execute(sql, &values)? == 1)
}

/// Holds a recurring job for longer.
pub fn renew_recurring(tx: &Tx<'_>, name: &str, holder: &str) -> Result<()> {
    let sql = "UPDATE recurring_jobs SET lease = $1 WHERE name = $2 AND holder = $3";
    tx.execute(sql, &[(tx.now() + LEASE).into(), name.into(), holder.into()])?;
    Ok(())
}

/// Lets go of a recurring job until it is due again.
pub fn rest(tx: &Tx<'_>, name: &str, holder: &str, every: Millis) -> Result<()> {
    let sql = "UPDATE recurring_jobs SET due = $1, lease = 0 WHERE name = $2 AND holder = $3";
    tx.execute(sql, &[(tx.now() + every).into(), name.into(), holder.into()])?;
    Ok(())
}

fn job(row: &Row<'_>) -> Result<Job> {
    Ok(Job { pk: row.int(0)?, work: decoded(row, 1)? })
}

fn encoded(work: &Work) -> Result<Vec<u8>> {
    serde_json::to_vec(work).map_err(|e| Error::corrupt("a job", e))
}

fn decoded(row: &Row<'_>, at: usize) -> Result<Work> {
    serde_json::from_slice(row.bytes(at)?.unwrap_or_default())
        .map_err(|e| Error::corrupt("a job", e))
}

//! How many tasks wait in each queue, and for how long. Of the samples in a period the one with
//! the longest waiting time is kept.

use super::{LEVELS, Level, periods};
use crate::clock::Millis;
use crate::db::{Row, Sql, Tx};
use crate::error::Result;
use crate::queues::Head;

/// A queue at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueSample {
    /// The queue's id.
    pub queue: String,
    /// When, or when its period begins, ms.
    pub at: Millis,
    /// How long its tasks wait, on average, in seconds; 0 without tasks.
    pub waiting: f64,
    /// How many tasks wait.
    pub length: i64,
}

/// These queues of the company as they are now, or all of them.
pub fn queues_now(tx: &Tx<'_>, ids: &[String]) -> Result<Vec<QueueSample>> {
    let now = now(tx, ids)?;
    Ok(now.into_iter().map(|(_, sample)| sample).collect())
}

fn now(tx: &Tx<'_>, ids: &[String]) -> Result<Vec<(i64, QueueSample)>> {
    let mut sql = Sql::new("SELECT q.pk, q.id, q.waiting, q.waiting_added FROM queues q WHERE ");
    push_queues(&mut sql, tx, ids);
    sql.push(" ORDER BY q.id");
    tx.query(&sql.text, &sql.values, |row| {
        let (queue, length) = (row.text(1)?, row.int(2)?);
        // Of all tasks together, in ms; the sum of many times needs more than 64 bits.
        let waited = i128::from(tx.now()) * i128::from(length) - i128::from(row.int(3)?);
        let waiting = waited.max(0) as f64 / length.max(1) as f64 / 1000.0;
        Ok((row.int(0)?, QueueSample { queue, at: tx.now(), waiting, length }))
    })
}

/// Keeps how long these queues of the company are now, or all of them.
pub fn sample_queues(tx: &Tx<'_>, ids: &[String]) -> Result<()> {
    let sql = "INSERT INTO queue_samples (queue, step, at, waiting, length) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (queue, step, at) DO UPDATE \
               SET waiting = excluded.waiting, length = excluded.length \
               WHERE (excluded.waiting, excluded.length) > \
               (queue_samples.waiting, queue_samples.length)";
    for (queue, sample) in now(tx, ids)? {
        let (waiting, length) = (sample.waiting, sample.length);
        for (level, at) in periods(tx.now(), sample.at) {
            let values =
                [queue.into(), level.step.into(), at.into(), waiting.into(), length.into()];
            tx.execute(sql, &values)?;
        }
    }
    Ok(())
}

/// The samples of these queues of the company, or of all, in the periods of a level that overlap a
/// stretch of time; by queue and time.
pub fn queue_samples(
    tx: &Tx<'_>,
    ids: &[String],
    level: Level,
    (from, to): (Millis, Millis),
) -> Result<Vec<QueueSample>> {
    let mut sql = Sql::new(
        "SELECT q.id, s.at, s.waiting, s.length FROM queues q \
         JOIN queue_samples s ON s.queue = q.pk WHERE ",
    );
    push_queues(&mut sql, tx, ids);
    sql.push(" AND s.step = ").bind(level.step);
    sql.push(" AND s.at > ").bind(from.saturating_sub(level.step));
    sql.push(" AND s.at < ").bind(to).push(" ORDER BY q.id, s.at");
    tx.query(&sql.text, &sql.values, sample)
}

fn push_queues(sql: &mut Sql, tx: &Tx<'_>, ids: &[String]) {
    sql.push("q.company = ").bind(&tx.scope().company);
    if !ids.is_empty() {
        sql.push(" AND q.id IN ").bind_list(ids);
    }
}

fn sample(row: &Row<'_>) -> Result<QueueSample> {
    Ok(QueueSample {
        queue: row.text(0)?,
        at: row.int(1)?,
        waiting: row.real(2)?,
        length: row.int(3)?,
    })
}

/// Forgets the samples of a queue that goes.
pub fn forget_queue(tx: &Tx<'_>, queue: &Head) -> Result<()> {
    tx.execute("DELETE FROM queue_samples WHERE queue = $1", &[queue.pk.into()])?;
    Ok(())
}

/// Forgets the old samples of every queue.
pub fn sweep_queues(tx: &Tx<'_>) -> Result<()> {
    for queue in tx.query("SELECT pk FROM queues", &[], |row| row.int(0))? {
        for level in LEVELS {
            let sql = "DELETE FROM queue_samples WHERE queue = $1 AND step = $2 AND at < $3";
            let oldest = tx.now().saturating_sub(level.keep);
            tx.execute(sql, &[queue.into(), level.step.into(), oldest.into()])?;
        }
    }
    Ok(())
}

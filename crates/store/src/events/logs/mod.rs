//! The console log: compressed chunks by owner, read by pages of time.
//!
//! Every addition stores a small chunk; when there are many, they become few. Sorted by (sequence
//! number, position in the chunk), lines are in the order of arrival.

mod chunk;
mod page;

pub use page::{LogPage, LogQuery};

use super::batch::LogLine;
use super::{EventStore, MetricFilter, Owner, activity};
use crate::clock::Millis;
use crate::db::Tx;
use crate::error::Result;

/// Small chunks of an owner before they are packed together.
const MAX_SMALL: i64 = 64;
/// Size of the texts of a packed chunk, in bytes; it is the last to be packed again while below.
const PACKED_BYTES: usize = 1 << 16;

/// Small chunks of an owner: how many, and the sequence number they start at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Small {
    pub rows: i64,
    pub open: i64,
}

/// Adds lines as a chunk, and packs the small ones when `small`, which counts it, says so.
pub(super) fn add(
    tx: &Tx<'_>,
    owner: Owner,
    seq: i64,
    lines: &[LogLine],
    small: &mut Small,
) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    insert(tx, owner, seq, lines)?;
    if small.rows >= MAX_SMALL {
        *small = pack(tx, owner, small.open)?;
    }
    Ok(())
}

fn insert(tx: &Tx<'_>, owner: Owner, seq: i64, lines: &[LogLine]) -> Result<()> {
    let times = lines.iter().map(|line| line.ts);
    tx.execute(
        "INSERT INTO ev.log (owner, seq, min_ts, max_ts, count, data) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            owner.key().into(),
            seq.into(),
            times.clone().min().into(),
            times.max().into(),
            (lines.len() as i64).into(),
            chunk::encode(lines.iter())?.into(),
        ],
    )?;
    Ok(())
}

/// Packs the chunks from `open` on; each packed chunk takes the place of its first.
fn pack(tx: &Tx<'_>, owner: Owner, open: i64) -> Result<Small> {
    let sql = "SELECT seq, data FROM ev.log WHERE owner = $1 AND seq >= $2 ORDER BY seq";
    let key = [owner.key().into(), open.into()];
    let chunks = tx.query(sql, &key, |row| Ok((row.int(0)?, row.blob(1)?)))?;
    tx.execute("DELETE FROM ev.log WHERE owner = $1 AND seq >= $2", &key)?;

    let mut packed: Option<(i64, Vec<LogLine>)> = None;
    let mut bytes = 0;
    let mut last_seq = open;
    for (seq, data) in chunks {
        let lines = chunk::decode(&data)?;
        bytes += lines.iter().map(|line| line.msg.len()).sum::<usize>();
        let (_, gathered) = packed.get_or_insert_with(|| (seq, Vec::new()));
        gathered.extend(lines);
        last_seq = seq;
        if bytes >= PACKED_BYTES {
            if let Some((first, full)) = packed.take() {
                insert(tx, owner, first, &full)?;
            }
            bytes = 0;
        }
    }
    let Some((first, rest)) = packed else { return Ok(Small { rows: 0, open: last_seq + 1 }) };
    insert(tx, owner, first, &rest)?;
    Ok(Small { rows: 1, open: first })
}

impl EventStore {
    /// Deletes lines older than `before` that `filter` accepts; returns how many.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn clear_log(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        before: Millis,
        filter: impl Fn(&LogLine) -> bool,
    ) -> Result<u64> {
        activity::lock(tx, owner)?;
        let sql = "SELECT seq, data FROM ev.log WHERE owner = $1 AND min_ts < $2";
        let key = [owner.key().into(), before.into()];
        let mut deleted = 0;
        for (seq, data) in tx.query(sql, &key, |row| Ok((row.int(0)?, row.blob(1)?)))? {
            let mut lines = chunk::decode(&data)?;
            let count = lines.len();
            lines.retain(|line| line.ts >= before || !filter(line));
            if lines.len() == count {
                continue;
            }
            deleted += (count - lines.len()) as u64;
            let sql = "DELETE FROM ev.log WHERE owner = $1 AND seq = $2";
            tx.execute(sql, &[owner.key().into(), seq.into()])?;
            if !lines.is_empty() {
                insert(tx, owner, seq, &lines)?;
            }
        }
        Ok(deleted)
    }
}

/// Whether a line belongs to a filtered metric.
fn accepts(filter: &MetricFilter, line: &LogLine) -> bool {
    filter.accepts(&line.metric, &line.variant)
}

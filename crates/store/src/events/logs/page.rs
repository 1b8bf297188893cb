use std::ops::ControlFlow;

use super::{accepts, chunk};
use crate::clock::Millis;
use crate::db::{Tx, Value};
use crate::error::Result;
use crate::events::batch::LogLine;
use crate::events::{EventStore, MetricFilter, Owner};

/// Which lines of the console log to read.
#[derive(Debug, Clone, Default)]
pub struct LogQuery {
    /// Newest first, towards earlier times; otherwise oldest first.
    pub earlier: bool,
    /// Strictly before this time going earlier, strictly after it otherwise; any time, 0 included.
    pub from: Option<Millis>,
    /// Lines of a page; all that share the last one's time are included beyond it.
    pub limit: usize,
    /// Metrics of the lines.
    pub filter: MetricFilter,
}

/// Lines in the direction of reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogPage {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// Number of lines of the owner that the filter accepts.
    pub total: u64,
}

/// What is known of a chunk before it is read.
struct Chunk {
    seq: i64,
    min_ts: Millis,
    max_ts: Millis,
    count: i64,
}

/// A line's place in the log: by time, then by arrival.
type Place = (Millis, i64, usize);

impl EventStore {
    /// Reads a page of the console log.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn log(&self, tx: &Tx<'_>, owner: Owner, query: &LogQuery) -> Result<LogPage> {
        let sql = "SELECT seq, min_ts, max_ts, count FROM ev.log WHERE owner = $1 ORDER BY seq";
        let mut chunks = tx.query(sql, &[owner.key().into()], |row| {
            let (seq, min_ts) = (row.int(0)?, row.int(1)?);
            Ok(Chunk { seq, min_ts, max_ts: row.int(2)?, count: row.int(3)? })
        })?;
        let total = total(tx, owner, query, &chunks)?;
        if query.earlier {
            chunks.sort_by_key(|chunk| std::cmp::Reverse(chunk.max_ts));
        } else {
            chunks.sort_by_key(|chunk| chunk.min_ts);
        }
        let mut gathered = Gathered { query, lines: Vec::new() };
        for chunk in &chunks {
            if gathered.is_complete_before(chunk) {
                break;
            }
            gathered.read(tx, owner, chunk)?;
        }
        Ok(LogPage { lines: gathered.page(), total })
    }
}

fn total(tx: &Tx<'_>, owner: Owner, query: &LogQuery, chunks: &[Chunk]) -> Result<u64> {
    if query.filter.is_all() {
        return Ok(chunks.iter().map(|chunk| chunk.count.unsigned_abs()).sum());
    }
    let mut total = 0;
    tx.each("SELECT data FROM ev.log WHERE owner = $1", &[owner.key().into()], |row| {
        let lines = chunk::decode(row.bytes(0)?.unwrap_or_default())?;
        total += lines.iter().filter(|line| accepts(&query.filter, line)).count() as u64;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(total)
}

/// Lines read so far, of chunks in the direction of reading; chunks may overlap in time.
struct Gathered<'a> {
    query: &'a LogQuery,
    lines: Vec<(Place, LogLine)>,
}

impl Gathered<'_> {
    /// Whether no line of this chunk, nor of those behind it, belongs to the page.
    fn is_complete_before(&mut self, chunk: &Chunk) -> bool {
        let limit = self.query.limit.max(1);
        if self.lines.len() < limit {
            return false;
        }
        self.sort();
        // Whatever shares the last line's time still belongs to the page.
        let (last, _, _) = self.lines[limit - 1].0;
        if self.query.earlier { chunk.max_ts < last } else { chunk.min_ts > last }
    }

    fn read(&mut self, tx: &Tx<'_>, owner: Owner, chunk: &Chunk) -> Result<()> {
        let reachable = match self.query.from {
            Some(from) if self.query.earlier => chunk.min_ts < from,
            Some(from) => chunk.max_ts > from,
            None => true,
        };
        if !reachable {
            return Ok(());
        }
        let sql = "SELECT data FROM ev.log WHERE owner = $1 AND seq = $2";
        let key: [Value; 2] = [owner.key().into(), chunk.seq.into()];
        let data = tx.first(sql, &key, |row| row.blob(0))?.unwrap_or_default();
        for (position, line) in chunk::decode(&data)?.into_iter().enumerate() {
            if self.accepts(&line) {
                self.lines.push(((line.ts, chunk.seq, position), line));
            }
        }
        Ok(())
    }

    fn accepts(&self, line: &LogLine) -> bool {
        let in_time = match self.query.from {
            Some(from) if self.query.earlier => line.ts < from,
            Some(from) => line.ts > from,
            None => true,
        };
        in_time && accepts(&self.query.filter, line)
    }

    fn sort(&mut self) {
        self.lines.sort_unstable_by_key(|(place, _)| *place);
        if self.query.earlier {
            self.lines.reverse();
        }
    }

    fn page(mut self) -> Vec<LogLine> {
        self.sort();
        let limit = self.query.limit.max(1);
        if let Some(&((last, _, _), _)) = self.lines.get(limit - 1) {
            let more = self.lines[limit..].iter().take_while(|((ts, _, _), _)| *ts == last);
            let end = limit + more.count();
            self.lines.truncate(end);
        }
        self.lines.into_iter().map(|(_, line)| line).collect()
    }
}

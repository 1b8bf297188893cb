//! A task's output on its way to the spool: as lines, and never more than disk and server can take.

use crate::clock::Millis;
use crate::log::lines::Lines;
use crate::log::spool::{Record, Spool};

/// How many seconds' worth of output may come at once.
const BURST: u64 = 8;
/// How many bytes of lines wait in memory while the disk is full.
const HELD: usize = 64 * 1024;
/// How often dropped output is told while it goes on.
const TELL: Millis = 5_000;

/// Lines, bounded by a rate.
pub(super) struct Output {
    lines: Lines,
    spool: Spool,
    /// Lines for which the disk had no room yet.
    held: Vec<Record>,
    rate: u64,
    budget: u64,
    filled: Option<Millis>,
    dropped: u64,
    told: Millis,
}

impl Output {
    /// Output that may bring `rate` bytes a second in the long run.
    pub(super) fn new(spool: Spool, rate: u64) -> Output {
        let lines = Lines::default();
        Output {
            lines,
            spool,
            held: Vec::new(),
            rate,
            budget: rate * BURST,
            filled: None,
            dropped: 0,
            told: 0,
        }
    }

    /// Takes what the task wrote.
    pub(super) fn push(&mut self, bytes: &[u8], now: Millis) {
        self.fill(now);
        if bytes.len() as u64 > self.budget {
            self.dropped += bytes.len() as u64;
            self.tell_dropped(now, false);
            return;
        }
        self.budget -= bytes.len() as u64;
        self.tell_dropped(now, true);
        let lines = self.lines.push(bytes, now);
        self.keep(lines, now);
    }

    /// Tells what waits for its end for too long.
    pub(super) fn tick(&mut self, now: Millis) {
        let line = self.lines.tick(now);
        self.keep(line, now);
        self.tell_dropped(now, false);
    }

    /// Tells what is left.
    pub(super) fn finish(&mut self, now: Millis) {
        let line = self.lines.finish();
        self.keep(line, now);
        self.tell_dropped(now, true);
    }

    fn fill(&mut self, now: Millis) {
        let passed = (now - self.filled.unwrap_or(now)).max(0) as u64;
        self.filled = Some(now);
        self.budget = (self.budget + self.rate * passed / 1000).min(self.rate * BURST);
    }

    fn tell_dropped(&mut self, now: Millis, at_once: bool) {
        if self.dropped == 0 || !(at_once || now - self.told >= TELL) {
            return;
        }
        let text = format!(
            "[{} bytes of output were dropped: the console takes {} kB a second; \
             agent.console_rate_kb raises it]",
            self.dropped,
            self.rate / 1024
        );
        self.told = now;
        let record = Record { at: now, level: "ERROR".to_owned(), text };
        if self.spool.append(&[record]).unwrap_or(false) {
            self.dropped = 0;
        }
    }

    fn keep(&mut self, lines: impl IntoIterator<Item = String>, now: Millis) {
        let record = |text| Record { at: now, level: "DEBUG".to_owned(), text };
        self.held.extend(lines.into_iter().map(record));
        match self.spool.append(&self.held) {
            Ok(true) => self.held.clear(),
            Ok(false) => self.drop_all_but(0),
            // The disk is full: the newest lines, which tell of it, wait until there is room.
            Err(_) => self.drop_all_but(HELD),
        }
    }

    /// Drops the oldest of the lines that wait until this many bytes are left.
    fn drop_all_but(&mut self, most: usize) {
        let size = |record: &Record| record.text.len() + 1;
        let mut left: usize = self.held.iter().map(size).sum();
        let mut count = 0;
        for record in &self.held {
            if left <= most {
                break;
            }
            left -= size(record);
            self.dropped += size(record) as u64;
            count += 1;
        }
        self.held.drain(..count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::spool::Position;

    #[test]
    fn the_last_lines_wait_for_a_disk_that_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(&folder.path().join("console")).unwrap();
        let mut output = Output::new(spool.clone(), 1 << 20);
        // As good as a full disk: the folder is not there.
        std::fs::remove_dir(folder.path().join("console")).unwrap();
        output.push(&[b'x'; HELD], 1_000);
        output.push(b"\nlast words\n", 1_000);
        std::fs::create_dir(folder.path().join("console")).unwrap();
        output.finish(2_000);
        let (records, _) = spool.read(Position::default(), usize::MAX, None).unwrap();
        assert!(records.iter().any(|record| record.text == "last words"));
        assert!(records.iter().any(|record| record.text.contains("bytes of output were dropped")));
    }

    #[test]
    fn a_flood_is_bounded_and_what_was_dropped_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        let mut output = Output::new(spool.clone(), 1_000);
        let line = b"0123456789012345678901234567890123456789012345678\n";
        for _ in 0..200 {
            output.push(line, 10_000);
        }
        output.push(b"calm again\n", 20_000);
        output.finish(20_000);
        let (records, _) = spool.read(Position::default(), usize::MAX, None).unwrap();
        let kept = records.iter().filter(|record| record.text.starts_with("0123")).count();
        assert_eq!(kept, 160);
        let told: u64 = records
            .iter()
            .filter(|record| record.level == "ERROR")
            .filter_map(|record| record.text[1..].split(' ').next()?.parse::<u64>().ok())
            .sum();
        assert_eq!(told, 40 * line.len() as u64);
        assert_eq!(records.last().unwrap().text, "calm again");
    }
}

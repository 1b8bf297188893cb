//! Console lines on disk, in numbered files of a few megabytes. The supervisor appends, the agent
//! reads and removes what the server has. Either may be killed and start again.

use crate::clock::Millis;
use crate::files;
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tokio::net::unix::pipe;

/// The name of the bell.
const BELL: &str = "bell";

/// A file is full at this many bytes.
const FULL: u64 = 4 << 20;
/// How many files may wait for a server that is away; later lines are counted and dropped.
const MAX_FILES: u32 = 64;

/// One console line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// When it was seen.
    #[serde(rename = "t")]
    pub(crate) at: Millis,
    /// `DEBUG` for the task's own output, `INFO` or `ERROR` for what the agent says.
    #[serde(rename = "l")]
    pub(crate) level: String,
    /// The line.
    #[serde(rename = "m")]
    pub(crate) text: String,
}

/// How far the lines were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    file: u32,
    offset: u64,
}

/// Rings when lines were added or a run has ended, on machines that share the folder's file system
/// as their own; others have to look from time to time.
pub(crate) struct Bell(pipe::Receiver);

impl Bell {
    /// Returns when it has rung since the last time.
    pub(crate) async fn rung(&self) {
        let mut rings = [0; 256];
        loop {
            if self.0.readable().await.is_err() {
                return std::future::pending().await;
            }
            let mut rung = false;
            while self.0.try_read(&mut rings).is_ok_and(|read| read > 0) {
                rung = true;
            }
            if rung {
                return;
            }
        }
    }
}

/// The lines of one task.
#[derive(Clone, Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// The spool in this folder, which is created.
    pub(crate) fn open(folder: &Path) -> Result<Spool> {
        files::create_folder(folder)?;
        Ok(Spool { folder: folder.to_owned() })
    }

    /// Appends lines; false when there is no room for them.
    pub(crate) fn append(&self, records: &[Record]) -> Result<bool> {
        if records.is_empty() {
            return Ok(true);
        }
        let mut text = Vec::new();
        for record in records {
            serde_json::to_writer(&mut text, record)?;
            text.push(b'\n');
        }
        let (first, mut last) = self.range()?;
        let path = self.path(last);
        if path.metadata().is_ok_and(|about| about.len() >= FULL) {
            last += 1;
        }
        if last - first >= MAX_FILES {
            return Ok(false);
        }
        let path = self.path(last);
        let mut file =
            OpenOptions::new().create(true).append(true).open(&path).map_err(files::at(&path))?;
        let before = file.metadata().map_err(files::at(&path))?.len();
        // In one call, so that lines of two writers do not mix.
        if let Err(why) = file.write_all(&text) {
            // Half a line would spoil the next one.
            file.set_len(before).map_err(files::at(&path))?;
            return Err(files::at(&path)(why));
        }
        self.ring();
        Ok(true)
    }

    /// Tells whoever waits at the bell that something has happened.
    pub(crate) fn ring(&self) {
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(OFlag::O_NONBLOCK.bits());
        // Without a bell, or with one that rings already, there is nothing to do.
        let _ = options.open(self.folder.join(BELL)).and_then(|mut bell| bell.write(b"!"));
    }

    /// The bell of this spool.
    pub(crate) fn bell(&self) -> Result<Bell> {
        let path = self.folder.join(BELL);
        match mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(why) => return Err(files::at(&path)(why.into())),
        }
        // Opened for writing as well, so that it stays open while nobody else has it.
        let receiver = pipe::OpenOptions::new().read_write(true).open_receiver(&path);
        Ok(Bell(receiver.map_err(files::at(&path))?))
    }

    /// Reads whole lines from a position on, up to about `most` bytes, or to exactly `end`.
    pub(crate) fn read(
        &self,
        from: Position,
        most: usize,
        end: Option<Position>,
    ) -> Result<(Vec<Record>, Position)> {
        let mut at = from;
        let mut records = Vec::new();
        let mut taken = 0;
        let (_, last) = self.range()?;
        while taken < most && end.is_none_or(|end| at != end) {
            let limit = match end {
                Some(end) if end.file == at.file => (end.offset - at.offset) as usize,
                _ => most - taken,
            };
            let text = self.lines(at, limit)?;
            if text.is_empty() {
                if at.file >= last {
                    break;
                }
                at = Position { file: at.file + 1, offset: 0 };
                continue;
            }
            at.offset += text.len() as u64;
            taken += text.len();
            let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            // A line that was cut off by a crash is no line.
            records.extend(lines.filter_map(|line| serde_json::from_slice(line).ok()));
        }
        Ok((records, at))
    }

    /// The lines of the last file: what the console ends with.
    pub(crate) fn last(&self) -> Result<Vec<Record>> {
        let (_, last) = self.range()?;
        Ok(self.read(Position { file: last, offset: 0 }, FULL as usize * 2, None)?.0)
    }

    /// Removes the files before a position.
    pub(crate) fn forget_before(&self, position: Position) -> Result<()> {
        let (first, _) = self.range()?;
        for number in first..position.file {
            let path = self.path(number);
            std::fs::remove_file(&path).map_err(files::at(&path))?;
        }
        Ok(())
    }

    /// Whole lines of one file from a position on: about `limit` bytes, at least one line.
    fn lines(&self, at: Position, limit: usize) -> Result<Vec<u8>> {
        let path = self.path(at.file);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(why) => return Err(files::at(&path)(why)),
        };
        let length = file.metadata().map_err(files::at(&path))?.len();
        let mut wanted = (limit as u64).min(length.saturating_sub(at.offset));
        loop {
            file.seek(SeekFrom::Start(at.offset)).map_err(files::at(&path))?;
            let mut bytes = Vec::with_capacity(wanted as usize);
            (&mut file).take(wanted).read_to_end(&mut bytes).map_err(files::at(&path))?;
            match bytes.iter().rposition(|byte| *byte == b'\n') {
                Some(last) => {
                    bytes.truncate(last + 1);
                    return Ok(bytes);
                }
                None if at.offset + wanted >= length => return Ok(Vec::new()),
                None => wanted *= 2,
            }
        }
    }

    /// The first and the last file.
    fn range(&self) -> Result<(u32, u32)> {
        let mut numbers = Vec::new();
        for entry in self.folder.read_dir().map_err(files::at(&self.folder))? {
            let name = entry.map_err(files::at(&self.folder))?.file_name();
            numbers.extend(
                name.to_str().and_then(|name| name.strip_suffix(".jsonl")?.parse::<u32>().ok()),
            );
        }
        let first = numbers.iter().copied().min().unwrap_or(0);
        Ok((first, numbers.into_iter().max().unwrap_or(0)))
    }

    fn path(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number:06}.jsonl"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(at: Millis, text: &str) -> Record {
        Record { at, level: "DEBUG".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn what_was_appended_is_read_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        let long = "x".repeat(70_000);
        let written: Vec<Record> = (0..150).map(|at| record(at, &long)).collect();
        for record in &written {
            assert!(spool.append(std::slice::from_ref(record)).unwrap());
        }
        let (mut read, mut at) = (Vec::new(), Position::default());
        loop {
            let (more, next) = spool.read(at, 100_000, None).unwrap();
            if more.is_empty() {
                break;
            }
            assert_eq!(spool.read(at, usize::MAX, Some(next)).unwrap(), (more.clone(), next));
            read.extend(more);
            at = next;
            spool.forget_before(at).unwrap();
        }
        assert_eq!(read, written);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn a_line_that_is_not_whole_yet_waits() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        spool.append(&[record(1, "whole")]).unwrap();
        let path = folder.path().join("000000.jsonl");
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"{\"t\":2,\"l\":\"DEBUG\",").unwrap();
        let (read, at) = spool.read(Position::default(), 1000, None).unwrap();
        assert_eq!(read, [record(1, "whole")]);
        assert_eq!(spool.read(at, 1000, None).unwrap(), (vec![], at));
        file.write_all(b"\"m\":\"later\"}\n").unwrap();
        assert_eq!(spool.read(at, 1000, None).unwrap().0, [record(2, "later")]);
    }
}

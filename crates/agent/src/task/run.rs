//! A run's folder: everything that must survive the agent while a task runs, and nothing after.
//!
//! The agent writes `run.json` and `spec.json`, the supervisor `started.json`, `ended.json` and the
//! console. Who holds the lock is the agent that looks after the run.

use crate::clock::Millis;
use crate::files;
use crate::log::spool::Spool;
use crate::supervisor::Process;
use nix::fcntl::{Flock, FlockArg};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Result;
use std::path::{Path, PathBuf};

/// Room on the disk that is kept for the end of a run, bytes.
const RESERVE: usize = 128 * 1024;

/// What the supervisor starts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Spec {
    /// Program and arguments.
    pub(crate) argv: Vec<String>,
    /// All variables; nothing is inherited.
    pub(crate) environment: BTreeMap<String, String>,
    /// Where it starts.
    pub(crate) working_folder: PathBuf,
    /// What it may use.
    pub(crate) limits: Limits,
    /// Bytes of console a second.
    pub(crate) console_rate: u64,
    /// What the queue asks of its executor, in the executor's own words.
    #[serde(default)]
    pub(crate) executor_options: Option<String>,
    /// Whether variables of the place where the supervisor runs count, too: those of a container's image.
    #[serde(default)]
    pub(crate) inherits: bool,
    /// The container it runs in, as its executor is asked to make it.
    #[serde(default)]
    pub(crate) container: Option<serde_json::Value>,
}

/// What a task may use; None is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Running time.
    pub(crate) seconds: Option<u64>,
    /// Memory of all its processes together.
    pub(crate) memory_mb: Option<u64>,
    /// Processors.
    pub(crate) cpus: Option<usize>,
}

/// Who runs it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Started {
    /// The supervisor, on the machine (or in the container) where it runs.
    pub(crate) supervisor: Process,
    /// The task's own process, which is the head of its group.
    pub(crate) child: i32,
}

/// How it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// The exit code, when it ended by itself.
    pub(crate) code: Option<i32>,
    /// The signal that ended it otherwise.
    pub(crate) signal: Option<i32>,
    /// Why it was ended, or why it could not start.
    pub(crate) reason: Option<String>,
    /// Whether it never ran.
    #[serde(default)]
    pub(crate) not_started: bool,
}

impl Ended {
    /// What could not be started.
    pub(crate) fn not_started(why: String) -> Ended {
        Ended { code: None, signal: None, reason: Some(why), not_started: true }
    }
}

/// Why a task could not be prepared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Preparation {
    /// The task's `status_reason`.
    pub(crate) reason: String,
    /// What happened and what to do.
    pub(crate) message: String,
}

/// What the agent must know to look after the run again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The task.
    pub(crate) task: String,
    /// The worker that runs it.
    pub(crate) worker: String,
    /// The queue it was taken from.
    pub(crate) queue: Option<String>,
    /// When it was taken.
    pub(crate) taken: Millis,
    /// Whether somebody asked to stop it.
    #[serde(default)]
    pub(crate) aborted: bool,
    /// The executor's own name for it (a container, a job).
    #[serde(default)]
    pub(crate) handle: Option<String>,
}

/// The folder of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunFolder(PathBuf);

impl RunFolder {
    /// The folder at a path.
    pub(crate) fn at(path: &Path) -> RunFolder {
        RunFolder(path.to_owned())
    }

    /// The folder of a task among all runs; None for an id that is no name of a file.
    pub(crate) fn of(runs: &Path, task: &str) -> Option<RunFolder> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let good = !task.is_empty() && task.len() <= 128 && task.chars().all(is_plain);
        good.then(|| RunFolder(runs.join(task)))
    }

    /// Every run there is.
    pub(crate) fn all(runs: &Path) -> Result<Vec<RunFolder>> {
        if !runs.exists() {
            return Ok(Vec::new());
        }
        let entries = runs.read_dir().map_err(files::at(runs))?;
        let paths = entries.map(|entry| entry.map(|entry| RunFolder(entry.path())));
        paths.collect::<Result<_>>().map_err(files::at(runs))
    }

    /// Creates it and takes its lock; None when there is such a run already.
    pub(crate) fn create(&self) -> Result<Option<Lock>> {
        if let Some(parent) = self.0.parent() {
            files::create_folder(parent)?;
        }
        match std::fs::create_dir(&self.0) {
            Ok(()) => {
                let locked =
                    files::write(&self.reserve(), &[0; RESERVE]).and_then(|()| self.lock());
                if locked.is_err() {
                    files::remove_folder(&self.0)?;
                }
                locked
            }
            Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => Ok(None),
            Err(why) => Err(files::at(&self.0)(why)),
        }
    }

    /// Frees what a run that has ended needs no more, so that its end can be told from a full disk, too.
    pub(crate) fn make_room(&self) -> Result<()> {
        files::remove_folder(&self.work())?;
        match std::fs::remove_file(self.reserve()) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
                Err(files::at(&self.reserve())(why))
            }
            _ => Ok(()),
        }
    }

    fn reserve(&self) -> PathBuf {
        self.0.join("reserve")
    }

    /// Takes the lock; None while another process holds it.
    pub(crate) fn lock(&self) -> Result<Option<Lock>> {
        let path = self.0.join("lock");
        let file = File::create(&path).map_err(files::at(&path))?;
        Ok(Flock::lock(file, FlockArg::LockExclusiveNonblock).ok().map(Lock))
    }

    /// The task, whose id is the folder's name.
    pub(crate) fn task(&self) -> String {
        self.0.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// What the supervisor starts.
    pub(crate) fn spec(&self) -> PathBuf {
        self.0.join("spec.json")
    }

    /// What the agent must know.
    pub(crate) fn record(&self) -> PathBuf {
        self.0.join("run.json")
    }

    /// Who runs it.
    pub(crate) fn started(&self) -> PathBuf {
        self.0.join("started.json")
    }

    /// How it ended.
    pub(crate) fn ended(&self) -> PathBuf {
        self.0.join("ended.json")
    }

    /// Why it could not be prepared.
    pub(crate) fn preparation(&self) -> PathBuf {
        self.0.join("preparation.json")
    }

    /// How far the console was shipped.
    pub(crate) fn shipped(&self) -> PathBuf {
        self.0.join("shipped.json")
    }

    /// The configuration of the agent that prepares the task.
    pub(crate) fn agent_configuration(&self) -> PathBuf {
        self.0.join("agent.conf")
    }

    /// The configuration the task's SDK reads.
    pub(crate) fn task_configuration(&self) -> PathBuf {
        self.0.join("clearml.conf")
    }

    /// The task's code.
    pub(crate) fn work(&self) -> PathBuf {
        self.0.join("work")
    }

    /// What the supervisor itself has to say, when it fails.
    pub(crate) fn supervisor_log(&self) -> PathBuf {
        self.0.join("supervisor.log")
    }

    /// The console.
    pub(crate) fn spool(&self) -> Result<Spool> {
        Spool::open(&self.0.join("console"))
    }
}

/// Held by whoever looks after a run.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "held, not read")] Flock<File>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_has_one_run_and_a_run_one_agent() {
        let runs = tempfile::tempdir().unwrap();
        let folder = RunFolder::of(runs.path(), "abc").unwrap();
        let lock = folder.create().unwrap();
        assert!(lock.is_some());
        assert!(folder.create().unwrap().is_none());
        assert!(folder.lock().unwrap().is_none());
        drop(lock);
        assert!(folder.lock().unwrap().is_some());
        assert_eq!(RunFolder::all(runs.path()).unwrap(), [folder]);
    }

    #[test]
    fn ids_that_lead_elsewhere_are_refused() {
        for id in ["", "../x", "a/b", ".", "a b", &"x".repeat(200)] {
            assert!(RunFolder::of(Path::new("/runs"), id).is_none(), "{id}");
        }
    }
}

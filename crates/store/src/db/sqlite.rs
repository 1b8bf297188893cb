//! The SQLite engine: one writer thread for each file, which commits in groups, and a pool of
//! read-only connections that see both files (metadata as `main`, events attached as `ev`).

use super::postgres::Kind;
use super::tx::{Connection, Tx};
use crate::changes::Changes;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::scope::Scope;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Closures that may wait for the writer before callers wait to hand theirs over.
const QUEUE: usize = 1024;
/// Closures committed together at most.
const GROUP: usize = 256;
/// How long a group may gather.
const GATHER: Duration = Duration::from_millis(5);
/// How often other threads get their turn before an empty queue is believed.
const TURNS: usize = 4;
/// Pages of 4 kB in the write-ahead log before they are copied into the database. Pages that change
/// again and again are copied once, and waits for the disk are rare.
const CHECKPOINT: u32 = 8_000;
/// Concurrent readers; more wait.
const MAX_READERS: u32 = 8;
/// Prepared statements kept by each connection.
const STATEMENTS: usize = 256;

type Outcome = std::result::Result<(), Arc<rusqlite::Error>>;
type Finish = Box<dyn FnOnce(Outcome) + Send>;
type Work = Box<dyn FnOnce(Option<&Tx<'_>>) -> Finish + Send>;

/// A write waiting for its turn.
struct Job {
    scope: Scope,
    derived: bool,
    /// Runs in the transaction (none when it could not begin); what it returns is called with the
    /// outcome of the commit.
    run: Work,
}

/// A thread that owns the only writing connection to one file.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        name: &str,
        connection: rusqlite::Connection,
        schema: &'static str,
        clock: Clock,
        changes: Arc<Changes>,
    ) -> Result<Writer> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let (derived, committed_in) = (Cell::default(), Cell::default());
                GroupCommit { connection, clock, schema, changes, derived, committed_in }.run(queue)
            })
            .map_err(|e| Error::io(name, e))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `work` on the writer thread and returns after its group was committed.
    pub(super) async fn write<T, F>(&self, kind: Kind, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        let run = Box::new(move |tx: Option<&Tx<'_>>| -> Finish {
            let result = tx.map_or(Err(Error::Closed), |tx| in_savepoint(tx, work));
            Box::new(move |committed: Outcome| {
                let result = committed.map_err(Error::Commit).and(result);
                // The caller may have gone away; then nobody is interested in the answer.
                let _ = answer.send(result);
            })
        });
        let job = Job { scope, derived: kind == Kind::Derived, run };
        self.jobs.as_ref().ok_or(Error::Closed)?.send(job).await.map_err(|_| Error::Closed)?;
        outcome.await.map_err(|_| Error::Closed)?
    }
}

impl Drop for Writer {
    /// Commits what waits, then ends the thread.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has reported so; there is nothing left to do for it.
            let _ = thread.join();
        }
    }
}

/// Undoes what `work` did when it fails or panics.
fn in_savepoint<T>(tx: &Tx<'_>, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
    tx.savepoint(|| {
        catch_unwind(AssertUnwindSafe(|| work(tx)))
            .unwrap_or_else(|panic| Err(super::panicked(panic.as_ref() as &(dyn Any + Send))))
    })
}

struct GroupCommit {
    connection: rusqlite::Connection,
    /// What the connection calls the file it writes.
    schema: &'static str,
    clock: Clock,
    changes: Arc<Changes>,
    /// Whether the last group was derived data; none before the first.
    derived: Cell<Option<bool>>,
    /// How long the last commit took.
    committed_in: Cell<Duration>,
}

impl GroupCommit {
    fn run(self, mut queue: mpsc::Receiver<Job>) {
        let mut held = None;
        while let Some(first) = held.take().or_else(|| queue.blocking_recv()) {
            held = self.group(first, &mut queue);
        }
        if let Err(error) =
            self.connection.execute_batch(&format!("PRAGMA {}.optimize", self.schema))
        {
            tracing::warn!(%error, "the database could not be optimised at shutdown");
        }
    }

    /// Runs and commits one group; returns a job that must start the next one.
    fn group(&self, first: Job, queue: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let derived = first.derived;
        let mut finishes = Vec::new();
        let mut changed = Vec::new();
        let mut held = None;
        let begun = self.begin(derived);
        // Others prepare their writes while this group is committed, so that it is a loss to wait
        // for all of them.
        let patience = self.committed_in.get() / 2;
        let started = Instant::now();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            let tx = Tx::new(Connection::Sqlite(&self.connection), &job.scope, self.clock.now());
            finishes.push((job.run)(begun.is_ok().then_some(&tx)));
            changed.append(&mut tx.take_changed());
            let gathered = started.elapsed();
            if finishes.len() >= GROUP || gathered > GATHER {
                break;
            }
            match waiting(queue, gathered < patience) {
                // A durable write cannot join a group whose commit does not wait for the disk.
                Some(job) if derived && !job.derived => held = Some(job),
                job => next = job,
            }
        }
        let committed = begun.and_then(|()| self.commit()).map_err(Arc::new);
        if committed.is_ok() {
            self.changes.committed(changed);
        }
        for finish in finishes {
            finish(committed.clone());
        }
        held
    }

    fn begin(&self, derived: bool) -> rusqlite::Result<()> {
        if self.derived.replace(Some(derived)) != Some(derived) {
            let synchronous = if derived { "NORMAL" } else { "FULL" };
            self.connection.execute_batch(&format!("PRAGMA synchronous={synchronous}"))?;
        }
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        // Waits here for another process that writes (an administrative command beside the server):
        // a transaction that has read before it first writes is refused at once instead.
        let hold = format!("DELETE FROM {}.migration WHERE 0", self.schema);
        self.connection.prepare_cached(&hold)?.execute([]).map(|_| ()).inspect_err(|_| {
            let _ = self.connection.execute_batch("ROLLBACK");
        })
    }

    fn commit(&self) -> rusqlite::Result<()> {
        let begun = Instant::now();
        let committed =
            self.connection.prepare_cached("COMMIT")?.execute([]).map(|_| ()).inspect_err(|_| {
                // SQLite keeps the transaction open after a failed commit (disk full).
                let _ = self.connection.execute_batch("ROLLBACK");
            });
        self.committed_in.set(begun.elapsed());
        committed
    }
}

/// The next job that is there. With patience, an empty queue is looked at again after the threads
/// that are about to hand something over had their turns.
fn waiting(queue: &mut mpsc::Receiver<Job>, patient: bool) -> Option<Job> {
    let turns = if patient { TURNS } else { 0 };
    for _ in 0..turns {
        if let Ok(job) = queue.try_recv() {
            return Some(job);
        }
        std::thread::yield_now();
    }
    queue.try_recv().ok()
}

/// Where the two files lie.
#[derive(Clone)]
pub(super) struct Files {
    pub(super) meta: PathBuf,
    pub(super) events: PathBuf,
}

impl Files {
    pub(super) fn of(folder: &Path) -> Files {
        Files { meta: folder.join("meta.db"), events: folder.join("events.db") }
    }

    /// The writing connection to the metadata; events can be read through it.
    pub(super) fn open_meta(&self) -> Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(&self.meta)?;
        prepare(&connection)?;
        attach(&connection, &self.events)?;
        tune(&connection, "main")?;
        Ok(connection)
    }

    /// The writing connection to the events; the metadata is out of its reach.
    pub(super) fn open_events(&self) -> Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open_in_memory()?;
        prepare(&connection)?;
        attach(&connection, &self.events)?;
        tune(&connection, "ev")?;
        Ok(connection)
    }
}

fn prepare(connection: &rusqlite::Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch("PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=OFF;")?;
    Ok(())
}

fn attach(connection: &rusqlite::Connection, events: &Path) -> Result<()> {
    connection.execute("ATTACH ? AS ev", [events.to_string_lossy().as_ref()])?;
    Ok(())
}

fn tune(connection: &rusqlite::Connection, schema: &str) -> Result<()> {
    connection.execute_batch(&format!(
        "PRAGMA {schema}.auto_vacuum=INCREMENTAL;
         PRAGMA {schema}.journal_mode=WAL;
         PRAGMA {schema}.synchronous=FULL;
         PRAGMA {schema}.journal_size_limit=67108864;
         PRAGMA wal_autocheckpoint={CHECKPOINT};
         PRAGMA {schema}.cache_size=-8192;"
    ))?;
    Ok(())
}

/// Makes connections that read both files and can change neither.
pub(super) struct ReaderManager(pub(super) Files);

impl r2d2::ManageConnection for ReaderManager {
    type Connection = rusqlite::Connection;
    type Error = Error;

    fn connect(&self) -> Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(&self.0.meta)?;
        prepare(&connection)?;
        attach(&connection, &self.0.events)?;
        connection.execute_batch(
            "PRAGMA main.cache_size=-4096; PRAGMA ev.cache_size=-4096; PRAGMA query_only=ON;",
        )?;
        Ok(connection)
    }

    fn is_valid(&self, _: &mut rusqlite::Connection) -> Result<()> {
        Ok(())
    }

    fn has_broken(&self, connection: &mut rusqlite::Connection) -> bool {
        // A connection left inside a transaction would see an old snapshot for ever.
        !connection.is_autocommit()
    }
}

/// The pool of readers.
pub(super) type Readers = r2d2::Pool<ReaderManager>;

pub(super) fn readers(files: Files) -> Result<Readers> {
    Ok(r2d2::Pool::builder()
        .max_size(MAX_READERS)
        .min_idle(Some(0))
        .connection_timeout(Duration::from_secs(30))
        .idle_timeout(Some(Duration::from_secs(300)))
        .test_on_check_out(false)
        .build_unchecked(ReaderManager(files)))
}

/// Runs `work` on this thread over one snapshot of each file.
pub(super) fn read<T>(
    readers: &Readers,
    scope: &Scope,
    clock: &Clock,
    work: impl Fn(&Tx<'_>) -> Result<T>,
) -> Result<T> {
    let connection = readers.get()?;
    connection.execute_batch("BEGIN")?;
    let tx = Tx::new(Connection::Sqlite(&connection), scope, clock.now());
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&tx)))
        .unwrap_or_else(|panic| Err(super::panicked(panic.as_ref())));
    connection.execute_batch("ROLLBACK")?;
    outcome
}

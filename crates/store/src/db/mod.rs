//! The database: SQLite in the data directory or PostgreSQL by URL, behind one shape.
//!
//! `read`, `write`, `derive` and `write_events` take a closure over a [`Tx`]. On SQLite writes of
//! each file run on its writer thread and are committed in groups; on PostgreSQL a closure has a
//! connection and a transaction of its own. Metadata and events never share a transaction.

mod inspect;
mod migrate;
mod notify;
mod postgres;
mod sql;
mod sqlite;
mod tls;
mod tx;
mod value;

pub use inspect::{Inspection, inspect};
pub use migrate::Versions;
pub use notify::{Heard, MAX_TEXT, News};
pub use sql::Sql;
pub use tx::{Dialect, Tx, placeholders};
pub use value::{Row, Value};

use crate::changes::Changes;
use crate::clock::{Clock, Millis};
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::trust::Trust;
use postgres::Kind;
use std::any::Any;
use std::path::Path;
use std::sync::Arc;

/// Where the data is: in a folder or on a PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// SQLite files `meta.db` and `events.db` in this folder.
    Folder(std::path::PathBuf),
    /// On a server.
    Postgres {
        /// A `postgres://` URL.
        url: String,
        /// Whom to believe that it is that server.
        trust: Trust,
    },
}

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
    clock: Clock,
    changes: Arc<Changes>,
}

enum Engine {
    Sqlite { meta: sqlite::Writer, events: sqlite::Writer, readers: sqlite::Readers },
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens the database, creates it when absent and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::Newer`] when the data comes from a newer program, and what the engine reports.
    pub fn open(location: &Location, clock: Clock) -> Result<Db> {
        let changes = Arc::<Changes>::default();
        let engine = match location {
            Location::Folder(folder) => open_sqlite(folder, &clock, &changes)?,
            Location::Postgres { url, trust } => {
                open_postgres(url, trust, clock.now(), changes.clone())?
            }
        };
        Ok(Db { engine: Arc::new(engine), clock, changes })
    }

    /// What was changed through this handle and its clones.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Tells other servers of the same database; without any, or on SQLite, nothing is sent.
    pub async fn tell_others(&self, text: String) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite { .. } => Ok(()),
            Engine::Postgres(_) => {
                let tell = move |tx: &Tx<'_>| notify::send(tx, &text);
                self.derive(Scope::system(""), tell).await
            }
        }
    }

    /// What other servers of the same database tell; on SQLite there are none, and nothing comes.
    pub fn heard(&self) -> Heard {
        match &*self.engine {
            Engine::Sqlite { .. } => Heard::nothing(),
            Engine::Postgres(pg) => Heard::listen(pg.clone()),
        }
    }

    /// The clock everything in this database is dated by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Which engine this is.
    pub fn dialect(&self) -> Dialect {
        match *self.engine {
            Engine::Sqlite { .. } => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads metadata and events over one snapshot of each.
    pub async fn read<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let db = self.clone();
        let run = move || match &*db.engine {
            Engine::Sqlite { readers, .. } => sqlite::read(readers, &scope, &db.clock, work),
            Engine::Postgres(pg) => pg.run(Kind::Read, &scope, db.clock.now(), work),
        };
        on_blocking_thread(run).await
    }

    /// Changes metadata; when this returns the change survives power loss.
    pub async fn write<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.change(Kind::Durable, scope, work, false).await
    }

    /// Changes metadata that can be derived from the events again: visible when this returns,
    /// but the last ones may have to be derived anew after a loss of power.
    pub async fn derive<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.change(Kind::Derived, scope, work, false).await
    }

    /// Changes events; when this returns the change survives power loss.
    pub async fn write_events<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.change(Kind::Durable, scope, work, true).await
    }

    async fn change<T, F>(&self, kind: Kind, scope: Scope, work: F, events: bool) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        match &*self.engine {
            Engine::Sqlite { events: writer, .. } if events => {
                writer.write(kind, scope, work).await
            }
            Engine::Sqlite { meta: writer, .. } => writer.write(kind, scope, work).await,
            Engine::Postgres(pg) => {
                let (pg, now) = (pg.clone(), self.clock.now());
                on_blocking_thread(move || pg.run(kind, &scope, now, work)).await
            }
        }
    }
}

fn open_sqlite(folder: &Path, clock: &Clock, changes: &Arc<Changes>) -> Result<Engine> {
    let files = sqlite::Files::of(folder);
    let opened = |path: &Path, error| match error {
        Error::Sqlite(error) if error.sqlite_error_code().is_some() => {
            Error::Unusable { path: path.display().to_string(), why: error.to_string() }
        }
        error => error,
    };
    let events = files.open_events().map_err(|e| opened(&files.events, e))?;
    migrate::sqlite(&events, migrate::EVENTS, clock.now()).map_err(|e| opened(&files.events, e))?;
    let meta = files.open_meta().map_err(|e| opened(&files.meta, e))?;
    migrate::sqlite(&meta, migrate::META, clock.now()).map_err(|e| opened(&files.meta, e))?;
    Ok(Engine::Sqlite {
        meta: sqlite::Writer::start("arno-meta", meta, "main", clock.clone(), changes.clone())?,
        events: sqlite::Writer::start("arno-events", events, "ev", clock.clone(), changes.clone())?,
        readers: sqlite::readers(files)?,
    })
}

fn open_postgres(url: &str, trust: &Trust, now: Millis, changes: Arc<Changes>) -> Result<Engine> {
    let pg = postgres::Postgres::open(url, trust, changes)?;
    migrate::postgres(&pg, now)?;
    Ok(Engine::Postgres(pg))
}

async fn on_blocking_thread<T: Send + 'static>(
    run: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(run).await.map_err(|e| Error::Panicked(e.to_string()))?
}

/// What a caught panic said.
fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned());
    Error::Panicked(text)
}

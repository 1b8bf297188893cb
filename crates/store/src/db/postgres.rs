//! The PostgreSQL engine: a pool of blocking connections, each with its prepared statements.
//! A closure runs on a blocking thread in one transaction.

use super::tls::Connector;
use super::tx::{Connection, Tx};
use super::value::Value;
use crate::changes::Changes;
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::scope::Scope;
use crate::trust::Trust;
use postgres::types::ToSql;
use postgres::{Client, Statement};
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// Statements kept prepared on a connection before the lot is dropped: dynamic queries would
/// otherwise grow it without bound.
const MAX_PREPARED: usize = 256;
/// Connections to the database of one server.
const MAX_CONNECTIONS: u32 = 16;
/// How often a transaction is tried that lost to a concurrent one.
const ATTEMPTS: u32 = 5;

/// A pooled connection.
pub(super) struct PgConnection {
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl PgConnection {
    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        if self.prepared.len() >= MAX_PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize> {
        let statement = self.prepare(sql)?;
        Ok(self.client.execute(&statement, &bound(values))? as usize)
    }

    pub(super) fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<postgres::Row>> {
        let statement = self.prepare(sql)?;
        Ok(self.client.query(&statement, &bound(values))?)
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }
}

fn bound(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

struct Manager {
    config: postgres::Config,
    connector: Connector,
}

impl r2d2::ManageConnection for Manager {
    type Connection = RefCell<PgConnection>;
    type Error = postgres::Error;

    fn connect(&self) -> std::result::Result<Self::Connection, postgres::Error> {
        let client = self.connector.connect(&self.config)?;
        Ok(RefCell::new(PgConnection { client, prepared: HashMap::new() }))
    }

    fn is_valid(&self, connection: &mut Self::Connection) -> std::result::Result<(), Self::Error> {
        connection.get_mut().client.is_valid(Duration::from_secs(2))
    }

    fn has_broken(&self, connection: &mut Self::Connection) -> bool {
        connection.get_mut().client.is_closed()
    }
}

/// How a transaction begins and what its commit promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Sees one snapshot and changes nothing.
    Read,
    /// Survives power loss once answered.
    Durable,
    /// May be lost with the power; used for what can be derived again.
    Derived,
}

impl Kind {
    fn begin(self) -> &'static str {
        match self {
            Kind::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Kind::Durable => "BEGIN",
            Kind::Derived => "BEGIN; SET LOCAL synchronous_commit = off",
        }
    }
}

/// The engine.
#[derive(Clone)]
pub(super) struct Postgres {
    pool: Arc<Connections>,
    changes: Arc<Changes>,
    place: Arc<Place>,
}

/// How to reach the database once more.
struct Place {
    config: postgres::Config,
    connector: Connector,
}

/// The pool, closed on a thread of its own: a connection ends by blocking on its own runtime,
/// which panics on a thread that serves asynchronous work.
struct Connections(Option<r2d2::Pool<Manager>>);

impl Connections {
    fn get(&self) -> Result<r2d2::PooledConnection<Manager>> {
        Ok(self.0.as_ref().ok_or(Error::Closed)?.get()?)
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        let pool = self.0.take();
        if std::thread::spawn(move || drop(pool)).join().is_err() {
            tracing::warn!("the connections to PostgreSQL were not closed in order");
        }
    }
}

impl Postgres {
    /// Connects; fails when the database cannot be reached.
    pub(super) fn open(url: &str, trust: &Trust, changes: Arc<Changes>) -> Result<Postgres> {
        let mut config = parse(url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        config.application_name("arno");
        let place = place(&config);
        // Asked once before the pool, which would only say that it waited in vain.
        let connector = Connector::of(&config, trust)?;
        connector.connect(&config).map_err(|error| {
            Error::Config(format!(
                "PostgreSQL at {place} cannot be reached: {}; check that it runs, and host, port, \
                 database and password in ARNO_DATABASE_URL",
                crate::error::postgres_text(&error)
            ))
        })?;
        let place = Place { config: config.clone(), connector: connector.clone() };
        let pool = r2d2::Pool::builder()
            .max_size(MAX_CONNECTIONS)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(15))
            .test_on_check_out(false)
            .build(Manager { config, connector })?;
        Ok(Postgres { pool: Arc::new(Connections(Some(pool))), changes, place: Arc::new(place) })
    }

    /// A connection beside the pool.
    pub(super) fn connect(&self) -> std::result::Result<Client, postgres::Error> {
        self.place.connector.connect(&self.place.config)
    }

    /// Runs `work` in a transaction on this thread, again when a concurrent one won.
    pub(super) fn run<T, F>(&self, kind: Kind, scope: &Scope, now: Millis, work: F) -> Result<T>
    where
        F: Fn(&Tx<'_>) -> Result<T>,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(kind, scope, now, &work) {
                Err(error) if attempt < ATTEMPTS && lost_race(&error) => attempt += 1,
                outcome => return outcome,
            }
        }
    }

    fn attempt<T>(
        &self,
        kind: Kind,
        scope: &Scope,
        now: Millis,
        work: impl Fn(&Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let connection = self.pool.get()?;
        connection.borrow_mut().batch(kind.begin())?;
        let tx = Tx::new(Connection::Postgres(&connection), scope, now);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&tx)))
            .unwrap_or_else(|panic| Err(super::panicked(panic.as_ref())));
        let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = connection.borrow_mut().batch(end);
        let value = outcome?;
        ended?;
        self.changes.committed(tx.take_changed());
        Ok(value)
    }
}

/// A URL of the only kind there is.
fn parse(url: &str) -> Result<postgres::Config> {
    let wrong = |why: &str| {
        Error::Config(format!(
            "ARNO_DATABASE_URL is wrong: {why}; it must be postgres://user:password@host/database, \
             or unset for SQLite in the data directory"
        ))
    };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(wrong("it names no PostgreSQL database"));
    }
    url.parse().map_err(|error: postgres::Error| wrong(&error.to_string()))
}

/// Where the server of a URL is, without its secrets.
fn place(config: &postgres::Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        postgres::config::Host::Tcp(name) => name.clone(),
        postgres::config::Host::Unix(folder) => folder.display().to_string(),
    });
    let ports = config.get_ports().iter().map(u16::to_string).collect::<Vec<_>>().join(",");
    let hosts = hosts.collect::<Vec<_>>().join(",");
    if ports.is_empty() { hosts } else { format!("{hosts}:{ports}") }
}

/// Serialisation failure or deadlock: nothing happened, the same work may succeed now.
fn lost_race(error: &Error) -> bool {
    let Error::Postgres(error) = error else { return false };
    error.code().is_some_and(|code| matches!(code.code(), "40001" | "40P01"))
}

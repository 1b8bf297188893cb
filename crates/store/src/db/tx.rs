//! A transaction on either engine. SQL is one text for both: parameters are `$1`, `$2` …, first
//! used in that order, and only what both engines mean alike is written. What differs is in
//! [`Dialect`].

use super::postgres::PgConnection;
use super::value::{Row, Value};
use crate::changes::{Changed, Subject, What};
use crate::clock::Millis;
use crate::error::Result;
use crate::scope::Scope;
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

/// Which engine runs the SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, bundled.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

pub(super) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a RefCell<PgConnection>),
}

/// An open transaction with the eyes it looks through and the time it happens at.
pub struct Tx<'a> {
    connection: Connection<'a>,
    scope: &'a Scope,
    now: Millis,
    savepoints: Cell<u32>,
    changed: RefCell<Changed>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: Connection<'a>, scope: &'a Scope, now: Millis) -> Tx<'a> {
        Tx { connection, scope, now, savepoints: Cell::new(0), changed: RefCell::default() }
    }

    /// Who is asking.
    pub fn scope(&self) -> &Scope {
        self.scope
    }

    /// The moment of this transaction.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Which engine this is, for the few statements that differ.
    pub fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and returns how many rows it changed.
    pub fn execute(&self, sql: &str, values: &[Value]) -> Result<usize> {
        match &self.connection {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                Ok(statement.execute(rusqlite::params_from_iter(values))?)
            }
            Connection::Postgres(connection) => connection.borrow_mut().execute(sql, values),
        }
    }

    /// Runs several statements without parameters.
    pub fn execute_batch(&self, sql: &str) -> Result<()> {
        match &self.connection {
            Connection::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Connection::Postgres(connection) => connection.borrow_mut().batch(sql),
        }
    }

    /// Calls `each` for every row until it breaks. On SQLite rows are streamed.
    pub fn each(
        &self,
        sql: &str,
        values: &[Value],
        mut each: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        match &self.connection {
            Connection::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    if each(&Row::Sqlite(row))?.is_break() {
                        break;
                    }
                }
            }
            Connection::Postgres(connection) => {
                // Bound to a name so that the connection is free again while `each` runs.
                let rows = connection.borrow_mut().query(sql, values)?;
                for row in &rows {
                    if each(&Row::Postgres(row))?.is_break() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// All rows, each through `read`.
    pub fn query<T>(
        &self,
        sql: &str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// The first row, through `read`.
    pub fn first<T>(
        &self,
        sql: &str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.each(sql, values, |row| {
            found = Some(read(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// Notes that a row of an entity changed, to be told once the transaction is committed.
    pub(crate) fn changed(&self, entity: &'static str, pk: i64, what: What) {
        self.changed.borrow_mut().push((Subject::Row(entity, pk), what));
    }

    /// As [`Tx::changed`], of something that is named by its id.
    pub(crate) fn changed_named(
        &self,
        entity: &'static str,
        id: String,
        project: Option<String>,
        company: String,
        what: What,
    ) {
        let subject = Subject::Named { entity, id, project, company };
        self.changed.borrow_mut().push((subject, what));
    }

    /// What was changed so far; the list starts anew.
    pub(super) fn take_changed(&self) -> Changed {
        self.changed.take()
    }

    /// Runs `work` so that an error undoes only what `work` did.
    ///
    /// # Errors
    /// Those of `work`, after undoing it, and those of the engine.
    pub fn savepoint<T, E: From<crate::Error>>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let depth = self.savepoints.get();
        self.savepoints.set(depth + 1);
        let before = self.changed.borrow().len();
        let outcome = self.run_savepoint(depth, work);
        if outcome.is_err() {
            self.changed.borrow_mut().truncate(before);
        }
        self.savepoints.set(depth);
        outcome
    }

    /// Runs a statement that steers the transaction.
    fn control(&self, sql: &str) -> Result<()> {
        match &self.connection {
            Connection::Sqlite(connection) => {
                connection.prepare_cached(sql)?.execute([])?;
                Ok(())
            }
            // Only what has parameters is prepared there; this takes one round trip too.
            Connection::Postgres(connection) => connection.borrow_mut().batch(sql),
        }
    }

    fn run_savepoint<T, E: From<crate::Error>>(
        &self,
        depth: u32,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.control(&format!("SAVEPOINT s{depth}"))?;
        let outcome = work();
        if outcome.is_err() {
            self.control(&format!("ROLLBACK TO s{depth}"))?;
        }
        self.control(&format!("RELEASE s{depth}"))?;
        outcome
    }
}

/// `count` placeholders `$from, $from+1 …` for an `IN (…)` list.
pub fn placeholders(from: usize, count: usize) -> String {
    let list: Vec<String> = (from..from + count).map(|n| format!("${n}")).collect();
    list.join(",")
}

//! Numbered migrations, forward only, applied at start. Data from a newer program is refused.
//!
//! The SQL of a migration is one text for both engines with a few words in braces that stand for
//! what differs (see [`render`]).

use super::postgres::{Kind, Postgres};
use super::tx::{Connection, Dialect, Tx};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::references;
use crate::scope::Scope;

/// The migrations of one database file (or schema), in order; the number is the position from 1.
#[derive(Clone, Copy)]
pub(super) struct Migrations {
    part: &'static str,
    table: &'static str,
    steps: &'static [Step],
}

/// A change of the schema, and what must be worked out of the data already there.
struct Step {
    name: &'static str,
    sql: &'static str,
    fill: Option<fn(&Tx<'_>) -> Result<()>>,
}

const fn step(name: &'static str, sql: &'static str) -> Step {
    Step { name, sql, fill: None }
}

pub(super) const META: Migrations = Migrations {
    part: "metadata",
    table: "migration",
    steps: &[
        step("initial", include_str!("../../migrations/meta/0001_initial.sql")),
        step("object hash", include_str!("../../migrations/meta/0002_object_hash.sql")),
        step("jobs", include_str!("../../migrations/meta/0003_jobs.sql")),
        Step {
            name: "file references",
            sql: include_str!("../../migrations/meta/0004_file_references.sql"),
            fill: Some(references::fill_metadata),
        },
        step(
            "project statistics",
            include_str!("../../migrations/meta/0005_project_statistics.sql"),
        ),
        step("metric sets", include_str!("../../migrations/meta/0006_metric_sets.sql")),
        step("statistics", include_str!("../../migrations/meta/0007_statistics.sql")),
        step("gateway", include_str!("../../migrations/meta/0008_gateway.sql")),
        step("small files", include_str!("../../migrations/meta/0009_small_files.sql")),
    ],
};

pub(super) const EVENTS: Migrations = Migrations {
    part: "events",
    table: "ev.migration",
    steps: &[
        step("initial", include_str!("../../migrations/events/0001_initial.sql")),
        Step {
            name: "file references",
            sql: include_str!("../../migrations/events/0002_file_references.sql"),
            fill: Some(references::fill_events),
        },
    ],
};

/// The newest schema versions this program knows: (metadata, events).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Of the metadata.
    pub meta: i64,
    /// Of the events.
    pub events: i64,
}

impl Versions {
    /// What this program writes.
    pub fn known() -> Versions {
        Versions { meta: META.steps.len() as i64, events: EVENTS.steps.len() as i64 }
    }

    /// Whether a program that knows `known` must leave this data alone.
    pub fn newer_than(self, known: Versions) -> bool {
        self.meta > known.meta || self.events > known.events
    }
}

impl std::fmt::Display for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "schema {} (metadata) and {} (events)", self.meta, self.events)
    }
}

pub(super) fn sqlite(
    connection: &rusqlite::Connection,
    migrations: Migrations,
    now: Millis,
) -> Result<()> {
    let scope = Scope::system("");
    let tx = Tx::new(Connection::Sqlite(connection), &scope, now);
    tx.savepoint(|| apply(&tx, migrations))
}

pub(super) fn postgres(pg: &Postgres, now: Millis) -> Result<()> {
    pg.run(Kind::Durable, &Scope::system(""), now, |tx| {
        // Servers that start together wait here for one another.
        tx.execute_batch("SELECT pg_advisory_xact_lock(4711); CREATE SCHEMA IF NOT EXISTS ev")?;
        apply(tx, EVENTS)?;
        apply(tx, META)
    })
}

fn apply(tx: &Tx<'_>, migrations: Migrations) -> Result<()> {
    let Migrations { part, table, steps } = migrations;
    tx.execute_batch(&render(
        tx.dialect(),
        &format!(
            "CREATE TABLE IF NOT EXISTS {table} \
             (version {{int}} PRIMARY KEY, name {{text}} NOT NULL, applied {{int}} NOT NULL)"
        ),
    ))?;
    let sql = format!("SELECT coalesce(max(version), 0) FROM {table}");
    let found = tx.first(&sql, &[], |row| row.int(0))?.unwrap_or(0);
    let known = steps.len() as i64;
    if found > known {
        return Err(Error::Newer { part, found, known });
    }
    for (version, Step { name, sql, fill }) in (1..).zip(steps).skip(found as usize) {
        tx.execute_batch(&render(tx.dialect(), sql))?;
        if let Some(fill) = fill {
            fill(tx)?;
        }
        tx.execute(
            &format!("INSERT INTO {table} (version, name, applied) VALUES ($1, $2, $3)"),
            &[version.into(), (*name).into(), tx.now().into()],
        )?;
    }
    Ok(())
}

/// Replaces the words in braces by the engine's own.
fn render(dialect: Dialect, sql: &str) -> String {
    let words: &[(&str, &str)] = match dialect {
        Dialect::Sqlite => &[
            // AUTOINCREMENT: a key is never used again, so that what is left over of a deleted
            // object can never belong to a new one.
            ("{pk}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            ("{int}", "INTEGER"),
            ("{real}", "REAL"),
            ("{text}", "TEXT"),
            ("{blob}", "BLOB"),
            // Where the schema's name goes in `CREATE INDEX ev.i ON t` / `CREATE INDEX i ON ev.t`.
            ("{index_ev}", "ev."),
            ("{table_ev}", ""),
            // Rows kept in the order of their primary key, where the engine can.
            ("{keyed}", "WITHOUT ROWID"),
            // A line that only PostgreSQL sees.
            ("{postgres}", "--"),
        ],
        Dialect::Postgres => &[
            ("{pk}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"),
            ("{int}", "BIGINT"),
            ("{real}", "DOUBLE PRECISION"),
            ("{text}", "TEXT COLLATE \"C\""),
            ("{blob}", "BYTEA"),
            ("{index_ev}", ""),
            ("{table_ev}", "ev."),
            ("{keyed}", ""),
            ("{postgres}", ""),
        ],
    };
    words.iter().fold(sql.to_owned(), |sql, (word, own)| sql.replace(word, own))
}

//! What uses the space: the content of everything stored, by task, project and user. Only content is
//! counted; what the database needs to keep it (numbers, indexes, page heads, free pages) is the
//! difference to the size of its files.

use crate::db::{Dialect, Row, Tx};
use crate::error::Result;
use rustc_hash::FxHashMap;
use std::ops::{Add, AddAssign};

/// Bytes by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    /// What was reported: points, console lines, plots, samples.
    pub events: u64,
    /// The records of tasks and models.
    pub database: u64,
    /// Uploaded files kept in the database, being small.
    pub small_files: u64,
    /// Uploaded files in the folder or object store.
    pub files: u64,
}

impl Bytes {
    /// All together.
    pub fn total(&self) -> u64 {
        self.events + self.database + self.small_files + self.files
    }

    /// What of them lies in the database.
    pub fn in_database(&self) -> u64 {
        self.events + self.database + self.small_files
    }
}

impl Add for Bytes {
    type Output = Bytes;

    fn add(self, other: Bytes) -> Bytes {
        Bytes {
            events: self.events + other.events,
            database: self.database + other.database,
            small_files: self.small_files + other.small_files,
            files: self.files + other.files,
        }
    }
}

impl AddAssign for Bytes {
    fn add_assign(&mut self, other: Bytes) {
        *self = *self + other;
    }
}

/// What one thing uses, or what uses it: a task, a model without one, or files of neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Task id.
    pub task: Option<String>,
    /// Name of the task or model.
    pub name: Option<String>,
    /// Project id.
    pub project: Option<String>,
    /// User id.
    pub user: Option<String>,
    /// How much.
    pub bytes: Bytes,
}

/// Everything there is, each byte of content once: content that several files share counts for the
/// first of them.
///
/// # Errors
/// What the engine reports.
pub fn all(tx: &Tx<'_>) -> Result<Vec<Usage>> {
    let mut usages = Vec::new();
    let mut by_task: FxHashMap<String, usize> = FxHashMap::default();
    let events = events_by_owner(tx)?;
    let records = records(tx, "task", &TASK_CONTENT, &TASK_PARTS, "id")?;
    for Record { pk, task, name, project, user, bytes } in records {
        let task = task.unwrap_or_default();
        by_task.insert(task.clone(), usages.len());
        let events = events.get(&pk).copied().unwrap_or(0);
        let bytes = Bytes { events, database: bytes, ..Bytes::default() };
        usages.push(Usage { task: Some(task), name, project, user, bytes });
    }
    for Record { pk, task, name, project, user, bytes } in records_of_models(tx)? {
        let events = events.get(&-pk).copied().unwrap_or(0);
        let bytes = Bytes { events, database: bytes, ..Bytes::default() };
        match task.and_then(|task| by_task.get(&task)) {
            Some(&at) => usages[at].bytes += bytes,
            None => usages.push(Usage { task: None, name, project, user, bytes }),
        }
    }
    add_files(tx, &mut usages, &by_task)?;
    Ok(usages)
}

fn records_of_models(tx: &Tx<'_>) -> Result<Vec<Record>> {
    records(tx, "model", &MODEL_CONTENT, &MODEL_PARTS, "task")
}

/// A task or model with the bytes of its record.
struct Record {
    pk: i64,
    task: Option<String>,
    name: Option<String>,
    project: Option<String>,
    user: Option<String>,
    bytes: u64,
}

const TASK_CONTENT: [&str; 4] = ["doc", "name", "comment", "status_message"];
const MODEL_CONTENT: [&str; 4] = ["doc", "name", "comment", "uri"];
const TASK_PARTS: [(&str, &[&str]); 7] = [
    ("task_tags", &["value"]),
    ("task_params", &["section", "name", "value", "description", "sort_key"]),
    ("task_configs", &["name", "value", "description"]),
    ("task_texts", &["value"]),
    ("task_maps", &["name", "value", "sort_key"]),
    ("task_artifacts", &["name", "value", "file"]),
    ("task_models", &["name", "model"]),
];
const MODEL_PARTS: [(&str, &[&str]); 2] =
    [("model_tags", &["value"]), ("model_maps", &["name", "value", "sort_key"])];
const EVENT_PARTS: [(&str, &[&str]); 8] = [
    ("ev.activity", &["metric_stats", "worker"]),
    ("ev.series", &["x_axis_label"]),
    ("ev.tail", &["worker", "data"]),
    ("ev.block", &["worker", "data"]),
    ("ev.single", &["worker"]),
    ("ev.log", &["data"]),
    ("ev.plot", &["worker", "source_urls", "data"]),
    ("ev.sample", &["name", "worker", "url"]),
];

/// The bytes that these columns hold, as SQL.
fn content(tx: &Tx<'_>, columns: &[&str]) -> String {
    let function = match tx.dialect() {
        Dialect::Sqlite => "octet_length",
        // As it is stored, compressed or not.
        Dialect::Postgres => "pg_column_size",
    };
    let parts: Vec<String> =
        columns.iter().map(|column| format!("coalesce({function}({column}), 0)")).collect();
    parts.join(" + ")
}

/// Bytes of a table's rows by owner, added to `sums`.
fn add_by_owner(
    tx: &Tx<'_>,
    table: &str,
    columns: &[&str],
    sums: &mut FxHashMap<i64, u64>,
) -> Result<()> {
    let sql = format!(
        "SELECT owner, CAST(sum({}) AS BIGINT) FROM {table} GROUP BY owner",
        content(tx, columns)
    );
    for (owner, bytes) in tx.query(&sql, &[], |row| Ok((row.int(0)?, count(row, 1)?)))? {
        *sums.entry(owner).or_default() += bytes;
    }
    Ok(())
}

fn count(row: &Row<'_>, at: usize) -> Result<u64> {
    Ok(row.opt_int(at)?.unwrap_or(0).unsigned_abs())
}

fn events_by_owner(tx: &Tx<'_>) -> Result<FxHashMap<i64, u64>> {
    let mut sums = FxHashMap::default();
    for (table, columns) in EVENT_PARTS {
        add_by_owner(tx, table, columns, &mut sums)?;
    }
    add_by_owner(tx, "ev.vector", &["worker", "data"], &mut sums)?;
    Ok(sums)
}

fn records(
    tx: &Tx<'_>,
    entity: &str,
    columns: &[&str],
    parts: &[(&str, &[&str])],
    task: &str,
) -> Result<Vec<Record>> {
    let mut sums = FxHashMap::default();
    for (table, columns) in parts {
        add_by_owner(tx, table, columns, &mut sums)?;
    }
    let sql = format!(
        "SELECT pk, {task}, name, project, user_id, {} FROM {entity}s ORDER BY pk",
        content(tx, columns)
    );
    tx.query(&sql, &[], |row| {
        let pk = row.int(0)?;
        Ok(Record {
            pk,
            task: row.opt_text(1)?,
            name: row.opt_text(2)?,
            project: row.opt_text(3)?,
            user: row.opt_text(4)?,
            bytes: count(row, 5)? + sums.get(&pk).copied().unwrap_or(0),
        })
    })
}

/// Adds the contents of files: to their task, else to whoever stored them.
fn add_files(
    tx: &Tx<'_>,
    usages: &mut Vec<Usage>,
    by_task: &FxHashMap<String, usize>,
) -> Result<()> {
    let sql = "SELECT CASE WHEN content IS NULL THEN object END, task, user_id, size FROM blobs \
               ORDER BY object, created, path";
    let rows = tx.query(sql, &[], |row| {
        Ok((row.opt_text(0)?, row.opt_text(1)?, row.text(2)?, count(row, 3)?))
    })?;
    let mut last = None;
    let mut loose: FxHashMap<String, Bytes> = FxHashMap::default();
    for (object, task, user, size) in rows {
        if object.is_some() && object == last {
            continue;
        }
        let bytes = match object {
            None => Bytes { small_files: size, ..Bytes::default() },
            Some(_) => Bytes { files: size, ..Bytes::default() },
        };
        last = object;
        match task.and_then(|task| by_task.get(&task)) {
            Some(&at) => usages[at].bytes += bytes,
            None => *loose.entry(user).or_default() += bytes,
        }
    }
    let mut loose: Vec<(String, Bytes)> = loose.into_iter().collect();
    loose.sort_by(|a, b| a.0.cmp(&b.0));
    let of_user = |(user, bytes)| Usage { user: Some(user), bytes, ..Usage::default() };
    usages.extend(loose.into_iter().map(of_user));
    Ok(())
}

/// Names of projects and users by their ids.
///
/// # Errors
/// What the engine reports.
pub fn names(tx: &Tx<'_>) -> Result<FxHashMap<String, String>> {
    let sql = "SELECT id, name FROM projects UNION ALL SELECT id, name FROM users";
    Ok(tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?)))?.into_iter().collect())
}

/// Bytes of the whole database where the engine itself knows: on PostgreSQL.
///
/// # Errors
/// What the engine reports.
pub fn database_size(tx: &Tx<'_>) -> Result<Option<u64>> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(None),
        Dialect::Postgres => {
            let sql = "SELECT pg_database_size(current_database())";
            tx.first(sql, &[], |row| count(row, 0))
        }
    }
}

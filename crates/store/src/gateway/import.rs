//! Brings over the database of the first gateway's administration (gateway.md §2): its mappings with
//! their ids, hashes and times, and its logs as calls of nobody known.

use super::calls::{self, Call};
use super::entries::{self, Entry, Kind};
use super::model::{Endpoint, Machine, Template};
use crate::clock::Millis;
use crate::db::Tx;
use crate::error::{Error, Result};
use arno_wire::date;
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::{Value, json};
use std::path::Path;

/// What such a database holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Utils {
    /// Its task mappings.
    pub templates: Vec<Entry<Template>>,
    /// Its serving machines.
    pub machines: Vec<Entry<Machine>>,
    /// Its endpoint mappings.
    pub endpoints: Vec<Entry<Endpoint>>,
    /// Its logs.
    pub calls: Vec<Call>,
}

/// How much of it is new here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Task templates.
    pub templates: usize,
    /// Machines.
    pub machines: usize,
    /// Endpoints.
    pub endpoints: usize,
    /// Calls.
    pub calls: usize,
}

/// Reads the file. `now` stands for times that are missing.
///
/// # Errors
/// [`Error::Unusable`] when it is no such database.
pub fn read(path: &Path, now: Millis) -> Result<Utils> {
    let unusable = |error: rusqlite::Error| Error::Unusable {
        path: path.display().to_string(),
        why: error.to_string(),
    };
    let db =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(unusable)?;
    let file = File { db, now };
    file.utils().map_err(unusable)
}

struct File {
    db: Connection,
    now: Millis,
}

impl File {
    fn utils(&self) -> rusqlite::Result<Utils> {
        let templates = self.all(
            "SELECT id, created_at, updated_at, task_id, hashed_task_id, default_queue, description \
             FROM task_mappings ORDER BY id",
            |row| {
                let value = Template {
                    task: row.get(3)?,
                    hash: row.get(4)?,
                    queue: row.get(5)?,
                    description: text(row, 6)?,
                    // The first gateway always cleared it.
                    image: Some(String::new()),
                    ..Template::default()
                };
                self.entry(row, value)
            },
        )?;
        let endpoints = self.all(
            "SELECT id, created_at, updated_at, serving_machine_task_id, hashed_machine_id, endpoint, \
             description FROM endpoint_mappings ORDER BY id",
            |row| {
                let value = Endpoint {
                    machine: row.get(3)?,
                    hash: row.get(4)?,
                    endpoint: row.get(5)?,
                    description: text(row, 6)?,
                    ..Endpoint::default()
                };
                self.entry(row, value)
            },
        )?;
        let mut machines = self.all(
            "SELECT id, created_at, updated_at, serving_machine_task_id, base_url, description \
             FROM machine_mappings ORDER BY id",
            |row| {
                let value = Machine {
                    task: row.get(3)?,
                    url: row.get(4)?,
                    description: text(row, 5)?,
                    ..Machine::default()
                };
                self.entry(row, value)
            },
        )?;
        for machine in &mut machines {
            // Only the endpoints' table has the hash.
            let known = endpoints.iter().find(|e| e.value.machine == machine.value.task);
            machine.value.hash = known.map(|e| e.value.hash.clone()).unwrap_or_default();
        }
        let mut calls = self.all(
            "SELECT id, created_at, status, details, task_id, '' FROM enqueue_task_logs ORDER BY id",
            |row| self.call(row, "sporadic", "utils-enqueue"),
        )?;
        calls.extend(self.all(
            "SELECT id, created_at, status, details, serving_machine_task_id, endpoint \
             FROM ondemand_logs ORDER BY id",
            |row| self.call(row, "stable", "utils-ondemand"),
        )?);
        Ok(Utils { templates, machines, endpoints, calls })
    }

    fn all<T>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.db.prepare(sql)?.query_map([], read)?.collect()
    }

    fn entry<T>(&self, row: &Row<'_>, value: T) -> rusqlite::Result<Entry<T>> {
        let created = self.time(row, 1)?;
        let updated = self.time(row, 2)?;
        Ok(Entry { id: row.get::<_, i64>(0)?.to_string(), created, updated, value })
    }

    fn time(&self, row: &Row<'_>, at: usize) -> rusqlite::Result<Millis> {
        let text: Option<String> = row.get(at)?;
        Ok(text.and_then(|text| date::parse(&text)).unwrap_or(self.now))
    }

    fn call(&self, row: &Row<'_>, mode: &str, origin: &str) -> rusqlite::Result<Call> {
        let good: bool = row.get(2)?;
        let details: Value = serde_json::from_str(&text(row, 3)?).unwrap_or_default();
        let mut answer = details.clone();
        let request = answer.as_object_mut().and_then(|answer| answer.remove("params"));
        let error = details.get("error").map(|error| match error {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        Ok(Call {
            id: format!("{origin}-{}", row.get::<_, i64>(0)?),
            at: self.time(row, 1)?,
            mode: mode.to_owned(),
            target: text(row, 4)?,
            endpoint: text(row, 5)?,
            status: if good { 200 } else { 500 },
            error: error.filter(|_| !good),
            request: request.or(Some(json!({}))),
            answer: Some(answer),
            ..Call::default()
        })
    }
}

fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(row.get::<_, Option<String>>(at)?.unwrap_or_default())
}

/// Registers what is not here yet, in the name of `owner`; `hash_of` makes the hashes that the file
/// lacks.
///
/// # Errors
/// What the store reports.
pub fn write(
    tx: &Tx<'_>,
    utils: &Utils,
    owner: &str,
    hash_of: fn(&str) -> String,
) -> Result<Imported> {
    let mut done = Imported::default();
    for entry in &utils.templates {
        let mut entry = entry.clone();
        entry.value.owner = owner.to_owned();
        done.templates += add(tx, entry)?;
    }
    for entry in &utils.machines {
        let mut entry = entry.clone();
        entry.value.owner = owner.to_owned();
        if entry.value.hash.is_empty() {
            entry.value.hash = hash_of(&entry.value.task);
        }
        done.machines += add(tx, entry)?;
    }
    for entry in &utils.endpoints {
        let mut entry = entry.clone();
        entry.value.owner = owner.to_owned();
        done.endpoints += add(tx, entry)?;
    }
    for call in &utils.calls {
        done.calls += usize::from(calls::add(tx, call)?);
    }
    Ok(done)
}

fn add<T: Kind>(tx: &Tx<'_>, entry: Entry<T>) -> Result<usize> {
    let known = entries::find::<T>(tx, &entry.id)?.is_some()
        || entries::by_name::<T>(tx, &entry.value.name())?.is_some();
    if !known {
        entries::insert(tx, entry)?;
    }
    Ok(usize::from(!known))
}

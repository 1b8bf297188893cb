//! What projects come to in numbers: their tasks by status, running times, datasets, and what lies
//! in them directly (api.md §5.6). Sums are made by the engine over indexed columns.

use crate::clock::Millis;
use crate::db::{Sql, Tx};
use crate::error::{Error, Result};
use crate::query::Selection;
use crate::schema::{MODEL, PROJECT, TASK};
use crate::scope::push_visible;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// How long ago "lately" begins, ms.
const LATELY: Millis = 24 * 3_600_000;
/// What has completed, but is not done.
const NOT_DONE: [&str; 3] = ["queued", "in_progress", "failed"];

/// What the tasks of one project come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskStats {
    /// How many there are of each status.
    pub by_status: BTreeMap<String, i64>,
    /// Whole seconds they ran, start to completion.
    pub runtime: i64,
    /// How many were completed in the last 24 hours.
    pub completed_lately: i64,
    /// When the last one started.
    pub last_started: Option<Millis>,
}

impl TaskStats {
    /// Adds those of another project.
    pub fn add(&mut self, other: &TaskStats) {
        for (status, count) in &other.by_status {
            *self.by_status.entry(status.clone()).or_default() += count;
        }
        self.runtime += other.runtime;
        self.completed_lately += other.completed_lately;
        self.last_started = self.last_started.max(other.last_started);
    }
}

/// What the selected tasks come to, by project.
///
/// # Errors
/// Those of the engine.
pub fn task_stats(tx: &Tx<'_>, tasks: &Selection<'_>) -> Result<FxHashMap<String, TaskStats>> {
    let mut sql = Sql::new(
        "SELECT e.project, e.status, count(*), \
         CAST(sum((e.completed - e.started) / 1000) FILTER (WHERE e.completed > e.started) \
         AS BIGINT), count(*) FILTER (WHERE e.completed >= ",
    );
    sql.bind(tx.now() - LATELY);
    sql.push("), max(e.started) ");
    tasks.push(&mut sql);
    sql.push(" AND e.project IS NOT NULL GROUP BY e.project, e.status");
    let rows = tx.query(&sql.text, &sql.values, |row| {
        let status = row.text(1)?;
        let done = if NOT_DONE.contains(&status.as_str()) { 0 } else { row.int(4)? };
        let stats = TaskStats {
            by_status: BTreeMap::from([(status, row.int(2)?)]),
            runtime: row.opt_int(3)?.unwrap_or(0),
            completed_lately: done,
            last_started: row.opt_int(5)?,
        };
        Ok((row.text(0)?, stats))
    })?;
    let mut found: FxHashMap<String, TaskStats> = FxHashMap::default();
    for (project, stats) in rows {
        found.entry(project).or_default().add(&stats);
    }
    Ok(found)
}

/// How many of the selected tasks or models lie directly in each project.
///
/// # Errors
/// Those of the engine.
pub fn own_contents(tx: &Tx<'_>, selection: &Selection<'_>) -> Result<FxHashMap<String, i64>> {
    let mut sql = Sql::new("SELECT e.project, count(*) ");
    selection.push(&mut sql);
    sql.push(" AND e.project IS NOT NULL GROUP BY e.project");
    let rows = tx.query(&sql.text, &sql.values, |row| Ok((row.text(0)?, row.int(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// A project that lies below others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below {
    /// One it lies below.
    pub ancestor: String,
    /// Its key.
    pub pk: i64,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Which of the selected projects lie below these, by name.
///
/// # Errors
/// Those of the engine.
pub fn below(tx: &Tx<'_>, projects: &Selection<'_>, ancestors: &[String]) -> Result<Vec<Below>> {
    let mut sql = Sql::new("SELECT s.ancestor, e.pk, e.id, e.name ");
    projects.push_beside(&mut sql, "project_ancestors");
    sql.push(" AND s.ancestor IN ").bind_list(ancestors).push(" ORDER BY e.name");
    tx.query(&sql.text, &sql.values, |row| {
        let (ancestor, pk) = (row.text(0)?, row.int(1)?);
        Ok(Below { ancestor, pk, id: row.text(2)?, name: row.text(3)? })
    })
}

/// The tags of projects, by key.
///
/// # Errors
/// Those of the engine.
pub fn tags_of(tx: &Tx<'_>, pks: &[i64]) -> Result<FxHashMap<i64, BTreeSet<String>>> {
    let mut sql = Sql::new("SELECT owner, value FROM project_tags WHERE system = 0 AND owner IN ");
    sql.bind_list(pks.iter().copied());
    let mut found: FxHashMap<i64, BTreeSet<String>> = FxHashMap::default();
    for (owner, tag) in tx.query(&sql.text, &sql.values, |row| Ok((row.int(0)?, row.text(1)?)))? {
        found.entry(owner).or_default().insert(tag);
    }
    Ok(found)
}

/// How many of the selected datasets each project holds itself: in its folder for datasets or,
/// as no tool does, directly.
///
/// # Errors
/// Those of the engine.
pub fn own_datasets(tx: &Tx<'_>, datasets: &Selection<'_>) -> Result<FxHashMap<String, i64>> {
    let mut sql = Sql::new(
        "SELECT d.holder, count(*) FROM (SELECT (SELECT CASE WHEN p.basename = '.datasets' \
         THEN p.parent ELSE p.id END FROM projects p WHERE p.id = e.parent) AS holder ",
    );
    datasets.push(&mut sql);
    sql.push(") d WHERE d.holder IS NOT NULL GROUP BY d.holder");
    let rows = tx.query(&sql.text, &sql.values, |row| Ok((row.text(0)?, row.int(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// Files and bytes of a project's dataset: what its most recently updated task with a runtime,
/// archived ones left out, says in `ds_file_count` and `ds_total_size`.
///
/// # Errors
/// Those of the engine.
pub fn dataset(tx: &Tx<'_>, project: &str) -> Result<Option<(Json, Json)>> {
    let mut sql = Sql::new("SELECT e.pk FROM tasks e WHERE e.project = ");
    sql.bind(project).push(" AND ");
    push_visible(&mut sql, tx.scope(), &TASK, "e", true);
    sql.push(
        " AND EXISTS (SELECT 1 FROM task_maps m WHERE m.owner = e.pk AND m.field = 'runtime')",
    );
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM task_tags a \
         WHERE a.owner = e.pk AND a.system = 1 AND a.value = 'archived')",
    );
    sql.push(" ORDER BY e.last_update DESC LIMIT 1");
    let Some(pk) = tx.first(&sql.text, &sql.values, |row| row.int(0))? else { return Ok(None) };
    let entry = |name: &str| -> Result<Json> {
        let sql =
            "SELECT value FROM task_maps WHERE owner = $1 AND field = 'runtime' AND name = $2";
        let text = tx.first(sql, &[pk.into(), name.into()], |row| row.text(0))?;
        let value = serde_json::from_str(text.as_deref().unwrap_or("null"));
        value.map_err(|e| Error::corrupt("an entry of a map", e))
    };
    Ok(Some((entry("ds_file_count")?, entry("ds_total_size")?)))
}

/// The ids of the projects in which these users own the project itself, tasks or models, and of
/// all above them.
///
/// # Errors
/// Those of the engine.
pub fn active(tx: &Tx<'_>, users: &[String]) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT a.id FROM (");
    for (entity, project) in [(&PROJECT, "id"), (&TASK, "project"), (&MODEL, "project")] {
        if entity.name != "project" {
            sql.push(" UNION ");
        }
        sql.push(&format!("SELECT e.{project} AS id FROM {} e WHERE e.user_id IN ", entity.table));
        sql.bind_list(users).push(" AND ");
        push_visible(&mut sql, tx.scope(), entity, "e", true);
    }
    sql.push(") a WHERE a.id IS NOT NULL");
    with_ancestors(tx, tx.query(&sql.text, &sql.values, |row| row.text(0))?)
}

/// The ids of the projects that hold selected projects (pipelines, datasets), and of all above;
/// not those of the folders they are kept in.
///
/// # Errors
/// Those of the engine.
pub fn holding_projects(tx: &Tx<'_>, children: &Selection<'_>) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT DISTINCT s.ancestor ");
    children.push_beside(&mut sql, "project_ancestors");
    sql.push(
        " AND s.ancestor NOT IN (SELECT id FROM projects \
         WHERE basename IN ('.pipelines', '.datasets'))",
    );
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// The ids of the projects in which selected tasks lie, and of all above.
///
/// # Errors
/// Those of the engine.
pub fn holding_tasks(tx: &Tx<'_>, tasks: &Selection<'_>) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT DISTINCT e.project ");
    tasks.push(&mut sql);
    sql.push(" AND e.project IS NOT NULL");
    with_ancestors(tx, tx.query(&sql.text, &sql.values, |row| row.text(0))?)
}

fn with_ancestors(tx: &Tx<'_>, ids: Vec<String>) -> Result<Vec<String>> {
    let mut sql = Sql::new(
        "SELECT DISTINCT a.ancestor FROM project_ancestors a JOIN projects p ON p.pk = a.owner \
         WHERE p.id IN ",
    );
    sql.bind_list(&ids);
    let mut all: BTreeSet<String> =
        tx.query(&sql.text, &sql.values, |row| row.text(0))?.into_iter().collect();
    all.extend(ids);
    Ok(all.into_iter().collect())
}

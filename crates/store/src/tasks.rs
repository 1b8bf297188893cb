//! Tasks: who may see or change one, and what the rules need to know of it to decide.

use crate::changes::What;
use crate::db::{Dialect, Row, Sql, Tx};
use crate::document::unpack;
use crate::error::Result;
use crate::schema::TASK;
use crate::scope::{Visible, Writable, push_visible};
use arno_wire::error::{Code, Error as Refusal};
use serde_json::Value;

/// What decides over a task's life, without its documents.
#[derive(Clone, Debug)]
pub struct Head {
    /// Key of the row.
    pub pk: i64,
    /// Id on the wire.
    pub id: String,
    /// Empty for a public task.
    pub company: String,
    /// Owner.
    pub user: Option<String>,
    /// Project id.
    pub project: Option<String>,
    /// Parent task id.
    pub parent: Option<String>,
    /// Name.
    pub name: String,
    /// Type, a word of the wire.
    pub kind: String,
    /// Status, a word of the wire.
    pub status: String,
    /// Status before it was queued.
    pub enqueue_status: Option<String>,
    /// Queue id it was sent to.
    pub queue: Option<String>,
    /// When it started, ms.
    pub started: Option<i64>,
    /// When it last gave a sign of life, ms.
    pub last_update: Option<i64>,
    /// The worker that runs it.
    pub last_worker: Option<String>,
    /// Highest iteration reported.
    pub last_iteration: i64,
}

const COLUMNS: &str = "t.pk, t.id, t.company, t.user_id, t.project, t.parent, t.name, t.type, \
     t.status, t.enqueue_status, t.execution_queue, t.started, t.last_update, t.last_worker, \
     t.last_iteration";

fn head(row: &Row<'_>) -> Result<Head> {
    Ok(Head {
        pk: row.int(0)?,
        id: row.text(1)?,
        company: row.text(2)?,
        user: row.opt_text(3)?,
        project: row.opt_text(4)?,
        parent: row.opt_text(5)?,
        name: row.text(6)?,
        kind: row.text(7)?,
        status: row.text(8)?,
        enqueue_status: row.opt_text(9)?,
        queue: row.opt_text(10)?,
        started: row.opt_int(11)?,
        last_update: row.opt_int(12)?,
        last_worker: row.opt_text(13)?,
        last_iteration: row.int(14)?,
    })
}

/// The task, if the scope may see it; public ones everybody may.
///
/// # Errors
/// 400/101 when there is none.
pub fn visible(tx: &Tx<'_>, id: &str) -> Result<Visible<Head>> {
    Ok(Visible::new(find(tx, id, "")?))
}

/// The task, if the scope may change it; it is held until the transaction ends.
///
/// # Errors
/// 400/101 when there is none to be seen, 403/21 when it may be seen but not changed.
pub fn writable(tx: &Tx<'_>, id: &str) -> Result<Writable<Head>> {
    let hold = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE OF t",
    };
    let task = find(tx, id, hold)?;
    crate::access::require_writable(tx, &TASK, task.pk, &task.id)?;
    Ok(Writable::new(task))
}

fn find(tx: &Tx<'_>, id: &str, hold: &str) -> Result<Head> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM tasks t WHERE t.id = "));
    sql.bind(id).push(" AND ");
    push_visible(&mut sql, tx.scope(), &TASK, "t", true);
    sql.push(hold);
    let found = tx.first(&sql.text, &sql.values, head)?;
    found.ok_or_else(|| {
        Refusal::new(Code::InvalidTaskId).with("id", id).with("company", &tx.scope().company).into()
    })
}

/// Whether there is such a task, whoever sees it.
pub(crate) fn exists(tx: &Tx<'_>, id: &str) -> Result<bool> {
    let sql = "SELECT pk FROM tasks WHERE id = $1";
    Ok(tx.first(sql, &[id.into()], |_| Ok(()))?.is_some())
}

/// Ids of the tasks whose parent is `id` and that the scope may see.
pub fn children(tx: &Tx<'_>, id: &str) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT t.id FROM tasks t WHERE t.parent = ");
    sql.bind(id).push(" AND ");
    push_visible(&mut sql, tx.scope(), &TASK, "t", false);
    sql.push(" ORDER BY t.pk");
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// The model of the task's last output entry.
pub fn last_output_model(tx: &Tx<'_>, task: &Head) -> Result<Option<String>> {
    let sql = "SELECT model FROM task_models WHERE owner = $1 AND direction = 'output' \
               ORDER BY position DESC LIMIT 1";
    Ok(tx.first(sql, &[task.pk.into()], |row| row.opt_text(0))?.flatten())
}

/// Ids of the models the task made: those that name it and those it names, each once.
pub fn output_models(tx: &Tx<'_>, task: &Head) -> Result<Vec<String>> {
    let sql = "SELECT id FROM models WHERE task = $1 UNION SELECT model FROM task_models \
               WHERE owner = $2 AND direction = 'output' AND model IS NOT NULL";
    tx.query(sql, &[(&task.id).into(), task.pk.into()], |row| row.text(0))
}

/// Whether a task with this parent is published.
pub fn has_published_children(tx: &Tx<'_>, id: &str) -> Result<bool> {
    let sql = "SELECT pk FROM tasks WHERE parent = $1 AND status = 'published' LIMIT 1";
    Ok(tx.first(sql, &[id.into()], |row| row.int(0))?.is_some())
}

/// Whether a model the task made is published.
pub fn has_published_models(tx: &Tx<'_>, task: &Head) -> Result<bool> {
    let sql = "SELECT m.pk FROM models m WHERE m.ready = 1 AND (m.task = $1 OR m.id IN \
               (SELECT model FROM task_models WHERE owner = $2 AND direction = 'output')) LIMIT 1";
    Ok(tx.first(sql, &[(&task.id).into(), task.pk.into()], |row| row.int(0))?.is_some())
}

/// Tells the children of a task that goes that their parent is gone; returns how many.
pub fn orphan_children(tx: &Tx<'_>, id: &str) -> Result<usize> {
    let sql = "UPDATE tasks SET parent = $1 WHERE parent = $2";
    tx.execute(sql, &[format!("__DELETED__{id}").into(), id.into()])
}

/// Where the bytes of the artifacts lie that the task produced.
pub fn artifact_urls(tx: &Tx<'_>, task: &Head) -> Result<Vec<String>> {
    let sql = "SELECT value FROM task_artifacts WHERE owner = $1 AND mode <> 'input' ORDER BY name";
    let artifacts =
        tx.query(sql, &[task.pk.into()], |row| unpack(row.bytes(0)?.unwrap_or_default()))?;
    let uri = |artifact: &Value| artifact.get("uri")?.as_str().map(str::to_owned);
    Ok(artifacts.iter().filter_map(uri).collect())
}

/// The types of the tasks the scope may see, of these projects or of all, sorted.
pub fn types(tx: &Tx<'_>, projects: Option<&[String]>) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT DISTINCT t.type FROM tasks t WHERE ");
    push_visible(&mut sql, tx.scope(), &TASK, "t", false);
    if let Some(projects) = projects {
        sql.push(" AND t.project IN ").bind_list(projects);
    }
    sql.push(" ORDER BY t.type");
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// The task, if the scope may change it; unlike [`writable`] it is not held, so that it can be
/// asked in a transaction that only reads.
///
/// # Errors
/// As [`writable`].
pub fn changeable(tx: &Tx<'_>, id: &str) -> Result<Writable<Head>> {
    let task = find(tx, id, "")?;
    crate::access::require_writable(tx, &TASK, task.pk, &task.id)?;
    Ok(Writable::new(task))
}

/// Shows on a task's row what its events say, unless they or later ones are shown already; tells
/// whether they were not.
pub fn show_events(
    tx: &Tx<'_>,
    pk: i64,
    seq: i64,
    updated: i64,
    iteration: Option<i64>,
) -> Result<bool> {
    let sql = "UPDATE tasks SET last_update = $1, last_change = $1, events_seq = $2, \
               last_iteration = CASE WHEN last_iteration < $3 THEN $3 ELSE last_iteration END, \
               active_duration = CASE WHEN status = 'in_progress' AND started IS NOT NULL \
               THEN ($1 - started) / 1000 ELSE active_duration END \
               WHERE pk = $4 AND events_seq < $2";
    let iteration = iteration.unwrap_or(0);
    tx.changed("task_events", pk, What::Reported);
    Ok(tx.execute(sql, &[updated.into(), seq.into(), iteration.into(), pk.into()])? > 0)
}

/// Up to `limit` running tasks that gave no sign of life since `before`, held until the
/// transaction ends. For the system's scope, which may change everything.
pub fn silent(tx: &Tx<'_>, before: i64, limit: usize) -> Result<Vec<Writable<Head>>> {
    let hold = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE OF t SKIP LOCKED",
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks t WHERE t.company = $1 AND t.status = 'in_progress' \
         AND t.last_update < $2 ORDER BY t.pk LIMIT {limit} {hold}"
    );
    let values = [(&tx.scope().company).into(), before.into()];
    tx.query(&sql, &values, |row| Ok(Writable::new(head(row)?)))
}

/// When a task last gave a sign of life, of all there are; 0 without tasks.
pub fn newest_update(tx: &Tx<'_>) -> Result<i64> {
    let sql = "SELECT max(last_update) FROM tasks";
    Ok(tx.first(sql, &[], |row| row.opt_int(0))?.flatten().unwrap_or(0))
}

//! Tasks: who may see or change one, and what the rules need to know of it to decide.

use crate::db::{Dialect, Row, Sql, Tx};
use crate::error::Result;
use crate::schema::TASK;
use crate::scope::{Visible, Writable, push_visible};
use arno_wire::error::{Code, Error as Refusal};

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

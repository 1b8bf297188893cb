//! Who used machines for how long: the running times of tasks, for accounts by project, queue and
//! user (api.md §12.3).

use crate::clock::Millis;
use crate::db::{Sql, Tx};
use crate::error::Result;
use crate::query::Selection;
use crate::schema::Entity;
use crate::scope::push_visible;

/// One task's use of a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Project id.
    pub project: Option<String>,
    /// Owner's id.
    pub user: Option<String>,
    /// Queue id; none for a task that was started by hand.
    pub queue: Option<String>,
    /// When it started.
    pub from: Millis,
    /// When it ended, or gave its last sign of life.
    pub to: Millis,
    /// Processor cores of its machine, as reported.
    pub cores: Option<f64>,
    /// GPUs of its machine, as reported.
    pub gpus: Option<f64>,
}

/// The runs of the selected tasks that overlap a period.
///
/// # Errors
/// Those of the engine.
pub fn runs(tx: &Tx<'_>, tasks: &Selection<'_>, from: Millis, to: Millis) -> Result<Vec<Run>> {
    let of_runtime = |name: &str| {
        format!(
            "(SELECT r.value FROM task_maps r WHERE r.owner = e.pk AND r.field = 'runtime' \
             AND r.name = '{name}')"
        )
    };
    let ended = "coalesce(e.completed, CASE WHEN e.status = 'in_progress' THEN e.last_update \
                 ELSE e.status_changed END)";
    let mut sql = Sql::new(format!(
        "SELECT e.project, e.user_id, e.execution_queue, e.started, {ended}, {}, {} ",
        of_runtime("cpu_cores"),
        of_runtime("gpu_count"),
    ));
    tasks.push(&mut sql);
    sql.push(" AND e.started < ").bind(to).push(&format!(" AND {ended} > ")).bind(from);
    tx.query(&sql.text, &sql.values, |row| {
        Ok(Run {
            project: row.opt_text(0)?,
            user: row.opt_text(1)?,
            queue: row.opt_text(2)?,
            from: row.int(3)?,
            to: row.int(4)?,
            cores: number(row.str(5)?),
            gpus: number(row.str(6)?),
        })
    })
}

/// A number as it lies in a map: as JSON, possibly as text.
fn number(json: Option<&str>) -> Option<f64> {
    json?.trim_matches('"').trim().parse().ok().filter(|number: &f64| *number >= 0.0)
}

/// The names of objects by their ids, of those the caller sees.
///
/// # Errors
/// Those of the engine.
pub fn names(tx: &Tx<'_>, entity: &Entity, ids: &[String]) -> Result<Vec<(String, String)>> {
    let mut sql = Sql::new(format!("SELECT t.id, t.name FROM {} t WHERE t.id IN ", entity.table));
    sql.bind_list(ids).push(" AND ");
    push_visible(&mut sql, tx.scope(), entity, "t", true);
    tx.query(&sql.text, &sql.values, |row| Ok((row.text(0)?, row.text(1)?)))
}

//! What a deletion of projects asks and takes away.

use super::Head;
use crate::db::{Sql, Tx};
use crate::document;
use crate::error::Result;
use crate::schema::PROJECT;
use crate::scope::Writable;

/// What lies in projects: numbers of all, and of those not archived (`live`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Tasks that are neither reports nor in projects of pipelines and datasets.
    pub tasks: i64,
    /// Those not archived.
    pub live_tasks: i64,
    /// Models, likewise.
    pub models: i64,
    /// Those not archived.
    pub live_models: i64,
    /// Reports.
    pub reports: i64,
    /// Those not archived.
    pub live_reports: i64,
    /// Pipelines with a run that is not archived.
    pub pipelines: i64,
    /// Datasets with a version that is not archived.
    pub datasets: i64,
}

impl Contents {
    /// Counts what lies in these projects, whoever sees it.
    pub fn count(tx: &Tx<'_>, projects: &[String]) -> Result<Contents> {
        let pipelines = tagged(tx, projects, "pipeline")?;
        let datasets = tagged(tx, projects, "dataset")?;
        let plain = |id: &&String| !pipelines.contains(id) && !datasets.contains(id);
        let plain: Vec<String> = projects.iter().filter(plain).cloned().collect();
        let (reports, live_reports) = rows(tx, "task", projects, " AND t.type = 'report'")?;
        let (tasks, live_tasks) = rows(tx, "task", &plain, " AND t.type <> 'report'")?;
        let (models, live_models) = rows(tx, "model", &plain, "")?;
        Ok(Contents {
            tasks,
            live_tasks,
            models,
            live_models,
            reports,
            live_reports,
            pipelines: alive(tx, &pipelines, " AND t.type = 'controller'")?,
            datasets: alive(tx, &datasets, "")?,
        })
    }
}

const LIVE: &str = "NOT EXISTS (SELECT 1 FROM task_tags g WHERE g.owner = t.pk \
                    AND g.system = 1 AND g.value = 'archived')";

fn tagged(tx: &Tx<'_>, projects: &[String], tag: &str) -> Result<Vec<String>> {
    let mut sql = Sql::new(
        "SELECT p.id FROM projects p JOIN project_tags g ON g.owner = p.pk \
         WHERE g.system = 1 AND g.value = ",
    );
    sql.bind(tag).push(" AND p.id IN ").bind_list(projects);
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// How many there are, and how many not archived.
fn rows(tx: &Tx<'_>, entity: &str, projects: &[String], more: &str) -> Result<(i64, i64)> {
    let live = LIVE.replace("task_tags", &format!("{entity}_tags"));
    let mut sql = Sql::new(format!(
        "SELECT count(*), coalesce(sum(CASE WHEN {live} THEN 1 ELSE 0 END), 0) \
         FROM {entity}s t WHERE t.project IN "
    ));
    sql.bind_list(projects).push(more);
    let found = tx.first(&sql.text, &sql.values, |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or_default())
}

/// In how many of these projects there is a task that is not archived.
fn alive(tx: &Tx<'_>, projects: &[String], more: &str) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(DISTINCT t.project) FROM tasks t WHERE t.project IN ");
    sql.bind_list(projects).push(&format!(" AND {LIVE}{more}"));
    Ok(tx.first(&sql.text, &sql.values, |row| row.int(0))?.unwrap_or(0))
}

/// Ids of all tasks or models (`table`) in these projects, whoever sees them.
pub fn inside(tx: &Tx<'_>, table: &str, projects: &[String]) -> Result<Vec<String>> {
    let mut sql = Sql::new(format!("SELECT id FROM {table} WHERE project IN "));
    sql.bind_list(projects).push(" ORDER BY pk");
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// Removes a project, of which nothing is left, with what was granted of it.
pub fn remove(tx: &Tx<'_>, project: &Writable<Head>) -> Result<()> {
    document::remove(tx, &PROJECT, project.pk)?;
    tx.execute("DELETE FROM project_shares WHERE project = $1", &[(&project.id).into()])?;
    Ok(())
}

//! Artifacts and models of a task, one by one.

use crate::db::Tx;
use crate::document;
use crate::error::Result;
use crate::scope::Writable;
use crate::tasks::Head;
use arno_wire::date;
use serde_json::{Value, json};

/// Writes one artifact, replacing one of that key and mode.
pub fn put_artifact(tx: &Tx<'_>, task: &Writable<Head>, artifact: &Value) -> Result<()> {
    document::put_artifact(tx, task.pk, artifact)
}

/// Removes one artifact.
pub fn remove_artifact(tx: &Tx<'_>, task: &Writable<Head>, key: &str, mode: &str) -> Result<()> {
    let sql = "DELETE FROM task_artifacts WHERE owner = $1 AND name = $2 AND mode = $3";
    tx.execute(sql, &[task.pk.into(), key.into(), mode.into()])?;
    Ok(())
}

/// Names `model` as the task's input or output of this name: in place of the one that has it, else
/// as the last.
pub fn put_model(
    tx: &Tx<'_>,
    task: &Writable<Head>,
    direction: &str,
    name: &str,
    model: &str,
) -> Result<()> {
    let sql = "SELECT position FROM task_models WHERE owner = $1 AND direction = $2 AND name = $3";
    let there = tx.first(sql, &[task.pk.into(), direction.into(), name.into()], |r| r.int(0))?;
    let position = match there {
        Some(position) => position,
        None => {
            let sql = "SELECT coalesce(max(position), -1) + 1 FROM task_models \
                       WHERE owner = $1 AND direction = $2";
            tx.first(sql, &[task.pk.into(), direction.into()], |r| r.int(0))?.unwrap_or(0)
        }
    };
    let item = json!({"name": name, "model": model, "updated": date::format(tx.now())});
    document::put_task_model(tx, task.pk, direction, position, &item)
}

/// The name of the task's last output.
pub fn last_output_name(tx: &Tx<'_>, task: &Head) -> Result<Option<String>> {
    let sql = "SELECT name FROM task_models WHERE owner = $1 AND direction = 'output' \
               ORDER BY position DESC LIMIT 1";
    tx.first(sql, &[task.pk.into()], |row| row.text(0))
}

/// Removes the input or output of this name.
pub fn remove_model(tx: &Tx<'_>, task: &Writable<Head>, direction: &str, name: &str) -> Result<()> {
    let sql = "DELETE FROM task_models WHERE owner = $1 AND direction = $2 AND name = $3";
    tx.execute(sql, &[task.pk.into(), direction.into(), name.into()])?;
    Ok(())
}

/// Removes the artifacts the task produced; what it was given stays.
pub fn clear_outputs(tx: &Tx<'_>, task: &Writable<Head>) -> Result<()> {
    let sql = "DELETE FROM task_artifacts WHERE owner = $1 AND mode <> 'input'";
    tx.execute(sql, &[task.pk.into()])?;
    Ok(())
}

/// Replaces a model by another id wherever tasks name it (`direction`: `input` or `output`).
pub fn rewrite_model(tx: &Tx<'_>, direction: &str, model: &str, by: &str) -> Result<usize> {
    let sql = "UPDATE task_models SET model = $1 WHERE model = $2 AND direction = $3";
    tx.execute(sql, &[by.into(), model.into(), direction.into()])
}

/// Ids of the tasks that use a model as input.
pub fn users_of_model(tx: &Tx<'_>, model: &str) -> Result<Vec<String>> {
    let sql = "SELECT t.id FROM task_models m JOIN tasks t ON t.pk = m.owner \
               WHERE m.model = $1 AND m.direction = 'input' ORDER BY t.pk";
    tx.query(sql, &[model.into()], |row| row.text(0))
}

/// Drops a model from the outputs of the tasks that name it.
pub fn drop_output_model(tx: &Tx<'_>, model: &str) -> Result<()> {
    let sql = "DELETE FROM task_models WHERE model = $1 AND direction = 'output'";
    tx.execute(sql, &[model.into()])?;
    Ok(())
}

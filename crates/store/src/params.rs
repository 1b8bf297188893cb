//! Hyperparameters, configuration objects and runtime properties of a task, one by one.

use crate::db::Tx;
use crate::document;
use crate::error::Result;
use crate::schema::TASK;
use crate::scope::Writable;
use crate::tasks::Head;
use serde_json::Value;

/// Writes one parameter (`section`, `name`, `value` …), replacing one of that section and name.
pub fn put(tx: &Tx<'_>, task: &Writable<Head>, item: &Value) -> Result<()> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
    document::put_param(tx, task.pk, text("section"), text("name"), item)
}

/// Removes one parameter.
pub fn remove(tx: &Tx<'_>, task: &Writable<Head>, section: &str, name: &str) -> Result<()> {
    let sql = "DELETE FROM task_params WHERE owner = $1 AND section = $2 AND name = $3";
    tx.execute(sql, &[task.pk.into(), section.into(), name.into()])?;
    Ok(())
}

/// Removes a section.
pub fn remove_section(tx: &Tx<'_>, task: &Writable<Head>, section: &str) -> Result<()> {
    let sql = "DELETE FROM task_params WHERE owner = $1 AND section = $2";
    tx.execute(sql, &[task.pk.into(), section.into()])?;
    Ok(())
}

/// Removes all parameters.
pub fn clear(tx: &Tx<'_>, task: &Writable<Head>) -> Result<()> {
    tx.execute("DELETE FROM task_params WHERE owner = $1", &[task.pk.into()])?;
    Ok(())
}

/// Writes one configuration object, replacing one of that name.
pub fn put_configuration(
    tx: &Tx<'_>,
    task: &Writable<Head>,
    name: &str,
    item: &Value,
) -> Result<()> {
    document::put_config(tx, task.pk, name, item)
}

/// Removes one configuration object.
pub fn remove_configuration(tx: &Tx<'_>, task: &Writable<Head>, name: &str) -> Result<()> {
    let sql = "DELETE FROM task_configs WHERE owner = $1 AND name = $2";
    tx.execute(sql, &[task.pk.into(), name.into()])?;
    Ok(())
}

/// Removes all configuration objects.
pub fn clear_configurations(tx: &Tx<'_>, task: &Writable<Head>) -> Result<()> {
    tx.execute("DELETE FROM task_configs WHERE owner = $1", &[task.pk.into()])?;
    Ok(())
}

/// Writes one runtime property.
pub fn put_runtime(tx: &Tx<'_>, task: &Writable<Head>, name: &str, value: &Value) -> Result<()> {
    document::put_map_entry(tx, &TASK, "runtime", task.pk, name, value)
}

/// Removes one runtime property.
pub fn remove_runtime(tx: &Tx<'_>, task: &Writable<Head>, name: &str) -> Result<()> {
    let sql = "DELETE FROM task_maps WHERE owner = $1 AND field = 'runtime' AND name = $2";
    tx.execute(sql, &[task.pk.into(), name.into()])?;
    Ok(())
}

//! What occurs in the tasks and models of projects: tags, parameters with their values, metadata,
//! owners and parents (api.md §11). Each answers for a [`Selection`], which looks through the caller's
//! eyes.

use crate::db::{Sql, Tx};
use crate::error::{Error, Result};
use crate::query::{Selection, Side};
use crate::schema::TASK;
use crate::scope::push_visible;
use arno_wire::natural;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The ids of the selected objects.
///
/// # Errors
/// Those of the engine.
pub fn ids(tx: &Tx<'_>, selection: &Selection<'_>) -> Result<BTreeSet<String>> {
    let mut sql = Sql::new("SELECT e.id ");
    selection.push(&mut sql);
    Ok(tx.query(&sql.text, &sql.values, |row| row.text(0))?.into_iter().collect())
}

/// The tags, or system tags, that occur; sorted.
///
/// # Errors
/// Those of the engine.
pub fn tags(selection: &Selection<'_>, system: bool) -> Result<Vec<String>> {
    let table = format!("{}_tags", selection.entity().prefix);
    let fixed = [("system", system.into())];
    let found = selection.values(&Side { table, fixed: &fixed, wanted: ["value"] })?;
    Ok(found.into_iter().flatten().collect())
}

/// Section and name of the hyperparameters that occur in tasks; sorted.
///
/// # Errors
/// Those of the engine.
pub fn parameters(tasks: &Selection<'_>) -> Result<Vec<[String; 2]>> {
    let table = "task_params".to_owned();
    tasks.values(&Side { table, fixed: &[], wanted: ["section", "name"] })
}

/// The values of one hyperparameter that occur in tasks, in natural order.
///
/// # Errors
/// Those of the engine.
pub fn parameter_values(
    tx: &Tx<'_>,
    tasks: &Selection<'_>,
    section: &str,
    name: &str,
) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT DISTINCT s.sort_key, s.value ");
    tasks.push_beside(&mut sql, "task_params");
    sql.push(" AND s.section = ").bind(section).push(" AND s.name = ").bind(name);
    sql.push(" ORDER BY s.sort_key, s.value");
    tx.query(&sql.text, &sql.values, |row| row.text(1))
}

/// The keys of metadata that occur in models; sorted.
///
/// # Errors
/// Those of the engine.
pub fn metadata_keys(models: &Selection<'_>) -> Result<Vec<String>> {
    let table = "model_maps".to_owned();
    let fixed = [("field", "metadata".into())];
    let found = models.values(&Side { table, fixed: &fixed, wanted: ["name"] })?;
    Ok(found.into_iter().flatten().collect())
}

/// The values of one key of metadata that occur in models, in natural order.
///
/// # Errors
/// Those of the engine.
pub fn metadata_values(tx: &Tx<'_>, models: &Selection<'_>, key: &str) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT DISTINCT s.value ");
    models.push_beside(&mut sql, "model_maps");
    sql.push(" AND s.field = 'metadata' AND s.name = ").bind(key);
    let items = tx.query(&sql.text, &sql.values, |row| {
        let item: Json = serde_json::from_str(row.str(0)?.unwrap_or("null"))
            .map_err(|e| Error::corrupt("an item of metadata", e))?;
        Ok(item["value"].as_str().map(str::to_owned))
    })?;
    let in_order: BTreeSet<(Vec<u8>, String)> =
        items.into_iter().flatten().map(|value| (natural::sort_key(&value), value)).collect();
    Ok(in_order.into_iter().map(|(_, value)| value).collect())
}

/// Id and name of the users who own some of the objects, by name.
///
/// # Errors
/// Those of the engine.
pub fn owners(tx: &Tx<'_>, selection: &Selection<'_>) -> Result<Vec<(String, String)>> {
    let mut sql = Sql::new("SELECT u.id, u.name FROM users u WHERE u.id IN (SELECT e.user_id ");
    selection.push(&mut sql);
    sql.push(") ORDER BY u.name, u.id");
    tx.query(&sql.text, &sql.values, |row| Ok((row.text(0)?, row.text(1)?)))
}

/// The keys of the tasks that are parents of some of the tasks, as far as the caller sees them.
///
/// # Errors
/// Those of the engine.
pub fn parents(tx: &Tx<'_>, tasks: &Selection<'_>) -> Result<Vec<i64>> {
    let mut sql = Sql::new("SELECT p.pk FROM tasks p WHERE p.id IN (SELECT e.parent ");
    tasks.push(&mut sql);
    sql.push(" AND e.parent IS NOT NULL) AND ");
    push_visible(&mut sql, tx.scope(), &TASK, "p", true);
    tx.query(&sql.text, &sql.values, |row| row.int(0))
}

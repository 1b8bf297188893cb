//! Tags of any entity, added and removed one by one.

use crate::db::Tx;
use crate::error::Result;
use crate::schema::Entity;

/// Adds a tag; tells whether it was not there before.
pub fn add(tx: &Tx<'_>, entity: &Entity, owner: i64, system: bool, tag: &str) -> Result<bool> {
    let sql = format!(
        "INSERT INTO {}_tags (owner, system, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        entity.prefix
    );
    Ok(tx.execute(&sql, &[owner.into(), system.into(), tag.into()])? > 0)
}

/// Removes a tag; tells whether it was there.
pub fn remove(tx: &Tx<'_>, entity: &Entity, owner: i64, system: bool, tag: &str) -> Result<bool> {
    let sql = format!(
        "DELETE FROM {}_tags WHERE owner = $1 AND system = $2 AND value = $3",
        entity.prefix
    );
    Ok(tx.execute(&sql, &[owner.into(), system.into(), tag.into()])? > 0)
}

/// Whether the object has this tag.
pub fn has(tx: &Tx<'_>, entity: &Entity, owner: i64, system: bool, tag: &str) -> Result<bool> {
    let sql = format!(
        "SELECT owner FROM {}_tags WHERE owner = $1 AND system = $2 AND value = $3",
        entity.prefix
    );
    let values = [owner.into(), system.into(), tag.into()];
    Ok(tx.first(&sql, &values, |row| row.int(0))?.is_some())
}

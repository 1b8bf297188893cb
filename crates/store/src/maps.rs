//! Free-form maps of any entity (`metadata`, `runtime`, `container`), entry by entry.

use crate::db::Tx;
use crate::document;
use crate::error::Result;
use crate::schema::Entity;
use serde_json::Value;

/// Writes every entry of an object, replacing those of the same key.
pub fn put_all(tx: &Tx<'_>, entity: &Entity, field: &str, owner: i64, map: &Value) -> Result<()> {
    for (key, value) in map.as_object().into_iter().flatten() {
        document::put_map_entry(tx, entity, field, owner, key, value)?;
    }
    Ok(())
}

/// Removes one entry.
pub fn remove(tx: &Tx<'_>, entity: &Entity, field: &str, owner: i64, key: &str) -> Result<()> {
    let sql =
        format!("DELETE FROM {}_maps WHERE owner = $1 AND field = $2 AND name = $3", entity.prefix);
    tx.execute(&sql, &[owner.into(), field.into(), key.into()])?;
    Ok(())
}

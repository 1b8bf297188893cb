//! What is remembered for minutes and shared by servers: state behind an id that was handed out.

use crate::clock::Millis;
use crate::db::Tx;
use crate::document::new_id;
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Remembers `state` for so long and returns its id.
///
/// # Errors
/// Those of the engine.
pub fn put<T: Serialize>(tx: &Tx<'_>, state: &T, life: Millis) -> Result<String> {
    let id = new_id();
    let state = serde_json::to_vec(state).map_err(|e| Error::corrupt("a cursor", e))?;
    let sql = "INSERT INTO cursors (id, expires, state) VALUES ($1, $2, $3)";
    tx.execute(sql, &[(&id).into(), (tx.now() + life).into(), state.into()])?;
    Ok(id)
}

/// The state behind an id, unless it has expired or was never handed out.
///
/// # Errors
/// Those of the engine.
pub fn get<T: DeserializeOwned>(tx: &Tx<'_>, id: &str) -> Result<Option<T>> {
    let sql = "SELECT state FROM cursors WHERE id = $1 AND expires > $2";
    tx.first(sql, &[id.into(), tx.now().into()], |row| {
        serde_json::from_slice(row.bytes(0)?.unwrap_or_default())
            .map_err(|e| Error::corrupt("a cursor", e))
    })
}

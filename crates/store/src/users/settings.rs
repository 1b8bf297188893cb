//! Values the whole site shares by name: the signing key, the server's id, the statistics opt-in.
//! They are in the database so that several servers agree on them.

use crate::db::{Tx, Value};
use crate::error::Result;

/// One named value; a namespace for its functions.
pub struct Setting;

impl Setting {
    /// The value of this name.
    pub fn get(tx: &Tx<'_>, name: &str) -> Result<Option<Vec<u8>>> {
        tx.first("SELECT value FROM settings WHERE name = $1", &[name.into()], |row| row.blob(0))
    }

    /// Stores a value in place of an earlier one.
    pub fn put(tx: &Tx<'_>, name: &str, value: &[u8]) -> Result<()> {
        let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        tx.execute(sql, &[name.into(), value.into()])?;
        Ok(())
    }

    /// The value of this name; the first to ask decides what it is.
    pub fn get_or_put(tx: &Tx<'_>, name: &str, fresh: &[u8]) -> Result<Vec<u8>> {
        let values: [Value; 2] = [name.into(), fresh.into()];
        let sql = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.execute(sql, &values)?;
        Ok(Setting::get(tx, name)?.unwrap_or_else(|| fresh.to_vec()))
    }
}

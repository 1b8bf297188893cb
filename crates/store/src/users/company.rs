//! The company (tenant). A fresh site has one.

use crate::db::Tx;
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json};

/// A company.
#[derive(Clone, Debug, PartialEq)]
pub struct Company {
    /// Id, 32 hexadecimal digits.
    pub id: String,
    /// Name shown to its users.
    pub name: String,
    /// `defaults`: the statistics opt-in and other settings of the company.
    pub defaults: Map<String, Json>,
}

impl Company {
    /// The company of this id.
    pub fn find(tx: &Tx<'_>, id: &str) -> Result<Option<Company>> {
        let sql = "SELECT name, doc FROM companies WHERE id = $1";
        tx.first(sql, &[id.into()], |row| {
            let doc = row.bytes(1)?.unwrap_or_default();
            Ok(Company {
                id: id.to_owned(),
                name: row.text(0)?,
                defaults: serde_json::from_slice(doc).map_err(|e| Error::corrupt("company", e))?,
            })
        })
    }

    /// Makes the company unless it exists; whether it is new.
    pub fn ensure(tx: &Tx<'_>, id: &str, name: &str) -> Result<bool> {
        let sql = "INSERT INTO companies (id, name, doc) VALUES ($1, $2, $3) \
                   ON CONFLICT DO NOTHING";
        Ok(tx.execute(sql, &[id.into(), name.into(), b"{}".as_slice().into()])? == 1)
    }

    /// Stores the company's defaults.
    pub fn save_defaults(&self, tx: &Tx<'_>) -> Result<()> {
        let doc = serde_json::to_vec(&self.defaults).map_err(|e| Error::corrupt("company", e))?;
        tx.execute(
            "UPDATE companies SET doc = $1 WHERE id = $2",
            &[doc.into(), (&self.id).into()],
        )?;
        Ok(())
    }
}

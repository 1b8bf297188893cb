//! Callers' tokens on their way to a clone: kept from the call until the run ends, and read only by
//! who runs it.

use crate::clock::Millis;
use crate::db::Tx;
use crate::error::Result;

/// Keeps a secret for a clone.
pub fn put(tx: &Tx<'_>, task: &str, secret: &str, expires: Millis) -> Result<()> {
    let sql = "INSERT INTO gateway_secrets (task, secret, expires) VALUES ($1, $2, $3) \
               ON CONFLICT (task) DO UPDATE SET secret = excluded.secret, \
               expires = excluded.expires";
    tx.execute(sql, &[task.into(), secret.as_bytes().into(), expires.into()])?;
    Ok(())
}

/// The secret of a clone, while it is kept.
pub fn get(tx: &Tx<'_>, task: &str) -> Result<Option<String>> {
    let sql = "SELECT secret FROM gateway_secrets WHERE task = $1 AND expires > $2";
    let found = tx.first(sql, &[task.into(), tx.now().into()], |row| row.blob(0))?;
    Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Forgets the secret of a clone.
pub fn forget(tx: &Tx<'_>, task: &str) -> Result<()> {
    tx.execute("DELETE FROM gateway_secrets WHERE task = $1", &[task.into()])?;
    Ok(())
}

/// Forgets the secrets that are kept no longer.
pub fn forget_expired(tx: &Tx<'_>) -> Result<usize> {
    tx.execute("DELETE FROM gateway_secrets WHERE expires <= $1", &[tx.now().into()])
}

//! Who refers to a file: artifacts and models by their URLs, samples and plots of other tasks.
//! A file is known by a digest of what is the same in every URL of it, so that neither the host's
//! name nor its spelling matter.

use crate::db::{Sql, Tx, Value};
use crate::document::unpack;
use crate::error::Result;
use crate::events::Batch;
use arno_wire::file_name::{self, identity};
use sha2::{Digest, Sha256};

/// Bytes of a digest that are kept.
const KEY: usize = 16;

/// The file of a URL.
pub(crate) fn file_of(url: &str) -> Vec<u8> {
    digest(&identity(url))
}

fn digest(identity: &str) -> Vec<u8> {
    Sha256::digest(identity)[..KEY].to_vec()
}

/// Whether anything still refers to the file of this URL or name, or to a folder it lies in; what the
/// events of `except` show does not count.
pub(crate) fn any(tx: &Tx<'_>, url: &str, except: Option<i64>) -> Result<bool> {
    let own = identity(url);
    let folders = own.match_indices('/').map(|(at, _)| &own[..at]);
    let files: Vec<Value> = folders.chain([own.as_str()]).map(|part| digest(part).into()).collect();
    for table in ["task_artifacts", "models", "ev.foreign_file"] {
        let mut sql = Sql::new(format!("SELECT 1 FROM {table} WHERE file IN "));
        sql.bind_list(files.iter().cloned());
        if let (Some(owner), "ev.foreign_file") = (except, table) {
            sql.push(" AND owner <> ").bind(owner);
        }
        sql.push(" LIMIT 1");
        if tx.first(&sql.text, &sql.values, |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The files outside the own folder that the events of a batch show.
pub(crate) fn foreign(batch: &Batch) -> Vec<Vec<u8>> {
    let samples = batch.samples.iter().filter_map(|sample| sample.url.as_deref());
    let plots = batch.plots.iter().flat_map(|plot| &plot.source_urls).map(String::as_str);
    let identities = samples.chain(plots).map(identity);
    let mut files: Vec<Vec<u8>> = identities
        .filter(|identity| batch.about.is_empty() || !identity.starts_with(&batch.about))
        .map(|identity| digest(&identity))
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// Notes of what earlier programs stored which files it is.
pub(crate) fn fill_metadata(tx: &Tx<'_>) -> Result<()> {
    let sql = "SELECT pk, uri FROM models WHERE uri IS NOT NULL";
    for (pk, uri) in tx.query(sql, &[], |row| Ok((row.int(0)?, row.text(1)?)))? {
        let sql = "UPDATE models SET file = $1 WHERE pk = $2";
        tx.execute(sql, &[file_of(&uri).into(), pk.into()])?;
    }
    let artifacts =
        tx.query("SELECT owner, name, mode, value FROM task_artifacts", &[], |row| {
            let artifact = unpack(row.bytes(3)?.unwrap_or_default())?;
            Ok((row.int(0)?, row.text(1)?, row.text(2)?, artifact))
        })?;
    for (owner, name, mode, artifact) in artifacts {
        let Some(uri) = artifact["uri"].as_str() else { continue };
        let sql =
            "UPDATE task_artifacts SET file = $1 WHERE owner = $2 AND name = $3 AND mode = $4";
        tx.execute(sql, &[file_of(uri).into(), owner.into(), name.into(), mode.into()])?;
    }
    Ok(())
}

/// The same for events. Whose folder a URL lies in cannot be compared here: one in the folder of a
/// task counts as the owner's own.
pub(crate) fn fill_events(tx: &Tx<'_>) -> Result<()> {
    let sql = "SELECT DISTINCT owner, url FROM ev.sample WHERE url IS NOT NULL";
    for (owner, url) in tx.query(sql, &[], |row| Ok((row.int(0)?, row.text(1)?)))? {
        if file_name::within_task(&url).is_none() {
            let sql = "INSERT INTO ev.foreign_file (owner, file) VALUES ($1, $2) \
                       ON CONFLICT DO NOTHING";
            tx.execute(sql, &[owner.into(), file_of(&url).into()])?;
        }
    }
    Ok(())
}

//! The rows behind files: `blobs` gives a path its content or the object that holds it, `objects`
//! says where an object lies, `dead_objects` lists those to be removed. Servers that share a database lock
//! first the path, then the objects concerned by ascending hash, and count references only then.

use super::{Blob, Content};
use crate::access::visible_pk;
use crate::clock::Millis;
use crate::db::{Dialect, Row, Tx, Value};
use crate::error::{Error, Result};
use crate::schema::TASK;
use crate::tasks;
use arno_wire::error::{Code, Error as Refusal};
use arno_wire::file_name::task_of;
use bytes::Bytes;

/// Files deleted in one transaction.
pub(super) const BATCH: usize = 500;

/// A file to be recorded, its content already durable (or inline).
pub(super) struct New {
    pub(super) path: String,
    pub(super) object: String,
    pub(super) size: u64,
    pub(super) content: Content,
}

pub(super) struct Recorded {
    /// Whether the content given is now the file's; otherwise an equal one was there.
    pub(super) adopted: bool,
    /// Whether the content before is to be removed.
    pub(super) freed: bool,
    pub(super) now: Millis,
}

pub(super) fn record(tx: &Tx<'_>, new: &New) -> Result<Recorded> {
    lock_path(tx, &new.path)?;
    let before = owned(tx, &new.path)?;
    require_writable(tx, &new.path, before.as_ref())?;
    let replaced = before.and_then(|before| before.stored).filter(|object| *object != new.object);
    let (adopted, content): (bool, Value) = match &new.content {
        Content::Inline(bytes) => (true, bytes.as_ref().into()),
        Content::Stored(location) => {
            if let Some(before) = replaced.as_ref().filter(|before| **before < new.object) {
                lock(tx, before)?;
            }
            (adopt(tx, &new.object, location)?, Value::Null)
        }
    };
    let sql = "INSERT INTO blobs (company, path, object, size, created, user_id, task, content) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
               ON CONFLICT (company, path) DO UPDATE SET object = excluded.object, \
               size = excluded.size, created = excluded.created, user_id = excluded.user_id, \
               content = excluded.content";
    let values = [
        (&tx.scope().company).into(),
        (&new.path).into(),
        (&new.object).into(),
        (new.size as i64).into(),
        tx.now().into(),
        (&tx.scope().user).into(),
        task_of(&new.path).into(),
        content,
    ];
    tx.execute(sql, &values)?;
    let freed = replaced.map_or(Ok(false), |object| release(tx, &object))?;
    Ok(Recorded { adopted, freed, now: tx.now() })
}

/// Notes where the content of an object lies unless an equal one is there.
fn adopt(tx: &Tx<'_>, object: &str, location: &str) -> Result<bool> {
    let sql = "INSERT INTO objects (hash, location) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    // Between the insert that found an equal object and the lock, another server may remove it.
    for _ in 0..8 {
        if tx.execute(sql, &[object.into(), location.into()])? == 1 {
            return Ok(true);
        }
        if lock(tx, object)? {
            return Ok(false);
        }
    }
    Err(Error::corrupt(format!("object {object}"), "it comes and goes"))
}

pub(super) fn find(tx: &Tx<'_>, path: &str) -> Result<Option<Blob>> {
    let sql = "SELECT b.object, b.size, b.created, b.content, CASE WHEN b.content IS NULL \
               THEN (SELECT o.location FROM objects o WHERE o.hash = b.object) END, \
               b.user_id, b.task FROM blobs b WHERE b.company = $1 AND b.path = $2";
    let found = tx.first(sql, &[(&tx.scope().company).into(), path.into()], |row| {
        let blob = Blob {
            path: path.to_owned(),
            object: row.text(0)?,
            size: row.int(1)? as u64,
            created: row.int(2)?,
            content: content(row)?,
        };
        Ok((blob, row.text(5)?, row.opt_text(6)?))
    })?;
    match found {
        Some((blob, user, task)) if may_read(tx, &user, task.as_deref())? => Ok(Some(blob)),
        _ => Ok(None),
    }
}

/// Whether the scope may read a file of this owner and task: the task's visibility decides.
fn may_read(tx: &Tx<'_>, user: &str, task: Option<&str>) -> Result<bool> {
    if !tx.scope().restricted || user == tx.scope().user {
        return Ok(true);
    }
    match task {
        Some(task) => Ok(visible_pk(tx, &TASK, task, true)?.is_some()),
        None => Ok(false),
    }
}

/// Refuses to write where another's work lies.
///
/// # Errors
/// 403/21 naming the path.
pub(super) fn require_writable(tx: &Tx<'_>, path: &str, present: Option<&Owned>) -> Result<()> {
    if !tx.scope().restricted {
        return Ok(());
    }
    let refused = || Err(Refusal::new(Code::NoWritePermission).with("path", path).into());
    if let Some(task) = task_of(path)
        && tasks::exists(tx, task)?
    {
        return match tasks::writable(tx, task) {
            Ok(_) => Ok(()),
            Err(Error::Rejected(_)) => refused(),
            Err(other) => Err(other),
        };
    }
    match present {
        Some(present) if present.user != tx.scope().user => refused(),
        _ => Ok(()),
    }
}

fn content(row: &Row<'_>) -> Result<Content> {
    match row.opt_text(4)? {
        Some(location) => Ok(Content::Stored(location)),
        None => Ok(Content::Inline(Bytes::from(row.blob(3)?))),
    }
}

/// Deletes a file; whether there was one.
///
/// # Errors
/// 403/21 when the scope may see but not change it.
pub(super) fn delete(tx: &Tx<'_>, path: &str) -> Result<bool> {
    lock_path(tx, path)?;
    let Some(present) = owned(tx, path)? else { return Ok(false) };
    if !may_read(tx, &present.user, task_of(path))? {
        return Ok(false);
    }
    require_writable(tx, path, Some(&present))?;
    remove(tx, path, &present)?;
    Ok(true)
}

/// Removes what is at a path, which is held.
pub(super) fn remove(tx: &Tx<'_>, path: &str, present: &Owned) -> Result<()> {
    let sql = "DELETE FROM blobs WHERE company = $1 AND path = $2";
    tx.execute(sql, &[(&tx.scope().company).into(), path.into()])?;
    if let Some(object) = &present.stored {
        release(tx, object)?;
    }
    Ok(())
}

/// Names of files in the folder of a task that follow `after`, in order.
pub(super) fn in_folder(tx: &Tx<'_>, task: &str, after: &str, limit: usize) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT path FROM blobs WHERE company = $1 AND task = $2 AND path > $3 \
         ORDER BY path LIMIT {limit}"
    );
    let values = [(&tx.scope().company).into(), task.into(), after.into()];
    tx.query(&sql, &values, |row| row.text(0))
}

/// Deletes the files below a folder that follow `after`, up to [`BATCH`] of them; how many went,
/// and where to go on when there may be more.
pub(super) fn delete_below(
    tx: &Tx<'_>,
    folder: &str,
    after: &str,
) -> Result<(usize, Option<String>)> {
    let sql = format!(
        "SELECT path FROM blobs WHERE company = $1 AND path > $2 AND path < $3 \
         ORDER BY path LIMIT {BATCH}"
    );
    // '0' follows '/', so what lies between is all that starts with the folder.
    let after = if after.is_empty() { format!("{folder}/") } else { after.to_owned() };
    let values = [(&tx.scope().company).into(), after.into(), format!("{folder}0").into()];
    let mut paths = tx.query(&sql, &values, |row| row.text(0))?;
    let mut deleted = 0;
    for path in &paths {
        deleted += usize::from(delete(tx, path)?);
    }
    let more = paths.len() == BATCH;
    Ok((deleted, if more { paths.pop() } else { None }))
}

/// What is at a path, and whose it is.
pub(super) struct Owned {
    /// The object that holds its content; none when its row does.
    stored: Option<String>,
    user: String,
    pub(super) size: u64,
    pub(super) created: Millis,
}

pub(super) fn owned(tx: &Tx<'_>, path: &str) -> Result<Option<Owned>> {
    let sql = "SELECT CASE WHEN content IS NULL THEN object END, user_id, size, created \
               FROM blobs WHERE company = $1 AND path = $2";
    tx.first(sql, &[(&tx.scope().company).into(), path.into()], |row| {
        let (stored, user) = (row.opt_text(0)?, row.text(1)?);
        Ok(Owned { stored, user, size: row.int(2)? as u64, created: row.int(3)? })
    })
}

/// Removes an object that no path refers to any more; whether it did. Its content is removed after
/// the commit.
fn release(tx: &Tx<'_>, object: &str) -> Result<bool> {
    lock(tx, object)?;
    let sql = "DELETE FROM objects WHERE hash = $1 AND NOT EXISTS \
               (SELECT 1 FROM blobs WHERE object = $1 AND content IS NULL) RETURNING location";
    let location = tx.first(sql, &[object.into()], |row| row.text(0))?;
    if let Some(location) = &location {
        tx.execute("INSERT INTO dead_objects (location) VALUES ($1)", &[location.into()])?;
    }
    Ok(location.is_some())
}

/// Keeps others from changing what is at a path until this transaction ends. On SQLite nobody
/// else can.
pub(super) fn lock_path(tx: &Tx<'_>, path: &str) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        tx.first(sql, &[path.into()], |_| Ok(()))?;
    }
    Ok(())
}

/// Keeps other servers from changing an object until this transaction ends; whether it exists.
/// SQLite has one writer and needs no lock.
fn lock(tx: &Tx<'_>, object: &str) -> Result<bool> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT 1 FROM objects WHERE hash = $1",
        Dialect::Postgres => "SELECT 1 FROM objects WHERE hash = $1 FOR UPDATE",
    };
    Ok(tx.first(sql, &[object.into()], |_| Ok(()))?.is_some())
}

/// Contents waiting to be removed.
pub(super) fn dead(tx: &Tx<'_>) -> Result<Vec<String>> {
    let sql = format!("SELECT location FROM dead_objects LIMIT {BATCH}");
    tx.query(&sql, &[], |row| row.text(0))
}

/// Notes that contents are removed.
pub(super) fn forget(tx: &Tx<'_>, locations: &[String]) -> Result<()> {
    for location in locations {
        tx.execute("DELETE FROM dead_objects WHERE location = $1", &[location.into()])?;
    }
    Ok(())
}

/// Whether an object's content lies here.
pub(super) fn is_used(tx: &Tx<'_>, location: &str) -> Result<bool> {
    let object = location.split_once('/').map_or(location, |(_, name)| name);
    let object = object.split_once('-').map_or(object, |(object, _)| object);
    let sql = "SELECT 1 FROM objects WHERE hash = $1 AND location = $2";
    Ok(tx.first(sql, &[object.into(), location.into()], |_| Ok(()))?.is_some())
}

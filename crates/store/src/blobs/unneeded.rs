//! Deleting the files of what is gone. What may go is decided here and nowhere else: a URL in a
//! task's fields proves nothing, so a file goes only when it lies in that task's own folder or the
//! one who deletes may change it, nobody else refers to it, and it was not written since.

use super::{Blobs, rows};
use crate::clock::Millis;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::references;
use crate::scope::Scope;
use crate::tasks;
use arno_wire::file_name::task_of;
use serde::{Deserialize, Serialize};

/// A deletion whose files go with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// Company of the one who deletes.
    pub company: String,
    /// His user id.
    pub user: String,
    /// Whether he sees only what is his or shared with him.
    pub restricted: bool,
    /// Whether he is an administrator, who may delete whatever a URL names.
    pub admin: bool,
    /// The task whose folder goes, or loses the files named.
    pub task: Option<String>,
    /// The owner of the events that showed them and go as well.
    pub owner: Option<i64>,
    /// When that was: what was written later is somebody else's.
    pub before: Millis,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is gone, and this many bytes with it.
    Deleted(u64),
    /// There was none.
    Absent,
    /// It stays, for this reason.
    Kept(&'static str),
}

impl Deletion {
    fn scope(&self) -> Scope {
        Scope {
            company: self.company.clone(),
            user: self.user.clone(),
            restricted: self.restricted,
        }
    }

    /// Whether a name lies in the folder of the task this is about.
    pub fn is_own(&self, name: &str) -> bool {
        self.task.is_some() && task_of(name) == self.task.as_deref()
    }
}

impl Blobs {
    /// Deletes those of these files that nothing needs any more; their fates in order.
    pub async fn delete_unneeded(
        &self,
        paths: Vec<String>,
        deletion: &Deletion,
    ) -> Result<Vec<Fate>> {
        let own = deletion.clone();
        let work = move |tx: &Tx<'_>| -> Result<Vec<Fate>> {
            paths.iter().map(|path| delete(tx, path, &own)).collect()
        };
        let fates = self.db.write(deletion.scope(), work).await?;
        self.dead.notify_one();
        Ok(fates)
    }

    /// Up to `limit` names of files in the folder of a task that follow `after`, in order.
    pub async fn in_folder(
        &self,
        company: &str,
        task: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<String>> {
        let (task, after) = (task.to_owned(), after.to_owned());
        let work = move |tx: &Tx<'_>| rows::in_folder(tx, &task, &after, limit);
        self.db.read(Scope::system(company), work).await
    }

    /// Why a file of an object store must stay although its task goes, if it must.
    pub async fn must_keep(&self, url: &str, deletion: &Deletion) -> Result<Option<&'static str>> {
        let name = url.split_once("://").map_or(url, |(_, name)| name);
        if !deletion.is_own(name) && !deletion.admin {
            return Ok(Some("it lies outside the task's own folder"));
        }
        let (url, others) = (url.to_owned(), task_of(name).filter(|_| !deletion.is_own(name)));
        let (others, owner) = (others.map(str::to_owned), deletion.owner);
        let work = move |tx: &Tx<'_>| {
            if let Some(task) = &others
                && tasks::exists(tx, task)?
            {
                return Ok(Some(OF_ANOTHER));
            }
            Ok(references::any(tx, &url, owner)?.then_some(IN_USE))
        };
        self.db.read(deletion.scope(), work).await
    }
}

const IN_USE: &str = "something else still refers to it";
const OF_ANOTHER: &str = "it belongs to another task";

fn delete(tx: &Tx<'_>, path: &str, deletion: &Deletion) -> Result<Fate> {
    rows::lock_path(tx, path)?;
    let Some(present) = rows::owned(tx, path)? else { return Ok(Fate::Absent) };
    if present.created > deletion.before {
        return Ok(Fate::Kept("it was written since"));
    }
    if !deletion.is_own(path) {
        if let Some(task) = task_of(path)
            && tasks::exists(tx, task)?
        {
            return Ok(Fate::Kept(OF_ANOTHER));
        }
        match rows::require_writable(tx, path, Some(&present)) {
            Err(Error::Rejected(_)) => return Ok(Fate::Kept("its owner is another user")),
            outcome => outcome?,
        }
    }
    if references::any(tx, path, deletion.owner)? {
        return Ok(Fate::Kept(IN_USE));
    }
    rows::remove(tx, path, &present)?;
    Ok(Fate::Deleted(present.size))
}

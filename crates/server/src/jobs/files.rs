//! Deletes the files of what is gone, here and in object stores. What must stay is told in the log;
//! what could not be deleted is what is left of the job.

use super::places;
use crate::site::Site;
use arno_store::blobs::{Deletion, Fate};
use arno_store::events::{Owner, UrlsFrom};
use arno_store::external::{self, StorageSettings};
use arno_store::jobs::{self, Work};
use arno_store::{Result, Scope, Tx};

/// Files of a task's folder deleted in one transaction, and URLs in one job.
const AT_ONCE: usize = 100;

/// What is left of a job, and why.
pub(super) struct Left {
    pub(super) work: Work,
    pub(super) reason: String,
}

/// Deletes the files of these URLs, and with `folder` all in the folder of the deletion's task.
pub(super) async fn delete(
    site: &Site,
    urls: &[String],
    folder: bool,
    deletion: &Deletion,
) -> Result<Option<Left>> {
    let mut left = Vec::new();
    let mut reason = String::new();
    let mut freed = 0;
    let settings = site.db.read(Scope::system(&deletion.company), StorageSettings::load).await?;
    for url in urls {
        match delete_one(site, &settings, url, deletion).await? {
            Ok(fate) => freed += tell(url, &fate),
            Err(why) => {
                reason = format!("{url}: {why}");
                left.push(url.clone());
            }
        }
    }
    if folder && let Some(task) = &deletion.task {
        freed += delete_folder(site, task, deletion).await?;
    }
    if freed > 0 {
        tracing::info!(task = deletion.task, freed, "deleted files");
    }
    if left.is_empty() {
        return Ok(None);
    }
    let work = Work::DeleteFiles { urls: left, folder: false, deletion: deletion.clone() };
    Ok(Some(Left { work, reason }))
}

/// What became of the file of a URL, or in words why it could not be deleted.
async fn delete_one(
    site: &Site,
    settings: &StorageSettings,
    url: &str,
    deletion: &Deletion,
) -> Result<std::result::Result<Fate, String>> {
    if external::is_external(url) {
        return match site.blobs.must_keep(url, deletion).await? {
            Some(why) => Ok(Ok(Fate::Kept(why))),
            None => Ok(external::delete(settings, url, deletion.before).await),
        };
    }
    for name in places::names(&site.settings, url) {
        let fates = site.blobs.delete_unneeded(vec![name], deletion).await?;
        if let Some(fate) = fates.into_iter().find(|fate| *fate != Fate::Absent) {
            return Ok(Ok(fate));
        }
    }
    Ok(Ok(Fate::Absent))
}

/// Deletes what lies in a task's folder; how many bytes that freed.
async fn delete_folder(site: &Site, task: &str, deletion: &Deletion) -> Result<u64> {
    let (mut after, mut freed) = (String::new(), 0);
    loop {
        let names = site.blobs.in_folder(&deletion.company, task, &after, AT_ONCE).await?;
        let Some(last) = names.last() else { return Ok(freed) };
        after.clone_from(last);
        let fates = site.blobs.delete_unneeded(names.clone(), deletion).await?;
        freed += names.iter().zip(&fates).map(|(name, fate)| tell(name, fate)).sum::<u64>();
    }
}

/// Tells in the log what stays; how many bytes were freed.
fn tell(file: &str, fate: &Fate) -> u64 {
    match fate {
        Fate::Deleted(bytes) => *bytes,
        Fate::Absent => 0,
        Fate::Kept(why) => {
            tracing::info!(file, why, "kept a file of something that was deleted");
            0
        }
    }
}

/// Writes down the deletion of all files that an owner's events show.
pub(super) async fn note_shown(site: &Site, owner: Owner, deletion: &Deletion) -> Result<()> {
    let scope = Scope::system(&deletion.company);
    let deletion = Deletion { owner: Some(owner.key()), ..deletion.clone() };
    let mut from = Some(UrlsFrom::start());
    while let Some(place) = from {
        let events = site.events.clone();
        let page = move |tx: &Tx<'_>| events.urls(tx, owner, &place, AT_ONCE);
        let (mut urls, next) = site.db.read(scope.clone(), page).await?;
        urls.retain(|url| places::is_ours(&site.settings, url));
        if !urls.is_empty() {
            let work = Work::DeleteFiles { urls, folder: false, deletion: deletion.clone() };
            let add = move |tx: &Tx<'_>| jobs::add(tx, work.clone());
            site.db.write(scope.clone(), add).await?;
        }
        from = next;
    }
    site.jobs.wake();
    Ok(())
}

//! What one-off jobs do, and what becomes of one that fails.

use super::files::{self, Left};
use super::{holding, metrics};
use crate::gateway;
use crate::site::Site;
use arno_store::events::Owner;
use arno_store::jobs::{self, Job, Work};
use arno_store::{Result, Scope, Tx, metric_sets};

/// Does the one-off job that has been due for longest, if any is.
pub(super) async fn run_next(site: &Site) -> Result<()> {
    let holder = site.jobs.holder.clone();
    let scope = Scope::system(&site.settings.company);
    if let Some(job) = site.db.write(scope, move |tx| jobs::claim(tx, &holder)).await? {
        run(site, job).await;
    }
    Ok(())
}

/// Does a job that this server holds. One that fails stays written down, to be tried again.
pub(crate) async fn run(site: &Site, job: Job) {
    let scope = Scope::system(&site.settings.company);
    let pk = job.pk;
    let renew = || {
        let holder = site.jobs.holder.clone();
        site.db.write(scope.clone(), move |tx| jobs::renew(tx, pk, &holder))
    };
    let outcome = holding(perform(site, &job.work), renew).await;
    let noted = match outcome {
        Ok(None) => site.db.write(scope, move |tx| jobs::done(tx, pk)).await,
        Ok(Some(left)) => note_failure(site, Job { pk, work: left.work }, left.reason).await,
        Err(error) => note_failure(site, job, error.to_string()).await,
    };
    if let Err(error) = noted {
        tracing::error!(%error, job = pk, "what became of a job could not be noted; it will be done again");
    }
}

/// Does the work; what could not be done of it is left.
async fn perform(site: &Site, work: &Work) -> Result<Option<Left>> {
    match work {
        Work::DeleteEvents { owner, forget, files } => {
            let owner = Owner::from_key(*owner);
            if let Some(deletion) = files {
                files::note_shown(site, owner, deletion).await?;
            }
            delete_events(site, owner, *forget).await.map(|()| None)
        }
        Work::DeleteFiles { urls, folder, deletion } => {
            files::delete(site, urls, *folder, deletion).await
        }
        Work::TellCaller { call } => {
            let reason = gateway::tell(site, call).await?;
            Ok(reason.map(|reason| Left { work: work.clone(), reason }))
        }
        Work::NoteMetrics => metrics::note_all(site).await.map(|()| None),
    }
}

async fn delete_events(site: &Site, owner: Owner, forget: bool) -> Result<()> {
    let events = site.events.clone();
    let delete = move |tx: &Tx<'_>| match forget {
        true => events.forget(tx, owner),
        false => events.delete(tx, owner).map(|_| ()),
    };
    let scope = Scope::system(&site.settings.company);
    site.db.write_events(scope.clone(), delete).await?;
    match forget {
        true => Ok(()),
        false => site.db.derive(scope, move |tx| metric_sets::clear(tx, owner)).await,
    }
}

async fn note_failure(site: &Site, job: Job, reason: String) -> Result<()> {
    let (holder, why, pk) = (site.jobs.holder.clone(), reason.clone(), job.pk);
    let note = move |tx: &Tx<'_>| jobs::undone(tx, &job, &why, &holder);
    match site.db.write(Scope::system(&site.settings.company), note).await? {
        true => {
            tracing::error!(reason, job = pk, "a job failed for good; `arno doctor` lists it");
        }
        false => tracing::warn!(reason, job = pk, "a job failed; it is tried again later"),
    }
    Ok(())
}

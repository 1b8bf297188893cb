//! Work beside the requests: what a change left to be done, what a crash left undone, and sealing
//! what nobody adds to any more.

use crate::rules::events::show;
use crate::site::Site;
use arno_store::events::Owner;
use arno_store::jobs::{self, Job, Work};
use arno_store::{Result, Scope};
use std::time::Duration;

/// How often idle tails are looked for.
const SEAL_EVERY: Duration = Duration::from_secs(20);
/// A tail nobody added to for so long is idle, ms.
const IDLE: i64 = 30_000;
/// Owners sealed in one transaction, so that reports need not wait long.
const SEAL_AT_ONCE: usize = 16;
/// Before the newest update shown on a row so much is looked at again after a crash, ms.
const OVERLAP: i64 = 600_000;

/// Does what is to be done and forgets it.
pub(crate) async fn run(site: &Site, job: Job) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    match job.work {
        Work::DeleteEvents { owner, forget } => {
            let (events, owner) = (site.events.clone(), Owner::from_key(owner));
            let delete = move |tx: &arno_store::Tx<'_>| match forget {
                true => events.forget(tx, owner),
                false => events.delete(tx, owner).map(|_| ()),
            };
            site.db.write_events(scope.clone(), delete).await?;
        }
    }
    site.db.write(scope, move |tx| jobs::done(tx, &job)).await
}

/// What a crash left undone: work that was written down, and events not shown on their rows yet.
pub(crate) async fn catch_up(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    for job in site.db.read(scope.clone(), jobs::pending).await? {
        run(site, job).await?;
    }
    let events = site.events.clone();
    let derived = site
        .db
        .read(scope.clone(), move |tx| {
            let since = arno_store::tasks::newest_update(tx)?.saturating_sub(OVERLAP);
            events.derived_since(tx, since)
        })
        .await?;
    site.db.derive(scope, move |tx| show(tx, &derived)).await
}

/// Seals the tails of tasks that went quiet, as long as the server runs.
pub(crate) async fn keep_sealed(site: &Site) {
    let mut tick = tokio::time::interval(SEAL_EVERY);
    loop {
        tick.tick().await;
        if let Err(error) = seal_idle(site).await {
            tracing::error!(%error, "points could not be sealed; the next round tries again");
        }
    }
}

async fn seal_idle(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    loop {
        let events = site.events.clone();
        let sealed = site
            .db
            .write_events(scope.clone(), move |tx| {
                events.seal_idle(tx, tx.now().saturating_sub(IDLE), SEAL_AT_ONCE)
            })
            .await?;
        if sealed < SEAL_AT_ONCE {
            return Ok(());
        }
    }
}

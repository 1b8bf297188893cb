//! Keeps the events in order: seals the tails nobody adds to any more, and shows after a crash what
//! arrived before it. Every server does this for all; rows are locked one owner at a time.

use super::metrics;
use crate::rules::events::show;
use crate::site::Site;
use arno_store::db::Dialect;
use arno_store::{Result, Scope, jobs};
use std::time::Duration;

/// How often idle tails are looked for.
const SEAL_EVERY: Duration = Duration::from_secs(20);
/// A tail nobody added to for so long is idle, ms.
const IDLE: i64 = 30_000;
/// Owners sealed in one transaction, so that reports need not wait long.
const SEAL_AT_ONCE: usize = 16;
/// Before the newest update shown on a row so much is looked at again after a crash, ms.
const OVERLAP: i64 = 600_000;

/// What a crash left undone: jobs that were being done, and events not shown on their rows yet.
pub(crate) async fn catch_up(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    if site.db.dialect() == Dialect::Sqlite {
        site.db.write(scope.clone(), jobs::release_all).await?;
    }
    show_unshown(site).await
}

/// Shows on their rows the events that a server stored just before it was gone.
pub(super) async fn show_unshown(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    let events = site.events.clone();
    let derived = site
        .db
        .read(scope.clone(), move |tx| {
            let since = arno_store::tasks::newest_update(tx)?.saturating_sub(OVERLAP);
            events.derived_since(tx, since)
        })
        .await?;
    let behind = site.db.derive(scope, move |tx| show(tx, &derived)).await?;
    metrics::note_of(site, &behind).await
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

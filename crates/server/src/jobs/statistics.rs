//! Keeps the statistics over time: looks at queues that nobody touches, and forgets what is old.

use crate::site::Site;
use arno_store::{Millis, Result, Scope, statistics};

/// How often queues are looked at: at least every 300 s (api.md §9), with time to spare.
pub(super) const SAMPLE_EVERY: Millis = 240_000;

pub(super) async fn sample_queues(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    site.db.write(scope, |tx| statistics::sample_queues(tx, &[])).await
}

/// Forgets what is old, a few workers at a time so that reports need not wait long.
pub(super) async fn forget_old(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    site.db.write(scope.clone(), statistics::sweep_queues).await?;
    let mut next = Some(0);
    while let Some(after) = next {
        next = site.db.write(scope.clone(), move |tx| statistics::sweep(tx, after)).await?;
    }
    Ok(())
}

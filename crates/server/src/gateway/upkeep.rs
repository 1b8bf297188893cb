//! What the gateway does by itself: it forgets what is old, and looks whether machines answer.

use super::upstream::Upstream;
use crate::site::Site;
use arno_store::gateway::entries::{self, Entry};
use arno_store::gateway::model::{Health, Machine};
use arno_store::gateway::{calls, counters, secrets};
use arno_store::{Millis, Result, Scope, Tx};
use futures_util::StreamExt;
use std::time::Duration;

const DAY: Millis = 86_400_000;
/// Counters outlive the longest span, a month.
const KEEP_COUNTERS: Millis = 40 * DAY;
/// Calls forgotten in one transaction.
const AT_ONCE: usize = 1_000;
/// How long a machine may take to give a sign of life.
const PATIENCE: Duration = Duration::from_secs(5);
/// Machines asked at a time.
const TOGETHER: usize = 16;

/// Forgets calls, counters, places and tokens that are kept no longer.
pub(crate) async fn forget_old(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    let days = site.gateway.options.retention_days;
    let sweep = |tx: &Tx<'_>| {
        counters::forget_before(tx, tx.now() - KEEP_COUNTERS)?;
        counters::forget_slots(tx)?;
        secrets::forget_expired(tx).map(|_| ())
    };
    site.db.write(scope.clone(), sweep).await?;
    loop {
        let forget = move |tx: &Tx<'_>| calls::forget_before(tx, tx.now() - days * DAY, AT_ONCE);
        if site.db.write(scope.clone(), forget).await? < AT_ONCE {
            return Ok(());
        }
    }
}

/// Asks every machine for a sign of life and notes what changed.
pub(crate) async fn watch_machines(site: &Site) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    let machines = site.db.read(scope.clone(), |tx: &Tx<'_>| entries::all::<Machine>(tx)).await?;
    let upstream = &site.gateway.upstream;
    let asked = futures_util::stream::iter(machines).map(|machine| look(upstream, machine));
    let seen: Vec<_> = asked.buffer_unordered(TOGETHER).collect().await;
    for (machine, answer) in seen {
        let up = answer.is_ok();
        if machine.value.health.up == Some(up) {
            continue;
        }
        let note = move |tx: &Tx<'_>| {
            // It may have been changed or removed meanwhile.
            let Some(mut present) = entries::find::<Machine>(tx, &machine.id)? else {
                return Ok(());
            };
            let reason = answer.clone().err().unwrap_or_default();
            present.value.health = Health { up: Some(up), since: tx.now(), reason };
            entries::save(tx, &present.id, &present.value)
        };
        site.db.write(scope.clone(), note).await?;
    }
    Ok(())
}

async fn look(
    upstream: &Upstream,
    machine: Entry<Machine>,
) -> (Entry<Machine>, std::result::Result<(), String>) {
    let answer = upstream.probe(&machine.value.url, PATIENCE).await;
    (machine, answer)
}

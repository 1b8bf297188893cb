//! What is done over and over, and how often: one line each. It runs on one server at a time, and
//! a round that failed is followed by the next.

use super::{expiry, holding, seal, statistics, watchdog};
use crate::gateway;
use crate::site::Site;
use arno_store::{Millis, Result, Scope, jobs};
use futures_util::future::BoxFuture;

struct Recurring {
    name: &'static str,
    every: Millis,
    run: for<'a> fn(&'a Site) -> BoxFuture<'a, Result<()>>,
}

const RECURRING: [Recurring; 7] = [
    Recurring {
        name: "watchdog",
        every: watchdog::EVERY,
        run: |site| Box::pin(watchdog::stop_silent(site)),
    },
    Recurring {
        name: "unshown events",
        every: 60_000,
        run: |site| Box::pin(seal::show_unshown(site)),
    },
    Recurring {
        name: "expiry",
        every: 3_600_000,
        run: |site| Box::pin(expiry::remove_expired(site)),
    },
    Recurring {
        name: "queue samples",
        every: statistics::SAMPLE_EVERY,
        run: |site| Box::pin(statistics::sample_queues(site)),
    },
    Recurring {
        name: "old statistics",
        every: 3_600_000,
        run: |site| Box::pin(statistics::forget_old(site)),
    },
    Recurring {
        name: "gateway machines",
        every: 60_000,
        run: |site| Box::pin(gateway::watch_machines(site)),
    },
    Recurring {
        name: "gateway record",
        every: 3_600_000,
        run: |site| Box::pin(gateway::forget_old(site)),
    },
];

/// The names of all.
pub(super) fn names() -> Vec<&'static str> {
    RECURRING.iter().map(|job| job.name).collect()
}

/// Does those that are due and that no other server does.
pub(super) async fn run_due(site: &Site) -> Result<()> {
    for job in &RECURRING {
        let holder = site.jobs.holder.clone();
        let scope = Scope::system(&site.settings.company);
        let claim = move |tx: &arno_store::Tx<'_>| jobs::claim_recurring(tx, job.name, &holder);
        if site.db.write(scope, claim).await? {
            run(site, job).await?;
        }
    }
    Ok(())
}

async fn run(site: &Site, job: &'static Recurring) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    let renew = || {
        let holder = site.jobs.holder.clone();
        site.db.write(scope.clone(), move |tx| jobs::renew_recurring(tx, job.name, &holder))
    };
    if let Err(error) = holding((job.run)(site), renew).await {
        tracing::error!(%error, job = job.name, "recurring work failed; the next round tries again");
    }
    let holder = site.jobs.holder.clone();
    site.db.write(scope.clone(), move |tx| jobs::rest(tx, job.name, &holder, job.every)).await
}

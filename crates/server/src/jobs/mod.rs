//! Work beside the requests. One-off jobs finish what a change began (`one_off`), recurring ones
//! look after the store (`recurring`, a table); both are rows in the database, each held by one
//! server at a time, so that any number of servers share them and take over from one that is gone.
//! `seal` keeps the events of this server's tasks in order and catches up after a crash.

mod expiry;
mod files;
mod metrics;
mod one_off;
pub(crate) mod places;
mod recurring;
mod seal;
mod statistics;
mod watchdog;

pub(crate) use one_off::run;
pub(crate) use seal::{catch_up, keep_sealed};

use crate::site::Site;
use arno_store::{Millis, Result, Scope};
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// How often a server looks for work it was not told of: of other servers, or due again.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often a job that is being done is renewed; a third of the lease.
const RENEW_EVERY: Duration = Duration::from_millis(arno_store::jobs::LEASE as u64 / 3);

/// This server's part in the work.
pub struct Jobs {
    /// Its name in the leases.
    pub(crate) holder: String,
    /// When it started.
    pub(crate) started: Millis,
    wake: Notify,
    round: Mutex<()>,
}

impl Jobs {
    pub(crate) fn new(started: Millis) -> Jobs {
        let holder = uuid::Uuid::new_v4().simple().to_string();
        Jobs { holder, started, wake: Notify::new(), round: Mutex::new(()) }
    }

    /// Tells that there is something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Does what is due as long as the server runs.
pub(crate) async fn keep_working(site: &Site) {
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = site.jobs.wake.notified() => {}
            _ = look.tick() => {}
        }
        if let Err(error) = run_due(site).await {
            tracing::error!(%error, "the background work could not go on; it is tried again soon");
        }
    }
}

/// Does all that is due now and that no other server holds. When it returns, it was done or has
/// failed.
///
/// # Errors
/// When the database cannot tell what is due; what fails of the work itself is noted with the job.
pub async fn run_due(site: &Site) -> Result<()> {
    let _one_round_at_a_time = site.jobs.round.lock().await;
    let scope = Scope::system(&site.settings.company);
    loop {
        let due = |tx: &arno_store::Tx<'_>| arno_store::jobs::any_due(tx, &recurring::names());
        if !site.db.read(scope.clone(), due).await? {
            return Ok(());
        }
        recurring::run_due(site).await?;
        one_off::run_next(site).await?;
    }
}

/// Waits for work while `renew` is called now and then, so that no other server takes it over. Of
/// work that was dropped nothing is renewed any more.
async fn holding<T, R>(work: impl Future<Output = T>, mut renew: impl FnMut() -> R) -> T
where
    R: Future<Output = Result<()>>,
{
    let mut beat = tokio::time::interval(RENEW_EVERY);
    beat.reset();
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = beat.tick() => {
                if let Err(error) = renew().await {
                    tracing::warn!(%error, "a lease could not be renewed; another server may \
                        do the same work again");
                }
            }
        }
    }
}

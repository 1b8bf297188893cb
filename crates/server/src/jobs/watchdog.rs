//! Stops tasks whose program has died without saying so (api.md §6.9).

use crate::rules::tasks::{Reason, write_status};
use crate::site::Site;
use arno_store::document::Changes;
use arno_store::{Millis, Result, Scope, Tx, tasks};

/// How often it looks.
pub(super) const EVERY: Millis = 900_000;
/// A running task that gave no sign of life for so long is taken for dead.
const SILENCE: Millis = 7_200_000;
/// Tasks stopped in one transaction.
const AT_ONCE: usize = 100;
const MESSAGE: &str = "Forced stop (non-responsive)";

pub(super) async fn stop_silent(site: &Site) -> Result<()> {
    // While no server listened nobody could give a sign of life: let them come back first.
    if site.db.clock().now() < site.jobs.started.saturating_add(EVERY) {
        return Ok(());
    }
    let scope = Scope::system(&site.settings.company);
    loop {
        let stopped = site.db.write(scope.clone(), stop_some).await?;
        if stopped < AT_ONCE {
            return Ok(());
        }
    }
}

fn stop_some(tx: &Tx<'_>) -> Result<usize> {
    let silent = tasks::silent(tx, tx.now() - SILENCE, AT_ONCE)?;
    let reason = Reason::forced(MESSAGE, MESSAGE);
    for task in &silent {
        write_status(tx, &tx.scope().user, task, "stopped", &reason, Changes::new())?;
        tracing::info!(task = task.id, "stopped a task that gave no sign of life");
    }
    Ok(silent.len())
}

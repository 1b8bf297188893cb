//! Removes what has expired (ended sessions, positions in lists, workers that went away) and
//! contents that a server marked as dead and did not live to remove.

use crate::site::Site;
use arno_store::{Result, Scope, expiry};

pub(super) async fn remove_expired(site: &Site) -> Result<()> {
    let removed =
        site.db.write(Scope::system(&site.settings.company), expiry::remove_expired).await?;
    let contents = site.blobs.remove_dead().await?;
    tracing::debug!(removed, contents, "removed what has expired");
    Ok(())
}

//! Removes what has expired: ended sessions, positions in lists, workers that went away.

use crate::site::Site;
use arno_store::{Result, Scope, expiry};

pub(super) async fn remove_expired(site: &Site) -> Result<()> {
    let removed =
        site.db.write(Scope::system(&site.settings.company), expiry::remove_expired).await?;
    tracing::debug!(removed, "removed what has expired");
    Ok(())
}

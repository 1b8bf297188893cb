//! Notes on tasks and models which metrics they have reported, where that did not happen when the
//! metrics came.

use crate::site::Site;
use arno_store::events::Owner;
use arno_store::{Result, Scope, Tx, metric_sets};

/// Owners whose metrics are noted in one transaction.
const AT_ONCE: usize = 256;

/// Of all that have reported any.
pub(super) async fn note_all(site: &Site) -> Result<()> {
    let mut after = Owner::from_key(i64::MIN);
    loop {
        let (events, from) = (site.events.clone(), after);
        let next = move |tx: &Tx<'_>| events.reporters(tx, from, AT_ONCE);
        let owners = site.db.read(Scope::system(&site.settings.company), next).await?;
        let Some(last) = owners.last() else { return Ok(()) };
        after = *last;
        note_of(site, &owners).await?;
    }
}

/// Of these.
pub(super) async fn note_of(site: &Site, owners: &[Owner]) -> Result<()> {
    let scope = Scope::system(&site.settings.company);
    for owners in owners.chunks(AT_ONCE) {
        let (events, owners) = (site.events.clone(), owners.to_vec());
        let read = move |tx: &Tx<'_>| events.metrics_of(tx, &owners);
        let found = site.db.read(scope.clone(), read).await?;
        let note = move |tx: &Tx<'_>| {
            found.iter().try_for_each(|(owner, metrics)| metric_sets::note(tx, *owner, metrics))
        };
        site.db.derive(scope.clone(), note).await?;
    }
    Ok(())
}

//! Files outside the site: where tasks put them with credentials of their own. The site deletes them
//! with the credentials of its storage settings, and only speaks to hosts that are named there.

mod settings;
mod store;

pub use settings::{Aws, AwsBucket, Azure, AzureContainer, Google, GoogleBucket, StorageSettings};

use crate::blobs::Fate;
use crate::clock::Millis;
use object_store::{Error, ObjectStoreExt};

/// Whether a URL names a file that can be deleted with the storage settings.
pub fn is_external(url: &str) -> bool {
    ["s3://", "gs://", "azure://"].iter().any(|scheme| url.starts_with(scheme))
}

/// Deletes the file of a URL unless it was written after `before`.
///
/// # Errors
/// In words, why it could not be done: no credentials, or what the object store says.
pub async fn delete(settings: &StorageSettings, url: &str, before: Millis) -> Result<Fate, String> {
    let (store, path) = store::open(settings, url)?;
    let found = match store.head(&path).await {
        Ok(found) => found,
        Err(Error::NotFound { .. }) => return Ok(Fate::Absent),
        Err(error) => return Err(error.to_string()),
    };
    if found.last_modified.timestamp_millis() > before {
        return Ok(Fate::Kept("it was written since"));
    }
    match store.delete(&path).await {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(Fate::Deleted(found.size)),
        Err(error) => Err(error.to_string()),
    }
}

//! The storage settings (api.md §12.5): credentials of object stores. They have no `Debug`, so that
//! no log shows them.

use crate::clock::Millis;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::users::Setting;
use serde::{Deserialize, Serialize};

/// Name of the setting.
const NAME: &str = "storage";

/// All storage settings of the site.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StorageSettings {
    /// Amazon S3 and what speaks its protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws: Option<Aws>,
    /// Google Cloud Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub google: Option<Google>,
    /// Azure Blob Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure: Option<Azure>,
    /// When they were last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update: Option<Millis>,
}

/// S3: what holds for every bucket, and buckets of their own.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Aws {
    /// Access key.
    pub key: Option<String>,
    /// Secret key.
    pub secret: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Session token.
    pub token: Option<String>,
    /// Whether the machine's own identity is used instead.
    pub use_credentials_chain: Option<bool>,
    /// Buckets with settings of their own.
    pub buckets: Option<Vec<AwsBucket>>,
}

/// A bucket, or all buckets of a host.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AwsBucket {
    /// Its name; empty for all of the host.
    pub bucket: Option<String>,
    /// Only what lies below.
    pub subdir: Option<String>,
    /// `host:port` of a server that is not Amazon's.
    pub host: Option<String>,
    /// Access key.
    pub key: Option<String>,
    /// Secret key.
    pub secret: Option<String>,
    /// Session token.
    pub token: Option<String>,
    /// Of no use for deleting.
    pub multipart: Option<bool>,
    /// Of no use for deleting.
    pub acl: Option<String>,
    /// Whether the host speaks TLS.
    pub secure: Option<bool>,
    /// Region.
    pub region: Option<String>,
    /// Whether the host's certificate must be valid.
    pub verify: Option<bool>,
    /// Whether the machine's own identity is used instead.
    pub use_credentials_chain: Option<bool>,
}

/// Google Cloud Storage: what holds for every bucket, and buckets of their own.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Google {
    /// Project.
    pub project: Option<String>,
    /// A service account's key, as JSON text.
    pub credentials_json: Option<String>,
    /// Buckets with settings of their own.
    pub buckets: Option<Vec<GoogleBucket>>,
}

/// A bucket of Google Cloud Storage.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GoogleBucket {
    /// Its name.
    pub bucket: Option<String>,
    /// Only what lies below.
    pub subdir: Option<String>,
    /// Project.
    pub project: Option<String>,
    /// A service account's key, as JSON text.
    pub credentials_json: Option<String>,
}

/// Azure Blob Storage.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Azure {
    /// Containers with their credentials.
    pub containers: Option<Vec<AzureContainer>>,
}

/// A container of Azure Blob Storage.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AzureContainer {
    /// Account.
    pub account_name: Option<String>,
    /// The account's key.
    pub account_key: Option<String>,
    /// The container; empty for all of the account.
    pub container_name: Option<String>,
}

impl StorageSettings {
    /// The settings of the site; empty at first.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn load(tx: &Tx<'_>) -> Result<StorageSettings> {
        match Setting::get(tx, NAME)? {
            Some(stored) => serde_json::from_slice(&stored)
                .map_err(|error| Error::corrupt("storage settings", error)),
            None => Ok(StorageSettings::default()),
        }
    }

    /// Stores the settings in place of the earlier ones.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn save(&self, tx: &Tx<'_>) -> Result<()> {
        let stored =
            serde_json::to_vec(self).map_err(|error| Error::corrupt("storage settings", error))?;
        Setting::put(tx, NAME, &stored)
    }
}

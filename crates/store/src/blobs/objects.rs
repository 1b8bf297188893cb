//! Where contents lie: a folder of this machine, or an object store by URL.

use super::folder::{Folder, Temporary};
use super::remote::{Part, Remote};
use crate::error::Result;
use crate::trust::Trust;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use std::ops::Range;
use std::path::PathBuf;

/// The bytes of a file as they come.
pub type ByteStream = BoxStream<'static, Result<Bytes>>;

/// Where the site keeps its files.
#[derive(Clone, PartialEq, Eq)]
pub enum FilesLocation {
    /// A folder.
    Folder(PathBuf),
    /// `s3://bucket/prefix`, `gs://…` or `az://…`.
    Remote {
        /// The bucket or container with an optional prefix.
        url: String,
        /// Settings of that store by the names of its own tools (`aws_access_key_id`, …).
        options: Vec<(String, String)>,
        /// Whom to believe that it is that store.
        trust: Trust,
    },
}

#[derive(Clone)]
pub(super) enum Objects {
    Folder(Folder),
    Remote(Remote),
}

/// A content being written. Dropping it removes what was written.
pub(super) enum Target {
    Folder(Temporary),
    Remote(Part),
}

impl Objects {
    pub(super) fn open(location: &FilesLocation) -> Result<Objects> {
        match location {
            FilesLocation::Folder(root) => Ok(Objects::Folder(Folder::open(root)?)),
            FilesLocation::Remote { url, options, trust } => {
                Ok(Objects::Remote(Remote::open(url, options, trust)?))
            }
        }
    }

    pub(super) async fn check(&self) -> Result<()> {
        match self {
            // Opening it made it.
            Objects::Folder(_) => Ok(()),
            Objects::Remote(remote) => remote.check().await,
        }
    }

    /// Begins a content.
    pub(super) async fn create(&self) -> Result<Target> {
        match self {
            Objects::Folder(folder) => {
                let folder = folder.clone();
                Ok(Target::Folder(blocking(move || folder.temporary()).await?))
            }
            Objects::Remote(remote) => Ok(Target::Remote(remote.begin().await?)),
        }
    }

    pub(super) async fn read(&self, location: &str, range: Range<u64>) -> Result<ByteStream> {
        match self {
            Objects::Folder(folder) => folder.read(location, range).await,
            Objects::Remote(remote) => remote.read(location, range).await,
        }
    }

    /// Removes a content; one that is gone already is fine.
    pub(super) async fn remove(&self, location: &str) -> Result<()> {
        match self {
            Objects::Folder(folder) => {
                let (folder, location) = (folder.clone(), location.to_owned());
                blocking(move || folder.remove(&location)).await
            }
            Objects::Remote(remote) => remote.remove(location).await,
        }
    }
}

/// Runs what waits for the disk where waiting is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| crate::Error::Panicked(e.to_string()))?
}

//! Files. A file is a row that gives a path its content. The path is only a name: how content lies
//! on disk does not follow it.
//!
//! Small contents (up to [`INLINE`] bytes) lie in that row. A file of its own would cost three waits
//! for the disk (content, folder, row) where the row alone shares one with everybody who uploads at
//! that moment, and a file system keeps 4 kB files badly. Everything larger is an object in a
//! folder or in S3, GCS or Azure, named by its BLAKE3 hash, so that equal files are stored once.

mod folder;
mod objects;
mod remote;
mod rows;
mod sweep;
mod unneeded;
mod upload;

pub use objects::{ByteStream, FilesLocation};
pub use unneeded::{Deletion, Fate};
pub use upload::Upload;

use crate::clock::Millis;
use crate::db::Db;
use crate::error::Result;
use crate::scope::Scope;
use bytes::Bytes;
use futures_util::StreamExt;
use objects::Objects;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::Notify;

/// Contents up to this many bytes are kept in the row of their file.
pub const INLINE: usize = 16 * 1024;
/// Longest path, in bytes: an index of either database must be able to hold it.
pub const MAX_PATH: usize = 2_000;

/// A stored file.
#[derive(Clone, Debug)]
pub struct Blob {
    /// Its name.
    pub path: String,
    /// BLAKE3 of the content, hexadecimal.
    pub object: String,
    /// Length in bytes.
    pub size: u64,
    /// When it was last written.
    pub created: Millis,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Inline(Bytes),
    Stored(String),
}

/// The files of a site; cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    db: Db,
    objects: Objects,
    dead: Arc<Notify>,
}

impl Blobs {
    /// Opens the files kept at `location`; a folder is created when absent.
    ///
    /// # Errors
    /// When the folder cannot be created or the URL makes no sense.
    pub fn open(db: Db, location: &FilesLocation) -> Result<Blobs> {
        Ok(Blobs { db, objects: Objects::open(location)?, dead: Arc::default() })
    }

    /// Whether files can be kept where they are to be kept; a bucket may not exist.
    ///
    /// # Errors
    /// What the object store says.
    pub async fn check(&self) -> Result<()> {
        self.objects.check().await
    }

    /// Starts to store a file. Nothing of it is visible before [`Upload::finish`]; dropping the
    /// upload removes what was written.
    pub fn upload(&self) -> Upload {
        Upload::new(self.clone())
    }

    /// The file of this path, if the scope sees one.
    pub async fn find(&self, scope: Scope, path: &str) -> Result<Option<Blob>> {
        let path = path.to_owned();
        self.db.read(scope, move |tx| rows::find(tx, &path)).await
    }

    /// The bytes of a file in this range, which must lie within it.
    pub async fn read(&self, blob: &Blob, range: Range<u64>) -> Result<ByteStream> {
        match &blob.content {
            Content::Inline(bytes) => {
                let part = bytes.slice(range.start as usize..range.end as usize);
                Ok(futures_util::stream::once(async { Ok(part) }).boxed())
            }
            Content::Stored(location) => self.objects.read(location, range).await,
        }
    }

    /// Deletes a file; whether there was one.
    pub async fn delete(&self, scope: Scope, path: &str) -> Result<bool> {
        let path = path.to_owned();
        let deleted = self.db.write(scope, move |tx| rows::delete(tx, &path)).await?;
        self.dead.notify_one();
        Ok(deleted)
    }

    /// Deletes every file below a folder; how many there were.
    pub async fn delete_folder(&self, scope: Scope, folder: &str) -> Result<usize> {
        let (mut total, mut after) = (0, Some(String::new()));
        while let Some(start) = after {
            let (folder, scope) = (folder.to_owned(), scope.clone());
            let work = move |tx: &crate::Tx<'_>| rows::delete_below(tx, &folder, &start);
            let (deleted, next) = self.db.write(scope, work).await?;
            self.dead.notify_one();
            total += deleted;
            after = next;
        }
        Ok(total)
    }
}

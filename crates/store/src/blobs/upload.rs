//! Storing a file as it streams in: hashed and written in chunks away from the network's threads,
//! at constant memory, and visible only when whole.

use super::objects::{Target, blocking};
use super::rows::{self, New};
use super::{Blob, Blobs, Content, INLINE, MAX_PATH, folder};
use crate::error::Result;
use crate::scope::Scope;
use arno_wire::error::{Code, Error as WireError};
use blake3::Hasher;
use bytes::{Bytes, BytesMut};
use tokio::task::JoinHandle;

/// Bytes gathered before they are hashed and written.
const CHUNK: usize = 256 * 1024;
/// The disk is asked to start writing after so many bytes, so that the final wait is short.
const EARLY_SYNC: u64 = 32 * 1024 * 1024;

/// A file on its way in.
pub struct Upload {
    blobs: Blobs,
    gathered: Vec<Bytes>,
    length: usize,
    size: u64,
    work: Option<JoinHandle<Result<Writer>>>,
}

/// What is handed from chunk to chunk.
struct Writer {
    hasher: Hasher,
    target: Target,
    unsynced: u64,
}

/// A durable content that no row speaks of yet.
struct Kept {
    object: String,
    content: Content,
    lock: Option<folder::Kept>,
}

impl Upload {
    pub(super) fn new(blobs: Blobs) -> Upload {
        Upload { blobs, gathered: Vec::new(), length: 0, size: 0, work: None }
    }

    /// Adds the next bytes. Waits when the disk is behind.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.length += bytes.len();
        self.size += bytes.len() as u64;
        self.gathered.push(bytes);
        if self.length >= CHUNK { self.flush().await } else { Ok(()) }
    }

    /// Stores what was written as the file of this path, in place of an earlier one. When this
    /// returns the file survives the loss of power.
    ///
    /// # Errors
    /// 400/12 for a path too long, 400/10 when the path is in a task the scope may not change.
    pub async fn finish(mut self, scope: Scope, path: &str) -> Result<Blob> {
        if path.len() > MAX_PATH {
            let reason = format!("a path has at most {MAX_PATH} bytes");
            return Err(WireError::new(Code::ValidationError).extra(reason).into());
        }
        let Kept { object, content, lock } = self.keep().await?;
        let new = New {
            path: path.to_owned(),
            object: object.clone(),
            size: self.size,
            content: content.clone(),
        };
        let recorded = self.blobs.db.write(scope, move |tx| rows::record(tx, &new)).await?;
        drop(lock);
        if let (false, Content::Stored(location)) = (recorded.adopted, &content) {
            // An equal content was there already.
            self.blobs.objects.remove(location).await?;
        }
        if recorded.freed {
            self.blobs.dead.notify_one();
        }
        Ok(Blob { path: path.to_owned(), object, size: self.size, created: recorded.now, content })
    }

    /// Makes the content durable.
    async fn keep(&mut self) -> Result<Kept> {
        if self.work.is_none() && self.length <= INLINE {
            let mut bytes = BytesMut::with_capacity(self.length);
            self.gathered.drain(..).for_each(|part| bytes.extend_from_slice(&part));
            let object = blake3::hash(&bytes).to_string();
            return Ok(Kept { object, content: Content::Inline(bytes.freeze()), lock: None });
        }
        self.flush().await?;
        let Writer { hasher, target, .. } = self.writer().await?;
        let object = hasher.finalize().to_string();
        match target {
            Target::Folder(temporary) => {
                let name = object.clone();
                let kept = blocking(move || temporary.keep(&name)).await?;
                let content = Content::Stored(kept.location.clone());
                Ok(Kept { object, content, lock: Some(kept) })
            }
            Target::Remote(part) => {
                Ok(Kept { object, content: Content::Stored(part.keep().await?), lock: None })
            }
        }
    }

    /// Hands what was gathered to the writer, after what was handed before.
    async fn flush(&mut self) -> Result<()> {
        let writer = self.writer().await?;
        let chunks = std::mem::take(&mut self.gathered);
        self.length = 0;
        self.work = Some(tokio::spawn(writer.append(chunks)));
        Ok(())
    }

    /// The writer when it has done what it was given.
    async fn writer(&mut self) -> Result<Writer> {
        match self.work.take() {
            Some(work) => work.await.map_err(|e| crate::Error::Panicked(e.to_string()))?,
            None => {
                let target = self.blobs.objects.create().await?;
                Ok(Writer { hasher: Hasher::new(), target, unsynced: 0 })
            }
        }
    }
}

impl Writer {
    async fn append(mut self, chunks: Vec<Bytes>) -> Result<Writer> {
        self.unsynced += chunks.iter().map(|chunk| chunk.len() as u64).sum::<u64>();
        let (mut writer, chunks) = blocking(move || {
            for chunk in &chunks {
                self.hasher.update(chunk);
                if let Target::Folder(temporary) = &mut self.target {
                    temporary.append(chunk)?;
                }
            }
            Ok((self, chunks))
        })
        .await?;
        match &mut writer.target {
            Target::Folder(temporary) if writer.unsynced >= EARLY_SYNC => {
                writer.unsynced = 0;
                let file = temporary.handle()?;
                // Only a head start: `keep` waits for the disk and reports what goes wrong.
                drop(tokio::task::spawn_blocking(move || file.sync_data()));
            }
            Target::Folder(_) => {}
            Target::Remote(part) => {
                for chunk in chunks {
                    part.append(chunk).await?;
                }
            }
        }
        Ok(writer)
    }
}

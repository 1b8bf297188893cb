//! Contents in a folder: `<first two digits>/<hash>-<random>`, written under `tmp/` first. The
//! random part makes every stored content a file of its own, so that removing one can never hit
//! an equal one that arrived meanwhile; the rest lets `b3sum` check a backup.

use super::objects::{ByteStream, blocking};
use crate::error::{Error, Result};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes read from the disk at once.
const CHUNK: u64 = 256 * 1024;
/// Reads under way for one download: the next chunk is read while one is sent.
const READ_AHEAD: usize = 2;

#[derive(Clone)]
pub(super) struct Folder {
    root: Arc<Path>,
}

impl Folder {
    pub(super) fn open(root: &Path) -> Result<Folder> {
        let temporaries = root.join("tmp");
        fs::create_dir_all(&temporaries).map_err(|e| Error::io(&temporaries, e))?;
        Ok(Folder { root: root.into() })
    }

    pub(super) fn temporary(&self) -> Result<Temporary> {
        let name = uuid::Uuid::new_v4().simple().to_string();
        let path = self.temporaries().join(name);
        let file = File::create_new(&path).map_err(|e| Error::io(&path, e))?;
        file.lock().map_err(|e| Error::io(&path, e))?;
        Ok(Temporary { file, path, root: self.root.clone() })
    }

    fn temporaries(&self) -> PathBuf {
        self.root.join("tmp")
    }

    fn path(&self, location: &str) -> PathBuf {
        self.root.join(location)
    }

    pub(super) async fn read(&self, location: &str, range: Range<u64>) -> Result<ByteStream> {
        let path = self.path(location);
        let file = blocking(move || File::open(&path).map_err(|e| Error::io(&path, e))).await?;
        let file = Arc::new(file);
        let starts = range.clone().step_by(CHUNK as usize);
        let chunks = stream::iter(starts).map(move |start| {
            let file = file.clone();
            let length = CHUNK.min(range.end - start) as usize;
            blocking(move || read_chunk(&file, start, length))
        });
        Ok(chunks.buffered(READ_AHEAD).boxed())
    }

    pub(super) fn remove(&self, location: &str) -> Result<()> {
        remove_file(&self.path(location))
    }

    /// Removes the temporaries that no upload works on.
    pub(super) fn remove_abandoned_temporaries(&self) -> Result<()> {
        for path in list(&self.temporaries())? {
            if lock_if_free(&path)?.is_some() {
                remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// The folders contents lie in.
    pub(super) fn shelves(&self) -> Result<Vec<String>> {
        let names = list(&self.root)?.into_iter().filter_map(|path| name_of(&path));
        Ok(names.filter(|name| name.len() == 2).collect())
    }

    /// Where the contents of one shelf lie.
    pub(super) fn locations(&self, shelf: &str) -> Result<Vec<String>> {
        let names = list(&self.root.join(shelf))?.into_iter().filter_map(|path| name_of(&path));
        Ok(names.map(|name| format!("{shelf}/{name}")).collect())
    }

    /// The lock of a content, unless an upload still works on it.
    pub(super) fn try_lock(&self, location: &str) -> Result<Option<File>> {
        lock_if_free(&self.path(location))
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| Error::io(folder, e))?;
    entries.map(|entry| Ok(entry.map_err(|e| Error::io(folder, e))?.path())).collect()
}

fn name_of(path: &Path) -> Option<String> {
    path.file_name()?.to_str().map(str::to_owned)
}

/// The lock of a file nobody holds; `None` when somebody does, or the file is gone.
fn lock_if_free(path: &Path) -> Result<Option<File>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::io(path, e)),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(Error::io(path, e)),
    }
}

fn read_chunk(file: &File, start: u64, length: usize) -> Result<Bytes> {
    let mut chunk = vec![0; length];
    file.read_exact_at(&mut chunk, start).map_err(|e| Error::io("a stored file", e))?;
    Ok(chunk.into())
}

/// Removes a file; one that is gone already is fine.
fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path, e)),
        _ => Ok(()),
    }
}

/// A locked file that vanishes unless it is kept. The lock tells every server that shares the
/// folder that this is no leftover.
pub(super) struct Temporary {
    file: File,
    path: PathBuf,
    root: Arc<Path>,
}

impl Temporary {
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|e| Error::io(&self.path, e))
    }

    /// A second handle, by which the disk can be asked to write early.
    pub(super) fn handle(&self) -> Result<File> {
        self.file.try_clone().map_err(|e| Error::io(&self.path, e))
    }

    /// Keeps the content for good. When this returns it survives the loss of power; it stays
    /// locked until the caller, having recorded it, drops the result.
    pub(super) fn keep(self, object: &str) -> Result<Kept> {
        self.file.sync_all().map_err(|e| Error::io(&self.path, e))?;
        let shelf = self.root.join(&object[..2]);
        if !shelf.is_dir() {
            fs::create_dir_all(&shelf).map_err(|e| Error::io(&shelf, e))?;
            sync_folder(&self.root)?;
        }
        let random = uuid::Uuid::new_v4().simple().to_string();
        let location = format!("{}/{object}-{}", &object[..2], &random[..8]);
        let target = self.root.join(&location);
        fs::rename(&self.path, &target).map_err(|e| Error::io(&target, e))?;
        sync_folder(&shelf)?;
        Ok(Kept { location, _lock: self.handle()? })
    }
}

/// A content in its place, still locked.
pub(super) struct Kept {
    pub(super) location: String,
    _lock: File,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After `keep` there is nothing under this name any more.
        if let Err(error) = remove_file(&self.path) {
            tracing::warn!(%error, "a temporary file could not be removed");
        }
    }
}

fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|e| Error::io(path, e))
}

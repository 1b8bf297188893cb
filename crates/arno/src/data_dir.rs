//! The data directory: made on first use, readable by its owner only, and held by one server at a
//! time through a lock on `arno.lock`. The lock ends with the process however it ends; the file
//! stays and tells others who holds it and where that server listens.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const LOCK_FILE: &str = "arno.lock";

/// Why the data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// The folder or its lock file cannot be made or written.
    #[error("data directory {path}: {source}; choose another with --data-dir or ARNO_DATA_DIR")]
    Unusable {
        /// The folder or file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has it.
    #[error(
        "data directory {path} is in use by {holder}; stop it or choose another with --data-dir"
    )]
    Held {
        /// The folder.
        path: String,
        /// Who has it.
        holder: Holder,
    },
}

/// Who holds a data directory, as its lock file tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub pid: Option<u32>,
    /// Where its server is reached, once it listens.
    pub urls: Option<Urls>,
}

/// Where a server is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls {
    /// The pages.
    pub web: String,
    /// The API.
    pub api: String,
    /// The file server.
    pub files: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "Arno process {pid}"),
            None => f.write_str("another Arno process"),
        }
    }
}

/// A data directory held by this process.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    lock: File,
}

impl DataDir {
    /// Makes the directory if need be and takes it.
    ///
    /// # Errors
    /// When it cannot be made or written, or another process holds it.
    pub fn take(path: &Path) -> Result<DataDir, DataDirError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .and_then(|()| path.canonicalize())
            .and_then(|path| Ok((lock_file(&path)?, path)))
            .map_err(|source| unusable(path, source))
            .and_then(|(lock, path)| match lock.try_lock() {
                Ok(()) => DataDir { path, lock }.signed(),
                Err(TryLockError::WouldBlock) => {
                    let holder = read_holder(lock).map_err(|source| unusable(&path, source))?;
                    Err(DataDirError::Held { path: path.display().to_string(), holder })
                }
                Err(TryLockError::Error(source)) => Err(unusable(&path, source)),
            })
    }

    /// The absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tells others where this process's server is reached.
    ///
    /// # Errors
    /// When the lock file cannot be written.
    pub fn announce(&mut self, urls: &Urls) -> Result<(), DataDirError> {
        let Urls { web, api, files } = urls;
        self.write(&format!("{}\n{web}\n{api}\n{files}\n", std::process::id()))
    }

    fn signed(mut self) -> Result<DataDir, DataDirError> {
        self.write(&format!("{}\n", std::process::id()))?;
        Ok(self)
    }

    fn write(&mut self, content: &str) -> Result<(), DataDirError> {
        self.lock
            .set_len(0)
            .and_then(|()| self.lock.rewind())
            .and_then(|()| self.lock.write_all(content.as_bytes()))
            .map_err(|source| unusable(&self.path, source))
    }
}

/// Who holds the directory now; nobody when it is free or does not exist.
///
/// # Errors
/// When the lock file is there but cannot be opened.
pub fn holder(path: &Path) -> Result<Option<Holder>, DataDirError> {
    let file = path.join(LOCK_FILE);
    let lock = match OpenOptions::new().read(true).write(true).open(&file) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(unusable(&file, source)),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            read_holder(lock).map(Some).map_err(|source| unusable(&file, source))
        }
        Err(TryLockError::Error(source)) => Err(unusable(&file, source)),
    }
}

fn lock_file(folder: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(folder.join(LOCK_FILE))
}

fn read_holder(mut lock: File) -> io::Result<Holder> {
    let mut content = String::new();
    lock.read_to_string(&mut content)?;
    let mut lines = content.lines();
    let pid = lines.next().and_then(|pid| pid.parse().ok());
    let mut url = || lines.next().map(str::to_owned);
    let urls = match (url(), url(), url()) {
        (Some(web), Some(api), Some(files)) => Some(Urls { web, api, files }),
        _ => None,
    };
    Ok(Holder { pid, urls })
}

fn unusable(path: &Path, source: io::Error) -> DataDirError {
    DataDirError::Unusable { path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_has_it_and_the_other_learns_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        assert_eq!(holder(&path).unwrap(), None);

        let mut first = DataDir::take(&path).unwrap();
        let [web, api, files] = ["http://a", "http://b", "http://c"].map(str::to_owned);
        let urls = Urls { web, api, files };
        first.announce(&urls).unwrap();
        let second = DataDir::take(&path).unwrap_err().to_string();
        assert!(second.contains(&format!("Arno process {}", std::process::id())), "{second}");
        let seen = holder(&path).unwrap().unwrap();
        assert_eq!(seen.urls, Some(urls));

        drop(first);
        assert_eq!(holder(&path).unwrap(), None);
        DataDir::take(&path).unwrap();
    }

    #[test]
    fn a_file_in_its_place_is_refused_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::write(&path, "").unwrap();
        let error = DataDir::take(&path).unwrap_err().to_string();
        assert!(error.contains("--data-dir"), "{error}");
    }
}

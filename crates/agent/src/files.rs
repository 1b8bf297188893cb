//! Files the agent keeps for itself, with the path in every error.

use nix::unistd::{Gid, Uid, geteuid, setfsgid, setfsuid};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::OpenOptions;
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, lchown};
use std::path::{Path, PathBuf};

/// Adds the path to what the system says.
pub(crate) fn at(path: &Path) -> impl FnOnce(Error) -> Error {
    move |why| Error::new(why.kind(), format!("{}: {why}", path.display()))
}

/// The path with a further extension.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

/// Writes a file in place of an earlier one, readable by its owner only: all of it or nothing.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let fresh = beside(path, "new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)
        .map_err(at(&fresh))?;
    file.write_all(bytes).map_err(at(&fresh))?;
    std::fs::rename(&fresh, path).map_err(at(path))
}

/// Writes a value as JSON, as [`write`] does.
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let bytes = serde_json::to_vec(value).map_err(Error::other)?;
    write(path, &bytes)
}

/// Reads a value back; None when there is no such file.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match std::fs::read(path) {
        Ok(bytes) => {
            let value = serde_json::from_slice(&bytes).map_err(|why| at(path)(why.into()))?;
            Ok(Some(value))
        }
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(at(path)(why)),
    }
}

/// Creates a folder and those above it.
pub(crate) fn create_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(at(path))
}

/// Removes a folder with all it holds; one that is gone already is fine.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(why) if why.kind() != ErrorKind::NotFound => Err(at(path)(why)),
        _ => Ok(()),
    }
}

/// Bytes on the disk of a folder with all it holds.
pub(crate) fn size(path: &Path) -> Result<u64> {
    let about = path.symlink_metadata().map_err(at(path))?;
    let mut bytes = about.blocks() * 512;
    if about.is_dir() {
        for entry in path.read_dir().map_err(at(path))? {
            bytes += size(&entry.map_err(at(path))?.path())?;
        }
    }
    Ok(bytes)
}

/// The user of a folder's owner, where this process is root in a container and the owner is not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner {
    user: Uid,
    group: Gid,
}

impl Owner {
    /// The owner of a folder; None when there is nothing to mind.
    pub(crate) fn to_mind(folder: &Path) -> Result<Option<Owner>> {
        let about = folder.metadata().map_err(at(folder))?;
        let owner = Owner { user: Uid::from_raw(about.uid()), group: Gid::from_raw(about.gid()) };
        Ok((geteuid().is_root() && !owner.user.is_root()).then_some(owner))
    }

    /// Makes files of this process the owner's from now on; programs that it starts are root again.
    pub(crate) fn assume(self) {
        setfsgid(self.group);
        setfsuid(self.user);
    }

    /// Gives all that root made below a folder to the owner.
    pub(crate) fn hand_over(self, folder: &Path) -> Result<()> {
        setfsuid(Uid::from_raw(0));
        let given = self.give(folder);
        self.assume();
        given
    }

    fn give(self, path: &Path) -> Result<()> {
        let (user, group) = (self.user.as_raw(), self.group.as_raw());
        lchown(path, Some(user), Some(group)).map_err(at(path))?;
        if path.symlink_metadata().map_err(at(path))?.is_dir() {
            for entry in path.read_dir().map_err(at(path))? {
                self.give(&entry.map_err(at(path))?.path())?;
            }
        }
        Ok(())
    }
}

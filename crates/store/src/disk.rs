//! How much room the disk has.

use crate::error::{Error, Result};
use std::path::Path;

/// Bytes that may still be written on the disk of `folder`.
///
/// # Errors
/// When the folder cannot be looked at.
pub fn free_space(folder: &Path) -> Result<u64> {
    let space = nix::sys::statvfs::statvfs(folder)
        .map_err(|number| Error::io(folder, std::io::Error::from(number)))?;
    // The types differ between systems.
    #[allow(clippy::unnecessary_cast)]
    Ok(space.blocks_available() as u64 * space.fragment_size() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_room_and_a_missing_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_space(folder.path()).unwrap() > 0);
        let missing = folder.path().join("missing");
        let error = free_space(&missing).unwrap_err().to_string();
        assert!(error.contains("missing"), "{error}");
    }
}

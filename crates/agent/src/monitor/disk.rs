//! Free space.

use nix::sys::statvfs::statvfs;
use std::path::Path;

/// Bytes that are free for this user where the path lies.
pub(crate) fn free(path: &Path) -> Option<u64> {
    let about = statvfs(path).ok()?;
    Some(about.blocks_available() * about.fragment_size())
}

/// How much of the space is free, percent.
pub(crate) fn free_percent(path: &Path) -> Option<f64> {
    let about = statvfs(path).ok()?;
    let all = about.blocks() as f64;
    (all > 0.0).then(|| about.blocks_available() as f64 * 100.0 / all)
}

//! Environments that are kept: named by what is in them, made once, used by any number of runs at a
//! time, and removed when they were not used for longest.

use super::EnvironmentError;
use super::install::Installer;
use super::interpreter::Interpreter;
use super::requirements::Requirements;
use crate::clock::{self, Millis};
use crate::files;
use crate::settings::Settings;
use nix::fcntl::{FcntlArg, FdFlag, Flock, FlockArg, fcntl};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Result;
use std::path::{Path, PathBuf};

/// Environments kept at most (agent.md §8).
const MAX_ENTRIES: f64 = 10.0;
/// Disk space that must stay free, GB (agent.md §8).
const FREE_GB: f64 = 2.0;
/// Written last: an environment without it is not whole.
const ABOUT: &str = "arno-environment.json";
/// Raised when what an environment consists of is decided differently.
const FORMAT: u32 = 1;

/// An environment that can be used.
pub(crate) struct Environment {
    /// Its folder.
    pub(crate) path: PathBuf,
    /// What is installed in it.
    pub(crate) frozen: String,
    /// Keeps it from being removed.
    pub(crate) in_use: InUse,
}

/// Shows that an environment is in use, for as long as a process holds it, also the program this
/// one becomes.
#[derive(Debug)]
pub(crate) struct InUse(#[allow(dead_code, reason = "held, not read")] Flock<File>);

#[derive(Serialize, Deserialize)]
struct About {
    frozen: String,
    lines: Vec<String>,
    /// What it takes on the disk; files that it shares with uv's cache count, too.
    #[serde(default)]
    bytes: u64,
}

/// All environments of this machine's agent.
pub(crate) struct Environments {
    folder: PathBuf,
    max_entries: usize,
    free_bytes: u64,
    /// All environments together; None is no limit.
    max_bytes: Option<u64>,
}

/// An environment that is kept.
struct Kept {
    path: PathBuf,
    /// When it was used last.
    used: Millis,
    bytes: u64,
}

impl Environments {
    /// Those below the agent's data folder.
    pub(crate) fn of(settings: &Settings) -> Environments {
        let number = |key: &str, default| {
            settings.number(&format!("venvs_cache.{key}")).unwrap_or(default).max(0.0)
        };
        Environments {
            folder: settings.data().join("environments"),
            max_entries: number("max_entries", MAX_ENTRIES).max(1.0) as usize,
            free_bytes: (number("free_space_threshold_gb", FREE_GB) * 1e9) as u64,
            max_bytes: settings.number("venvs_cache.max_size_gb").map(|most| (most * 1e9) as u64),
        }
    }

    /// The environment with these packages, made when there is none.
    pub(crate) fn get(
        &self,
        python: &Interpreter,
        requirements: &Requirements,
        settings: &Settings,
    ) -> std::result::Result<Environment, EnvironmentError> {
        files::create_folder(&self.folder)?;
        let path = self.folder.join(name(python, requirements, settings));
        if let Some(environment) = open(&path)? {
            println!("Environment {} is reused", path.display());
            return Ok(environment);
        }
        let building = lock(&files::beside(&path, "building"), FlockArg::LockExclusive)?;
        // Another run may have made it while this one waited.
        if let Some(environment) = open(&path)? {
            return Ok(environment);
        }
        self.make_room()?;
        files::remove_folder(&path)?;
        let began = clock::now();
        let installer = Installer::find(settings)?;
        installer.create(python, &path, settings)?;
        installer.install(&path.join("bin/python"), requirements, settings)?;
        let frozen = installer.freeze(&path.join("bin/python"))?;
        let bytes = files::size(&path)?;
        let about = About { frozen, lines: requirements.lines.clone(), bytes };
        files::write_json(&path.join(ABOUT), &about)?;
        drop(building);
        let seconds = (clock::now() - began) as f64 / 1000.0;
        println!("Environment {} was made in {seconds:.1} s", path.display());
        match open(&path)? {
            Some(environment) => Ok(environment),
            None => Err(std::io::Error::other(format!("{}: it vanished", path.display())).into()),
        }
    }

    /// Removes what was not used for longest until count, size and free space are within their limits.
    fn make_room(&self) -> Result<()> {
        let mut kept = self.all()?;
        kept.sort_by_key(|environment| environment.used);
        let mut count = kept.len();
        let mut size: u64 = kept.iter().map(|environment| environment.bytes).sum();
        for Kept { path, bytes, .. } in kept {
            let crowded = count >= self.max_entries;
            let large = self.max_bytes.is_some_and(|most| size > most);
            let full =
                crate::monitor::disk::free(&self.folder).is_some_and(|free| free < self.free_bytes);
            if !crowded && !large && !full {
                return Ok(());
            }
            // One in use is passed over.
            if let Some(_alone) = try_lock(&files::beside(&path, "lock"))? {
                println!("Environment {} is removed to make room", path.display());
                files::remove_folder(&path)?;
                count -= 1;
                size -= bytes;
            }
        }
        Ok(())
    }

    /// All that are kept, whole or not.
    fn all(&self) -> Result<Vec<Kept>> {
        let entries = self.folder.read_dir().map_err(files::at(&self.folder))?;
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.map_err(files::at(&self.folder))?.path();
            let used = files::beside(&path, "lock").metadata().and_then(|about| about.modified());
            if path.is_dir() {
                let about: Option<About> = files::read_json(&path.join(ABOUT))?;
                let bytes = about.map_or(0, |about| about.bytes);
                found.push(Kept { path, used: used.map_or(0, millis), bytes });
            }
        }
        Ok(found)
    }
}

fn millis(time: std::time::SystemTime) -> Millis {
    chrono::DateTime::<chrono::Utc>::from(time).timestamp_millis()
}

/// The name says what is in it.
fn name(python: &Interpreter, requirements: &Requirements, settings: &Settings) -> String {
    let mut lines: Vec<&str> = requirements.lines.iter().map(String::as_str).collect();
    lines.sort_unstable();
    let mut hash = blake3::Hasher::new();
    let system = settings.flag("package_manager.system_site_packages", false).to_string();
    let indexes = super::install::index_arguments(settings).join("\n");
    let format = FORMAT.to_string();
    let path = python.path.display().to_string();
    // A Python of an image is another one than that of the same name elsewhere.
    let image = settings.text("container_image").unwrap_or_default();
    for part in [&format, &path, &python.version, &lines.join("\n"), &indexes, &system, &image] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_hex()[..24].to_owned()
}

/// Opens an environment that is whole, and marks it as used now.
fn open(path: &Path) -> Result<Option<Environment>> {
    if !path.join(ABOUT).exists() {
        return Ok(None);
    }
    let in_use = lock(&files::beside(path, "lock"), FlockArg::LockShared)?;
    // It may have been removed before it was locked.
    let Some(about) = files::read_json::<About>(&path.join(ABOUT))? else { return Ok(None) };
    fcntl(&*in_use, FcntlArg::F_SETFD(FdFlag::empty()))?;
    in_use.set_len(0).map_err(files::at(path))?;
    std::io::Write::write_all(&mut &*in_use, b"used\n").map_err(files::at(path))?;
    Ok(Some(Environment { path: path.to_owned(), frozen: about.frozen, in_use: InUse(in_use) }))
}

fn lock(path: &Path, how: FlockArg) -> Result<Flock<File>> {
    let file = lock_file(path)?;
    Flock::lock(file, how).map_err(|(_, why)| files::at(path)(why.into()))
}

fn try_lock(path: &Path) -> Result<Option<Flock<File>>> {
    Ok(Flock::lock(lock_file(path)?, FlockArg::LockExclusiveNonblock).ok())
}

fn lock_file(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.create(true).write(true).truncate(false).open(path).map_err(files::at(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_least_used_go_until_size_and_count_fit() {
        let folder = tempfile::tempdir().unwrap();
        for (age, name) in ["newest", "middle", "oldest"].iter().enumerate() {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            let about = About { frozen: String::new(), lines: Vec::new(), bytes: 100 };
            files::write_json(&path.join(ABOUT), &about).unwrap();
            let lock = lock_file(&files::beside(&path, "lock")).unwrap();
            let used = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000 - age as u64);
            lock.set_modified(used).unwrap();
        }
        let left = |max_entries, max_bytes| {
            let folder = folder.path().to_owned();
            let all = Environments { folder, max_entries, free_bytes: 0, max_bytes };
            all.make_room().unwrap();
            all.all().unwrap().len()
        };
        assert_eq!(left(10, None), 3);
        assert_eq!(left(10, Some(299)), 2);
        assert!(!folder.path().join("oldest").exists());
        assert_eq!(left(2, None), 1);
        assert!(folder.path().join("newest").exists());
    }
}

//! The Python a task runs with: the recorded version, or the nearest (agent.md §6, step 3).

use super::EnvironmentError;
use crate::code::script::{Language, Script};
use crate::settings::Settings;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interpreter {
    /// Where.
    pub(crate) path: PathBuf,
    /// `3.11.7`.
    pub(crate) version: String,
}

/// Chooses an interpreter, and says in the log when it is not the recorded one.
pub(crate) fn choose(
    script: &Script,
    settings: &Settings,
) -> Result<Interpreter, EnvironmentError> {
    if let Some(path) = settings.text("python_binary") {
        return look(Path::new(&path)).ok_or(EnvironmentError::NoPython);
    }
    let wanted = match settings.flag("ignore_requested_python_version", false) {
        true => None,
        false => script.python_version(),
    };
    let path = settings.environment().get("PATH").map(String::as_str).unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(path).collect();
    if let Some((major, minor)) = wanted {
        let exact = find(&folders, &format!("python{major}.{minor}")).and_then(|path| look(&path));
        if let Some(exact) = exact {
            return Ok(exact);
        }
    }
    let general = ["python3", "python"].iter().find_map(|name| look(&find(&folders, name)?));
    let default = settings
        .text("default_python")
        .and_then(|version| look(&find(&folders, &format!("python{version}"))?));
    let Some((major, minor)) = wanted else {
        return default.or(general).ok_or(EnvironmentError::NoPython);
    };
    let mut found = versions(&folders);
    if let Some(general) = &general {
        found.entry(short(&general.version)).or_insert_with(|| general.path.clone());
    }
    if let Some(path) = found.get(&(major, minor)) {
        return look(path).ok_or(EnvironmentError::NoPython);
    }
    let nearest = nearest((major, minor), found.keys().copied());
    let nearest = nearest.and_then(|version| look(found.get(&version)?));
    let nearest = nearest.ok_or(EnvironmentError::NoPython)?;
    if script.language() == Language::Python {
        println!(
            "WARNING: the task was recorded with Python {major}.{minor}, which this machine does not \
             have; Python {} is used. If a package needs {major}.{minor}, install python{major}.{minor} \
             on the agent's machine or run the task in an image that has it",
            nearest.version
        );
    }
    Ok(nearest)
}

/// The nearest version: of the same major one, the smallest step, rather up than down.
fn nearest(
    (major, minor): (u32, u32),
    found: impl Iterator<Item = (u32, u32)>,
) -> Option<(u32, u32)> {
    found.min_by_key(|(its_major, its_minor)| {
        (its_major.abs_diff(major), its_minor.abs_diff(minor), *its_minor < minor)
    })
}

fn find(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// `python3.x` of all folders; an earlier folder wins.
fn versions(folders: &[PathBuf]) -> BTreeMap<(u32, u32), PathBuf> {
    let mut found = BTreeMap::new();
    for folder in folders {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix("python3."));
            if let Some(minor) = version.and_then(|minor| minor.parse().ok()) {
                found.entry((3, minor)).or_insert_with(|| entry.path());
            }
        }
    }
    found
}

fn short(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Asks a Python for its version; None when it does not start.
fn look(path: &Path) -> Option<Interpreter> {
    let output = Command::new(path).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.trim().strip_prefix("Python ")?.to_owned();
    Some(Interpreter { path: path.to_owned(), version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_version_is_a_small_step_and_rather_up() {
        let have = [(2, 7), (3, 8), (3, 10), (3, 12)];
        for (wanted, expected) in [
            ((3, 9), (3, 10)),
            ((3, 11), (3, 12)),
            ((3, 7), (3, 8)),
            ((3, 14), (3, 12)),
            ((2, 6), (2, 7)),
        ] {
            assert_eq!(nearest(wanted, have.into_iter()), Some(expected), "{wanted:?}");
        }
        assert_eq!(nearest((3, 9), [].into_iter()), None);
    }
}

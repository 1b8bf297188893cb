//! Names of workers (agent.md §2): one for each agent on a machine, kept apart by files that the
//! official agent reads and writes in the same way.

use crate::files;
use crate::settings::Settings;
use crate::supervisor::Process;
use nix::fcntl::{Flock, FlockArg};
use std::fs::File;
use std::io::Result;
use std::path::{Path, PathBuf};

const PREFIX: &str = ".clearmlagent_";
const SUFFIX: &str = ".tmp";
/// Held while names are compared and one is taken.
const LOCK: &str = ".clearmlagent.lock";

/// A name that another agent of this machine has.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// The name was asked for.
    #[error(
        "a worker named {id} runs on this machine already (process {pid}); stop it, or choose another CLEARML_WORKER_ID"
    )]
    Taken {
        /// The name.
        id: String,
        /// Whose.
        pid: u32,
    },
    /// The system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What restricts a worker to some devices, as its name shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Devices {
    /// All there are.
    Any,
    /// These.
    Gpus(String),
    /// These, handed out to tasks one by one.
    Dynamic(String),
    /// None.
    CpuOnly,
}

/// A worker's name, taken for as long as the value lives.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) id: String,
    file: PathBuf,
}

impl Drop for Identity {
    fn drop(&mut self) {
        // A file that stays names a process that is gone, and is passed over.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Another agent of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) pid: u32,
    pub(crate) id: String,
    slot: usize,
    file: PathBuf,
}

/// Takes a name.
pub(crate) fn take(
    settings: &Settings,
    devices: &Devices,
) -> std::result::Result<Identity, IdentityError> {
    let folder = settings.temporary();
    let path = folder.join(LOCK);
    let file = File::options().create(true).write(true).truncate(false).open(&path);
    let file = file.map_err(files::at(&path))?;
    let _held =
        Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, why)| std::io::Error::from(why))?;
    let others = running(&folder)?;
    let slot = (0..).find(|slot| others.iter().all(|other| other.slot != *slot)).unwrap_or(0);
    let id = match settings.text("worker_id") {
        Some(id) => id,
        None => {
            let name = settings.text("worker_name").unwrap_or_else(host);
            match devices {
                Devices::Gpus(list) => format!("{name}:gpu{list}"),
                Devices::Dynamic(list) => format!("{name}:dgpu{list}"),
                Devices::CpuOnly => format!("{name}:cpu:{slot}"),
                Devices::Any => format!("{name}:{slot}"),
            }
        }
    };
    if let Some(other) = others.iter().find(|other| other.id == id) {
        return Err(IdentityError::Taken { id, pid: other.pid });
    }
    let pid = std::process::id();
    let file = folder.join(format!("{PREFIX}{pid}_{slot}{SUFFIX}"));
    files::write(&file, format!("{id}\n{slot}").as_bytes())?;
    Ok(Identity { id, file })
}

/// The agents that run on this machine; files of others that are gone are removed.
pub(crate) fn running(folder: &Path) -> Result<Vec<Local>> {
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(files::at(folder))? {
        let file = entry.map_err(files::at(folder))?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(rest) = name.strip_prefix(PREFIX).filter(|rest| rest.ends_with(SUFFIX)) else {
            continue;
        };
        let Some(pid) = rest.split('_').next().and_then(|pid| pid.parse().ok()) else { continue };
        if Process::find(pid).is_none() {
            // Two that look at once may both try.
            let _ = std::fs::remove_file(&file);
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let mut lines = text.lines();
        let id = lines.next().unwrap_or_default().to_owned();
        let slot = lines.next().and_then(|slot| slot.trim().parse().ok()).unwrap_or(0);
        found.push(Local { pid, id, slot, file });
    }
    Ok(found)
}

fn host() -> String {
    let name = nix::unistd::gethostname().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;

    fn settings(folder: &Path, agent: serde_json::Value) -> Settings {
        let folder = folder.to_str().unwrap().to_owned();
        let environment: Environment = [("TMPDIR".to_owned(), folder)].into();
        Settings::new(Config::from_tree(json!({"agent": agent})), environment)
    }

    #[test]
    fn agents_of_one_machine_have_different_names() {
        let folder = tempfile::tempdir().unwrap();
        let named = settings(folder.path(), json!({"worker_name": "m"}));
        let first = take(&named, &Devices::CpuOnly).unwrap();
        let second = take(&named, &Devices::Any).unwrap();
        let third = take(&named, &Devices::Gpus("0,1".to_owned())).unwrap();
        assert_eq!([&first.id, &second.id, &third.id], ["m:cpu:0", "m:1", "m:gpu0,1"]);
        drop(first);
        assert_eq!(take(&named, &Devices::Any).unwrap().id, "m:0");
    }

    #[test]
    fn a_name_that_was_asked_for_is_had_once() {
        let folder = tempfile::tempdir().unwrap();
        let named = settings(folder.path(), json!({"worker_id": "mine"}));
        let first = take(&named, &Devices::Any).unwrap();
        let error = take(&named, &Devices::Any).unwrap_err().to_string();
        assert!(error.contains("mine") && error.contains("already"), "{error}");
        drop(first);
        assert!(take(&named, &Devices::Any).is_ok());
    }

    #[test]
    fn files_of_agents_that_are_gone_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join(format!("{PREFIX}4000000_x{SUFFIX}"));
        std::fs::write(&gone, "old:0\n0").unwrap();
        assert_eq!(running(folder.path()).unwrap(), []);
        assert!(!gone.exists());
    }
}

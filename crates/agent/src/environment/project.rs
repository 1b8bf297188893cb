//! Repositories that describe their environment themselves, for `uv sync` (agent.md §6.1).

use super::install::{self, Installer};
use super::interpreter::Interpreter;
use super::{EnvironmentError, Prepared};
use crate::code::Code;
use crate::settings::Settings;
use std::path::Path;

const LOCK: &str = "uv.lock";

/// Whether the repository's own description counts and not the recorded packages.
pub(super) fn counts(code: &Code, settings: &Settings) -> bool {
    let asked = settings.text("package_manager.type").as_deref() == Some("uv")
        || settings.flag("force_uv", false);
    asked && [LOCK, "pyproject.toml"].iter().any(|name| code.root.join(name).is_file())
}

/// Makes the environment below `work`: by the lock file where there is one, and without it when it does
/// not fit.
pub(super) fn prepare(
    code: &Code,
    python: &Interpreter,
    settings: &Settings,
    work: &Path,
) -> Result<Prepared, EnvironmentError> {
    let installer = Installer::find(settings)?;
    if let Installer::Pip = installer {
        let why = "the repository's project needs uv, which this machine cannot have (see above)";
        return Err(EnvironmentError::Packages(why.to_owned()));
    }
    let path = work.join("environment");
    let sync = |locked: bool| {
        let mut command = installer.uv();
        command.args(["sync", "--python"]).arg(&python.path).args(locked.then_some("--locked"));
        command.args(install::index_arguments(settings)).current_dir(&code.root);
        // The repository's own settings count here.
        command.env("UV_PROJECT_ENVIRONMENT", &path).env_remove("UV_NO_CONFIG");
        install::finish(command, &python.version)
    };
    let wants_lock = settings.flag("package_manager.uv_sync_locked_if_lock_file", true);
    let locked = wants_lock && code.root.join(LOCK).is_file();
    println!("Packages are those of {}", code.root.display());
    match sync(locked) {
        Err(why) if locked => {
            println!("WARNING: {why}\nThe lock file does not fit; packages are chosen anew");
            sync(false)?;
        }
        done => done?,
    }
    let python = path.join("bin/python");
    let frozen = Some(installer.freeze(&python)?);
    Ok(Prepared { python, programs: vec![path.join("bin")], frozen, in_use: None })
}

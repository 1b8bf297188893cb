//! What comes first in a task's container: the files by which git knows who asks, and the set-up scripts of
//! agent and task (agent.md §9).

use crate::executors::docker;
use crate::files;
use crate::settings::Settings;
use std::io::Result;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Does nothing outside a container.
pub(super) fn set_up(settings: &Settings) -> Result<()> {
    if settings.text("container_image").is_none() {
        return Ok(());
    }
    let mounted = Path::new(docker::HOME);
    if mounted.is_dir() {
        copy_missing(mounted, &settings.home())?;
    }
    if let Some(script) = settings.text("container_setup") {
        run(&script)?;
    }
    Ok(())
}

/// Runs a script; one that fails is told and does not end the task, as with the official agent.
fn run(script: &str) -> Result<()> {
    println!("Setting up the container");
    let status = Command::new("/bin/sh").args(["-c", script]).stdin(Stdio::null()).status()?;
    if !status.success() {
        println!("WARNING: the set-up script ended with {status}; the task is run nevertheless");
    }
    Ok(())
}

/// Copies files into a home that does not have them; nobody else can read them there.
fn copy_missing(from: &Path, to: &Path) -> Result<()> {
    for entry in from.read_dir().map_err(files::at(from))? {
        let entry = entry.map_err(files::at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            files::create_folder(&target)?;
            std::fs::set_permissions(&target, PermissionsExt::from_mode(0o700))
                .map_err(files::at(&target))?;
            copy_missing(&source, &target)?;
        } else if source.is_file() && !target.exists() {
            files::write(&target, &std::fs::read(&source).map_err(files::at(&source))?)?;
        }
    }
    Ok(())
}

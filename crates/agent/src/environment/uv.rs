//! The uv program: the one on the machine, or the pinned version from PyPI in the agent's folder.

use crate::files;
use crate::settings::Settings;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version that is installed when the machine has none.
pub(crate) const VERSION: &str = "0.13.9";

/// Finds uv, or installs it.
///
/// # Errors
/// In words, when neither works.
pub(crate) fn find(settings: &Settings) -> Result<PathBuf, String> {
    let own = settings.data().join("uv").join(VERSION);
    let program = own.join("bin/uv");
    let configured = settings.text("uv_binary").map(PathBuf::from);
    let path = settings.environment().get("PATH").map(String::as_str).unwrap_or_default();
    let on_path = std::env::split_paths(path).map(|folder| folder.join("uv"));
    let mut candidates = configured.into_iter().chain([program.clone()]).chain(on_path);
    if let Some(found) = candidates.find(|path| path.is_file() && works(path)) {
        return Ok(found);
    }
    install(&own, settings)?;
    match works(&program) {
        true => Ok(program),
        false => Err(format!("{} does not start", program.display())),
    }
}

fn works(program: &Path) -> bool {
    let status =
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Installs the pinned version into a folder of its own.
fn install(folder: &Path, settings: &Settings) -> Result<(), String> {
    println!("Installing uv {VERSION}");
    let told = |why: std::io::Error| why.to_string();
    files::create_folder(folder).map_err(told)?;
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--only-binary", ":all:", "--ignore-installed", "--target"])
        .arg(folder)
        .args(super::install::index_arguments(settings))
        .arg(format!("uv=={VERSION}"))
        .output()
        .map_err(told)?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

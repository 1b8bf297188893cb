//! A run's own thin environment over a kept one: a few links and files. What the task installs for
//! itself (`pip install` in a notebook) goes there and vanishes with the run.

use crate::files;
use std::io::Result;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Makes the thin environment at `path` over `kept`, and returns its path.
pub(super) fn make(kept: &Path, path: &Path) -> Result<PathBuf> {
    files::remove_folder(path)?;
    let programs = path.join("bin");
    files::create_folder(&programs)?;
    let configuration = kept.join("pyvenv.cfg");
    std::fs::copy(&configuration, path.join("pyvenv.cfg")).map_err(files::at(&configuration))?;
    let python = kept.join("bin/python");
    let real = std::fs::canonicalize(&python).map_err(files::at(&python))?;
    for name in ["python", "python3"] {
        symlink(&real, programs.join(name)).map_err(files::at(&programs))?;
    }
    // Packages look for their data beside the interpreter.
    for name in ["share", "etc"] {
        if kept.join(name).exists() {
            symlink(kept.join(name), path.join(name)).map_err(files::at(path))?;
        }
    }
    let (library, packages) = packages_of(kept)?;
    let own = path.join("lib").join(library).join("site-packages");
    files::create_folder(&own)?;
    let quoted = serde_json::Value::from(packages.display().to_string());
    let below = format!("import site; site.addsitedir({quoted})\n");
    files::write(&own.join("_kept_environment.pth"), below.as_bytes())?;
    let pip = programs.join("pip");
    let text = format!("#!/bin/sh\nexec \"{}\" -m pip \"$@\"\n", programs.join("python").display());
    files::write(&pip, text.as_bytes())?;
    std::fs::set_permissions(&pip, PermissionsExt::from_mode(0o755)).map_err(files::at(&pip))?;
    symlink("pip", programs.join("pip3")).map_err(files::at(&programs))?;
    Ok(path.to_owned())
}

/// The name of the library folder (`python3.11`) and its packages.
fn packages_of(environment: &Path) -> Result<(String, PathBuf)> {
    let libraries = environment.join("lib");
    for entry in libraries.read_dir().map_err(files::at(&libraries))? {
        let entry = entry.map_err(files::at(&libraries))?;
        let packages = entry.path().join("site-packages");
        if packages.is_dir() {
            return Ok((entry.file_name().to_string_lossy().into_owned(), packages));
        }
    }
    Err(std::io::Error::other(format!("{}: no packages in it", environment.display())))
}

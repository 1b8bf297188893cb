//! Making environments and installing packages, by uv or else by pip.

use super::EnvironmentError;
use super::explain;
use super::interpreter::Interpreter;
use super::requirements::Requirements;
use super::uv;
use crate::code::git;
use crate::settings::Settings;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How much of what an installer says is kept to explain its failure.
const KEPT: usize = 64 * 1024;

/// What installs packages.
pub(crate) enum Installer {
    /// The uv program, with its cache.
    Uv { program: PathBuf, cache: PathBuf },
    /// The pip of the environment itself.
    Pip,
}

impl Installer {
    /// uv, unless `agent.package_manager.installer` says pip or uv cannot be had.
    pub(crate) fn find(settings: &Settings) -> Result<Installer, EnvironmentError> {
        if settings.text("package_manager.installer").as_deref() == Some("pip") {
            return Ok(Installer::Pip);
        }
        match uv::find(settings) {
            Ok(program) => Ok(Installer::Uv { program, cache: settings.data().join("uv-cache") }),
            Err(why) => {
                println!("WARNING: uv is not available ({why}); pip is used, which takes longer");
                Ok(Installer::Pip)
            }
        }
    }

    /// Makes an empty environment.
    pub(crate) fn create(
        &self,
        python: &Interpreter,
        path: &Path,
        settings: &Settings,
    ) -> Result<(), EnvironmentError> {
        let system = settings.flag("package_manager.system_site_packages", false);
        let system = system.then_some("--system-site-packages");
        if let Installer::Pip = self {
            let mut command = Command::new(&python.path);
            command.args(["-m", "venv"]).args(system).arg(path);
            return finish(command, &python.version);
        }
        // With pip in it, for tasks that install something themselves, where an index has it.
        let venv = |seed: &[String]| {
            let mut command = self.uv();
            command.args(["venv", "--quiet", "--allow-existing", "--python"]).arg(&python.path);
            command.args(system).args(seed).arg(path);
            command
        };
        let seed: Vec<String> =
            std::iter::once("--seed".to_owned()).chain(index_arguments(settings)).collect();
        if venv(&seed).stderr(Stdio::null()).status()?.success() {
            return Ok(());
        }
        println!("The environment has no pip of its own: no package index has it");
        finish(venv(&[]), &python.version)
    }

    /// Installs packages into the environment of an interpreter.
    pub(crate) fn install(
        &self,
        python: &Path,
        requirements: &Requirements,
        settings: &Settings,
    ) -> Result<(), EnvironmentError> {
        let file = tempfile(&requirements.lines, settings)?;
        let mut command = match self {
            Installer::Uv { .. } => {
                let mut command = self.uv();
                command.args(["pip", "install", "--python"]).arg(python);
                command.args(["--index-strategy", "unsafe-best-match"]);
                command
            }
            Installer::Pip => {
                let mut command = Command::new(python);
                command.args(["-m", "pip", "install", "--disable-pip-version-check"]);
                command
            }
        };
        command.args(index_arguments(settings)).arg("-r").arg(file.path());
        command.envs(git::surroundings(settings)?);
        finish(command, &version_of(python))
    }

    /// What is installed, as lines of a requirements file.
    pub(crate) fn freeze(&self, python: &Path) -> Result<String, EnvironmentError> {
        let mut command = match self {
            Installer::Uv { .. } => {
                let mut command = self.uv();
                command.args(["pip", "freeze", "--quiet", "--python"]).arg(python);
                command
            }
            Installer::Pip => {
                let mut command = Command::new(python);
                command.args(["-m", "pip", "freeze", "--disable-pip-version-check"]);
                command
            }
        };
        let output = command.output()?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(EnvironmentError::Packages(why));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub(super) fn uv(&self) -> Command {
        match self {
            Installer::Uv { program, cache } => {
                let mut command = Command::new(program);
                command.env("UV_CACHE_DIR", cache).env("UV_PYTHON_DOWNLOADS", "never");
                command.env("UV_NO_PROGRESS", "1").env("UV_NO_CONFIG", "1");
                // The authorities the machine believes, by the newer and the older name.
                command.env("UV_SYSTEM_CERTS", "1").env("UV_NATIVE_TLS", "1");
                command
            }
            Installer::Pip => Command::new("uv"),
        }
    }
}

/// Where packages come from, as both installers want it.
pub(super) fn index_arguments(settings: &Settings) -> Vec<String> {
    let mut arguments = Vec::new();
    for url in settings.texts("package_manager.extra_index_url") {
        arguments.extend(["--extra-index-url".to_owned(), url]);
    }
    if let Some(flags) = settings.text("extra_pip_install_flags") {
        arguments.extend(crate::code::entry::split_words(&flags));
    }
    arguments.extend(settings.texts("package_manager.extra_pip_install_flags"));
    arguments
}

/// A requirements file that vanishes with its value.
struct LinesFile(PathBuf);

impl LinesFile {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for LinesFile {
    fn drop(&mut self) {
        // What is left lies in a folder for temporary files.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn tempfile(lines: &[String], settings: &Settings) -> std::io::Result<LinesFile> {
    let name = format!("arno-requirements-{}.txt", std::process::id());
    let path = settings.temporary().join(name);
    crate::files::write(&path, format!("{}\n", lines.join("\n")).as_bytes())?;
    Ok(LinesFile(path))
}

fn version_of(python: &Path) -> String {
    let output = Command::new(python).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default().trim().trim_start_matches("Python ").to_owned()
}

/// Runs an installer to its end; what it says goes to the log at once.
pub(super) fn finish(mut command: Command, python: &str) -> Result<(), EnvironmentError> {
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut said = String::new();
    if let Some(errors) = child.stderr.take() {
        for line in BufReader::new(errors).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            said.push_str(&line);
            said.push('\n');
            if said.len() > KEPT {
                let cut = said.len() - KEPT / 2;
                let cut = (cut..said.len()).find(|at| said.is_char_boundary(*at));
                said.drain(..cut.unwrap_or(0));
            }
        }
    }
    match child.wait()?.success() {
        true => Ok(()),
        false => Err(EnvironmentError::Packages(explain::failure(&said, python))),
    }
}

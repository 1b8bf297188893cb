//! A task's Python and its packages (agent.md §6): which packages ([`requirements`]), which
//! interpreter ([`interpreter`]), an environment of them that is made once and kept ([`cache`]) by
//! uv or pip ([`install`]), and a thin one on top for each run, so that what a task installs for
//! itself stays its own ([`layer`]). A repository may describe its environment itself ([`project`]).

pub(crate) mod cache;
pub(crate) mod explain;
pub(crate) mod install;
pub(crate) mod interpreter;
pub(crate) mod layer;
mod project;
pub(crate) mod requirements;
pub(crate) mod uv;

use crate::code::Code;
use crate::code::git::GitError;
use crate::code::script::Script;
use crate::settings::Settings;
use cache::Environments;
use interpreter::Interpreter;
use requirements::Requirements;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Why a task has no environment; says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvironmentError {
    /// No Python at all.
    #[error(
        "no Python was found; install python3 on the agent's machine, or name one in agent.python_binary"
    )]
    NoPython,
    /// The packages cannot be installed.
    #[error("the task's packages cannot be installed: {0}")]
    Packages(String),
    /// Git, for packages from repositories.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What a task runs in.
pub(crate) struct Prepared {
    /// The interpreter to start.
    pub(crate) python: PathBuf,
    /// Folders whose programs the task finds first.
    pub(crate) programs: Vec<PathBuf>,
    /// What is installed, to be recorded; None when nothing was made.
    pub(crate) frozen: Option<String>,
    /// Held by the task as long as it runs.
    pub(crate) in_use: Option<cache::InUse>,
}

impl Prepared {
    /// For what needs no Python.
    pub(crate) fn none() -> Prepared {
        Prepared { python: PathBuf::new(), programs: Vec::new(), frozen: None, in_use: None }
    }

    fn plain(python: &Interpreter) -> Prepared {
        Prepared { python: python.path.clone(), programs: Vec::new(), frozen: None, in_use: None }
    }
}

/// Prepares the environment of a task below `work`.
pub(crate) fn prepare(
    task: &Value,
    script: &Script,
    code: &Code,
    settings: &Settings,
    work: &Path,
) -> Result<Prepared, EnvironmentError> {
    let python = interpreter::choose(script, settings)?;
    if settings.flag("skip_python_env_install", false) || settings.flag("standalone_mode", false) {
        println!("Python packages are not installed: {} is used as it is", python.path.display());
        return Ok(Prepared::plain(&python));
    }
    if project::counts(code, settings) {
        return project::prepare(code, &python, settings, work);
    }
    let requirements = requirements::of(&task["script"]["requirements"], code, script, settings)?;
    for note in &requirements.notes {
        println!("{note}");
    }
    if requirements.lines.is_empty() {
        println!("The task records no packages: {} is used as it is", python.path.display());
        return Ok(Prepared::plain(&python));
    }
    if let Some(given) = settings.text("skip_pip_venv_install") {
        return into_given(&given, &python, &requirements, settings);
    }
    let environments = Environments::of(settings);
    let environment = environments.get(&python, &requirements, settings)?;
    let layer = layer::make(&environment.path, &work.join("environment"))?;
    Ok(Prepared {
        python: layer.join("bin/python"),
        programs: vec![layer.join("bin"), environment.path.join("bin")],
        frozen: Some(environment.frozen),
        in_use: Some(environment.in_use),
    })
}

/// Installs into an interpreter that is there already (`CLEARML_AGENT_SKIP_PIP_VENV_INSTALL`: its
/// path, or 1 for the one that would be used anyway).
fn into_given(
    given: &str,
    python: &Interpreter,
    requirements: &Requirements,
    settings: &Settings,
) -> Result<Prepared, EnvironmentError> {
    let path = Path::new(given);
    let chosen = if path.is_absolute() { path } else { &python.path };
    let installer = install::Installer::find(settings)?;
    installer.install(chosen, requirements, settings)?;
    let frozen = Some(installer.freeze(chosen)?);
    Ok(Prepared { python: chosen.to_owned(), programs: Vec::new(), frozen, in_use: None })
}

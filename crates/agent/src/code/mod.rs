//! A task's code: what was recorded of it ([`script`]), brought to a folder ([`git`], [`literal`])
//! and made a command ([`entry`]) (agent.md §5, §7).

pub(crate) mod entry;
pub(crate) mod git;
pub(crate) mod literal;
pub(crate) mod script;

use crate::files;
use crate::settings::Settings;
use script::Script;
use std::path::{Path, PathBuf};

/// Code that cannot be brought here; says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeError {
    /// The repository, its commit or the recorded changes.
    #[error(transparent)]
    Git(#[from] git::GitError),
    /// What was recorded leads out of the code's folder.
    #[error("{what} {path:?} leads out of the task's code; use a path inside it")]
    Outside {
        /// `working directory`, `entry point`.
        what: &'static str,
        /// As recorded.
        path: String,
    },
    /// The folder the task starts in does not exist.
    #[error(
        "the working directory {0:?} does not exist in the task's code; correct it in the task's execution"
    )]
    NoWorkingFolder(String),
    /// The file to be run does not exist.
    #[error(
        "the entry point {0:?} does not exist in the task's code; correct it in the task's execution, or commit the file"
    )]
    NoEntryPoint(String),
    /// There is nothing to run.
    #[error(
        "the task records no code: neither a repository nor a script; create it by running the script once, or with clearml-task"
    )]
    Nothing,
    /// The system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Code that lies where it can be run.
#[derive(Debug)]
pub(crate) struct Code {
    /// The repository's folder, or the folder of the stand-alone script.
    pub(crate) root: PathBuf,
    /// Where the task starts.
    pub(crate) working_folder: PathBuf,
    /// The commit that was checked out.
    pub(crate) commit: Option<String>,
}

/// Brings the code of a task below `work`.
pub(crate) fn bring(script: &Script, settings: &Settings, work: &Path) -> Result<Code, CodeError> {
    if let Some(folder) = settings.text("force_code_dir") {
        let root = settings.path(&folder);
        let working_folder = working_folder(&root, script)?;
        return Ok(Code { root, working_folder, commit: None });
    }
    let is_literal = literal::is_source(&script.diff);
    if script.repository.is_empty() && script.diff.is_empty() && script.entry_point.is_empty() {
        return Err(CodeError::Nothing);
    }
    let (root, commit) = match script.repository.as_str() {
        "" => (work.join("code"), None),
        repository => {
            let name = git::name_of(repository);
            let root = work.join("task_repository").join(name);
            let commit = git::check_out(script, settings, &root)?;
            (root, Some(commit))
        }
    };
    files::create_folder(&root)?;
    let patched = !script.repository.is_empty() && !script.diff.trim().is_empty() && !is_literal;
    if patched {
        git::apply(&root, &script.diff)?;
    }
    let working_folder = working_folder(&root, script)?;
    if is_literal && !script.diff.trim().is_empty() {
        let name = script.literal_file();
        let path = inside(&working_folder, &name, "entry point")?;
        if !path.exists() {
            if let Some(folder) = path.parent() {
                files::create_folder(folder)?;
            }
            files::write(&path, script.diff.as_bytes())?;
        }
    }
    Ok(Code { root, working_folder, commit })
}

fn working_folder(root: &Path, script: &Script) -> Result<PathBuf, CodeError> {
    let folder = inside(root, script.folder(), "working directory")?;
    if script.repository.is_empty() {
        files::create_folder(&folder)?;
    }
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(CodeError::NoWorkingFolder(script.folder().to_owned())),
    }
}

/// A recorded path below a folder.
fn inside(folder: &Path, path: &str, what: &'static str) -> Result<PathBuf, CodeError> {
    use std::path::Component;
    let mut depth = 0;
    for component in Path::new(path).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            _ => return Err(CodeError::Outside { what, path: path.to_owned() }),
        }
    }
    Ok(folder.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;

    fn bring_here(script: &serde_json::Value) -> Result<(tempfile::TempDir, Code), String> {
        let work = tempfile::tempdir().unwrap();
        let settings = Settings::new(Config::from_tree(json!({})), Environment::new());
        let code = bring(&Script::of(script), &settings, work.path());
        code.map(|code| (work, code)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_single_script_lies_under_its_name() {
        let script = json!({"diff": "print(1)\n", "entry_point": "train.py", "working_dir": "."});
        let (_work, code) = bring_here(&script).unwrap();
        let text = std::fs::read_to_string(code.working_folder.join("train.py")).unwrap();
        assert_eq!(text, "print(1)\n");
        let script = json!({"diff": "echo 1\n", "binary": "/bin/bash"});
        let (_work, code) = bring_here(&script).unwrap();
        assert!(code.root.join("untitled.sh").exists());
    }

    #[test]
    fn paths_stay_inside() {
        let table = [
            json!({"diff": "print(1)", "entry_point": "../../etc/x.py"}),
            json!({"diff": "print(1)", "entry_point": "x.py", "working_dir": "/etc"}),
            json!({"diff": "print(1)", "entry_point": "x.py", "working_dir": "a/../../b"}),
        ];
        for script in table {
            let error = bring_here(&script).err().unwrap();
            assert!(error.contains("leads out"), "{error}");
        }
    }

    #[test]
    fn no_code_is_said_to_be_none() {
        let error = bring_here(&json!({})).err().unwrap();
        assert!(error.starts_with("the task records no code"), "{error}");
    }
}

//! Which packages a task needs (agent.md §6, steps 2, 7 and 8).

use crate::code::Code;
use crate::code::script::Script;
use crate::files;
use crate::settings::Settings;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Result;
use std::path::Path;

/// Packages of which only the last mention counts.
const ONCE: [&str; 4] = ["clearml", "trains", "nbconvert", "ipython"];

/// The lines a task needs installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Requirements {
    /// As in a requirements file.
    pub(crate) lines: Vec<String>,
    /// What was recorded, before anything was left out: kept as the task's original.
    pub(crate) original: Option<String>,
    /// What the log should say about the choice.
    pub(crate) notes: Vec<String>,
}

/// Chooses and cleans the lines.
pub(crate) fn of(
    recorded: &Value,
    code: &Code,
    script: &Script,
    settings: &Settings,
) -> Result<Requirements> {
    let manager = |key: &str| settings.flag(&format!("package_manager.{key}"), false);
    let mut notes = Vec::new();
    let original = manager("force_original_requirements");
    let pip = text_of(&recorded[if original { "org_pip" } else { "pip" }]);
    let conda = text_of(&recorded[if original { "org_conda" } else { "conda" }]);
    let ignored = manager("force_repo_requirements_txt");
    let has_some =
        |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let mut lines = match (&pip, &conda) {
        _ if ignored => from_repository(code, &mut notes)?,
        (Some(text), _) if has_some(&pip) => lines_of(text),
        (_, Some(text)) if has_some(&conda) => {
            notes.push(
                "Packages recorded from conda are installed by their nearest names on PyPI; what \
                 only conda has may be missing"
                    .to_owned(),
            );
            from_conda(text, &mut notes)
        }
        _ => from_repository(code, &mut notes)?,
    };
    drop_missing_files(&mut lines, &code.root, &mut notes);
    keep_last_of_each(&mut lines);
    if script.entry_point.ends_with(".ipynb") && !lines.is_empty() {
        lines.extend(["nbconvert".to_owned(), "ipython".to_owned()]);
        keep_last_of_each(&mut lines);
    }
    Ok(Requirements { lines, original: pip.or(conda), notes })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => {
            let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
            Some(lines.join("\n"))
        }
        _ => None,
    }
}

/// Lines without comments and blanks; a line that ends with a backslash goes on.
fn lines_of(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(|line| match line.trim() {
        line if line.starts_with('#') => "",
        line => line.split(" #").next().unwrap_or_default().trim(),
    });
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The repository's `requirements.txt` files, from its root down to the working folder.
fn from_repository(code: &Code, notes: &mut Vec<String>) -> Result<Vec<String>> {
    let mut folders: Vec<&Path> = code
        .working_folder
        .ancestors()
        .take_while(|folder| folder.starts_with(&code.root))
        .collect();
    folders.reverse();
    let mut lines = Vec::new();
    for path in folders.iter().map(|folder| folder.join("requirements.txt")) {
        if !path.is_file() {
            continue;
        }
        notes.push(format!("Packages are those of {}", path.display()));
        let folder = path.parent().unwrap_or(&code.root);
        let text = std::fs::read_to_string(&path).map_err(files::at(&path))?;
        lines.extend(lines_of(&text).into_iter().map(|line| anchored(&line, folder)));
    }
    Ok(lines)
}

/// A line that names another file, with the file's whole path.
fn anchored(line: &str, folder: &Path) -> String {
    for option in ["-r ", "-c ", "-e ", "--requirement ", "--constraint ", "--editable "] {
        if let Some(path) = line.strip_prefix(option)
            && !path.contains("://")
        {
            return format!("{option}{}", folder.join(path.trim()).display());
        }
    }
    line.to_owned()
}

/// Conda's `name==1.0=build` and `name=1.0` as pip writes them; what is no Python package is left
/// out.
fn from_conda(text: &str, notes: &mut Vec<String>) -> Vec<String> {
    const NOT_PYTHON: [&str; 8] =
        ["python", "pip", "setuptools", "wheel", "cudatoolkit", "cudnn", "openssl", "libgcc"];
    const OTHER_NAMES: [(&str, &str); 3] =
        [("pytorch", "torch"), ("matplotlib-base", "matplotlib"), ("py-opencv", "opencv-python")];
    let mut lines = Vec::new();
    for line in lines_of(text) {
        let mut parts = line.split('=').map(str::trim).filter(|part| !part.is_empty());
        let name = parts.next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
        let bare = name.split(['<', '>', '~', '!', ' ']).next().unwrap_or_default();
        if bare.is_empty()
            || bare.starts_with('_')
            || NOT_PYTHON.contains(&bare)
            || bare.starts_with("lib")
        {
            notes.push(format!("  left out: {line}"));
            continue;
        }
        let other = OTHER_NAMES.iter().find(|(conda, _)| *conda == bare);
        let renamed = name.replacen(bare, other.map_or(bare, |(_, pip)| pip), 1);
        let compares = line.contains(['<', '>', '~', '!']);
        lines.push(match parts.next() {
            _ if compares => line.replacen(bare, other.map_or(bare, |(_, pip)| pip), 1),
            Some(version) => format!("{renamed}=={version}"),
            None => renamed,
        });
    }
    lines
}

/// References to files that are not here cannot be installed.
fn drop_missing_files(lines: &mut Vec<String>, root: &Path, notes: &mut Vec<String>) {
    lines.retain(|line| {
        let Some((_, path)) = line.split_once("file://") else { return true };
        let path = path.split([' ', ';', '#']).next().unwrap_or_default();
        let exists = root.join(path).exists();
        if !exists {
            notes.push(format!("  left out: {line} (the file is not on this machine)"));
        }
        exists
    });
}

fn keep_last_of_each(lines: &mut Vec<String>) {
    let mut last = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        last.insert(name_of(line), number);
    }
    let mut number = 0;
    lines.retain(|line| {
        let name = name_of(line);
        let kept = !ONCE.contains(&name.as_str()) || last.get(&name) == Some(&number);
        number += 1;
        kept
    });
}

/// The package a line is about, in the form in which names are compared.
pub(crate) fn name_of(line: &str) -> String {
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    line[..end.unwrap_or(line.len())].to_lowercase().replace(['_', '.'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;

    fn chosen(recorded: Value, files: &[(&str, &str)], agent: Value) -> Requirements {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let working_folder = root.join("src");
        std::fs::create_dir(&working_folder).unwrap();
        for (name, text) in files {
            std::fs::write(root.join(name), text).unwrap();
        }
        let code = Code { root, working_folder, commit: None };
        let settings =
            Settings::new(Config::from_tree(json!({"agent": agent})), Environment::new());
        of(&recorded, &code, &Script::default(), &settings).unwrap()
    }

    #[test]
    fn lines_are_taken_as_they_are() {
        let pip = "# Python 3.11\n\nnumpy == 2.0 ; python_version > '3.8'\nuvicorn[standard]>=0.2 # web\n\
                   pkg @ https://host/pkg-1.whl\ngit+https://host/x.git@main#egg=x\n-e ./lib\n\
                   clearml==1.0\nclearml == 2.1\nlong \\\n  ==1\n";
        let lines = chosen(json!({"pip": pip}), &[], json!({})).lines;
        let expected = [
            "numpy == 2.0 ; python_version > '3.8'",
            "uvicorn[standard]>=0.2",
            "pkg @ https://host/pkg-1.whl",
            "git+https://host/x.git@main#egg=x",
            "-e ./lib",
            "clearml == 2.1",
            "long    ==1",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn without_recorded_lines_the_repository_is_asked() {
        let files = [("requirements.txt", "a\n-r more.txt\n"), ("src/requirements.txt", "b")];
        let found = chosen(json!({"pip": ""}), &files, json!({}));
        assert_eq!(found.lines.len(), 3);
        assert_eq!((found.lines[0].as_str(), found.lines[2].as_str()), ("a", "b"));
        assert!(found.lines[1].starts_with("-r /"), "{}", found.lines[1]);
        let forced = json!({"package_manager": {"force_repo_requirements_txt": true}});
        assert_eq!(chosen(json!({"pip": "c"}), &files, forced).lines.len(), 3);
    }

    #[test]
    fn conda_lines_become_pip_lines() {
        let conda = "python=3.9.7=h12\npytorch::pytorch=1.9=py39\nnumpy=1.21.2\nlibblas=3\nscipy >=1.0\n_openmp=4";
        let found = chosen(json!({"conda": conda}), &[], json!({}));
        assert_eq!(found.lines, ["torch==1.9", "numpy==1.21.2", "scipy >=1.0"]);
    }

    #[test]
    fn files_that_are_not_here_are_left_out() {
        let pip = json!({"pip": ["here @ file:///", "gone @ file:///no/such/place/x.whl"]});
        let found = chosen(pip, &[], json!({}));
        assert_eq!(found.lines, ["here @ file:///"]);
        assert_eq!(found.notes.len(), 1);
    }
}

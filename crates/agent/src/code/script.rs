//! What the SDK recorded of a task's code (agent.md §5).

use serde_json::Value;

/// The `script` of a task; whatever is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) binary: String,
    pub(crate) repository: String,
    pub(crate) branch: String,
    pub(crate) tag: String,
    pub(crate) commit: String,
    pub(crate) working_folder: String,
    pub(crate) entry_point: String,
    pub(crate) diff: String,
}

/// What runs the entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Shell,
}

impl Script {
    /// Reads a task's `script`.
    pub(crate) fn of(script: &Value) -> Script {
        let text = |key: &str| script[key].as_str().unwrap_or_default().to_owned();
        Script {
            binary: text("binary"),
            repository: text("repository").trim().to_owned(),
            branch: text("branch"),
            tag: text("tag"),
            commit: text("version_num"),
            working_folder: text("working_dir"),
            entry_point: text("entry_point").trim().to_owned(),
            diff: text("diff"),
        }
    }

    /// Unknown programs are taken for Python.
    pub(crate) fn language(&self) -> Language {
        let program = self.binary.rsplit('/').next().unwrap_or_default();
        match program.split_whitespace().next() {
            Some("bash" | "sh" | "zsh") => Language::Shell,
            _ => Language::Python,
        }
    }

    /// The folder part of the working directory, which may name a file after a colon.
    pub(crate) fn folder(&self) -> &str {
        let folder = self.working_folder.split(':').next().unwrap_or_default();
        if folder.is_empty() { "." } else { folder }
    }

    /// The name under which a script that is recorded whole lies.
    pub(crate) fn literal_file(&self) -> String {
        if let Some((_, file)) = self.working_folder.split_once(':')
            && !file.is_empty()
        {
            return file.to_owned();
        }
        let first = self.entry_point.split_whitespace().next().unwrap_or_default();
        let named = !first.is_empty() && !first.starts_with('-');
        match (named, self.language()) {
            (true, _) => first.to_owned(),
            (false, Language::Python) => "untitled.py".to_owned(),
            (false, Language::Shell) => "untitled.sh".to_owned(),
        }
    }

    /// The Python the task was recorded with: `3.11` of `python3.11`.
    pub(crate) fn python_version(&self) -> Option<(u32, u32)> {
        let program = self.binary.rsplit('/').next()?;
        let version = program.strip_prefix("python")?;
        let (major, rest) = version.split_once('.')?;
        let minor = rest.split('.').next()?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary(binary: &str) -> Script {
        Script { binary: binary.to_owned(), ..Script::default() }
    }

    #[test]
    fn the_binary_says_language_and_version() {
        let table = [
            ("python3.11", Language::Python, Some((3, 11))),
            ("/usr/bin/python3.10.4", Language::Python, Some((3, 10))),
            ("python3", Language::Python, None),
            ("", Language::Python, None),
            ("/bin/bash", Language::Shell, None),
            ("sh -e", Language::Shell, None),
            ("Rscript", Language::Python, None),
        ];
        for (text, language, version) in table {
            let script = binary(text);
            assert_eq!((script.language(), script.python_version()), (language, version), "{text}");
        }
    }
}

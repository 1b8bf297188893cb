//! The command that runs a task's entry point.

use super::script::{Language, Script};
use super::{Code, CodeError};
use crate::settings::Settings;
use std::path::{Path, PathBuf};

/// What starts the task.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Program and arguments.
    pub(crate) argv: Vec<String>,
    /// Folders of the script, for Python's search path.
    pub(crate) script_folder: PathBuf,
    /// A notebook that must be made a script first.
    pub(crate) notebook: Option<PathBuf>,
}

impl Entry {
    /// Lets IPython run the script: its lines that begin with `!` or `%` in the notebook need it.
    pub(crate) fn run_in_ipython(&mut self) {
        let Some(at) = self.argv.iter().position(|word| word.ends_with(".py")) else { return };
        let has_arguments = self.argv.len() > at + 1;
        if has_arguments {
            self.argv.insert(at + 1, "--".to_owned());
        }
        let ipython = ["-m", "IPython", "--colors=NoColor"].map(str::to_owned);
        self.argv.splice(at..at, ipython);
    }
}

/// The command for a script whose interpreter is `interpreter` (Python), or the shell.
pub(crate) fn command(
    script: &Script,
    code: &Code,
    interpreter: &Path,
    settings: &Settings,
) -> Result<Entry, CodeError> {
    let entry_point = match settings.text("force_exec_script") {
        Some(forced) => forced.rsplit(':').next().unwrap_or_default().to_owned(),
        None if script.entry_point.is_empty() => script.literal_file(),
        None => script.entry_point.clone(),
    };
    let words = split_words(&entry_point);
    let folder = &code.working_folder;
    if script.language() == Language::Shell {
        let shell = shell(&script.binary);
        let inline = words.first().is_some_and(|word| word == "-c");
        if !inline {
            require(folder, &words)?;
        }
        let argv = std::iter::once(shell).chain(words).collect();
        return Ok(Entry { argv, script_folder: folder.clone(), notebook: None });
    }
    let mut argv = vec![interpreter.display().to_string(), "-u".to_owned()];
    argv.extend(optimisation(settings));
    let first = words.first().cloned().unwrap_or_default();
    if matches!(first.as_str(), "-m" | "-c") {
        argv.extend(words);
        return Ok(Entry { argv, script_folder: folder.clone(), notebook: None });
    }
    let file = require(folder, &words)?;
    let script_folder = file.parent().map_or_else(|| folder.clone(), Path::to_owned);
    let notebook = first.ends_with(".ipynb").then(|| file.clone());
    let mut words = words;
    if notebook.is_some() {
        words[0] = format!("{}.py", first.trim_end_matches(".ipynb"));
    }
    argv.extend(words);
    Ok(Entry { argv, script_folder, notebook })
}

/// The entry point's file, which must exist.
fn require(folder: &Path, words: &[String]) -> Result<PathBuf, CodeError> {
    let name = words.iter().find(|word| !word.starts_with('-')).cloned().unwrap_or_default();
    let file = super::inside(folder, &name, "entry point")?;
    match file.is_file() {
        true => Ok(file),
        false => Err(CodeError::NoEntryPoint(name)),
    }
}

fn optimisation(settings: &Settings) -> Option<String> {
    let level = settings.number("python_optimization").unwrap_or(0.0) as usize;
    (level > 0).then(|| format!("-{}", "O".repeat(level.min(2))))
}

fn shell(binary: &str) -> String {
    match binary.split_whitespace().next() {
        Some(program) if program.starts_with('/') => program.to_owned(),
        Some(program) => format!("/bin/{program}"),
        None => "/bin/bash".to_owned(),
    }
}

/// Words as a shell splits them: quotes hold together, a backslash takes the next character as it is.
pub(crate) fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => {
                word.get_or_insert_default().extend(letters.next());
            }
            (letter, Some(open)) if letter == open => quote = None,
            (letter, Some(_)) => word.get_or_insert_default().push(letter),
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, None) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;

    #[test]
    fn words_are_split_as_a_shell_does() {
        let table: [(&str, &[&str]); 5] = [
            ("train.py --rate 0.1", &["train.py", "--rate", "0.1"]),
            (r#"-c "echo 'a b'; echo \"c\"""#, &["-c", r#"echo 'a b'; echo "c""#]),
            (r"a\ b ''", &["a b", ""]),
            ("  ", &[]),
            ("'unclosed quote", &["unclosed quote"]),
        ];
        for (text, expected) in table {
            assert_eq!(split_words(text), expected, "{text}");
        }
    }

    #[test]
    fn ipython_runs_what_needs_it() {
        let words = |text: &str| split_words(text);
        for (argv, expected) in [
            ("python -u book.py", "python -u -m IPython --colors=NoColor book.py"),
            ("python -u book.py --a 1", "python -u -m IPython --colors=NoColor book.py -- --a 1"),
        ] {
            let mut entry =
                Entry { argv: words(argv), script_folder: PathBuf::new(), notebook: None };
            entry.run_in_ipython();
            assert_eq!(entry.argv, words(expected));
        }
    }

    #[test]
    fn entry_points_become_commands() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["train.py", "go.sh", "book.ipynb"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let root = folder.path().to_owned();
        let code = Code { working_folder: root.clone(), root, commit: None };
        let settings = Settings::new(Config::from_tree(json!({})), Environment::new());
        let python = "/env/bin/python";
        let table: [(&str, &str, &[&str]); 7] = [
            ("python3.11", "train.py --a 1", &[python, "-u", "train.py", "--a", "1"]),
            ("", "-m package.module x", &[python, "-u", "-m", "package.module", "x"]),
            ("python3", "book.ipynb", &[python, "-u", "book.py"]),
            ("bash", "go.sh x", &["/bin/bash", "go.sh", "x"]),
            ("/bin/sh", "-c 'echo 1'", &["/bin/sh", "-c", "echo 1"]),
            ("python3", "gone.py", &[]),
            ("bash", "gone.sh", &[]),
        ];
        for (binary, entry_point, expected) in table {
            let script = Script {
                binary: binary.to_owned(),
                entry_point: entry_point.to_owned(),
                ..Script::default()
            };
            let entry = command(&script, &code, Path::new(python), &settings);
            match entry {
                Ok(entry) => assert_eq!(entry.argv, expected),
                Err(error) => {
                    assert!(expected.is_empty(), "{entry_point}: {error}");
                    assert!(error.to_string().contains("does not exist"), "{error}");
                }
            }
        }
    }
}

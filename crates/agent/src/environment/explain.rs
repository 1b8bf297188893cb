//! What an installer's failure means to the person who queued the task: which package needs which
//! Python, and what to do.

use regex::Regex;

/// How much of the installer's own words is repeated.
const SHOWN_LINES: usize = 12;

/// Patterns of what installers say, the package in the group `p` and its condition in `c`, with the
/// explanation.
const EXPLANATIONS: [(&str, &str); 9] = [
    (
        r"does not satisfy Python(?<c>[^ ]+) and (?<p>\S+) depends on Python",
        "{p} needs Python {c}, and the task's environment has Python {v}. Run the task with such a Python \
         (record it with one, or choose an image that has it), or choose a version of the package for \
         Python {v}",
    ),
    (
        r"Because (?<p>\S+) requires Python (?<c>\S+) and",
        "{p} needs Python {c}, and the task's environment has Python {v}. Run the task with such a Python \
         (record it with one, or choose an image that has it), or choose a version of the package for \
         Python {v}",
    ),
    (
        r"Because (?<p>\S+) has no wheels with a matching Python ABI tag[\s\S]*?following Python ABI tags: (?<c>.+)",
        "{p} exists only for other versions of Python ({c}); the task's environment has Python {v}. Run the \
         task with one of these (record it with one, or choose an image that has it), or choose a newer \
         version of the package",
    ),
    (
        r"Package '?(?<p>[^' ]+)'? requires a different Python: \S+ not in '(?<c>[^']+)'",
        "{p} needs Python {c}, and the task's environment has Python {v}. Run the task with such a Python, or \
         choose another version of the package",
    ),
    (
        r"(?m)Failed to build `(?<p>[^`]+)`",
        "{p} has no ready-made package for Python {v} and could not be built from its source here. Choose a \
         newer version of it, run the task with the Python it was recorded with, or install what its build \
         needs on the agent's machine",
    ),
    (
        r"Failed building wheel for (?<p>\S+)",
        "{p} has no ready-made package for Python {v} and could not be built from its source here. Choose a \
         newer version of it, run the task with the Python it was recorded with, or install what its build \
         needs on the agent's machine",
    ),
    (
        r"Because there is no version of (?<p>\S+) and",
        "there is no {p} on the package index. Correct the version in the task's packages, or add the index \
         that has it to agent.package_manager.extra_index_url",
    ),
    (
        r"Because (?<p>\S+) was not found in the package registry",
        "no package {p} is on the package index. Correct the name in the task's packages, or add the index \
         that has it to agent.package_manager.extra_index_url",
    ),
    (
        r"No matching distribution found for (?<p>\S+)",
        "{p} is not on the package index for Python {v}. Correct the version in the task's packages, run the \
         task with the Python it was recorded with, or add the index that has it to \
         agent.package_manager.extra_index_url",
    ),
];

/// Signs of troubles that are not a package's, and what to do.
const TROUBLES: [(&str, &str); 4] = [
    (
        "No space left on device",
        "the agent's disk is full; free some space, or lower agent.venvs_cache.max_entries",
    ),
    (
        "are incompatible",
        "the packages exclude each other, as told below; change one of the versions",
    ),
    ("dns error", "the package index cannot be reached from the agent's machine"),
    ("error sending request", "the package index cannot be reached from the agent's machine"),
];

/// Explains what an installer said in an environment of this Python; ends with its own last words.
pub(super) fn failure(said: &str, python: &str) -> String {
    let explained = EXPLANATIONS.iter().find_map(|(pattern, explanation)| {
        let found = Regex::new(pattern).ok()?.captures(said)?;
        let group = |name: &str| {
            found.name(name).map_or("", |group| group.as_str().trim_end_matches([',', ' ']))
        };
        let text = explanation.replace("{p}", group("p")).replace("{c}", group("c"));
        Some(text.replace("{v}", python))
    });
    let trouble = || TROUBLES.iter().find(|(sign, _)| said.contains(sign));
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n");
    match explained.or_else(|| trouble().map(|(_, text)| (*text).to_owned())) {
        // A build's own words are long and are in the log already.
        Some(text) => text,
        None => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_name_package_python_and_remedy() {
        let table = [
            (
                "cause: Because the current Python version (3.11.7) does not satisfy Python>=3.12 and \
                 numpy>=2.5.0 depends on Python>=3.12, we can conclude",
                "numpy>=2.5.0 needs Python >=3.12, and the task's environment has Python 3.11.7.",
            ),
            (
                "cause: Because tensorflow==1.15.0 has no wheels with a matching Python ABI tag (e.g., \
                 `cp311`) and you\n\nhint: You require CPython 3.11 (`cp311`), but we only found wheels \
                 for `tensorflow` (v1.15.0) with the following Python ABI tags: `cp27m`, `cp36m`",
                "tensorflow==1.15.0 exists only for other versions of Python (`cp27m`, `cp36m`)",
            ),
            (
                "cause: Because packed==1.0 requires Python >=4.2 and you require packed==1.0, we can",
                "packed==1.0 needs Python >=4.2, and the task's environment has Python 3.11.7.",
            ),
            (
                "error: Failed to build `numpy==1.17.0`\n  cause: The build backend returned an error",
                "numpy==1.17.0 has no ready-made package for Python 3.11.7",
            ),
            (
                "cause: Because there is no version of contourpy==1.3.4 and you require",
                "there is no contourpy==1.3.4 on the package index.",
            ),
            ("Because nosuch was not found in the package registry and", "no package nosuch is on"),
            (
                "ERROR: No matching distribution found for scipy==9",
                "scipy==9 is not on the package index for Python 3.11.7",
            ),
            (
                "ERROR: Package 'x' requires a different Python: 3.11.7 not in '<3.9'",
                "x needs Python <3.9, and",
            ),
            ("write: No space left on device (os error 28)", "the agent's disk is full"),
            ("something new went wrong\n", "something new went wrong"),
        ];
        for (said, expected) in table {
            let explained = failure(said, "3.11.7");
            assert!(explained.starts_with(expected), "{explained}");
        }
    }
}

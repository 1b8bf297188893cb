//! Telling recorded source from recorded changes (agent.md §5).

/// Whether the text is the whole source of a script, and not a patch of a repository.
pub(crate) fn is_source(diff: &str) -> bool {
    let text = diff.trim_start();
    let is_patch = text.starts_with("diff ")
        || (text.to_lowercase().starts_with("submodule ")
            && text.lines().nth(1).is_some_and(|line| line.starts_with("diff ")));
    !is_patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_begins_as_one() {
        let table = [
            ("diff --git a/x b/x\n", false),
            ("\n\ndiff --git a/x b/x\n", false),
            ("Submodule lib 1..2:\ndiff --git a/x b/x\n", false),
            ("submodule = 3\nprint(submodule)\n", true),
            ("import diff\n", true),
            ("different = 1\n", true),
            ("", true),
        ];
        for (text, expected) in table {
            assert_eq!(is_source(text), expected, "{text:?}");
        }
    }
}

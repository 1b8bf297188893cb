//! Dotted paths as requests spell them: parts unescaped (api.md §4.6), legacy names rewritten.

use crate::schema::{Entity, Field};
use arno_wire::error::Result;
use arno_wire::keys;
use std::fmt;

/// A path into a record: the plain keys from the outside in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path(Vec<String>);

/// Names of former versions of the protocol and what they mean now; only for tasks.
const RENAMED: &[(&str, &[&str])] =
    &[("execution.model_desc", &["configuration"]), ("execution.docker_cmd", &["container"])];

impl Path {
    /// Reads a path of a request about `entity`.
    pub fn parse(entity: &Entity, text: &str) -> Path {
        if entity.name == "task"
            && let Some(path) = renamed(text)
        {
            return path;
        }
        Path(keys::split_path(text))
    }

    /// A path from plain keys.
    pub fn of<T: Into<String>>(keys: impl IntoIterator<Item = T>) -> Path {
        Path(keys.into_iter().map(Into::into).collect())
    }

    /// The keys from the outside in; never empty.
    pub fn keys(&self) -> &[String] {
        &self.0
    }

    /// The top-level field.
    pub fn head(&self) -> &str {
        &self.0[0]
    }

    /// Whether `self` is `other` or lies below it.
    pub fn is_within(&self, other: &Path) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The path as text from which its keys can be told: dots inside a key are escaped.
    pub fn escaped(&self) -> String {
        let escaped = |key: &String| key.replace('%', "%%").replace('.', "%2E");
        self.0.iter().map(escaped).collect::<Vec<_>>().join(".")
    }

    /// The path one key deeper.
    #[must_use]
    pub fn join(&self, key: &str) -> Path {
        let mut keys = self.0.clone();
        keys.push(key.to_owned());
        Path(keys)
    }

    /// The field of `entity` that holds this path, and the keys inside that field.
    pub fn locate(&self, entity: &Entity) -> Option<(&'static Field, &[String])> {
        let whole = (1..=self.0.len().min(2)).rev();
        whole
            .filter_map(|depth| {
                let field = entity.field(&self.0[..depth].join("."))?;
                Some((field, &self.0[depth..]))
            })
            .next()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// Refuses a path into parameters, configuration or metadata that has too many parts or empty ones.
///
/// # Errors
/// 400/12 naming the path.
pub(super) fn check_parts(text: &str) -> Result<()> {
    let parts = match text.split_once('.') {
        Some(("hyperparams" | "configuration", _)) => keys::PARAMETER_PARTS,
        Some(("metadata", _)) => keys::METADATA_PARTS,
        _ => return Ok(()),
    };
    keys::split_checked(text, parts).map(drop)
}

fn renamed(text: &str) -> Option<Path> {
    if let Some(parameter) = text.strip_prefix("execution.parameters.") {
        let parameter = keys::unescape(parameter);
        let (section, name) = match parameter.split_once('/') {
            Some(("TF_DEFINE", name)) => ("TF_DEFINE", name.to_owned()),
            _ => ("Args", parameter),
        };
        return Some(Path::of(["hyperparams", section, &name, "value"]));
    }
    let (_, keys) = RENAMED.iter().find(|(old, _)| *old == text)?;
    Some(Path::of(keys.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TASK;

    #[test]
    fn keys_are_unescaped_and_old_names_rewritten() {
        for (text, keys) in [
            ("name", vec!["name"]),
            ("hyperparams.Args.a%2Eb.value", vec!["hyperparams", "Args", "a.b", "value"]),
            ("runtime._pipeline_hash", vec!["runtime", "_pipeline_hash"]),
            ("runtime.%_x%%2E", vec!["runtime", "_x%2E"]),
            ("execution.parameters.lr", vec!["hyperparams", "Args", "lr", "value"]),
            ("execution.parameters.TF_DEFINE/x", vec!["hyperparams", "TF_DEFINE", "x", "value"]),
            ("execution.docker_cmd", vec!["container"]),
        ] {
            assert_eq!(Path::parse(&TASK, text).keys(), keys, "{text}");
        }
    }

    #[test]
    fn the_deepest_field_is_found() {
        let located = |text: &str| {
            let path = Path::parse(&TASK, text);
            path.locate(&TASK).map(|(field, rest)| (field.path, rest.join(".")))
        };
        assert_eq!(located("execution.queue"), Some(("execution.queue", String::new())));
        assert_eq!(located("execution.framework"), Some(("execution", "framework".to_owned())));
        assert_eq!(located("models.input.model"), Some(("models.input", "model".to_owned())));
        assert_eq!(located("nothing.here"), None);
    }
}

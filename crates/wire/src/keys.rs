//! Keys of free-form maps in query paths: a dot inside a key arrives as `%2E` (api:
//! `hyperparams.Args.a%2Eb`).

use crate::error::{Code, Error, Result};

/// How many parts a path into hyperparams or configuration has.
pub const PARAMETER_PARTS: std::ops::RangeInclusive<usize> = 2..=4;

/// How many parts a path into metadata has.
pub const METADATA_PARTS: std::ops::RangeInclusive<usize> = 2..=3;

/// The escaped form of a key: stripped, `%` as `%%`, `.` as `%2E`, `$` as `%24`, `__` as `%_%_`, a
/// leading `_` as `%_`.
///
/// # Errors
/// 400/12 for an empty key.
pub fn escape(key: &str) -> Result<String> {
    let key = key.trim();
    if key.is_empty() {
        return Err(Error::new(Code::ValidationError).extra("empty keys are not allowed"));
    }
    let escaped =
        key.replace('%', "%%").replace('.', "%2E").replace('$', "%24").replace("__", "%_%_");
    Ok(match escaped.strip_prefix('_') {
        Some(rest) => format!("%_{rest}"),
        None => escaped,
    })
}

/// The plain key behind an escaped one; a key without escapes stays as it is.
pub fn unescape(key: &str) -> String {
    let plain = |part: &str| part.replace("%2E", ".").replace("%24", "$").replace("%_", "_");
    key.split("%%").map(plain).collect::<Vec<_>>().join("%")
}

/// The plain keys of a dotted path: `hyperparams.Args.a%2Eb.value` has the parts hyperparams, Args,
/// a.b, value.
pub fn split_path(path: &str) -> Vec<String> {
    path.split('.').map(unescape).collect()
}

/// As [`split_path`], for paths with a fixed range of parts, none of them empty.
///
/// # Errors
/// 400/12 naming the path.
pub fn split_checked(path: &str, parts: std::ops::RangeInclusive<usize>) -> Result<Vec<String>> {
    let keys = split_path(path);
    let reason = if keys.iter().any(|key| key.trim().is_empty()) {
        "empty keys are not allowed".to_owned()
    } else if !parts.contains(&keys.len()) {
        format!("expected {} to {} parts separated by dots", parts.start(), parts.end())
    } else {
        return Ok(keys);
    };
    Err(Error::new(Code::ValidationError).extra(reason).with("path", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_by_the_table() {
        for (plain, escaped) in [
            ("lr", "lr"),
            (" lr ", "lr"),
            ("a.b", "a%2Eb"),
            ("$x", "%24x"),
            ("50%", "50%%"),
            ("__init__", "%_%_init%_%_"),
            ("_private", "%_private"),
            ("a_b", "a_b"),
            ("%2E", "%%2E"),
        ] {
            assert_eq!(escape(plain).expect(plain), escaped);
            assert_eq!(unescape(escaped), plain.trim());
        }
        assert_eq!(escape("  ").expect_err("empty").code, Code::ValidationError);
    }

    #[test]
    fn paths_are_split_at_plain_dots_only() {
        assert_eq!(
            split_path("hyperparams.Args.a%2Eb.value"),
            ["hyperparams", "Args", "a.b", "value"]
        );
        assert_eq!(split_path("last_metrics.ab.cd.value").len(), 4);
        assert!(split_checked("hyperparams.Args.x.value", PARAMETER_PARTS).is_ok());
        for (path, parts, reason) in [
            ("hyperparams", PARAMETER_PARTS, "expected 2 to 4 parts separated by dots"),
            ("hyperparams.a.b.c.d", PARAMETER_PARTS, "expected 2 to 4 parts separated by dots"),
            ("metadata.a.b.c", METADATA_PARTS, "expected 2 to 3 parts separated by dots"),
            ("metadata..value", METADATA_PARTS, "empty keys are not allowed"),
        ] {
            let error = split_checked(path, parts).expect_err(path);
            assert_eq!(error.to_string(), format!("Validation error ({reason}): path={path}"));
        }
    }

    proptest! {
        #[test]
        fn unescape_is_the_inverse(key in "([%._$2E4a ]|\\PC){1,20}") {
            prop_assume!(!key.trim().is_empty());
            let escaped = escape(&key).expect("not empty");
            prop_assert!(!escaped.contains(['.', '$']) && !escaped.starts_with('_') && !escaped.contains("__"));
            prop_assert_eq!(unescape(&escaped), key.trim());
        }
    }
}

//! Names of files. A name is kept as it is given, only never one that leaves the root.

use percent_encoding::percent_decode_str;

/// The name in a request's path, percent-decoded exactly once; `None` when it leaves the root or
/// names nothing.
pub(super) fn decode(raw: &str) -> Option<String> {
    clean(&percent_decode_str(raw).decode_utf8().ok()?)
}

/// As [`decode`], and a plus sign stands for a space.
pub(super) fn unquote(raw: &str) -> Option<String> {
    decode(&raw.replace('+', " "))
}

/// A name without empty and `.` folders; `None` when it leaves the root or names nothing.
pub(super) fn clean(name: &str) -> Option<String> {
    let parts: Vec<&str> =
        name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let is_safe = !parts.is_empty() && !parts.contains(&"..") && !name.contains('\0');
    is_safe.then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded_once_and_stay_below_the_root() {
        for (raw, expected) in [
            ("a/b.txt", Some("a/b.txt")),
            ("/a//b/./c", Some("a/b/c")),
            ("a%20b/%D0%B6.txt", Some("a b/ж.txt")),
            ("a%2520b", Some("a%20b")),
            ("%252e%252e/x", Some("%2e%2e/x")),
            ("a+b", Some("a+b")),
            ("..%2fetc", None),
            ("%2e%2e/x", None),
            ("a/../b", None),
            ("a/..", None),
            ("", None),
            ("/", None),
            ("a%00b", None),
            ("%FF", None),
            ("..\\x", Some("..\\x")),
        ] {
            assert_eq!(decode(raw).as_deref(), expected, "{raw}");
        }
        assert_eq!(unquote("a+b%2Bc").as_deref(), Some("a b+c"));
    }
}

//! Names of files (api.md §13). A name is kept as it is given, only never one that leaves the root.
//! The SDK keeps what belongs to a task in a folder `<task name>.<task id>`, on the file server and in
//! buckets alike; that folder says whose a file is.

use percent_encoding::percent_decode_str;

/// The name in a request's path, percent-decoded exactly once; `None` when it leaves the root or
/// names nothing.
pub fn decode(raw: &str) -> Option<String> {
    clean(&percent_decode_str(raw).decode_utf8().ok()?)
}

/// As [`decode`], and a plus sign stands for a space.
pub fn unquote(raw: &str) -> Option<String> {
    decode(&raw.replace('+', " "))
}

/// A name without empty and `.` folders; `None` when it leaves the root or names nothing.
pub fn clean(name: &str) -> Option<String> {
    let parts: Vec<&str> =
        name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let is_safe = !parts.is_empty() && !parts.contains(&"..") && !name.contains('\0');
    is_safe.then(|| parts.join("/"))
}

/// The task in whose folder a name lies.
pub fn task_of(name: &str) -> Option<&str> {
    within_task(name).filter(|part| part.contains('/')).map(|part| &part[..TASK_ID])
}

/// The part of a name from the task's id on: what is the same wherever the folder lies.
pub fn within_task(name: &str) -> Option<&str> {
    let mut start = 0;
    for folder in name.split('/') {
        let end = start + folder.len();
        if let Some((_, id)) = folder.rsplit_once('.')
            && id.len() == TASK_ID
            && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Some(&name[end - TASK_ID..]);
        }
        start = end + 1;
    }
    None
}

/// What is the same in every URL of a file, and in its name: its place in the folder of a task, or all
/// there is. Only the URLs of file servers are quoted.
pub fn identity(url: &str) -> String {
    let trimmed = url.trim_end_matches('/');
    let Some((scheme, name)) = trimmed.split_once("://") else {
        return within_task(trimmed).unwrap_or(trimmed).to_owned();
    };
    let name = match scheme {
        "http" | "https" => percent_decode_str(name).decode_utf8_lossy(),
        _ => name.into(),
    };
    within_task(&name).map_or_else(|| trimmed.to_owned(), str::to_owned)
}

/// Characters of a task's id.
const TASK_ID: usize = 32;

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

    #[test]
    fn the_task_is_in_the_folder_the_sdk_names() {
        let id = "0123456789abcdef0123456789abcdef";
        for (path, task, part) in [
            (format!("project/sub/name.{id}/artifacts/f.pkl"), Some(id), Some("artifacts/f.pkl")),
            (format!("name.with.dots.{id}/models/m.pkl"), Some(id), Some("models/m.pkl")),
            (format!("project/name.{id}"), None, None),
            (format!("project/{id}/f"), None, None),
            ("project/name.123/f".to_owned(), None, None),
            ("f".to_owned(), None, None),
        ] {
            assert_eq!(task_of(&path), task, "{path}");
            let expected = part.map(|part| format!("{id}/{part}"));
            assert_eq!(within_task(&path).filter(|p| p.contains('/')), expected.as_deref());
        }
        assert_eq!(within_task(&format!("project/name.{id}")), Some(id));
    }

    #[test]
    fn a_file_is_the_same_by_every_url_of_it() {
        let id = "0123456789abcdef0123456789abcdef";
        for url in [
            format!("http://localhost:8081/project/na%20me.{id}/artifacts/a%2520b/f.pkl"),
            format!("https://files.example/files/other/name.{id}/artifacts/a%2520b/f.pkl"),
            format!("s3://bucket/x/name.{id}/artifacts/a%20b/f.pkl"),
            format!("project/name.{id}/artifacts/a%20b/f.pkl"),
        ] {
            assert_eq!(identity(&url), format!("{id}/artifacts/a%20b/f.pkl"), "{url}");
        }
        assert_eq!(identity("s3://bucket/data/train.csv"), "s3://bucket/data/train.csv");
        assert_eq!(identity("s3://bucket/data/"), "s3://bucket/data");
        assert_eq!(identity("folder/file"), "folder/file");
    }
}

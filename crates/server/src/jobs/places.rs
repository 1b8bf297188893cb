//! What a stored URL names: a file of this site, one in an object store that the site may have
//! credentials for, or something nobody here can delete.

use crate::site::Settings;
use arno_store::external;
use arno_wire::file_name;

/// Whether the file of a URL can be deleted from here.
pub(crate) fn is_ours(settings: &Settings, url: &str) -> bool {
    external::is_external(url) || !names(settings, url).is_empty()
}

/// The names under which a file of this site may be stored, in the order in which the file server
/// looks for them; none for a URL of another place.
pub(crate) fn names(settings: &Settings, url: &str) -> Vec<String> {
    let below = |prefix: &str| url.strip_prefix(prefix)?.strip_prefix('/');
    let (web, api) = (&settings.web_url, &settings.api_url);
    let quoted = match below(&settings.files_url) {
        // The alias on the port of files: a project may be called so, too.
        Some(rest) => [Some(rest), rest.strip_prefix("files/")],
        None => [below(&format!("{web}/files")), below(&format!("{api}/files"))],
    };
    quoted.into_iter().flatten().filter_map(file_name::decode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_store::Visibility;

    #[test]
    fn urls_of_the_site_are_told_from_others() {
        let settings = Settings {
            company: String::new(),
            server_uuid: String::new(),
            visibility: Visibility::Shared,
            version: String::new(),
            web_url: "http://lab:8080/arno".to_owned(),
            api_url: "http://lab:8008".to_owned(),
            files_url: "http://lab:8081".to_owned(),
            timezone: chrono_tz::Tz::UTC,
        };
        for (url, expected) in [
            ("http://lab:8081/p/a%2520b%20c", &["p/a%20b c"][..]),
            ("http://lab:8081/files/p/x", &["files/p/x", "p/x"]),
            ("http://lab:8080/arno/files/p/x", &["p/x"]),
            ("http://lab:8008/files/p/x", &["p/x"]),
            ("http://lab:80811/p/x", &[]),
            ("http://lab:8081.evil/p/x", &[]),
            ("http://other/p/x", &[]),
            ("http://lab:8081/../x", &[]),
            ("http://lab:8081/", &[]),
            ("file:///etc/passwd", &[]),
        ] {
            assert_eq!(names(&settings, url), expected, "{url}");
            assert_eq!(is_ours(&settings, url), !expected.is_empty(), "{url}");
        }
        assert!(is_ours(&settings, "s3://bucket/x"));
    }
}

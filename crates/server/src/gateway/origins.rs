//! From which pages browsers may call: origins that the site or an API registers. Calls that come from
//! no page, as those of flows and scripts, are not meant.

use std::str::FromStr;

/// Longest origin.
const MAX: usize = 300;

/// Origins that were registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Whether a page of this origin may call; `*` stands for every one.
    pub fn contain(&self, origin: &str) -> bool {
        self.0.iter().any(|known| known == "*" || known == origin)
    }

    /// Whether it is named itself.
    pub(crate) fn name(&self, origin: &str) -> bool {
        self.0.iter().any(|known| known == origin)
    }

    pub(super) fn add(&mut self, more: &[String]) {
        self.0.extend_from_slice(more);
    }
}

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Origins, String> {
        let named = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        named.map(origin).collect::<Result<_, _>>().map(Origins)
    }
}

impl std::fmt::Display for Origins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// An origin as browsers write it: scheme, host, and the port when it is not the scheme's own; or `*`.
///
/// # Errors
/// What it must be like.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    if text == "*" {
        return Ok(text.to_owned());
    }
    let problem = || format!("{text:?} is no origin such as https://dashboard.example.org");
    let url = reqwest::Url::parse(text).map_err(|_| problem())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    match plain && text.len() <= MAX {
        true => Ok(url.origin().ascii_serialization()),
        false => Err(problem()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for (given, expected) in [
            ("https://City.example.org/", Some("https://city.example.org")),
            ("https://city.example.org:443", Some("https://city.example.org")),
            (" http://localhost:9000 ", Some("http://localhost:9000")),
            ("*", Some("*")),
            ("https://city.example.org/page", None),
            ("https://anna@city.example.org", None),
            ("https://city.example.org?x", None),
            ("ftp://city.example.org", None),
            ("city.example.org", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(origin(given).ok().as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn only_registered_origins_are_contained() {
        let some: Origins = "https://a.org, http://b.org:81".parse().expect("origins");
        for (origin, expected) in [
            ("https://a.org", true),
            ("http://b.org:81", true),
            ("http://a.org", false),
            ("https://a.org.evil.org", false),
            ("http://b.org", false),
            ("null", false),
            ("*", false),
        ] {
            assert_eq!(some.contain(origin), expected, "{origin}");
        }
        let all: Origins = "*".parse().expect("origins");
        assert!(all.contain("https://anything.org") && !all.name("https://anything.org"));
        assert!(!Origins::default().contain("https://a.org"));
    }
}

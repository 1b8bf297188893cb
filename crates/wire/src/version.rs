//! API versions: `major.minor`, compared by component (2.13 is later than 2.9).

use std::fmt;

/// An API version as it stands in a request's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The part before the dot.
    pub major: u32,
    /// The part after the dot; 0 where none was written.
    pub minor: u32,
}

impl Version {
    /// The highest version offered, and the one meant when a path names none.
    pub const MAX: Version = Version::new(2, 34);

    /// `Version::new(2, 9)` is 2.9.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }

    /// Reads `\d+\.?\d+`: "2.34" is 2.34, "20" is 20.0, a lone digit is not a version.
    /// None for anything else, and for numbers beyond 32 bits.
    pub fn parse(text: &str) -> Option<Self> {
        if !Self::has_shape(text) {
            return None;
        }
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }

    /// Whether the text is written like a version, whatever its numbers.
    pub(crate) fn has_shape(text: &str) -> bool {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match text.split_once('.') {
            Some((major, minor)) => digits(major) && digits(minor),
            None => digits(text) && text.len() > 1,
        }
    }

    /// The version as a decimal number, which replies below 2.1 carry instead of a string.
    pub fn as_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::from(self.major))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_path_pattern_allows() {
        for (text, expected) in [
            ("2.34", Some(Version::MAX)),
            ("2.9", Some(Version::new(2, 9))),
            ("20", Some(Version::new(20, 0))),
            ("2", None),
            ("2.", None),
            (".2", None),
            ("2.3.4", None),
            ("", None),
            ("2.x", None),
            ("+2.1", None),
            ("99999999999.1", None),
        ] {
            assert_eq!(Version::parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn compares_by_component_and_prints_back() {
        assert!(Version::new(2, 13) > Version::new(2, 9));
        assert!(Version::new(2, 9) > Version::new(1, 99));
        assert_eq!(Version::new(2, 13).to_string(), "2.13");
        assert_eq!(Version::new(1, 7).as_f64().to_string(), "1.7");
    }
}

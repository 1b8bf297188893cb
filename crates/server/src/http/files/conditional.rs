//! Conditional requests and ranges (RFC 9110 §§13, 14): what of a file is to be sent.

use axum::http::HeaderMap;
use axum::http::header::{HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, RANGE};
use chrono::{DateTime, NaiveDateTime};
use std::ops::Range;

/// What identifies a file's content.
pub(super) struct Version {
    /// Entity tag, quotes included.
    pub(super) etag: String,
    /// Last change, milliseconds.
    pub(super) modified: i64,
}

/// What is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The caller has it already.
    NotModified,
    /// All of it.
    Whole,
    /// These bytes.
    Range(Range<u64>),
    /// Bytes that do not exist were asked for.
    Unsatisfiable,
}

/// Decides by the request's headers.
pub(super) fn part(headers: &HeaderMap, version: &Version, size: u64) -> Part {
    if is_known(headers, version) {
        return Part::NotModified;
    }
    match text(headers, RANGE) {
        Some(range) if may_send_range(headers, version) => parse_range(range, size),
        _ => Part::Whole,
    }
}

/// A date as HTTP writes it.
pub(super) fn http_date(ms: i64) -> String {
    let date = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn is_known(headers: &HeaderMap, version: &Version) -> bool {
    if let Some(tags) = text(headers, IF_NONE_MATCH) {
        return tags
            .split(',')
            .map(|tag| tag.trim())
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == version.etag);
    }
    let since = text(headers, IF_MODIFIED_SINCE).and_then(seconds);
    since.is_some_and(|since| version.modified / 1000 <= since)
}

/// `If-Range`: the range only if the file is still the one the caller has a part of.
fn may_send_range(headers: &HeaderMap, version: &Version) -> bool {
    match text(headers, IF_RANGE) {
        None => true,
        Some(tag) if tag.starts_with('"') => tag == version.etag,
        Some(date) => seconds(date) == Some(version.modified / 1000),
    }
}

/// One range of bytes. Several at once, and what is no range, get the whole file.
fn parse_range(text: &str, size: u64) -> Part {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => match last.parse::<u64>() {
            Ok(0) => return Part::Unsatisfiable,
            Ok(count) => size.saturating_sub(count)..size,
            Err(_) => return Part::Whole,
        },
        (first, "") => match first.parse() {
            Ok(first) => first..size,
            Err(_) => return Part::Whole,
        },
        (first, last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Part::Whole,
        },
    };
    if range.start < range.end { Part::Range(range) } else { Part::Unsatisfiable }
}

fn seconds(date: &str) -> Option<i64> {
    let date = NaiveDateTime::parse_from_str(date.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    Some(date.and_utc().timestamp())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODIFIED: i64 = 1_700_000_000_123;

    fn asked(headers: &[(&'static str, &str)]) -> Part {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        part(&map, &Version { etag: "\"abc\"".into(), modified: MODIFIED }, 10)
    }

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("bytes=0-3", Part::Range(0..4)),
            ("bytes=3-", Part::Range(3..10)),
            ("bytes=-4", Part::Range(6..10)),
            ("bytes=-99", Part::Range(0..10)),
            ("bytes=9-99", Part::Range(9..10)),
            ("bytes=0-18446744073709551615", Part::Range(0..10)),
            ("bytes=10-", Part::Unsatisfiable),
            ("bytes=99-100", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=4-3", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=x-", Part::Whole),
        ] {
            assert_eq!(asked(&[("range", range)]), expected, "{range}");
        }
        assert_eq!(asked(&[]), Part::Whole);
    }

    #[test]
    fn conditions() {
        let date = http_date(MODIFIED);
        assert_eq!(date, "Tue, 14 Nov 2023 22:13:20 GMT");
        let earlier = http_date(MODIFIED - 1000);
        for (name, value, known) in [
            ("if-none-match", "\"abc\"", true),
            ("if-none-match", "W/\"abc\"", true),
            ("if-none-match", "\"x\", \"abc\"", true),
            ("if-none-match", "*", true),
            ("if-none-match", "\"x\"", false),
            ("if-modified-since", date.as_str(), true),
            ("if-modified-since", earlier.as_str(), false),
            ("if-modified-since", "yesterday", false),
        ] {
            let expected = if known { Part::NotModified } else { Part::Whole };
            assert_eq!(asked(&[(name, value)]), expected, "{name}: {value}");
        }
        // The tag decides where both are given.
        let both = asked(&[("if-none-match", "\"x\""), ("if-modified-since", &date)]);
        assert_eq!(both, Part::Whole);
    }

    #[test]
    fn a_range_of_a_changed_file_is_not_sent() {
        let date = http_date(MODIFIED);
        for (condition, expected) in [
            ("\"abc\"", Part::Range(0..4)),
            (date.as_str(), Part::Range(0..4)),
            ("\"x\"", Part::Whole),
            ("W/\"abc\"", Part::Whole),
        ] {
            let part = asked(&[("range", "bytes=0-3"), ("if-range", condition)]);
            assert_eq!(part, expected, "{condition}");
        }
    }
}

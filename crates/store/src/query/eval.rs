//! What a condition means: evaluation on one record. The compiler uses it for what SQL cannot
//! decide, and the tests as the measure of everything else.

use super::ast::{Cond, Test};
use super::path::Path;
use super::range::whole;
use super::text::{SEARCHED, Weight};
use crate::document::Document;
use crate::error::Result;
use arno_wire::{date, json};
use serde_json::Value as Json;

/// The fields a text search reads, as dotted paths.
pub const SEARCH_PATHS: &[&str] = &[
    "name",
    "id",
    "comment",
    "description",
    "report",
    "models",
    "script.repository",
    "script.entry_point",
];

/// A value found in a record.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// Text; a date too when it comes from a document.
    Text(&'a str),
    /// Whole number; a date in milliseconds when it comes from a row.
    Int(i64),
    /// Any other scalar, a list as a whole, or an object.
    Json(&'a Json),
}

/// Something a condition can be evaluated on.
pub trait Record {
    /// The row's key.
    fn pk(&self) -> i64;

    /// Shows every value at `path` that is not null, until `see` returns true; returns whether it
    /// did. A list shows its elements and then itself.
    ///
    /// # Errors
    /// Those of `see`, and of reading the record.
    fn any(&self, path: &Path, see: &mut dyn FnMut(Found<'_>) -> Result<bool>) -> Result<bool>;
}

/// A document as a record.
pub struct Whole<'a>(
    /// The row's key.
    pub i64,
    /// Its document, with all that the condition looks at.
    pub &'a Document,
);

impl Record for Whole<'_> {
    fn pk(&self) -> i64 {
        self.0
    }

    fn any(&self, path: &Path, see: &mut dyn FnMut(Found<'_>) -> Result<bool>) -> Result<bool> {
        match self.1.get(path.head()) {
            Some(value) => any_below(value, &path.keys()[1..], see),
            None => Ok(false),
        }
    }
}

/// As [`Record::any`], for the values below one value.
pub fn any_below(
    value: &Json,
    keys: &[String],
    see: &mut dyn FnMut(Found<'_>) -> Result<bool>,
) -> Result<bool> {
    match (value, keys.split_first()) {
        _ if is_missing(value) => Ok(false),
        (Json::Object(object), Some((key, rest))) => match object.get(key) {
            Some(inner) => any_below(inner, rest, see),
            None => Ok(false),
        },
        (Json::Array(items), Some(_)) => {
            for item in items {
                if any_below(item, keys, see)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (_, Some(_)) => Ok(false),
        (Json::Array(items), None) => {
            for item in items.iter().filter(|item| !is_missing(item)) {
                if see(scalar(item))? {
                    return Ok(true);
                }
            }
            if items.is_empty() { Ok(false) } else { see(Found::Json(value)) }
        }
        (value, None) => see(scalar(value)),
    }
}

/// Null, and NaN, which counts as no value.
fn is_missing(value: &Json) -> bool {
    value.is_null() || json::as_f64(value).is_some_and(f64::is_nan)
}

fn scalar(value: &Json) -> Found<'_> {
    match (json::as_str(value), value.as_i64()) {
        (Some(text), _) => Found::Text(text),
        (None, Some(number)) => Found::Int(number),
        (None, None) => Found::Json(value),
    }
}

/// Whether the record meets the condition.
///
/// # Errors
/// 400/21 when a pattern takes too long; those of reading the record.
pub fn holds(cond: &Cond, record: &dyn Record) -> Result<bool> {
    match cond {
        Cond::All(parts) => {
            for part in parts {
                if !holds(part, record)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Cond::Any(parts) => {
            for part in parts {
                if holds(part, record)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Cond::Not(part) => Ok(!holds(part, record)?),
        Cond::Field(path, Test::Empty) => Ok(!record.any(path, &mut |_| Ok(true))?),
        Cond::Field(path, test) => record.any(path, &mut |found| passes(test, found)),
        Cond::Text(words) => Ok(score(words, record)?.is_some()),
        Cond::Rows(rows) => Ok(rows.contains(&record.pk())),
    }
}

/// The score of a text search, None when the record does not match.
///
/// # Errors
/// Those of reading the record.
pub fn score(words: &super::text::Words, record: &dyn Record) -> Result<Option<Weight>> {
    let mut texts: Vec<(String, Weight)> = Vec::new();
    for (keys, weight) in SEARCHED {
        let path = Path::of(keys.iter().copied());
        record.any(&path, &mut |found| {
            if let Found::Text(text) = found {
                texts.push((text.to_owned(), *weight));
            }
            Ok(false)
        })?;
    }
    Ok(words.score(texts.iter().map(|(text, weight)| (text.as_str(), *weight))))
}

/// Whether one value passes a test.
///
/// # Errors
/// 400/21 when a pattern takes too long.
pub fn passes(test: &Test, found: Found<'_>) -> Result<bool> {
    Ok(match (test, found) {
        (Test::Has(values) | Test::Under(values), Found::Text(text)) => {
            values.iter().any(|value| value == text)
        }
        (Test::Matches(pattern), Found::Text(text)) => pattern.is_match(text)?,
        (Test::Time(bound, limit), Found::Int(at)) => bound.holds(at, *limit),
        (Test::Time(bound, limit), Found::Text(text)) => {
            date::parse(text).is_some_and(|at| bound.holds(at, *limit))
        }
        (Test::Number(bound, limit), Found::Int(number)) => match whole(*bound, *limit) {
            Ok((bound, limit)) => bound.holds(number, limit),
            Err(answer) => answer,
        },
        (Test::Number(bound, limit), Found::Json(value)) => {
            json::as_f64(value).is_some_and(|number| bound.holds(number, *limit))
        }
        (Test::Is(wanted), found) => is(wanted, found),
        (Test::Empty, _) => false,
        _ => false,
    })
}

/// Equality; numbers by value, whether whole or not.
fn is(wanted: &Json, found: Found<'_>) -> bool {
    match found {
        Found::Text(text) => json::as_str(wanted) == Some(text),
        Found::Int(number) => match wanted.as_i64() {
            Some(whole) => number == whole,
            None => wanted.as_f64().is_some_and(|wanted| wanted == number as f64),
        },
        Found::Json(value) => match (json::as_f64(value), json::as_f64(wanted)) {
            (Some(number), Some(wanted)) => number == wanted,
            _ => value == wanted,
        },
    }
}

//! JSON as the reference server's Python reads and writes it.
//!
//! Reading accepts bare `NaN`, `Infinity` and `-Infinity`, lone surrogates (U+FFFD), duplicate keys
//! (the last wins), integers beyond 64 bits (floats) and numbers beyond a float (infinities). Two
//! rules are ours: NUL becomes U+FFFD, because not every engine can store it in text, and so does
//! invalid UTF-8.
//!
//! A `serde_json` number cannot hold what is not finite, so inside a [`Value`] such a number is
//! carried as a string that begins with U+FDD0, a character Unicode reserves for a program's own
//! use. No string from outside can be mistaken for one: [`clean`] takes the mark away, and every
//! reader here applies it. Whoever looks at a `Value` therefore asks [`as_f64`], [`as_str`] and
//! [`is_number`] of this module.

mod lenient;
mod write;

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::Value;

pub use write::{to_vec, write, write_f64, write_str};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 128;

/// First character of the strings that stand for non-finite numbers inside a [`Value`].
const MARK: char = '\u{FDD0}';
const NAN: &str = "\u{FDD0}NaN";
const INFINITY: &str = "\u{FDD0}Infinity";
const NEGATIVE_INFINITY: &str = "\u{FDD0}-Infinity";

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The text breaks the grammar.
    #[error("invalid JSON: {what} at byte {at}")]
    Syntax {
        /// What was expected or found.
        what: &'static str,
        /// Where, in bytes from the start of the text.
        at: usize,
    },
    /// Arrays and objects nest deeper than [`MAX_DEPTH`].
    #[error("invalid JSON: nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// The text is JSON but not of the expected type.
    #[error("{0}")]
    Type(String),
}

/// Reads one JSON text.
///
/// # Errors
/// When even a lenient reader cannot make sense of it, or it nests too deep.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    if !needs_cleaning(bytes)
        && let Ok(value) = serde_json::from_slice(bytes)
    {
        return Ok(value);
    }
    lenient::parse(&String::from_utf8_lossy(bytes))
}

/// Reads one JSON text straight into a type, at `serde_json`'s speed when the text is strict JSON.
/// Numbers that may be non-finite are declared as [`Float`] or with [`de_f64`].
///
/// # Errors
/// As [`parse`], and [`JsonError::Type`] when the text describes something else.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    if !needs_cleaning(bytes)
        && let Ok(typed) = serde_json::from_slice(bytes)
    {
        return Ok(typed);
    }
    serde_json::from_value(parse(bytes)?).map_err(|error| JsonError::Type(error.to_string()))
}

/// A text free of NUL and of a leading U+FDD0; both become U+FFFD.
pub fn clean(text: &str) -> String {
    if text.starts_with(MARK) || text.as_bytes().contains(&0) {
        text.replace(['\0', MARK], "\u{FFFD}")
    } else {
        text.to_owned()
    }
}

/// Whether a JSON text may hold, raw or escaped, a character that [`clean`] removes.
fn needs_cleaning(bytes: &[u8]) -> bool {
    const RAW_MARK: &[u8] = "\u{FDD0}".as_bytes();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == b'\\' || *b == RAW_MARK[0]) {
        let found = &rest[at..];
        if found.starts_with(RAW_MARK) {
            return true;
        }
        let length = if found[0] == b'\\' { 2 } else { 1 };
        if let Some([b'\\', b'u', digits @ ..]) = found.get(..6)
            && (digits == b"0000" || digits.eq_ignore_ascii_case(b"fdd0"))
        {
            return true;
        }
        rest = found.get(length..).unwrap_or_default();
    }
    false
}

/// A number as a [`Value`], whether finite or not.
pub fn number(number: f64) -> Value {
    match serde_json::Number::from_f64(number) {
        Some(finite) => Value::Number(finite),
        None if number.is_nan() => Value::from(NAN),
        None if number > 0.0 => Value::from(INFINITY),
        None => Value::from(NEGATIVE_INFINITY),
    }
}

/// The number a value holds, non-finite ones included. None for anything else, booleans too.
pub fn as_f64(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => non_finite(text),
        _ => None,
    }
}

/// Whether a value is a number, finite or not.
pub fn is_number(value: &Value) -> bool {
    as_f64(value).is_some()
}

/// The text a value holds; None for a non-finite number, which only travels as one.
pub fn as_str(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| non_finite(text).is_none())
}

fn non_finite(text: &str) -> Option<f64> {
    match text {
        NAN => Some(f64::NAN),
        INFINITY => Some(f64::INFINITY),
        NEGATIVE_INFINITY => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A number in a typed request, finite or not; composes with `Option` and `Vec`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Float(pub f64);

impl<'de> serde::Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FloatVisitor).map(Float)
    }
}

/// `#[serde(deserialize_with = "json::de_f64")]` for a plain `f64` field; see [`Float`].
///
/// # Errors
/// When the value is not a number.
pub fn de_f64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    deserializer.deserialize_any(FloatVisitor)
}

struct FloatVisitor;

impl Visitor<'_> for FloatVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_i64<E>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_u64<E>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<f64, E> {
        non_finite(text).ok_or_else(|| E::invalid_type(serde::de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests;

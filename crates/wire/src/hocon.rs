//! Clients' configuration files (`clearml.conf`): a reader and a writer of the part of HOCON they
//! use.
//!
//! Read: comments (`#`, `//`), fields with `=`, `:` or neither before `{`, `+=`, dotted and quoted
//! keys, objects that merge, arrays, quoted, triple-quoted and unquoted text, concatenation on a
//! line, `${path}` and `${?path}`. A path is looked up in the document first and then asked of the
//! caller (who may look at the environment). Durations and sizes stay text. `include` is refused.
//! Unquoted text may hold `//` and `:` inside a word, because the configuration that ClearML's
//! pages print writes URLs without quotes.

mod read;
mod tree;
mod write;

use serde_json::Value;

pub use write::to_string;

/// Why a configuration cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct HoconError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

/// Reads a document into an object. `resolve` gives the value of a substitution that the document
/// itself does not define, None where there is none.
///
/// # Errors
/// With the place of the first thing that cannot be read or resolved.
pub fn parse(text: &str, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Value, HoconError> {
    let located = |fault: Fault| locate(text, fault);
    let document = read::document(text).map_err(located)?;
    tree::resolve(&document, resolve).map_err(located)
}

/// An error at a byte of the text.
#[derive(Debug)]
struct Fault {
    at: usize,
    message: String,
}

impl Fault {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

fn locate(text: &str, fault: Fault) -> HoconError {
    let before = text.get(..fault.at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    HoconError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message: fault.message,
    }
}

#[cfg(test)]
mod tests;

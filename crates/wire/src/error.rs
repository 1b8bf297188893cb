//! The protocol's errors: a [`Code`] of the table, a detail, and the objects concerned.

mod code;

use std::fmt::Display;

pub use code::Code;

/// What every rule returns.
pub type Result<T> = std::result::Result<T, Error>;

/// An error as the protocol reports it. Its text is the code's default message, then ` (extra)`,
/// then `: key=value, key=value`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{}", .code.message(), detail(.extra.as_deref()), objects(.params))]
pub struct Error {
    /// The row of the error table.
    pub code: Code,
    /// What exactly is wrong and what to do about it, printed in parentheses.
    pub extra: Option<String>,
    /// The objects or fields concerned, as `key=value`.
    pub params: Vec<(String, String)>,
}

impl Error {
    /// An error with the code's default message only.
    pub fn new(code: Code) -> Self {
        Self { code, extra: None, params: Vec::new() }
    }

    /// Sets the detail printed in parentheses.
    #[must_use]
    pub fn extra(mut self, extra: impl Into<String>) -> Self {
        self.extra = Some(extra.into());
        self
    }

    /// Names an object or field concerned.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Display) -> Self {
        self.params.push((key.into(), value.to_string()));
        self
    }

    /// Names several objects under one key; they print as `key=(a, b)`.
    #[must_use]
    pub fn with_list<T: Display>(
        self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.with(key, format_args!("({})", values.join(", ")))
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

fn detail(extra: Option<&str>) -> String {
    extra.map(|extra| format!(" ({extra})")).unwrap_or_default()
}

fn objects(params: &[(String, String)]) -> String {
    if params.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = params.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!(": {}", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn text_is_message_detail_and_objects() {
        assert_eq!(Error::new(Code::InvalidTaskId).to_string(), "Invalid task id");
        let full = Error::new(Code::InvalidTaskId)
            .extra("it was deleted")
            .with("id", "abc")
            .with_list("fields", ["a", "b"]);
        assert_eq!(full.to_string(), "Invalid task id (it was deleted): id=abc, fields=(a, b)");
        let objects_only = Error::from(Code::ValidationError).with("page", 3);
        assert_eq!(objects_only.to_string(), "Validation error: page=3");
    }

    #[test]
    fn every_code_is_distinct_and_worded_as_the_protocol_words_it() {
        let numbers: HashSet<_> = Code::ALL.iter().map(|c| (c.code(), c.subcode())).collect();
        assert_eq!(numbers.len(), Code::ALL.len());
        for code in Code::ALL {
            let mut letters = code.message().chars();
            let first = letters.next().expect("a message");
            assert!(first.is_ascii_uppercase(), "{code:?}");
            assert!(!letters.any(|c| c.is_uppercase()), "{code:?}");
            assert!(code.code() <= 500, "{code:?}: the SDK resends for ever above 500");
        }
    }

    #[test]
    fn codes_clients_act_upon() {
        for (code, expected) in [
            (Code::InvalidModelId, (400, 201)),
            (Code::InvalidQueueId, (400, 701)),
            (Code::NoCredentials, (401, 20)),
            (Code::Plain404, (404, 0)),
            (Code::NotImplemented, (500, 9999)),
        ] {
            assert_eq!((code.code(), code.subcode()), expected);
        }
        // 111 rows of the contract and the four plain ones (400, 401, 403, 404).
        assert_eq!(Code::ALL.len(), 115);
    }
}

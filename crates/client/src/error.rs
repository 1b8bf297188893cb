//! What can go wrong with a call.

/// Why a call did not give an answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer came. Whether the server did what was asked is not known.
    #[error("{endpoint}: the server at {server} cannot be reached: {why}")]
    Unreachable {
        /// What was called.
        endpoint: String,
        /// Where.
        server: String,
        /// The innermost cause.
        why: String,
    },
    /// The server said no.
    #[error("{endpoint}: {message} ({code}/{subcode})")]
    Refused {
        /// What was called.
        endpoint: String,
        /// The HTTP status, which is the envelope's `result_code`.
        code: u16,
        /// The protocol's subcode.
        subcode: i64,
        /// The server's words.
        message: String,
    },
    /// The client cannot be set up as configured.
    #[error("{0}")]
    Setup(String),
}

impl Error {
    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Unreachable { .. } => true,
            Error::Refused { code, .. } => matches!(code, 429 | 502 | 503 | 504 | 509),
            Error::Setup(_) => false,
        }
    }

    /// Whether the server may have done what was asked although it looks as if it had not.
    pub fn is_unknown(&self) -> bool {
        match self {
            Error::Unreachable { .. } => true,
            Error::Refused { code, .. } => *code >= 500,
            Error::Setup(_) => false,
        }
    }

    /// Whether the server answered with this subcode.
    pub fn has_subcode(&self, code: u16, subcode: i64) -> bool {
        matches!(self, Error::Refused { code: c, subcode: s, .. } if (*c, *s) == (code, subcode))
    }

    pub(crate) fn unreachable(endpoint: &str, server: &str, error: &reqwest::Error) -> Error {
        Error::Unreachable {
            endpoint: endpoint.to_owned(),
            server: server.to_owned(),
            why: innermost(error),
        }
    }
}

/// The last cause of a chain: "connection refused" instead of "error sending request".
pub fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

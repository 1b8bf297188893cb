//! Why a call is refused or fails: the HTTP status and the words the caller reads, which are the
//! contract's where it has any (gateway.md §3, §4), and what only the record is told.

use arno_store::Error;
use arno_wire::error::Error as Refusal;

/// The result of a part of a call.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// A call that is refused or failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// HTTP status.
    pub(crate) status: u16,
    /// What the caller reads.
    pub(crate) text: String,
    /// More, for the record only: it may name internal addresses.
    pub(crate) detail: Option<String>,
    /// Seconds until it is worth trying again.
    pub(crate) retry_after: Option<i64>,
    /// Headers about the plan.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Failure {
    pub(crate) fn new(status: u16, text: impl Into<String>) -> Failure {
        Failure { status, text: text.into(), detail: None, retry_after: None, headers: Vec::new() }
    }

    pub(crate) fn bad(text: impl std::fmt::Display) -> Failure {
        Failure::new(400, format!("Error: {text}"))
    }

    pub(crate) fn unauthorised(why: &str) -> Failure {
        Failure::new(401, format!("Error: Access token is {why}"))
    }

    pub(crate) fn forbidden(why: impl std::fmt::Display) -> Failure {
        Failure::new(403, format!("Error: {why}"))
    }

    pub(crate) fn unknown_template(hash: &str) -> Failure {
        Failure::new(404, format!("Error: Invalid Task ID: {}", shown(hash)))
    }

    pub(crate) fn unknown_endpoint(endpoint: &str) -> Failure {
        let endpoint = shown(endpoint);
        Failure::new(404, format!("Error: Invalid Endpoint ID or Endpoint Task ID: {endpoint}"))
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Failure {
        self.detail = Some(detail.into());
        self
    }
}

/// A name the caller gave, short enough to be repeated.
fn shown(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(100).collect()
}

impl From<Error> for Failure {
    /// Refusals of the rules are told; the store's own troubles are logged here.
    fn from(error: Error) -> Failure {
        match error {
            Error::Rejected(refusal) => refusal.into(),
            error => {
                tracing::error!(%error, "a call of the gateway failed");
                Failure::new(503, "Error: The gateway cannot work at the moment; try again later")
                    .with_detail(error.to_string())
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let status = match refusal.code.code() {
            code @ 400..=499 => code,
            _ => 500,
        };
        Failure::new(status, format!("Error: {refusal}"))
    }
}

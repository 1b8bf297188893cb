//! What a store error is on the wire. Refusals pass through; the store's own troubles are logged
//! here, once, and told without their details.

use super::reply;
use arno_store::Error;
use arno_wire::error::{Code, Error as Refusal};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

/// The error the caller is told.
pub(super) fn refusal(error: Error) -> Refusal {
    let code = match error {
        Error::Rejected(refusal) => return refusal,
        _ if error.is_disk_full() => Code::LowDiskSpace,
        Error::Pool(_) | Error::Closed => Code::DatabaseUnavailable,
        Error::Postgres(ref lost) if lost.is_closed() => Code::DatabaseUnavailable,
        _ => Code::GeneralError,
    };
    tracing::error!(%error, "a call failed");
    let hint = match code {
        Code::LowDiskSpace => "the server's disk is full or read-only; free space and try again",
        Code::DatabaseUnavailable => "the server cannot reach its database; try again later",
        _ => "the server's log says more",
    };
    Refusal::new(code).extra(hint)
}

/// Errors of Arno's own routes: the status and a sentence.
pub(super) fn plain(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.code.code());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply::json(status, &json!({"error": refusal.to_string()}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn troubles_of_the_store_have_codes_without_details() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        for (error, code) in [
            (Error::io("/secret/path", full), Code::LowDiskSpace),
            (Error::Closed, Code::DatabaseUnavailable),
            (Error::Panicked("details".into()), Code::GeneralError),
            (Refusal::new(Code::InvalidTaskId).into(), Code::InvalidTaskId),
        ] {
            let told = refusal(error);
            assert_eq!(told.code, code);
            assert!(!told.to_string().contains("secret") && !told.to_string().contains("details"));
        }
    }
}

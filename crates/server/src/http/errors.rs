//! What a store error is on the wire. Refusals pass through; the store's own troubles are logged
//! here, once, and told without their details.

use arno_store::Error;
use arno_wire::error::{Code, Error as Refusal};

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

//! Reading bodies within bounds.

use arno_store::Result;
use arno_wire::error::{Code, Error as Refusal};
use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// Largest body of a call, in bytes. The SDK sends batches of up to 15 MB.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Of a body nobody will look at, so much is read that the caller gets to read the answer.
const MAX_DRAIN: usize = 8 * 1024 * 1024;

/// A whole body.
///
/// # Errors
/// 400/0 when it is too large or cut off.
pub(super) async fn read(body: Body) -> Result<Bytes> {
    read_up_to(body, MAX_BODY).await
}

/// As [`read`], with a limit of its own.
pub(super) async fn read_up_to(body: Body, most: usize) -> Result<Bytes> {
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let reason = format!("the body has more than {} MiB", most / 1024 / 1024);
            Err(Refusal::new(Code::Plain400).extra(reason).into())
        }
        Err(_) => Err(Refusal::new(Code::Plain400).extra("the body was cut off").into()),
    }
}

/// Reads a body and forgets it: a client that is still sending when the connection closes may
/// never see why. What does not fit is left unread, and the connection closes.
pub(super) async fn drain(body: Body) {
    let mut body = Limited::new(body, MAX_DRAIN);
    while let Some(Ok(_)) = body.frame().await {}
}

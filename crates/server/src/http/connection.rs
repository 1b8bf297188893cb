//! Which connections outlive their answer.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, USER_AGENT};
use axum::middleware::Next;
use axum::response::Response;

/// How the official Python clients' HTTP library names itself.
const FORKING_CLIENT: &[u8] = b"python-requests/";

/// Closes the connection of a Python client after each answer, as the reference server does.
///
/// The SDK forks (its reporting process, the workers of a user's data loader) with its pool of open
/// connections. Two processes that send on one connection lose requests and read each other's
/// answers; a connection that is closed is never shared.
pub(super) async fn close_shareable(request: Request, next: Next) -> Response {
    let agent = request.headers().get(USER_AGENT);
    let forks = agent.is_some_and(|agent| agent.as_bytes().starts_with(FORKING_CLIENT));
    let mut response = next.run(request).await;
    if forks {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

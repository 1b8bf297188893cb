//! Answers of the gateway: JSON, failures in their two forms, and headers about the plan.

use crate::gateway::Failure;
use crate::http::reply;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The header that names the call, to be found in the record.
const CALL: HeaderName = HeaderName::from_static("x-arno-call");

/// A JSON answer.
pub(super) fn json(status: u16, value: &Value) -> Response {
    reply::json(code(status), value)
}

/// The JSON answer of a handler.
pub(super) struct Json(pub(super) Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        reply::json(StatusCode::OK, &self.0)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        failure(&self, false)
    }
}

/// A failure: `{"error": text}` with its status, or in the first gateway's form, 200 with a JSON text.
pub(super) fn failure(failure: &Failure, legacy: bool) -> Response {
    let mut response = match legacy {
        true => json(200, &failure.text.as_str().into()),
        false => json(failure.status, &json!({"error": failure.text})),
    };
    if let Some(seconds) = failure.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    plan(&mut response, &failure.headers);
    response
}

/// Headers about what is left of the plan.
pub(super) fn plan(response: &mut Response, headers: &[(&'static str, String)]) {
    for (name, text) in headers {
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
}

/// Names the call.
pub(super) fn named(mut response: Response, call: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(call) {
        response.headers_mut().insert(CALL, value);
    }
    response
}

pub(super) fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

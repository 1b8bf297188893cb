//! Responses in the protocol's envelope, cookies among them.

use super::App;
use arno_wire::envelope::Meta;
use arno_wire::error::Error as Refusal;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// The cookie that carries a browser's token.
pub(super) const COOKIE: &str = "clearml_token_basic";
/// The cookie outlives its token, which says itself when it ends. Ten years, in seconds.
const COOKIE_AGE: i64 = 315_360_000;

/// An envelope that was written already.
pub(super) fn envelope(status: StatusCode, envelope: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(envelope));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// An error in its envelope.
pub(super) fn failure(meta: &Meta, error: &Refusal) -> Response {
    let status = StatusCode::from_u16(error.code.code());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    envelope(status, arno_wire::envelope::failure(meta, error))
}

/// JSON without an envelope.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let mut response = envelope(status, arno_wire::json::to_vec(value));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Short plain text.
pub(super) fn text(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Makes the browser keep a token, or forget it.
pub(super) fn set_cookie(app: &App, response: &mut Response, token: Option<&str>) {
    let path = if app.base.is_empty() { "/" } else { app.base.as_str() };
    let secure = if app.secure { "; Secure" } else { "" };
    let (value, age) = token.map_or(("", 0), |token| (token, COOKIE_AGE));
    let cookie =
        format!("{COOKIE}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// A file instead of an envelope.
pub(super) fn download(name: &str, content_type: &'static str, content: Bytes) -> Response {
    let mut response = Response::new(Body::from(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, max-age=0"));
    headers.insert(CONTENT_DISPOSITION, attachment(name));
    response
}

/// `Content-Disposition` for a name, in the form of RFC 5987 when it is not plain ASCII.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';');
    let text = if name.chars().all(|c| is_plain(c) || c == ' ') {
        format!("attachment; filename=\"{name}\"")
    } else {
        format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
    };
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

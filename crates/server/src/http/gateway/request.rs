//! A call as it comes: its fields, who sends it, and how it wants errors.

use crate::access::From;
use crate::gateway::{Failure, Outcome, Presented};
use crate::http::{App, body, door, reply};
use arno_store::Error;
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use serde_json::{Map, Value};

/// Largest body of a call, bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// The bytes of a body.
pub(super) async fn bytes(body: Body) -> Outcome<Bytes> {
    let limited = body::read_up_to(body, MAX_BODY).await;
    limited.map_err(|error| match error {
        Error::Rejected(_) => {
            let text =
                format!("Error: The request has more than {} MiB, or was cut off", MAX_BODY >> 20);
            Failure::new(413, text)
        }
        error => error.into(),
    })
}

/// The fields of a body, which is a JSON object.
pub(super) fn fields(body: &[u8]) -> Outcome<Map<String, Value>> {
    if body.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match arno_wire::json::parse(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Failure::bad("The request must be a JSON object")),
        Err(error) => Err(Failure::bad(format!("The request is no JSON: {error}"))),
    }
}

/// A field that is text, without spaces around it; empty and null ones are absent.
pub(super) fn text(fields: &Map<String, Value>, name: &str) -> Outcome<Option<String>> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
        }
        Some(_) => Err(Failure::bad(format!("{name} must be text"))),
    }
}

/// What a request presents: a token in its body, a header, or the browser's cookie.
pub(super) async fn presented(
    app: &App,
    (method, headers): (&Method, &HeaderMap),
    from: &From,
    token: Option<String>,
    reads: bool,
) -> Outcome<Presented> {
    if let Some(token) = token {
        return Ok(Presented::Token(token));
    }
    let refused = |error: Error| match error {
        Error::Rejected(refusal) => {
            Failure::unauthorised("invalid").with_detail(refusal.to_string())
        }
        error => error.into(),
    };
    if let Some(header) = headers.get(AUTHORIZATION) {
        let header = header.to_str().map_err(|_| Failure::unauthorised("malformed"))?;
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            return Ok(match rest.trim() {
                "" => Presented::Nothing,
                token => Presented::Token(token.to_owned()),
            });
        }
        let account = app.site.access.by_header(header, from.clone()).await.map_err(refused)?;
        return Ok(Presented::Account(Box::new(account)));
    }
    if door::cookie(headers, reply::COOKIE).is_none() {
        return Ok(Presented::Nothing);
    }
    let account = door::caller(app, method, headers, from.clone(), reads).await.map_err(refused)?;
    Ok(Presented::Account(Box::new(account)))
}

/// A value of the query string.
pub(super) fn query(parts: &Parts, name: &str) -> Option<String> {
    let pairs = parts.uri.query().unwrap_or_default().split('&');
    let found = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    let plain = found.1.replace('+', " ");
    Some(percent_encoding::percent_decode_str(&plain).decode_utf8_lossy().into_owned())
}

/// A whole number of the query string.
pub(super) fn number<T: std::str::FromStr>(parts: &Parts, name: &str) -> Outcome<Option<T>> {
    let Some(text) = query(parts, name).filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Failure::bad(format!("{name} must be a number")))
}

/// A header's text.
pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

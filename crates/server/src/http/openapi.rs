//! `/api/v1/openapi.json`: the API, described for people and for tools that make clients of it.

use super::{App, gateway};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

const PATH: &str = "/api/v1/openapi.json";

/// The document as it is sent, made at the first request.
pub(crate) struct Document {
    text: Bytes,
    etag: HeaderValue,
}

/// The document, if the request asks for it; nobody needs to sign in for it.
pub(super) fn answer(app: &App, request: &Request) -> Option<Response> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || request.uri().path() != PATH {
        return None;
    }
    let document = app.openapi.get_or_init(|| {
        let settings = &app.site.settings;
        let rest = gateway::describe::paths(&settings.api_url);
        Document::new(arno_wire::openapi::document(&settings.api_url, &settings.version, &rest))
    });
    let headers = [
        (ETAG, document.etag.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ];
    if request.headers().get(IF_NONE_MATCH) == Some(&document.etag) {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Some((headers, Body::from(document.text.clone())).into_response())
}

impl Document {
    fn new(text: Vec<u8>) -> Document {
        let hash: String = Sha256::digest(&text)[..16].iter().map(|b| format!("{b:02x}")).collect();
        let etag = HeaderValue::from_str(&format!("\"{hash}\""));
        Document {
            text: text.into(),
            etag: etag.unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
        }
    }
}

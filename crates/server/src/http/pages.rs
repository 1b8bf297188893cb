//! The web pages, embedded into the binary. They are one application: every address a browser
//! asks for that is no file of theirs gets the index, which reads the address itself.

use super::App;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Pages;

/// Shown when the program was built without its pages.
const NO_PAGES: &str = "<!doctype html><title>Arno</title><p>This build has no pages. Build them \
    with <code>make web</code>, then build the program again. The API works.";
/// Files under this folder carry a hash of their content in their name.
const HASHED: &str = "assets/";

/// The page a request asks for; `None` when it asks for something else.
pub(super) fn answer(app: &App, request: &Request) -> Option<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let name = app.path(request.uri().path()).trim_start_matches('/');
    if !name.is_empty()
        && let Some(file) = Pages::get(name)
    {
        return Some(respond(name, file, request.headers()));
    }
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let is_browser = accept.is_some_and(|accept| accept.contains("text/html"));
    let is_call = arno_wire::path::parse(&format!("/{name}")).is_ok();
    if !name.is_empty() && (is_call || !is_browser) {
        return None;
    }
    Some(match Pages::get("index.html") {
        Some(index) => respond("index.html", index, request.headers()),
        None => html(NO_PAGES),
    })
}

fn html(text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}

fn respond(name: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let hash: String =
        file.metadata.sha256_hash()[..16].iter().map(|b| format!("{b:02x}")).collect();
    let etag = format!("\"{hash}\"");
    let known = request.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = Response::new(if known { Body::empty() } else { Body::from(file.data) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    let caching =
        if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Nobody puts our pages into a frame to have them clicked.
    let framing = HeaderValue::from_static("frame-ancestors 'self'");
    headers.insert(CONTENT_SECURITY_POLICY, framing);
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let kind =
        if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
    for (header, value) in [(CONTENT_TYPE, kind), (ETAG, etag)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
    response
}

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
use bytes::Bytes;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Embedded;

/// The page every address gets that is no file.
const INDEX: &str = "index.html";
/// How the index says where it lies; the addresses in it are relative to that.
const ROOT: &str = "<base href=\"/\"";
/// Shown when the program was built without its pages.
const NO_PAGES: &str = "<!doctype html><title>Arno</title><p>This build has no pages. Build them \
    with <code>make web</code>, then build the program again. The API works.";
/// Files under this folder carry a hash of their content in their name.
const HASHED: &str = "assets/";

/// The pages as this site serves them.
pub(crate) struct Pages {
    index: File,
    /// What browsers let the pages load and run.
    policy: HeaderValue,
}

struct File {
    content: Bytes,
    etag: String,
}

impl Pages {
    /// The pages under the path `base` (empty at the root) of a site whose files lie at the origin
    /// `files`.
    pub(crate) fn new(base: &str, files: &str) -> Pages {
        let index = match Embedded::get(INDEX) {
            Some(index) => below(base, &String::from_utf8_lossy(&index.data)),
            None => NO_PAGES.to_owned(),
        };
        let etag = etag(Sha256::digest(&index).as_slice());
        let policy = policy(files);
        Pages { index: File { content: index.into(), etag }, policy }
    }

    /// A file of the pages by its name; the index is made for the site.
    fn get(&self, name: &str) -> Option<File> {
        if name == INDEX {
            return Some(self.index());
        }
        let found = Embedded::get(name)?;
        let content = match found.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some(File { content, etag: etag(&found.metadata.sha256_hash()) })
    }

    fn index(&self) -> File {
        File { content: self.index.content.clone(), etag: self.index.etag.clone() }
    }
}

/// The index as it is below a path.
fn below(base: &str, index: &str) -> String {
    index.replacen(ROOT, &format!("<base href=\"{base}/\""), 1)
}

fn etag(hash: &[u8]) -> String {
    let hash: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

/// Scripts come from the pages themselves, media and previews also from where the files lie; and
/// nobody else puts our pages into a frame to have them clicked.
fn policy(files: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: {files}; \
         media-src 'self' blob: {files}; frame-src 'self' {files}; connect-src 'self' {files}; \
         base-uri 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'self'"
    );
    HeaderValue::from_str(&policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'"))
}

/// The page a request asks for; `None` when it asks for something else.
pub(super) fn answer(app: &App, request: &Request) -> Option<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let name = request.uri().path().trim_start_matches('/');
    if let Some(file) = app.pages.get(name) {
        return Some(respond(app, name, file, request.headers()));
    }
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    let is_browser = accept.is_some_and(|accept| accept.contains("text/html"));
    let is_call = arno_wire::path::parse(&format!("/{name}")).is_ok();
    if !name.is_empty() && (is_call || !is_browser) {
        return None;
    }
    Some(respond(app, INDEX, app.pages.index(), request.headers()))
}

fn respond(app: &App, name: &str, file: File, request: &HeaderMap) -> Response {
    let File { content, etag } = file;
    let known = request.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = Response::new(if known { Body::empty() } else { Body::from(content) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    let caching =
        if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, app.pages.policy.clone());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_says_where_it_lies() {
        let index = include_str!("../../../../web/index.html");
        assert!(below("/lab/arno", index).contains("<base href=\"/lab/arno/\" />"));
        assert_eq!(below("", index), index);
    }

    #[test]
    fn media_come_from_where_the_files_lie() {
        let policy = policy("https://files.lab");
        let policy = policy.to_str().unwrap();
        for part in
            ["default-src 'self';", "frame-src 'self' https://files.lab;", "object-src 'none';"]
        {
            assert!(policy.contains(part), "{policy}");
        }
    }
}

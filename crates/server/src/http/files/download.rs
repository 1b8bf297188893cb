//! `GET` and `HEAD` of a file.

use super::conditional::{Part, Version, http_date, part};
use crate::http::reply::attachment;
use arno_store::Result;
use arno_store::blobs::{Blob, Blobs};
use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, HeaderName, LAST_MODIFIED,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;

/// Sends what the request asks of a file.
pub(super) async fn send(blobs: &Blobs, blob: &Blob, parts: &Parts) -> Result<Response> {
    let version = Version { etag: format!("\"{}\"", blob.object), modified: blob.created };
    let mut response = Response::new(Body::empty());
    describe(response.headers_mut(), blob, &version, parts.uri.query());
    let (status, range) = match part(&parts.headers, &version, blob.size) {
        Part::NotModified => {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
        Part::Unsatisfiable => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            let size = format!("bytes */{}", blob.size);
            set(response.headers_mut(), CONTENT_RANGE, &size);
            return Ok(response);
        }
        Part::Whole => (StatusCode::OK, 0..blob.size),
        Part::Range(range) => (StatusCode::PARTIAL_CONTENT, range),
    };
    *response.status_mut() = status;
    if status == StatusCode::PARTIAL_CONTENT {
        let text = format!("bytes {}-{}/{}", range.start, range.end - 1, blob.size);
        set(response.headers_mut(), CONTENT_RANGE, &text);
    }
    response.headers_mut().insert(CONTENT_LENGTH, (range.end - range.start).into());
    if parts.method != Method::HEAD {
        *response.body_mut() = Body::from_stream(blobs.read(blob, range).await?);
    }
    Ok(response)
}

fn describe(headers: &mut HeaderMap, blob: &Blob, version: &Version, query: Option<&str>) {
    set(headers, ETAG, &version.etag);
    set(headers, LAST_MODIFIED, &http_date(version.modified));
    set(headers, CONTENT_TYPE, &content_type(&blob.path));
    // Private: what one caller may read is not for a cache that serves others.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let wants_download = query.is_some_and(|query| {
        query.split('&').any(|pair| pair == "download" || pair.starts_with("download="))
    });
    if wants_download {
        let name = blob.path.rsplit('/').next().unwrap_or(&blob.path);
        headers.insert(CONTENT_DISPOSITION, attachment(name));
    }
}

/// The type by the name's ending. What is compressed inside is sent as it is, so that no browser
/// unpacks it.
fn content_type(path: &str) -> String {
    let compressed = [".gz", ".tgz", ".svgz"];
    let lower = path.to_ascii_lowercase();
    if compressed.iter().any(|ending| lower.ends_with(ending)) {
        return "application/octet-stream".to_owned();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn types_are_guessed_by_the_ending() {
        for (path, expected) in [
            ("a/b.png", "image/png"),
            ("a.json", "application/json"),
            ("a.html", "text/html; charset=utf-8"),
            ("a.csv.gz", "application/octet-stream"),
            ("a.tar.GZ", "application/octet-stream"),
            ("model", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }
}

//! Headers every response carries, and the answer to `OPTIONS`. Any origin may call with a token
//! of its own; the browser's cookie is for the site's own origins.

use super::App;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, SERVER, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Says which server this is.
pub(super) async fn identify(State(app): State<Arc<App>>, mut response: Response) -> Response {
    app.metrics.count(response.status());
    response.headers_mut().insert(SERVER, HeaderValue::from_static("clearml"));
    response
}

/// Answers `OPTIONS` and tells browsers who may read the answer.
pub(super) async fn allow(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    let asked = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let is_options = request.method() == Method::OPTIONS;
    let mut response = if is_options { ().into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    if is_options {
        headers.insert(SERVER, HeaderValue::from_static("clearml"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        let any = HeaderValue::from_static("*");
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.unwrap_or(any));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    allow_origin(&app, origin, headers);
    response
}

fn allow_origin(app: &App, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
    let own =
        |origin: &HeaderValue| app.origins.iter().any(|own| own.as_bytes() == origin.as_bytes());
    let value = match origin.filter(own) {
        Some(origin) => {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            origin
        }
        None => HeaderValue::from_static("*"),
    };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    headers.append(VARY, HeaderValue::from_static("origin"));
}

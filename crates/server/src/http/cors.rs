//! Headers every response carries, and the answer to `OPTIONS`. Any origin may call with a token
//! of its own, but the gateway only those registered there; the browser's cookie is for the site's own
//! origins.

use super::{App, gateway};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, HOST, ORIGIN, SERVER, VARY,
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

/// Whose pages may read an answer.
pub(super) enum Readers {
    /// Those of this origin, also what the browser's cookie brought them.
    Own(HeaderValue),
    /// Those of this origin, with a token of their own.
    Named(HeaderValue),
    /// Everybody's, with a token of their own.
    All,
    /// Nobody else's.
    Nobody,
}

/// Answers `OPTIONS` and tells browsers who may read the answer.
pub(super) async fn allow(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (path, origin) = (request.uri().path().to_owned(), request.headers().get(ORIGIN).cloned());
    let readers = readers(&app, &path, origin).await;
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
    readers.tell(headers);
    response
}

async fn readers(app: &App, path: &str, origin: Option<HeaderValue>) -> Readers {
    let of_gateway = gateway::is_below(app, path);
    match origin {
        Some(own) if app.origins.iter().any(|known| known.as_bytes() == own.as_bytes()) => {
            Readers::Own(own)
        }
        Some(other) if of_gateway => gateway::readers(app, path, other).await,
        None if of_gateway => Readers::Nobody,
        _ => Readers::All,
    }
}

/// The origin of the page a call comes from, unless it is one of this site's own.
pub(super) fn foreign<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    // What is no text is nobody's origin.
    let origin = headers.get(ORIGIN)?.to_str().unwrap_or("null");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_same = origin.split_once("://").is_some_and(|(_, place)| Some(place) == host);
    let is_own = is_same || app.origins.iter().any(|own| own == origin);
    (!is_own).then_some(origin)
}

impl Readers {
    fn tell(self, headers: &mut HeaderMap) {
        headers.append(VARY, HeaderValue::from_static("origin"));
        let value = match self {
            Readers::Own(origin) => {
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                origin
            }
            Readers::Named(origin) => origin,
            Readers::All => HeaderValue::from_static("*"),
            Readers::Nobody => return,
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
}

//! The file server (api.md §13): at the root of the files port, and under `/files/` everywhere.

mod conditional;
mod delete;
mod download;
mod upload;

use super::{App, body, door, errors, reply};
use crate::access::{Caller, Role};
use arno_store::blobs::Blobs;
use arno_store::{Error, Result, Scope};
use arno_wire::file_name;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::header::{COOKIE, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Path of the call that deletes several files.
const DELETE_MANY: &str = "delete_many";

/// Answers a request to the files port, where the alias `/files/` works too.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let raw = request.uri().path().trim_start_matches('/').to_owned();
    let instead = below_alias(&raw).map(str::to_owned);
    let asked = match instead {
        // The alias of the root, or of a call.
        Some(rest) if rest.is_empty() || rest == DELETE_MANY => Asked { raw: rest, instead: None },
        // A project may be called "files": its own files win over the alias.
        instead => Asked { raw, instead },
    };
    serve(&app, peer.ip(), asked, request).await
}

/// Answers a request below `/files/` of another port.
pub(crate) async fn answer_below_files(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let raw = below_alias(path).unwrap_or_default().to_owned();
    serve(&app, peer.ip(), Asked { raw, instead: None }, request).await
}

fn below_alias(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("files")?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// What a request names, still percent-encoded.
struct Asked {
    raw: String,
    /// Looked for when there is nothing at `raw`.
    instead: Option<String>,
}

impl Asked {
    /// The names to look for, in order.
    fn names(&self) -> impl Iterator<Item = String> + '_ {
        [Some(&self.raw), self.instead.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|raw| file_name::decode(raw))
    }
}

async fn serve(app: &App, peer: IpAddr, asked: Asked, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut body = Some(body);
    let outcome = route(app, peer, &asked, &parts, &mut body).await;
    if let Some(unread) = body {
        body::drain(unread).await;
    }
    harmless(outcome.unwrap_or_else(|error| failure(&errors::refusal(error))))
}

/// Takes care that nothing that was uploaded runs with the rights of our pages.
fn harmless(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let sandbox = HeaderValue::from_static("sandbox allow-scripts");
    headers.insert(CONTENT_SECURITY_POLICY, sandbox);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn route(
    app: &App,
    peer: IpAddr,
    asked: &Asked,
    parts: &Parts,
    body: &mut Option<Body>,
) -> Result<Response> {
    if parts.headers.contains_key(CONTENT_ENCODING) {
        let words = "Compressed request bodies are not supported: send it without Content-Encoding";
        return Ok(reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
    }
    let says_who = parts.headers.contains_key(AUTHORIZATION) || parts.headers.contains_key(COOKIE);
    if asked.raw.is_empty() && is_read(&parts.method) && !says_who {
        return Ok(reply::text(StatusCode::OK, "OK"));
    }
    let caller = enter(app, peer, parts).await?;
    let scope = caller.scope(app.site.settings.visibility);
    match (&parts.method, asked.raw.as_str()) {
        (&Method::GET | &Method::HEAD, "") => Ok(reply::text(StatusCode::OK, "OK")),
        (&Method::GET | &Method::HEAD, _) => read(app, scope, asked, parts).await,
        (&Method::POST, "") => {
            upload::store(app, scope, parts, body.take().unwrap_or_default()).await
        }
        (&Method::POST, DELETE_MANY) => {
            delete::many(app, scope, body.take().unwrap_or_default()).await
        }
        (&Method::DELETE, _) => delete::one(app, scope, asked.names()).await,
        _ => Ok(reply::text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")),
    }
}

/// The caller, by a bearer token or the browser's cookie.
async fn enter(app: &App, peer: IpAddr, parts: &Parts) -> Result<Caller> {
    use arno_wire::error::{Code, Error as Refusal};
    let scheme = parts.headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    if scheme.is_some_and(|value| !value.to_ascii_lowercase().starts_with(b"bearer ")) {
        let reason = "files take a bearer token";
        return Err(Refusal::new(Code::BadAuthType).extra(reason).into());
    }
    let reads = is_read(&parts.method);
    let from = app.proxies.origin(&parts.headers, peer);
    let caller = door::caller(app, &parts.method, &parts.headers, from, reads).await?;
    if caller.role == Role::Viewer && !reads {
        let refused = Refusal::new(Code::RoleNotAllowed).with("role", caller.role.wire_name());
        return Err(refused.into());
    }
    Ok(caller)
}

async fn read(app: &App, scope: Scope, asked: &Asked, parts: &Parts) -> Result<Response> {
    let found = send_first(&app.site.blobs, scope, asked.names(), parts).await?;
    Ok(found.unwrap_or_else(not_found))
}

/// Sends what a request asks of the first of these files that there is.
pub(super) async fn send_first(
    blobs: &Blobs,
    scope: Scope,
    names: impl IntoIterator<Item = String>,
    parts: &Parts,
) -> Result<Option<Response>> {
    for name in names {
        if let Some(blob) = blobs.find(scope.clone(), &name).await? {
            return download::send(blobs, &blob, parts).await.map(|sent| Some(harmless(sent)));
        }
    }
    Ok(None)
}

fn not_found() -> Response {
    reply::text(StatusCode::NOT_FOUND, "Not found")
}

fn bad_request(words: &'static str) -> Response {
    reply::text(StatusCode::BAD_REQUEST, words)
}

fn failure(error: &arno_wire::error::Error) -> Response {
    let status = StatusCode::from_u16(error.code.code());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], error.to_string()).into_response()
}

/// Whether the store refused, rather than failed.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::Rejected(_))
}

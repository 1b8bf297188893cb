//! The only place that knows HTTP: listeners, routing, headers, bodies, cookies and status codes.
//! It asks `access` who is calling and `registry` for the rule, and turns what comes back into
//! responses.

mod address;
mod app;
mod base;
mod body;
mod connection;
mod cors;
mod door;
mod errors;
pub(crate) mod files;
mod gateway;
mod health;
mod live;
pub(crate) mod openapi;
mod pages;
mod reply;
mod rpc;
mod serve;
mod tls;
mod users;

pub use address::TrustedProxies;
pub(crate) use app::App;
pub(crate) use pages::Pages;
pub use serve::Limits;
pub(crate) use serve::{Bound, Listening};
pub use tls::CertificateFiles;
pub(crate) use tls::Tls;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};
use axum::response::Response;
use axum::routing::{any, get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

/// Answers smaller than this are not worth compressing, in bytes.
const WORTH_COMPRESSING: u64 = 1024;

/// What the web and the API port answer: the API, the pages, and the files under `/files/`; all of
/// it also below the path of the public web URL.
pub(crate) fn web_router(app: Arc<App>) -> Router {
    let below_base = axum::middleware::from_fn_with_state(app.clone(), base::strip);
    Router::new().fallback_service(at_root(app)).layer(below_base)
}

fn at_root(app: Arc<App>) -> Router {
    let streamed = Router::new()
        .route("/files", any(files::answer_below_files))
        .route("/files/{*path}", any(files::answer_below_files))
        // Compression would hold events back until a block is full.
        .route("/api/v1/live", get(live::answer));
    let rest = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/api/v1/users/{id}/password", post(users::set_password))
        .merge(gateway::interface())
        .fallback(api_or_page)
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(WORTH_COMPRESSING)));
    rest.merge(streamed)
        .merge(gateway::streamed(&app))
        .layer(map_response_with_state(app.clone(), cors::identify))
        .layer(from_fn_with_state(app.clone(), cors::allow))
        .layer(from_fn(connection::close_shareable))
        .with_state(app)
}

/// What the files port answers: the files at its root and under `/files/`.
pub(crate) fn files_router(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .fallback(files::answer)
        .layer(map_response_with_state(app.clone(), cors::identify))
        .layer(from_fn_with_state(app.clone(), cors::allow))
        .layer(from_fn(connection::close_shareable))
        .with_state(app)
}

/// The API's description or a page when the request asks for one, the API otherwise.
async fn api_or_page(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    match openapi::answer(&app, &request).or_else(|| pages::answer(&app, &request)) {
        Some(document) => document,
        None => rpc::answer(app, peer.ip(), request).await,
    }
}

//! The gateway over HTTP: calls of analytics (`calls`), their runs (`runs`), and the interface that
//! registers them (`admin`). What it all means is in `crate::gateway`.

mod admin;
mod answer;
mod calls;
pub(super) mod describe;
mod entered;
mod follow;
mod record;
mod request;
mod runs;
mod tokens;

use super::App;
use super::cors::Readers;
use axum::Router;
use axum::http::HeaderValue;
use axum::routing::{get, post};
use std::sync::Arc;

/// What comes as it is made, and must not wait until it is worth compressing.
pub(super) fn streamed(app: &App) -> Router<Arc<App>> {
    let router = Router::new()
        .route("/clearml/serve/enqueue_task", post(calls::enqueue))
        .route("/clearml/serve/ondemand", post(calls::on_demand))
        // As the manual prints them (gateway.md §4).
        .route("/clearml/serve/Enqueue/Sporadic_task", post(calls::enqueue))
        .route("/clearml/serve/Task.Enqueue/Sporadic", post(calls::enqueue))
        .route("/clearml/serve/OnDemand/Stable", post(calls::on_demand))
        .route("/clearml/serve/api/{*path}", post(calls::api))
        .route("/clearml/serve/task/{id}", get(runs::state).delete(runs::cancel))
        .route("/clearml/serve/task/{id}/events", get(follow::events))
        .route("/clearml/serve/task/{id}/socket", get(follow::socket))
        .route("/clearml/serve/task/{id}/artifacts/{key}", get(runs::artifact))
        .route("/clearml/serve/task/{id}/secret", get(runs::secret));
    match &app.site.gateway.options.token_route {
        Some(place) => router
            .route(&format!("{place}/controllers/getAccessToken.php"), get(tokens::of_dashboard)),
        None => router,
    }
}

/// Whether the gateway answers at this path.
pub(super) fn is_below(app: &App, path: &str) -> bool {
    path.starts_with("/clearml/serve/") || is_token_route(app, path)
}

fn is_token_route(app: &App, path: &str) -> bool {
    let place = app.site.gateway.options.token_route.as_deref();
    place.is_some_and(|place| path.starts_with(place))
}

/// Whose pages may read what the gateway answers to this origin: those of the site's list, and of the
/// APIs' lists. Whether that very API may be called is decided when it is known.
pub(super) async fn readers(app: &App, path: &str, origin: HeaderValue) -> Readers {
    let Ok(text) = origin.to_str() else { return Readers::Nobody };
    let gateway = &app.site.gateway;
    if is_token_route(app, path) {
        // It hands out a token for the cookie: only to those whom the site names.
        return match gateway.options.origins.name(text) {
            true => Readers::Own(origin),
            false => Readers::Nobody,
        };
    }
    match known_origin(app, text).await {
        true => Readers::Named(origin),
        false => Readers::Nobody,
    }
}

/// Whether the site or any API registers this origin.
async fn known_origin(app: &App, origin: &str) -> bool {
    let gateway = &app.site.gateway;
    // When nothing can be read, the call itself tells so.
    let known = gateway.directory(&app.site.db, &app.site.settings.company).await;
    gateway.options.origins.contain(origin) || known.is_ok_and(|it| it.origins.contain(origin))
}

/// The interface below `/api/v1/gateway`.
pub(super) fn interface() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/gateway/calls", get(record::list))
        .route("/api/v1/gateway/calls/{id}", get(record::get))
        .route("/api/v1/gateway/statistics", get(record::statistics))
        .route("/api/v1/gateway/consumption", get(record::consumption))
        .route("/api/v1/gateway/invoice", get(record::invoice))
        .route("/api/v1/gateway/persons/{caller}", get(record::person).delete(record::erase))
        .route("/api/v1/gateway/tokens", get(admin::list_tokens).post(admin::create_token))
        .route("/api/v1/gateway/{kind}", get(admin::list).post(admin::create))
        .route(
            "/api/v1/gateway/{kind}/{id}",
            get(admin::get).patch(admin::edit).delete(admin::remove),
        )
}

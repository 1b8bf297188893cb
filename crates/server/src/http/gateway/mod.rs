//! The gateway over HTTP: calls of analytics (`calls`), their runs (`runs`), and the interface that
//! registers them (`admin`). What it all means is in `crate::gateway`.

mod admin;
mod answer;
mod calls;
pub(super) mod describe;
mod record;
mod request;
mod runs;
mod tokens;

use super::App;
use axum::Router;
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
        .route("/clearml/serve/task/{id}/events", get(runs::events))
        .route("/clearml/serve/task/{id}/artifacts/{key}", get(runs::artifact))
        .route("/clearml/serve/task/{id}/secret", get(runs::secret));
    match &app.site.gateway.options.token_route {
        Some(place) => router
            .route(&format!("{place}/controllers/getAccessToken.php"), get(tokens::of_dashboard)),
        None => router,
    }
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

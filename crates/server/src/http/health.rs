//! Is it up, can it work, and what has it done: for supervisors and Prometheus.

use super::{App, reply};
use arno_store::Scope;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted.
#[derive(Default)]
pub(crate) struct Metrics {
    /// Responses by the first digit of their status.
    responses: [AtomicU64; 6],
}

impl Metrics {
    pub(super) fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100);
        if let Some(counter) = self.responses.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The process answers.
pub(super) async fn alive() -> Response {
    reply::text(StatusCode::OK, "ok\n")
}

/// The process can do its work: the database answers.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    match app.site.db.read(Scope::system(""), |_| Ok(())).await {
        Ok(()) => reply::text(StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            reply::text(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// Counters as Prometheus reads them.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut text = String::from(
        "# HELP arno_build_info Version of this server.\n# TYPE arno_build_info gauge\n",
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "arno_build_info{{version=\"{}\"}} 1", app.site.settings.version);
    text.push_str("# HELP arno_http_responses_total Responses sent, by class of status.\n");
    text.push_str("# TYPE arno_http_responses_total counter\n");
    for (class, counter) in app.metrics.responses.iter().enumerate().skip(1) {
        let count = counter.load(Ordering::Relaxed);
        let _ = writeln!(text, "arno_http_responses_total{{class=\"{class}xx\"}} {count}");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

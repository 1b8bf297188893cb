//! Runs of sporadic calls: `GET` and `DELETE /clearml/serve/task/{id}`, its artifacts, and the token
//! that was handed on. Following one is `follow`.

use super::{answer, request};
use crate::access::Role;
use crate::gateway::{CancelOutcome, Failure, Follow, MAX_WAIT, Outcome, artifact_url, identify};
use crate::http::{App, door, files};
use crate::jobs::places;
use arno_store::gateway::secrets;
use arno_store::{Scope, Tx, tasks};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Console lines shown with a run, and at most.
const LINES: usize = 20;
const MAX_LINES: usize = 500;

/// `GET …/task/{id}?wait=&lines=`.
pub(super) async fn state(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let run = follow(&app, peer, &parts, id, false).await?;
        match request::number::<u64>(&parts, "wait")? {
            Some(seconds) => run.wait(Duration::from_secs(seconds).min(MAX_WAIT)).await,
            None => run.state().await,
        }
    };
    respond(outcome.await)
}

/// `DELETE …/task/{id}`.
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let run = follow(&app, peer, &parts, id, true).await?;
        let from = app.proxies.origin(&parts.headers, peer.ip());
        let stopped = run.cancel(from).await? == CancelOutcome::Stopped;
        let mut state = run.state().await?;
        state["cancelled"] = stopped.into();
        Ok(state)
    };
    respond(outcome.await)
}

/// `GET …/task/{id}/artifacts/{key}`: the content of a result.
pub(super) async fn artifact(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((id, key)): Path<(String, String)>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let run = follow(&app, peer, &parts, id, false).await?;
        let url = artifact_url(&run, &key).await?;
        let names = places::names(&app.site.settings, &url);
        if names.is_empty() {
            return Ok(elsewhere(&url));
        }
        let scope = Scope::system(&app.site.settings.company);
        let found = files::send_first(&app.site.blobs, scope, names, &parts).await?;
        found.ok_or_else(|| Failure::new(404, "Error: The artifact's file is gone"))
    };
    outcome.await.unwrap_or_else(|failure| answer::failure(&failure, false))
}

/// An artifact that lies in another store, where only its link is known.
fn elsewhere(url: &str) -> Response {
    let mut response = answer::json(303, &json!({"url": url}));
    if let Ok(value) = HeaderValue::from_str(url) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

/// `GET …/task/{id}/secret`: the caller's token that was handed on, for who runs the task: whoever may
/// change it, with an account of the site, while it runs.
pub(super) async fn secret(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let from = app.proxies.origin(&parts.headers, peer.ip());
    let outcome = async {
        let account = door::caller(&app, &parts.method, &parts.headers, from, false).await?;
        if account.role == Role::Viewer {
            return Err(Failure::forbidden("Viewers run no tasks"));
        }
        let scope = account.scope(app.site.settings.visibility);
        let read = move |tx: &Tx<'_>| {
            let task = tasks::changeable(tx, &id)?;
            match task.status == "in_progress" || task.status == "queued" {
                true => secrets::get(tx, &id),
                false => Ok(None),
            }
        };
        let found = app.site.db.read(scope, read).await?;
        let missing = || Failure::new(404, "Error: No token was handed on to this task");
        Ok(json!({"token": found.ok_or_else(missing)?}))
    };
    respond(outcome.await)
}

/// A run that somebody names.
pub(super) async fn follow(
    app: &Arc<App>,
    peer: SocketAddr,
    parts: &Parts,
    clone: String,
    writes: bool,
) -> Outcome<Follow> {
    let from = app.proxies.origin(&parts.headers, peer.ip());
    // A browser's EventSource sends no headers of its own.
    let token = request::query(parts, "access_token").filter(|_| !writes);
    let asker = (&parts.method, &parts.headers);
    let presented = request::presented(app, asker, &from, token, !writes).await?;
    let caller = identify(&app.site, presented, from).await?;
    let lines = request::number(parts, "lines")?.unwrap_or(LINES).min(MAX_LINES);
    Ok(Follow { site: app.site.clone(), caller, clone, lines })
}

fn respond(outcome: Outcome<Value>) -> Response {
    match outcome {
        Ok(value) => answer::json(200, &value),
        Err(failure) => answer::failure(&failure, false),
    }
}

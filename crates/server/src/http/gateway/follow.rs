//! Following a run: its state each time it changed, until it has ended, as server-sent events or over a
//! WebSocket.

use super::runs::follow;
use super::{answer, known_origin};
use crate::gateway::{Failure, Follow, Outcome};
use crate::http::{App, cors};
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// A sign of life this often keeps a stream open.
const KEEP_OPEN: Duration = Duration::from_secs(15);
/// Longest message that a follower may send; none is needed, bytes.
const MAX_MESSAGE: usize = 4 * 1024;

/// `GET …/task/{id}/events`: server-sent events.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let run = match there(&app, peer, &parts, id).await {
        Ok(run) => run,
        Err(failure) => return answer::failure(&failure, false),
    };
    let event = |(name, data): (&str, Value)| Event::default().event(name).data(data.to_string());
    let end = stream::once(ready(event(("end", json!({})))));
    let events = run.states().map(move |state| event(told(state))).chain(end);
    let events = events.map(Ok::<_, Infallible>);
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_OPEN)).into_response()
}

/// `GET …/task/{id}/socket`: the same over a WebSocket, as messages `{"event": …, "data": …}`.
pub(super) async fn socket(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    asked: Request,
) -> Response {
    let (mut parts, _) = asked.into_parts();
    let outcome = async {
        let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &app).await;
        let upgrade = upgrade.map_err(|error| Failure::new(400, format!("Error: {error}")))?;
        // Browsers keep no page from opening a socket; that is for the server to do.
        if let Some(origin) = cors::foreign(&app, &parts.headers)
            && !known_origin(&app, origin).await
        {
            return Err(Failure::forbidden("Its pages' origin is not registered"));
        }
        let run = there(&app, peer, &parts, id).await?;
        // A socket is no connection of the port any more, so it is counted here.
        let place = app.site.gateway.sockets.clone().try_acquire_owned();
        let full =
            |_| Failure::new(503, "Error: Too many sockets are open; use the events instead");
        Ok((upgrade, run, place.map_err(full)?))
    };
    match outcome.await {
        Ok((upgrade, run, place)) => {
            let upgrade = upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
            upgrade.on_upgrade(|socket| tell(socket, run, place))
        }
        Err(failure) => answer::failure(&failure, false),
    }
}

/// The run, if it is there for who asks.
async fn there(app: &Arc<App>, peer: SocketAddr, parts: &Parts, id: String) -> Outcome<Follow> {
    let run = follow(app, peer, parts, id, false).await?;
    run.state().await?;
    Ok(run)
}

/// An event's name and data.
fn told(state: Outcome<Value>) -> (&'static str, Value) {
    match state {
        Ok(state) => ("status", state),
        Err(failure) => ("error", json!({"error": failure.text})),
    }
}

/// Tells a run's states over a socket until it has ended or nobody listens.
async fn tell(mut socket: WebSocket, run: Follow, _place: OwnedSemaphorePermit) {
    let mut states = pin!(run.states());
    loop {
        let message = tokio::select! {
            state = tokio::time::timeout(KEEP_OPEN, states.next()) => match state {
                Ok(Some(state)) => {
                    let (event, data) = told(state);
                    Message::text(json!({"event": event, "data": data}).to_string())
                }
                Ok(None) => break,
                Err(_) => Message::Ping(Bytes::new()),
            },
            // Pings are answered by the library; what else is sent means nothing here.
            heard = socket.recv() => match heard {
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return,
            },
        };
        if socket.send(message).await.is_err() {
            return;
        }
    }
    let end = Message::text(json!({"event": "end", "data": {}}).to_string());
    // Whoever has gone needs no farewell.
    if socket.send(end).await.is_ok() {
        let _ = socket.send(Message::Close(None)).await;
    }
}

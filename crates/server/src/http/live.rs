//! `GET /api/v1/live`: changes as server-sent events, for pages and agents. A message tells what
//! to fetch again, not what it is now.

use super::{App, door, errors};
use crate::access::Caller;
use crate::live::{Listener, News};
use arno_store::changes::{self, Message};
use arno_store::{Error, Result};
use arno_wire::error::{Code, Error as Refusal};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde_json::json;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Interval;

/// How often a quiet stream gets a sign of life, and its caller is looked at anew.
const BEAT: Duration = Duration::from_secs(15);
/// After how long a client whose stream broke comes back.
const RETRY: Duration = Duration::from_secs(1);
/// Objects one stream may be narrowed to.
const MAX_WANTED: usize = 200;

/// Answers with a stream of the changes the caller may see.
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    match open(app, parts, peer.ip()).await {
        Ok(stream) => Sse::new(stream).keep_alive(KeepAlive::new().interval(BEAT)).into_response(),
        Err(error) => errors::plain(&errors::refusal(error)),
    }
}

async fn open(
    app: Arc<App>,
    parts: Parts,
    peer: IpAddr,
) -> Result<impl Stream<Item = Result<Event, Infallible>>> {
    let wanted = Wanted::read(parts.uri.query().unwrap_or_default())?;
    let caller = enter(&app, &parts, peer).await?;
    let listener = app.site.live.listen().ok_or(Error::Closed)?;
    let mut beat = tokio::time::interval(BEAT);
    beat.reset();
    let hello = Event::default().event("hello").retry(RETRY).data("{}");
    let reader =
        Reader { app, parts, peer, caller, wanted, listener, beat, ready: VecDeque::from([hello]) };
    Ok(stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    }))
}

async fn enter(app: &App, parts: &Parts, peer: IpAddr) -> Result<Caller> {
    let from = app.proxies.origin(&parts.headers, peer);
    door::caller(app, &parts.method, &parts.headers, from, true).await
}

/// What a stream is narrowed to; nothing means everything.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted(Vec<(Of, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Task,
    Queue,
    Project,
}

impl Wanted {
    fn read(query: &str) -> Result<Wanted> {
        let refused = |why: String| Error::from(Refusal::new(Code::Plain400).extra(why));
        let mut wanted = Vec::new();
        for (name, id) in arno_wire::request::query_pairs(query) {
            let of = match name.as_str() {
                "task" => Of::Task,
                "queue" => Of::Queue,
                "project" => Of::Project,
                _ => return Err(refused(format!("{name}: use task, queue or project"))),
            };
            wanted.push((of, id));
        }
        if wanted.len() > MAX_WANTED {
            return Err(refused(format!("one stream follows at most {MAX_WANTED} objects")));
        }
        Ok(Wanted(wanted))
    }

    fn includes(&self, message: &Message) -> bool {
        let is_meant = |(of, id): &(Of, String)| match of {
            Of::Task => matches!(message.entity.as_str(), "task" | "events") && message.id == *id,
            Of::Queue => message.entity == "queue" && message.id == *id,
            Of::Project => message.project.as_ref() == Some(id),
        };
        self.0.is_empty() || self.0.iter().any(is_meant)
    }
}

/// One caller's stream.
struct Reader {
    app: Arc<App>,
    parts: Parts,
    peer: IpAddr,
    caller: Caller,
    wanted: Wanted,
    listener: Listener,
    beat: Interval,
    ready: VecDeque<Event>,
}

impl Reader {
    /// The next event; `None` ends the stream, and the client comes back.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            tokio::select! {
                news = self.listener.next() => self.take(news?).await,
                // A token that ran out or was revoked hears no more.
                _ = self.beat.tick() => {
                    self.caller = enter(&self.app, &self.parts, self.peer).await.ok()?;
                }
            }
        }
    }

    async fn take(&mut self, news: News) {
        let resync = || Event::default().event("resync").data("{}");
        let News::Changes(messages) = news else { return self.ready.push_back(resync()) };
        let messages: Vec<Message> =
            messages.iter().filter(|message| self.wanted.includes(message)).cloned().collect();
        if messages.is_empty() {
            return;
        }
        let scope = self.caller.scope(self.app.site.settings.visibility);
        match changes::visible(&self.app.site.db, scope, messages).await {
            Ok(messages) => self.ready.extend(messages.iter().map(event)),
            Err(error) => {
                tracing::warn!(%error, "changes could not be told to a listener");
                self.ready.push_back(resync());
            }
        }
    }
}

fn event(message: &Message) -> Event {
    let data = json!({
        "entity": message.entity,
        "id": message.id,
        "project": message.project,
        "what": message.what,
    });
    Event::default().event("change").data(data.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_store::changes::What;

    fn message(entity: &str, id: &str, project: Option<&str>) -> Message {
        Message {
            entity: entity.to_owned(),
            id: id.to_owned(),
            project: project.map(str::to_owned),
            what: What::Changed,
            company: String::new(),
        }
    }

    #[test]
    fn a_stream_is_narrowed_to_what_was_asked_for() {
        let everything = Wanted::read("").expect("nothing to read");
        let some = Wanted::read("task=t1&queue=q%201&project=p").expect("three");
        for (message, is_included) in [
            (message("task", "t1", None), true),
            (message("events", "t1", None), true),
            (message("task", "t2", None), false),
            (message("task", "t2", Some("p")), true),
            (message("project", "p", Some("p")), true),
            (message("queue", "q 1", None), true),
            (message("worker", "q 1", None), false),
            (message("model", "t1", None), false),
        ] {
            assert_eq!(some.includes(&message), is_included, "{message:?}");
            assert!(everything.includes(&message));
        }
    }

    #[test]
    fn a_wrong_wish_is_refused() {
        assert!(Wanted::read("tasks=t1").is_err());
        let many = "task=t&".repeat(MAX_WANTED + 1);
        assert!(Wanted::read(&many).is_err());
    }
}

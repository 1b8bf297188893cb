//! Changes as they are committed, from `GET /api/v1/live` (server-sent events).

use crate::api::Client;
use crate::error::Error;
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::mpsc;

/// The server says something every 15 s; a stream that is silent for longer is dead.
const SILENCE: Duration = Duration::from_secs(45);
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// How long a server that has no such stream is left alone: it may be replaced by a newer one.
const NO_STREAM: Duration = Duration::from_secs(120);
/// A message is small; a stream of anything else is not read.
const MAX_MESSAGE: usize = 64 * 1024;

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A task's changes.
    Task(String),
    /// A queue's changes.
    Queue(String),
}

/// One committed change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Change {
    /// `task`, `queue`, `events` …
    pub entity: String,
    /// Whose.
    pub id: String,
    /// `created`, `changed`, `deleted`, `reported`.
    pub what: String,
}

/// What the stream tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// Something may have been missed until now: look. Told after every connection, too.
    Resync,
    /// Something changed.
    Changed(Change),
    /// There is no stream for now: ask from time to time.
    Lost,
}

impl Client {
    /// Follows `subjects` until `news` is closed, connecting again whenever the stream ends.
    pub async fn follow(&self, subjects: &[Subject], news: mpsc::Sender<Live>) {
        let query: Vec<String> = subjects
            .iter()
            .map(|subject| match subject {
                Subject::Task(id) => format!("task={id}"),
                Subject::Queue(id) => format!("queue={id}"),
            })
            .collect();
        let path = format!("/api/v1/live?{}", query.join("&"));
        let mut wait = FIRST_WAIT;
        loop {
            let pause = tokio::select! {
                ended = self.stream(&path, &news) => match ended {
                    Ok(()) => FIRST_WAIT,
                    Err(Error::Refused { code: 400..=499, .. }) => NO_STREAM,
                    Err(error) => {
                        tracing::debug!("{error}");
                        wait = (wait * 2).min(LONGEST_WAIT);
                        wait
                    }
                },
                () = news.closed() => return,
            };
            if pause == FIRST_WAIT {
                wait = FIRST_WAIT;
            }
            if news.send(Live::Lost).await.is_err() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = news.closed() => return,
            }
        }
    }

    /// Reads one stream to its end.
    async fn stream(&self, path: &str, news: &mpsc::Sender<Live>) -> Result<(), Error> {
        let endpoint = "live";
        let request = || self.get(path).header("Accept", "text/event-stream");
        let mut response = self.authorised(endpoint, request).await?;
        if !response.status().is_success() {
            return Err(Error::Refused {
                endpoint: endpoint.to_owned(),
                code: response.status().as_u16(),
                subcode: 0,
                message: "this server tells no changes".to_owned(),
            });
        }
        let mut messages = Messages::default();
        let mut told = vec![Live::Resync];
        loop {
            for live in told.drain(..) {
                if news.send(live).await.is_err() {
                    return Ok(());
                }
            }
            let chunk = match tokio::time::timeout(SILENCE, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) | Err(_) => return Ok(()),
                Ok(Err(error)) => return Err(Error::unreachable(endpoint, self.server(), &error)),
            };
            told = messages.push(&chunk);
        }
    }
}

/// Server-sent events, put together from the pieces in which they arrive.
#[derive(Default)]
struct Messages {
    pending: Vec<u8>,
}

impl Messages {
    fn push(&mut self, bytes: &[u8]) -> Vec<Live> {
        self.pending.extend_from_slice(bytes);
        let mut told = Vec::new();
        while let Some(end) = find_blank_line(&self.pending) {
            let message: Vec<u8> = self.pending.drain(..end).collect();
            told.extend(read(&String::from_utf8_lossy(&message)));
        }
        if self.pending.len() > MAX_MESSAGE {
            self.pending.clear();
            told.push(Live::Resync);
        }
        told
    }
}

/// Where the first message ends, its blank line included.
fn find_blank_line(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\n\n").map(|at| at + 2)
}

/// What a message says; comments and unknown events say nothing.
fn read(message: &str) -> Option<Live> {
    let field = |name: &str| {
        message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
    };
    match field("event")? {
        "change" => serde_json::from_str(field("data")?).ok().map(Live::Changed),
        "resync" => Some(Live::Resync),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_put_together_from_pieces() {
        let text = ": hello\nretry: 1000\n\nevent: change\ndata: {\"entity\":\"queue\",\"id\":\"q\",\
                    \"project\":null,\"what\":\"changed\"}\n\nevent: resync\ndata: {}\n\nevent: other\n\n";
        let change = Live::Changed(Change {
            entity: "queue".to_owned(),
            id: "q".to_owned(),
            what: "changed".to_owned(),
        });
        for size in [1, 7, text.len()] {
            let mut messages = Messages::default();
            let told: Vec<Live> =
                text.as_bytes().chunks(size).flat_map(|piece| messages.push(piece)).collect();
            assert_eq!(told, [change.clone(), Live::Resync], "pieces of {size}");
        }
    }

    #[test]
    fn an_endless_message_is_given_up() {
        let mut messages = Messages::default();
        assert_eq!(messages.push(&vec![b'x'; MAX_MESSAGE + 1]), [Live::Resync]);
        assert!(messages.pending.is_empty());
    }
}

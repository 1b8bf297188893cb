//! The record of calls. A row of a stable call is written after its answer, together with those that
//! come soon after, through a bounded queue: a call takes a place in the queue before it begins, so
//! that rows are never dropped. Sporadic calls are written with their clone.

use super::{Caller, Failure, Pass};
use arno_store::document::new_id;
use arno_store::gateway::calls::{self, Call};
use arno_store::gateway::model::Mode;
use arno_store::{Db, Millis, Scope, Tx};
use serde_json::{Map, Value, json};
use std::net::IpAddr;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc};

/// Rows that wait to be written.
const QUEUE: usize = 8_192;
/// Rows written in one transaction: few enough that other writes do not wait long for it.
const AT_ONCE: usize = 128;
/// How long rows gather for it; a server that is killed loses those.
const GATHER: Duration = Duration::from_millis(50);
/// Of a request or answer so much is kept, bytes of its JSON text.
pub(crate) const MAX_PAYLOAD: usize = 64 * 1024;
/// Longest explanation that is kept, bytes.
const MAX_ERROR: usize = 4_096;
/// Names of fields whose values are never kept.
const SECRET_NAMES: [&str; 8] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "authorization",
    "credential",
    "privatekey",
];

/// The queue.
pub(crate) struct Log {
    sender: mpsc::Sender<Call>,
    waiting: Mutex<Waiting>,
}

struct Waiting {
    receiver: mpsc::Receiver<Call>,
    /// Taken out of the queue and not written yet.
    batch: Vec<Call>,
}

impl Default for Log {
    fn default() -> Log {
        let (sender, receiver) = mpsc::channel(QUEUE);
        Log { sender, waiting: Mutex::new(Waiting { receiver, batch: Vec::new() }) }
    }
}

/// A place in the queue.
pub(crate) type Place = mpsc::OwnedPermit<Call>;

impl Log {
    /// A place for a row; waits while the queue is full.
    pub(crate) async fn place(&self) -> Result<Place, Failure> {
        let closed = |_| Failure::new(503, "Error: The gateway is stopping");
        self.sender.clone().reserve_owned().await.map_err(closed)
    }

    /// Writes rows as long as the server runs.
    pub(crate) async fn keep_writing(&self, db: &Db, company: &str) {
        let mut waiting = self.waiting.lock().await;
        let Waiting { receiver, batch } = &mut *waiting;
        while receiver.recv_many(batch, AT_ONCE).await > 0 {
            if batch.len() < AT_ONCE {
                tokio::time::sleep(GATHER).await;
                let more = receiver.len().min(AT_ONCE - batch.len());
                batch.extend((0..more).map_while(|_| receiver.try_recv().ok()));
            }
            write(db, company, std::mem::take(batch)).await;
        }
    }

    /// Writes what is left, when the server stops.
    pub(crate) async fn finish(&self, db: &Db, company: &str) {
        let mut waiting = self.waiting.lock().await;
        let Waiting { receiver, batch } = &mut *waiting;
        while let Ok(call) = receiver.try_recv() {
            batch.push(call);
        }
        if !batch.is_empty() {
            write(db, company, std::mem::take(batch)).await;
        }
    }
}

async fn write(db: &Db, company: &str, batch: Vec<Call>) {
    let count = batch.len();
    let add = move |tx: &Tx<'_>| batch.iter().try_for_each(|call| calls::add(tx, call).map(|_| ()));
    if let Err(error) = db.write(Scope::system(company), add).await {
        tracing::error!(%error, count, "calls of the gateway could not be written down");
    }
}

/// The row of a call, while it goes on.
#[derive(Clone)]
pub(crate) struct Draft {
    /// What is known so far.
    pub(crate) call: Call,
    /// When the work began.
    pub(crate) began: Instant,
    keep: bool,
}

impl Draft {
    /// A call that comes now.
    pub(crate) fn new(mode: Mode, at: Millis, address: IpAddr, request_size: usize) -> Draft {
        let call = Call {
            id: new_id(),
            at,
            mode: mode.name().to_owned(),
            address: address.to_string(),
            request_size: request_size as i64,
            ..Call::default()
        };
        Draft { call, began: Instant::now(), keep: true }
    }

    /// Notes who calls.
    pub(crate) fn by(&mut self, caller: &Caller) {
        self.call.caller = caller.key.clone();
        self.call.caller_name = caller.name.clone();
        self.call.token = caller.token.clone();
    }

    /// Notes what is called, and under which grant.
    pub(crate) fn of(&mut self, target: &str, endpoint: &str, pass: &Pass) {
        self.call.target = target.to_owned();
        self.call.endpoint = endpoint.to_owned();
        self.call.api = pass.api.as_ref().map(|api| api.id.clone());
        self.call.grant = pass.grant.as_ref().map(|grant| grant.id.clone());
        self.keep = pass.keeps_payloads();
        if !self.keep {
            self.call.request = None;
        }
    }

    /// Notes what is asked, unless that is not kept.
    pub(crate) fn asks(&mut self, params: &Map<String, Value>) {
        if self.keep {
            self.call.request = Some(kept(masked(&Value::Object(params.clone()))));
        }
    }

    /// Notes the answer, unless that is not kept. `whole` is its size, of which `part` was seen.
    pub(crate) fn answers(&mut self, part: &[u8], whole: usize) {
        self.call.answer_size = whole as i64;
        if !self.keep || part.is_empty() {
            return;
        }
        let answer = match serde_json::from_slice::<Value>(part) {
            Ok(value) if part.len() == whole => kept(masked(&value)),
            _ => {
                json!({"size": whole, "begins": String::from_utf8_lossy(&part[..part.len().min(1024)])})
            }
        };
        self.call.answer = Some(answer);
    }

    /// Notes a failure.
    pub(crate) fn fails(&mut self, failure: &Failure) {
        self.call.status = failure.status.into();
        let mut text = failure.text.clone();
        if let Some(detail) = &failure.detail {
            text.push('\n');
            text.push_str(detail);
        }
        self.call.error = Some(text.chars().take(MAX_ERROR).collect());
    }

    /// The row as it is now.
    pub(crate) fn finished(&self) -> Call {
        Call { latency: self.began.elapsed().as_micros() as i64, ..self.call.clone() }
    }
}

/// A value in which nothing is left of what looks like a secret.
pub(crate) fn masked(value: &Value) -> Value {
    match value {
        Value::Object(items) => {
            let mask = |(name, value): (&String, &Value)| {
                let value = if is_secret(name) { "***".into() } else { masked(value) };
                (name.clone(), value)
            };
            Value::Object(items.iter().map(mask).collect())
        }
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|secret| plain.ends_with(secret))
}

/// The value if it is small enough to be kept, else its beginning.
fn kept(value: Value) -> Value {
    let text = value.to_string();
    if text.len() <= MAX_PAYLOAD {
        return value;
    }
    json!({"size": text.len(), "begins": text.chars().take(1024).collect::<String>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_are() {
        let value = json!({"access_token": "x", "city": "Roma", "db": [{"Password": 1, "API-Key": "k"}],
            "max_tokens": 5, "user_secret": {"deep": 1}});
        let expected = json!({"access_token": "***", "city": "Roma",
            "db": [{"Password": "***", "API-Key": "***"}], "max_tokens": 5, "user_secret": "***"});
        assert_eq!(masked(&value), expected);
    }

    #[test]
    fn large_payloads_are_cut() {
        let large = kept(json!({"image": "x".repeat(MAX_PAYLOAD)}));
        assert_eq!(large["size"], MAX_PAYLOAD + 12);
        assert!(large.to_string().len() < 2_000);
    }
}

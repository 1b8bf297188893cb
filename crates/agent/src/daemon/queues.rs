//! The queues a worker listens to: found by name or id, created on demand, asked in order.

use super::schedule::forced_by_tags;
use arno_client::{Client, Error, Live, Subject};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};

/// The longest wait for a server that is away.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queue {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What its tags force: workers on, or off.
    pub(crate) forced: Option<bool>,
    /// Limits for its tasks, as its metadata says.
    pub(crate) metadata: Value,
}

impl Queue {
    fn of(queue: &Value) -> Queue {
        let text = |key: &str| queue[key].as_str().unwrap_or_default().to_owned();
        let tags = queue["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Queue {
            id: text("id"),
            name: text("name"),
            forced: forced_by_tags(tags),
            metadata: queue["metadata"].clone(),
        }
    }

    /// A text of its metadata.
    pub(crate) fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata[key]["value"].as_str()
    }
}

/// Finds queues by name or id, in this order; creates those that are missing when asked to. Without
/// any name it is the default queue.
///
/// # Errors
/// When one is missing, or what the server says.
async fn find(client: &Client, names: &[String], create: bool) -> Result<Vec<Queue>, Error> {
    let names = match names {
        [] => vec![default_name(client).await?],
        names => names.to_vec(),
    };
    let all = all(client).await?;
    let mut found: Vec<Queue> = Vec::new();
    for name in &names {
        let known = all.iter().find(|queue| queue.id == *name || queue.name == *name);
        let queue = match known {
            Some(queue) => queue.clone(),
            None if create => created(client, name).await?,
            None => {
                return Err(Error::Setup(format!(
                    "there is no queue {name:?}; create it on the page Queues, or give --create-queue"
                )));
            }
        };
        if !found.contains(&queue) {
            found.push(queue);
        }
    }
    Ok(found)
}

/// The default queue's id, or the name it would have.
async fn default_name(client: &Client) -> Result<String, Error> {
    match client.call("queues.get_default", &json!({})).await {
        Ok(queue) => Ok(queue["id"].as_str().unwrap_or_default().to_owned()),
        Err(error) if error.is_transient() => Err(error),
        Err(_) => Ok("default".to_owned()),
    }
}

/// All queues with what matters of them.
pub(crate) async fn all(client: &Client) -> Result<Vec<Queue>, Error> {
    let query = json!({"only_fields": ["id", "name", "tags", "metadata"], "search_hidden": true});
    let answer = client.call("queues.get_all", &query).await?;
    Ok(answer["queues"].as_array().into_iter().flatten().map(Queue::of).collect())
}

async fn created(client: &Client, name: &str) -> Result<Queue, Error> {
    match client.call("queues.create", &json!({"name": name})).await {
        Ok(answer) => {
            let id = answer["id"].as_str().unwrap_or_default().to_owned();
            Ok(Queue { id, name: name.to_owned(), forced: None, metadata: Value::Null })
        }
        // Another agent was faster.
        Err(error) if error.has_subcode(400, 801) => {
            let all = all(client).await?;
            all.into_iter().find(|queue| queue.name == name).ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Finds the queues; waits for the server when it is away.
///
/// # Errors
/// What the server says.
pub(crate) async fn find_queues(
    client: &Client,
    names: &[String],
    create: bool,
) -> Result<Vec<Queue>, Error> {
    let mut wait = Duration::from_millis(250);
    loop {
        match find(client, names, create).await {
            Err(error) if error.is_transient() => {
                tracing::warn!("{error}; trying again in {:.1} s", wait.as_secs_f64());
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            found => return found,
        }
    }
}

/// Wakes the loop whenever a queue may have something.
pub(super) async fn listen(
    client: Client,
    subjects: Vec<Subject>,
    wake: Arc<Notify>,
    connected: watch::Sender<bool>,
) {
    let (sender, mut news) = mpsc::channel(64);
    let follow = client.follow(&subjects, sender);
    let hear = async {
        while let Some(live) = news.recv().await {
            connected.send_replace(live != Live::Lost);
            if live != Live::Lost {
                wake.notify_one();
            }
        }
    };
    tokio::join!(follow, hear);
}

//! Tasks that were taken from a queue by an answer that never arrived: nobody runs them, and no queue
//! holds them. They are put back.

use super::queues::Queue;
use crate::clock::Millis;
use arno_client::{Client, Error};
use serde_json::json;

/// A task that another agent has just taken is started within this time.
const SETTLED: Millis = 60_000;
/// More are looked at the next time.
const MOST: usize = 500;

/// When an answer may have been lost; None when none was since the last look.
#[derive(Debug, Default)]
pub(crate) struct Doubt(Option<Millis>);

impl Doubt {
    /// An agent that begins may have been killed at the wrong moment before.
    pub(crate) fn since(now: Millis) -> Doubt {
        Doubt(Some(now))
    }

    /// An answer was lost now.
    pub(crate) fn arise(&mut self, now: Millis) {
        self.0 = Some(now);
    }

    /// Whether it is time to look; the doubt is gone then.
    pub(crate) fn is_due(&mut self, now: Millis) -> bool {
        let due = self.0.is_some_and(|since| now - since >= SETTLED);
        if due {
            self.0 = None;
        }
        due
    }
}

/// Puts tasks back that say they wait in this queue, for a while already, and do not.
///
/// # Errors
/// What the server says.
pub(crate) async fn put_back(client: &Client, queue: &Queue, now: Millis) -> Result<(), Error> {
    let before = chrono::DateTime::from_timestamp_millis(now - SETTLED).unwrap_or_default();
    let query = json!({
        "status": ["queued"], "execution.queue": [queue.id], "only_fields": ["id"],
        "status_changed": [format!("<{}", before.format("%Y-%m-%dT%H:%M:%S"))],
        "page": 0, "page_size": MOST, "search_hidden": true,
    });
    let waiting = client.call("tasks.get_all", &query).await?;
    let ids =
        waiting["tasks"].as_array().into_iter().flatten().filter_map(|task| task["id"].as_str());
    let ids: Vec<&str> = ids.collect();
    if ids.is_empty() {
        return Ok(());
    }
    // Asked afterwards: what was queued meanwhile is in it.
    let held = client.call("queues.get_by_id", &json!({"queue": queue.id})).await?;
    let entries = held["queue"]["entries"].as_array();
    let is_held = |id: &str| entries.into_iter().flatten().any(|entry| entry["task"] == id);
    for id in ids.into_iter().filter(|id| !is_held(id)) {
        tracing::warn!("task {id} was taken from queue {} by nobody; it is put back", queue.name);
        let body = json!({"task": id, "queue": queue.id, "status_reason": "taken by no agent"});
        client.call("tasks.enqueue", &body).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_is_looked_into_once_things_have_settled() {
        let mut doubt = Doubt::since(0);
        assert!(!doubt.is_due(SETTLED - 1));
        assert!(doubt.is_due(SETTLED));
        assert!(!doubt.is_due(2 * SETTLED));
        doubt.arise(3 * SETTLED);
        assert!(doubt.is_due(4 * SETTLED));
    }
}

//! What a worker tells of itself (agent.md §2.1): that it is there, what it runs, and how its machine
//! is doing.

use crate::clock;
use crate::monitor::gpu;
use crate::monitor::machine::Machine;
use arno_client::Client;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// Reading devices is given up after this many failures in a row.
const GPU_FAILURES: u32 = 3;

/// What a worker is busy with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Busy {
    pub(crate) task: Option<String>,
    pub(crate) queue: Option<String>,
}

/// A worker that reports.
pub(crate) struct Reports {
    pub(crate) client: Client,
    pub(crate) worker: String,
    /// Ids of the queues it listens to.
    pub(crate) queues: Vec<String>,
    pub(crate) every: Duration,
    pub(crate) home: PathBuf,
}

impl Reports {
    /// Reports without end: from time to time, and at once when what it is busy with changes.
    pub(crate) async fn run(&self, mut busy: watch::Receiver<Busy>) {
        let mut machine = Machine::new(self.home.clone());
        let mut failures = 0;
        loop {
            let now = busy.borrow_and_update().clone();
            let gpus = match failures {
                GPU_FAILURES.. => None,
                _ => gpu::read().await,
            };
            failures = if gpus.is_some() { 0 } else { (failures + 1).min(GPU_FAILURES) };
            let stats = machine.stats(&gpus.unwrap_or_default());
            let body = self.body(&now, stats);
            if let Err(error) = self.client.call("workers.status_report", &body).await {
                tracing::debug!("{error}");
            }
            tokio::select! {
                changed = busy.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(self.every) => {}
            }
        }
    }

    fn body(&self, busy: &Busy, stats: Value) -> Value {
        let mut body = json!({
            "worker": self.worker, "timestamp": clock::now(), "machine_stats": stats,
            "is_daemon": true, "queues": self.queues,
        });
        if let Some(task) = &busy.task {
            body["task"] = json!(task);
            body["queue"] = json!(busy.queue);
        }
        body
    }

    /// Tells that the worker is there.
    ///
    /// # Errors
    /// What the server says.
    pub(crate) async fn register(&self) -> Result<(), arno_client::Error> {
        let body = json!({"worker": self.worker, "queues": self.queues});
        self.client.call("workers.register", &body).await.map(|_| ())
    }

    /// Tells that the worker goes.
    pub(crate) async fn unregister(&self) {
        let body = json!({"worker": self.worker, "queues": self.queues});
        if let Err(error) = self.client.call("workers.unregister", &body).await {
            tracing::debug!("{error}");
        }
    }
}

//! Lines from the spool to the server, in order, each exactly once: also when the server is away,
//! when an answer gets lost on its way, and when the agent is killed in between.

use super::batch::{Reporter, events};
use super::spool::{Position, Record, Spool};
use crate::clock::Millis;
use crate::files;
use arno_client::{Client, Error, LogEvent};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A request brings about this many bytes at most (agent.md §4.2).
const MAX_REQUEST: usize = 700 * 1024;
/// Between attempts while the server is away.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How far the server has the lines; kept on disk.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Shipped {
    /// Everything before is there.
    until: Position,
    /// The time of the last event that is there.
    last: Millis,
    /// The end of what was sent last and may be there.
    sending: Option<Position>,
}

/// Ships one task's console.
pub(crate) struct Shipper {
    client: Client,
    spool: Spool,
    task: String,
    worker: String,
    state_path: PathBuf,
    state: Shipped,
    copy: Option<Copy>,
}

/// Where lines go besides.
struct Copy {
    file: Option<File>,
}

impl Copy {
    fn write(&mut self, records: &[Record]) -> std::io::Result<()> {
        let mut terminal = std::io::stdout().lock();
        for record in records {
            writeln!(terminal, "{}", record.text)?;
            if let Some(file) = &mut self.file {
                writeln!(file, "{}", record.text)?;
            }
        }
        Ok(())
    }
}

impl Shipper {
    /// Shows the lines on the terminal and in a file as well.
    pub(crate) fn copy_to(&mut self, file: Option<&Path>) -> std::io::Result<()> {
        let file = file.map(|path| File::create(path).map_err(files::at(path))).transpose()?;
        self.copy = Some(Copy { file });
        Ok(())
    }

    /// Goes on where the state file says.
    pub(crate) fn open(
        client: Client,
        spool: Spool,
        state_path: PathBuf,
        task: &str,
        worker: &str,
    ) -> std::io::Result<Shipper> {
        let state = files::read_json(&state_path)?.unwrap_or_default();
        let (task, worker) = (task.to_owned(), worker.to_owned());
        Ok(Shipper { client, spool, task, worker, state_path, state, copy: None })
    }

    /// Ships what is there now; waits as long as the server is away.
    pub(crate) async fn ship(&mut self) -> std::io::Result<()> {
        loop {
            let from = self.state.until;
            let resumed = self.state.sending;
            let most = if resumed.is_some() { usize::MAX } else { MAX_REQUEST };
            let (records, end) = self.spool.read(from, most, resumed)?;
            let reporter = Reporter { task: &self.task, worker: &self.worker };
            let batch = events(&records, &reporter, self.state.last);
            let Some(last) = batch.last() else { return Ok(()) };
            let last = last.timestamp;
            if let Some(copy) = &mut self.copy {
                copy.write(&records)?;
            }
            self.keep(Shipped { sending: Some(end), ..self.state })?;
            self.deliver(&batch, resumed.is_some()).await;
            self.keep(Shipped { until: end, last, sending: None })?;
            self.spool.forget_before(end)?;
        }
    }

    fn keep(&mut self, state: Shipped) -> std::io::Result<()> {
        self.state = state;
        files::write_json(&self.state_path, &state)
    }

    /// Sends a batch until the server has it, or has refused it for good.
    async fn deliver(&self, batch: &[LogEvent], mut perhaps_there: bool) {
        let mut wait = FIRST_WAIT;
        loop {
            let outcome = match perhaps_there {
                true => self.is_there(batch).await,
                false => Ok(false),
            };
            let outcome = match outcome {
                Ok(true) => return,
                Ok(false) => self.client.add_log(batch).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => return,
                Err(error) if error.is_unknown() || error.is_transient() => {
                    perhaps_there = true;
                    tracing::warn!("console of task {}: {error}; the lines are kept", self.task);
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Err(error) => {
                    let lines = batch.len();
                    tracing::error!(
                        "console of task {}: {lines} events refused: {error}",
                        self.task
                    );
                    return;
                }
            }
        }
    }

    /// Whether the last event of a batch is stored; a batch is stored as a whole or not at all.
    async fn is_there(&self, batch: &[LogEvent]) -> Result<bool, Error> {
        let Some(last) = batch.last() else { return Ok(true) };
        let query = json!({
            "task": self.task,
            "batch_size": 1,
            "navigate_earlier": true,
            "from_timestamp": last.timestamp + 1,
        });
        let answer = self.client.call("events.get_task_log", &query).await?;
        let stored = answer["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(stored.iter().any(|event| {
            event["timestamp"].as_i64() == Some(last.timestamp)
                && event["worker"].as_str() == Some(&last.worker)
                && event["msg"].as_str() == Some(&last.msg)
        }))
    }
}

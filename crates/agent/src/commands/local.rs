//! `arno agent status` and `stop`: the agents of this machine.

use super::Outcome;
use crate::daemon::identity;
use crate::files;
use crate::settings::Settings;
use crate::task::run::{Record, RunFolder};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::ExitCode;

/// Prints agents and runs.
pub(super) fn status(settings: &Settings) -> Outcome {
    let agents = identity::running(&settings.temporary())?;
    if agents.is_empty() {
        println!("no agent runs on this machine");
    }
    for agent in agents {
        println!("worker {} (process {})", agent.id, agent.pid);
    }
    for folder in RunFolder::all(&settings.runs())? {
        if let Some(record) = files::read_json::<Record>(&folder.record())? {
            let alone =
                if folder.lock()?.is_some() { ", which no agent looks after now" } else { "" };
            println!("task {} of worker {}{alone}", record.task, record.worker);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks agents to end; a failure when there is none.
pub(super) fn stop(settings: &Settings, workers: &[String]) -> Outcome {
    let agents = identity::running(&settings.temporary())?;
    let chosen = |id: &String| workers.is_empty() || workers.contains(id);
    let mut stopped = 0;
    for agent in agents.iter().filter(|agent| chosen(&agent.id)) {
        kill(Pid::from_raw(i32::try_from(agent.pid)?), Signal::SIGTERM)?;
        println!("worker {} (process {}) is asked to end", agent.id, agent.pid);
        stopped += 1;
    }
    match stopped {
        0 => {
            Err("no such agent runs on this machine; `arno agent status` shows those that do"
                .into())
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

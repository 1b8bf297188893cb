//! `arno agent processes`: what uses this machine's devices although no task explains it, and ending it.

use super::{Failure, Outcome, block_on};
use crate::files;
use crate::monitor::gpu::{self, User};
use crate::settings::Settings;
use crate::supervisor::{Process, descendants};
use crate::task::run::{RunFolder, Started};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::process::ExitCode;
use std::time::Duration;

/// Between SIGTERM and SIGKILL.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn run(settings: &Settings, end: Option<i32>) -> Outcome {
    block_on(async {
        let users =
            gpu::users().await.ok_or("nvidia-smi does not answer: this machine has no devices")?;
        let explained = explained(settings)?;
        let foreign: Vec<User> =
            users.into_iter().filter(|user| !is_of_a_task(user.pid, &explained)).collect();
        match end {
            None => show(&foreign),
            Some(pid) => finish(pid, &foreign).await?,
        }
        Ok(ExitCode::SUCCESS)
    })?
}

/// Processes of the runs that the agents of this user look after.
fn explained(settings: &Settings) -> Result<BTreeSet<i32>, Failure> {
    let mut found = BTreeSet::new();
    for folder in RunFolder::all(&settings.runs())? {
        if let Some(started) = files::read_json::<Started>(&folder.started())? {
            found.extend(descendants(started.supervisor.pid));
        }
    }
    Ok(found)
}

/// Tasks of other agents, and of containers, are known by their variables.
fn is_of_a_task(pid: i32, explained: &BTreeSet<i32>) -> bool {
    let variables = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let marked = variables
        .split(|byte| *byte == 0)
        .any(|variable| variable.starts_with(b"CLEARML_TASK_ID="));
    marked || explained.contains(&pid)
}

fn show(foreign: &[User]) {
    if foreign.is_empty() {
        println!("every process on a device belongs to a task");
    }
    for user in foreign {
        let User { device, pid, program, memory } = user;
        println!("process {pid} of {}: {program}, {memory} MB on {device}", owner(*pid));
    }
}

fn owner(pid: i32) -> String {
    let user = std::fs::metadata(format!("/proc/{pid}")).map(|about| Uid::from_raw(about.uid()));
    let name = |user: Uid| nix::unistd::User::from_uid(user).ok().flatten().map(|user| user.name);
    match user {
        Ok(user) => name(user).unwrap_or_else(|| format!("user {user}")),
        Err(_) => "an unknown user".to_owned(),
    }
}

/// Ends a process, if it is one of those that no task explains.
async fn finish(pid: i32, foreign: &[User]) -> Result<(), Failure> {
    if !foreign.iter().any(|user| user.pid == pid) {
        return Err(format!(
            "process {pid} is on no device, or belongs to a task, which is stopped in its page"
        )
        .into());
    }
    let Some(process) = u32::try_from(pid).ok().and_then(Process::find) else {
        return Err(format!("process {pid} is not seen from here").into());
    };
    kill(Pid::from_raw(pid), Signal::SIGTERM)?;
    let ended = async {
        while process.is_running() {
            tokio::time::sleep(LOOK).await;
        }
    };
    if tokio::time::timeout(PATIENCE, ended).await.is_err() && process.is_running() {
        kill(Pid::from_raw(pid), Signal::SIGKILL)?;
    }
    println!("process {pid} is ended");
    Ok(())
}

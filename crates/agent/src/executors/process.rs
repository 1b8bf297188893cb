//! Runs as processes of this machine.

use super::{Executor, ExecutorError, Order, Presence};
use crate::files;
use crate::supervisor::{Process, descendants};
use crate::task::run::{RunFolder, Spec, Started};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// This program, also when its file was replaced by a newer version meanwhile.
pub(crate) const THIS_PROGRAM: &str = "/proc/self/exe";

/// Starts supervisors as processes of this machine.
#[derive(Clone, Debug)]
pub(crate) struct ProcessExecutor;

impl Executor for ProcessExecutor {
    const NAME: &'static str = "process";

    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    async fn start(&self, run: &RunFolder, _spec: &Spec) -> Result<String, ExecutorError> {
        let failed =
            |why: std::io::Error| ExecutorError(format!("the supervisor cannot be started: {why}"));
        let log = File::create(run.supervisor_log()).map_err(failed)?;
        let child = Command::new(THIS_PROGRAM)
            .args(["agent", "supervise"])
            .arg(run.path())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let pid = child.id().and_then(Process::find);
        // One that has ended by now is found so by whoever looks for it.
        let handle = pid.map(|process| serde_json::json!(process).to_string());
        Ok(handle.unwrap_or_default())
    }

    async fn find(&self, run: &RunFolder) -> Result<Option<String>, ExecutorError> {
        // The supervisor writes down itself who it is.
        Ok(run.started().exists().then(String::new))
    }

    async fn order(
        &self,
        run: &RunFolder,
        handle: &str,
        order: Order,
    ) -> Result<(), ExecutorError> {
        let Some(supervisor) = supervisor(run, handle) else { return Ok(()) };
        let signal = match order {
            Order::Terminate => Signal::SIGTERM,
            Order::Kill => Signal::SIGINT,
        };
        if supervisor.is_running() {
            // It may have ended just now, which is what was wanted.
            let _ = kill(Pid::from_raw(supervisor.pid as i32), signal);
        }
        Ok(())
    }

    async fn look(&self, run: &RunFolder, handle: &str) -> Result<Presence, ExecutorError> {
        if supervisor(run, handle).is_some_and(Process::is_running) {
            return Ok(Presence::There);
        }
        end_orphans(run);
        Ok(Presence::Gone(None))
    }

    async fn forget(&self, _handle: &str) -> Result<(), ExecutorError> {
        Ok(())
    }
}

fn supervisor(run: &RunFolder, handle: &str) -> Option<Process> {
    serde_json::from_str(handle).ok().or_else(|| {
        let started: Option<Started> = files::read_json(&run.started()).ok()?;
        started.map(|started| started.supervisor)
    })
}

/// Ends what is left of a task whose supervisor was killed, which cannot do it any more.
fn end_orphans(run: &RunFolder) {
    let Ok(Some(started)) = files::read_json::<Started>(&run.started()) else { return };
    let Ok(None) = files::read_json::<serde_json::Value>(&run.ended()) else { return };
    let mark = format!("CLEARML_TASK_ID={}", run.task());
    let is_ours = |pid: &i32| {
        let variables = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        variables.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    };
    for pid in descendants(1).iter().filter(|pid| **pid == started.child || is_ours(pid)) {
        if is_ours(pid) {
            let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
        }
    }
}

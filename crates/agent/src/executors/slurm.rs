//! Runs as jobs of a Slurm cluster. The agent's data folder must be on a file system that the nodes
//! share, and this program must be there under the same path.

use super::{Executor, ExecutorError, Order, Presence};
use crate::code::entry::split_words;
use crate::task::run::{Limits, RunFolder, Spec};
use std::path::PathBuf;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::Instant;

/// Slurm's own commands answer within this time, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a killed supervisor may take before the whole job is cancelled.
const KILL: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(250);
/// The controller of a cluster is not asked more often than this for one run.
const PAUSE: Duration = Duration::from_secs(3);
/// States of a job that is there, or on its way.
const ALIVE: [&str; 7] =
    ["PENDING", "CONFIGURING", "RUNNING", "SUSPENDED", "COMPLETING", "STAGE_OUT", "REQUEUED"];

/// Submits supervisors as batch jobs.
#[derive(Clone, Debug)]
pub(crate) struct SlurmExecutor {
    /// Options of every job, as `sbatch` takes them.
    options: Vec<String>,
    /// This program, as the nodes find it.
    program: PathBuf,
}

impl SlurmExecutor {
    /// An executor whose jobs have these options.
    pub(crate) fn new(options: &str, program: PathBuf) -> SlurmExecutor {
        SlurmExecutor { options: split_words(options), program }
    }

    /// The arguments of `sbatch`: what the executor, the queue and the limits say.
    fn arguments(&self, run: &RunFolder, spec: &Spec) -> Vec<String> {
        let mut arguments = vec![
            "--parsable".to_owned(),
            "--export=NONE".to_owned(),
            "--no-requeue".to_owned(),
            format!("--job-name={}", name(run)),
            format!("--output={}", run.supervisor_log().display()),
            format!("--chdir={}", run.path().display()),
        ];
        arguments.extend(self.options.clone());
        arguments.extend(split_words(spec.executor_options.as_deref().unwrap_or_default()));
        arguments.extend(limits(&spec.limits));
        let program = quoted(&self.program.display().to_string());
        let folder = quoted(&run.path().display().to_string());
        arguments.push(format!("--wrap=exec {program} agent supervise {folder}"));
        arguments
    }
}

impl Executor for SlurmExecutor {
    const NAME: &'static str = "slurm";

    fn pause(&self) -> Duration {
        PAUSE
    }

    async fn start(&self, run: &RunFolder, spec: &Spec) -> Result<String, ExecutorError> {
        let answer = call("sbatch", &self.arguments(run, spec)).await?;
        // `id`, or `id;cluster`.
        let id = answer.trim().split(';').next().unwrap_or_default().to_owned();
        match id.parse::<u64>() {
            Ok(_) => Ok(id),
            Err(_) => {
                Err(ExecutorError(format!("sbatch did not say the job's number: {answer:?}")))
            }
        }
    }

    async fn find(&self, run: &RunFolder) -> Result<Option<String>, ExecutorError> {
        let name = format!("--name={}", name(run));
        let arguments = ["--noheader", "--me", "--format=%A", &name].map(str::to_owned);
        let jobs = call("squeue", &arguments).await?;
        Ok(jobs.lines().next().map(|job| job.trim().to_owned()).filter(|job| !job.is_empty()))
    }

    async fn order(&self, _run: &RunFolder, job: &str, order: Order) -> Result<(), ExecutorError> {
        if state(job).await?.as_deref() == Some("PENDING") {
            return cancel(job).await;
        }
        let signal = match order {
            Order::Terminate => "--signal=TERM",
            Order::Kill => "--signal=INT",
        };
        let told = call("scancel", &[signal, "--batch", job].map(str::to_owned)).await;
        if order == Order::Terminate {
            return told.map(|_| ());
        }
        let until = Instant::now() + KILL;
        while is_alive(state(job).await?.as_deref()) {
            if Instant::now() > until {
                return cancel(job).await;
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn look(&self, _run: &RunFolder, job: &str) -> Result<Presence, ExecutorError> {
        let state = state(job).await?;
        Ok(match state.as_deref() {
            state if is_alive(state) => Presence::There,
            // These say nothing of why the supervisor has not told how the task ended.
            None | Some("COMPLETED" | "FAILED") => Presence::Gone(None),
            Some(state) => Presence::Gone(Some(format!("Slurm ended job {job}: {state}"))),
        })
    }

    async fn forget(&self, job: &str) -> Result<(), ExecutorError> {
        match is_alive(state(job).await?.as_deref()) {
            true => cancel(job).await,
            false => Ok(()),
        }
    }
}

/// A job has the name of its task.
fn name(run: &RunFolder) -> String {
    format!("arno-{}", run.task())
}

fn is_alive(state: Option<&str>) -> bool {
    state.is_some_and(|state| ALIVE.contains(&state))
}

/// The job's state; None when Slurm does not know it any more.
async fn state(job: &str) -> Result<Option<String>, ExecutorError> {
    let arguments = ["--noheader", "--states=all", "--format=%T", "--jobs", job].map(str::to_owned);
    match call("squeue", &arguments).await {
        Ok(text) => Ok(text.lines().next().map(|line| line.trim().to_owned())),
        Err(ExecutorError(why)) if why.contains("Invalid job id") => Ok(None),
        Err(why) => Err(why),
    }
}

async fn cancel(job: &str) -> Result<(), ExecutorError> {
    call("scancel", &["--quiet".to_owned(), job.to_owned()]).await.map(|_| ())
}

async fn call(program: &str, arguments: &[String]) -> Result<String, ExecutorError> {
    let failed = |why: &dyn std::fmt::Display| {
        ExecutorError(format!("{program}: {why}; is Slurm's client installed and its cluster up?"))
    };
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output.map_err(|why| failed(&why))?.map_err(|why| failed(&why))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(failed(&String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// What Slurm itself should keep.
fn limits(limits: &Limits) -> Vec<String> {
    let minutes =
        limits.seconds.map(|seconds| format!("--time={}", seconds.div_ceil(60).max(1) + 1));
    let memory = limits.memory_mb.map(|memory| format!("--mem={memory}M"));
    let cpus = limits.cpus.map(|cpus| format!("--cpus-per-task={cpus}"));
    [minutes, memory, cpus].into_iter().flatten().collect()
}

/// A word that the shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn jobs_get_the_options_of_agent_queue_and_limits() {
        let executor =
            SlurmExecutor::new("--partition=gpu --gres 'gpu:1'", PathBuf::from("/opt/arno"));
        let spec = Spec {
            executor_options: Some("--qos=high".to_owned()),
            limits: Limits { seconds: Some(90), memory_mb: Some(512), cpus: Some(2) },
            ..Spec::default()
        };
        let arguments = executor.arguments(&RunFolder::at(Path::new("/data/it's/t1")), &spec);
        assert!(arguments.contains(&"--job-name=arno-t1".to_owned()));
        let rest = &arguments[arguments.len() - 8..];
        let expected = [
            "--partition=gpu",
            "--gres",
            "gpu:1",
            "--qos=high",
            "--time=3",
            "--mem=512M",
            "--cpus-per-task=2",
            r"--wrap=exec '/opt/arno' agent supervise '/data/it'\''s/t1'",
        ];
        assert_eq!(rest, expected);
    }
}

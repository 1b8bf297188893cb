//! The small program that stands between an executor and a task: `arno agent supervise <folder>`.
//!
//! It starts the task in a process group of its own, keeps its output as lines in the run's folder,
//! keeps its limits, passes signals on, leaves nothing of the task behind, and writes down how it
//! ended. It talks to nobody: the agent may be killed and come back, or sit on another machine that
//! shares the folder. Whatever process descends from the task stays under it, also one that forks
//! away, because it adopts orphans (a child subreaper).

mod limits;
mod memory;
mod output;
mod tree;

pub(crate) use tree::{Process, descendants};

use crate::clock;
use crate::files::{self, Owner};
use crate::task::run::{Ended, Limits, RunFolder, Spec, Started};
use limits::Watch;
use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, setsid};
use output::Output;
use std::io::{Error, ErrorKind, Result};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// How often limits are checked and unfinished lines are looked at.
const TICK: Duration = Duration::from_millis(400);
/// How long what a task leaves behind may take to end after SIGTERM.
const LEFTOVERS: Duration = Duration::from_secs(2);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(20);
/// Output that is still in the pipe when nothing of the task is left is read for at most this long.
const DRAIN: Duration = Duration::from_secs(2);
const BUFFER: usize = 64 * 1024;

/// Runs the task of a run's folder to its end.
///
/// # Errors
/// When the folder cannot be read or written; how the task itself ended is in the folder.
pub(crate) fn run(folder: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = RunFolder::at(folder);
    let ended = runtime.block_on(supervise(&folder))?;
    files::write_json(&folder.ended(), &ended)?;
    folder.spool()?.ring();
    Ok(())
}

async fn supervise(folder: &RunFolder) -> Result<Ended> {
    let owner = Owner::to_mind(folder.path())?;
    if let Some(owner) = owner {
        owner.assume();
    }
    // Fails when the executor made this a session leader already, which is as good.
    let _ = setsid();
    set_child_subreaper(true)?;
    let spec: Spec = files::read_json(&folder.spec())?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, "the run's folder holds no task"))?;
    // Signals that come before the task runs must not be lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let watch = Watch::start(&spec.limits, clock::now());
    let mut output = Output::new(folder.spool()?, spec.console_rate);
    let (reader, writer) = std::io::pipe()?;
    let mut reader = Receiver::from_owned_fd(OwnedFd::from(reader))?;
    let mut child = match start(&spec, writer) {
        Ok(child) => child,
        Err(why) => return Ok(Ended::not_started(format!("{}: {why}", spec.argv.join(" ")))),
    };
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or_default();
    let started = Started { supervisor: tree::myself()?, child: pid };
    files::write_json(&folder.started(), &started)?;

    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut buffer = vec![0; BUFFER];
    let mut open = true;
    let mut reason = None;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            read = read(&reader, &mut buffer), if open => match read? {
                0 => open = false,
                length => output.push(&buffer[..length], clock::now()),
            },
            _ = ticks.tick() => {
                output.tick(clock::now());
                tree::reap(pid);
                if reason.is_none() && let Some(exceeded) = watch.exceeded(clock::now()) {
                    reason = Some(exceeded);
                    signal_tree(Signal::SIGKILL);
                }
            }
            _ = terminate.recv() => signal_group(pid, Signal::SIGTERM),
            _ = interrupt.recv() => signal_tree(Signal::SIGKILL),
        }
    };
    clear(pid, &mut interrupt).await;
    if let Some(owner) = owner {
        owner.hand_over(folder.path())?;
    }
    folder.make_room()?;
    drain(&mut reader, &mut output, &mut buffer).await?;
    output.finish(clock::now());
    Ok(ended(status, reason, &watch))
}

/// Starts the task with nothing but what its description says.
fn start(spec: &Spec, writer: std::io::PipeWriter) -> Result<Child> {
    let [program, arguments @ ..] = spec.argv.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidInput, "there is no program to start"));
    };
    limits::restrict_cpus(&spec.limits)?;
    Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(std::env::vars_os().filter(|_| spec.inherits))
        .envs(&spec.environment)
        .envs(allotted())
        .current_dir(&spec.working_folder)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .spawn()
}

/// What a scheduler has allotted to this process in particular, which only its variables say.
fn allotted() -> impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)> {
    const PREFIXES: [&str; 4] =
        ["SLURM_", "CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "ROCR_VISIBLE"];
    std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

async fn read(reader: &Receiver, buffer: &mut [u8]) -> Result<usize> {
    loop {
        reader.readable().await?;
        match reader.try_read(buffer) {
            Err(why) if why.kind() == ErrorKind::WouldBlock => {}
            read => return read,
        }
    }
}

/// SIGTERM goes to the task's whole group; what left it follows when the task has ended.
fn signal_group(pid: i32, signal: Signal) {
    // It may have ended just now, which is what was wanted.
    let _ = killpg(Pid::from_raw(pid), signal);
}

fn signal_tree(signal: Signal) {
    for process in descendants(std::process::id()) {
        // As above.
        let _ = kill(Pid::from_raw(process), signal);
    }
}

/// Ends what the task left running: first politely, then not. A second request to kill hurries it.
async fn clear(pid: i32, hurry: &mut tokio::signal::unix::Signal) {
    signal_tree(Signal::SIGTERM);
    let patience = Instant::now() + LEFTOVERS;
    loop {
        tree::reap(0);
        if descendants(std::process::id()).is_empty() {
            return;
        }
        if Instant::now() >= patience {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = hurry.recv() => break,
        }
    }
    // Again and again, for what forks faster than it is found.
    while !descendants(std::process::id()).is_empty() {
        signal_group(pid, Signal::SIGKILL);
        signal_tree(Signal::SIGKILL);
        tokio::time::sleep(LOOK).await;
        tree::reap(0);
    }
}

async fn drain(reader: &mut Receiver, output: &mut Output, buffer: &mut [u8]) -> Result<()> {
    let until = Instant::now() + DRAIN;
    loop {
        tokio::select! {
            read = read(reader, buffer) => match read? {
                0 => return Ok(()),
                length => output.push(&buffer[..length], clock::now()),
            },
            () = sleep_until(until) => return Ok(()),
        }
    }
}

fn ended(status: ExitStatus, reason: Option<String>, watch: &Watch) -> Ended {
    let signal = status.signal();
    let killed = signal == Some(Signal::SIGKILL as i32);
    let reason = reason.or_else(|| killed.then(|| watch.out_of_memory()).flatten());
    Ended { code: status.code(), signal, reason, not_started: false }
}

/// Names of limits that are in force, for the first lines of the console.
pub(crate) fn describe(limits: &Limits) -> Option<String> {
    limits::describe(limits)
}

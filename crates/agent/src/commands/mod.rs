//! `arno agent …`: what each command does, one file each.

mod args;
mod become_task;
mod build;
mod container;
mod daemon;
mod execute;
mod init;
mod local;
mod processes;
mod workers;

use crate::settings::Settings;
use args::{AgentArgs, Command};
use arno_client::{Client, Environment};
use clap::Parser;
use std::ffi::OsString;
use std::future::Future;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The exit code of an agent that was interrupted: -2 as a byte (agent.md §1.2).
pub(crate) const INTERRUPTED: u8 = 254;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<ExitCode, Failure>;

/// Runs `arno agent` with these arguments.
pub fn main(arguments: Vec<OsString>, environment: Environment) -> ExitCode {
    let outcome = args::expand(arguments)
        .map_err(Failure::from)
        .and_then(|arguments| run(AgentArgs::parse_from(arguments), environment));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("arno agent: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: AgentArgs, environment: Environment) -> Outcome {
    if let Command::Supervise { folder } = &args.command {
        crate::supervisor::run(folder)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Init = &args.command {
        return init::run(&environment, args.config_file.as_deref());
    }
    let mut settings = Settings::load(environment, args.config_file.as_deref())?;
    args.apply(&mut settings);
    match args.command {
        Command::Daemon(options) => daemon::run(settings, &options),
        Command::Execute(options) => execute::run(settings, &options),
        Command::Build(options) => build::run(&settings, &options),
        Command::List => workers::list(settings),
        Command::Status => local::status(&settings),
        Command::Processes { end } => processes::run(&settings, end),
        Command::Stop { workers } => local::stop(&settings, &workers),
        Command::Config => {
            print!("{}", settings.config().masked());
            Ok(ExitCode::SUCCESS)
        }
        Command::Init | Command::Supervise { .. } => Ok(ExitCode::SUCCESS),
    }
}

/// Runs a future on a small runtime of its own.
fn block_on<T>(future: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

/// A value that turns true when the agent is asked to end.
fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        sender.send_replace(true);
        sender.closed().await;
    });
    Ok(receiver)
}

/// A client that says it is this worker.
fn client(settings: &Settings, worker: &str) -> Result<Client, Failure> {
    Ok(Client::new(settings.config(), worker)?)
}

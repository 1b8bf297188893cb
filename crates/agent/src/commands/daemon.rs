//! `arno agent daemon`: waits on queues and runs what comes.

use super::args::{CommonArgs, DaemonArgs};
use super::{INTERRUPTED, Outcome, block_on, client, local, stop_signal};
use crate::daemon::devices::{self, Allocator, DevicesError, QueueShare};
use crate::daemon::identity::{self, Devices};
use crate::daemon::queues::find_queues;
use crate::daemon::schedule::Schedule;
use crate::daemon::work::{Plan, Worker};
use crate::executors::Executor;
use crate::executors::docker::{DockerExecutor, Given};
use crate::executors::process::{ProcessExecutor, THIS_PROGRAM};
use crate::executors::slurm::SlurmExecutor;
use crate::files;
use crate::settings::Settings;
use crate::task::runner::{Runner, asked};
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

pub(super) fn run(settings: Settings, args: &DaemonArgs) -> Outcome {
    if let Some(workers) = &args.stop {
        return local::stop(&settings, workers);
    }
    if args.status {
        return local::status(&settings);
    }
    if args.detached {
        return detach(&settings);
    }
    start_log(&settings)?;
    let settings = Arc::new(settings);
    if let Some(options) = &args.slurm {
        let program = settings.text("slurm.program").map(PathBuf::from);
        let program = program.map_or_else(std::env::current_exe, Ok)?;
        return block_on(work(settings, args, SlurmExecutor::new(options, program)))?;
    }
    match &args.common.docker {
        Some(given) => block_on(async {
            let executor = DockerExecutor::connect(settings.clone(), Given::of(given)).await?;
            work(settings, args, executor).await
        })?,
        None => block_on(work(settings, args, ProcessExecutor))?,
    }
}

async fn work<E: Executor>(settings: Arc<Settings>, args: &DaemonArgs, executor: E) -> Outcome {
    let schedule = Schedule::new(args.uptime.as_deref(), args.downtime.as_deref())?;
    let services = args.services_mode;
    let devices = match (services, &args.common.gpus) {
        (Some(_), _) => Devices::CpuOnly,
        (None, Some(list)) if args.dynamic_gpus => Devices::Dynamic(list.clone()),
        _ => fixed_devices(&args.common),
    };
    let (names, shares) = shares(args)?;
    let identity = identity::take(&settings, &devices)?;
    let client = client(&settings, &identity.id)?;
    let mut stop = stop_signal()?;
    let queues = tokio::select! {
        found = find_queues(&client, &names, args.create_queue) => found?,
        () = asked(&mut stop) => return Ok(ExitCode::from(INTERRUPTED)),
    };
    let allocator = match &devices {
        Devices::Dynamic(all) => {
            let found = shares.iter().filter_map(|(name, share)| {
                let queue = queues.iter().find(|queue| queue.name == *name || queue.id == *name);
                queue.map(|queue| (queue.id.clone(), *share))
            });
            Allocator::new(devices::list(all)?, found.collect())
        }
        _ => Allocator::default(),
    };
    let names: Vec<&str> = queues.iter().map(|queue| queue.name.as_str()).collect();
    tracing::info!("worker {} listens to {}", identity.id, names.join(", "));
    let runner =
        Runner { client: client.clone(), settings: settings.clone(), executor, stop, copy: None };
    let plan = Plan {
        queues,
        fair: args.order_fairness,
        most: match services {
            None if allocator.is_dynamic() => usize::MAX,
            None => 1,
            Some(0) => usize::MAX,
            Some(most) => most,
        },
        services: services.is_some(),
        schedule,
        devices: visible(&devices),
    };
    Worker { client, settings, identity, plan, runner, devices: allocator }.run().await?;
    Ok(ExitCode::from(INTERRUPTED))
}

/// The queues' names, and with `--dynamic-gpus` how many devices their tasks get.
fn shares(args: &DaemonArgs) -> Result<(Vec<String>, Vec<QueueShare>), DevicesError> {
    let Some(all) = args.common.gpus.as_ref().filter(|_| args.dynamic_gpus) else {
        return Ok((args.queue.clone(), Vec::new()));
    };
    let all = devices::list(all)?.len();
    let shares: Vec<_> =
        args.queue.iter().map(|queue| devices::share(queue, all)).collect::<Result<_, _>>()?;
    Ok((shares.iter().map(|(name, _)| name.clone()).collect(), shares))
}

/// What the flags say about devices.
pub(super) fn fixed_devices(common: &CommonArgs) -> Devices {
    match &common.gpus {
        _ if common.cpu_only => Devices::CpuOnly,
        Some(list) => Devices::Gpus(list.clone()),
        None => Devices::Any,
    }
}

/// The devices as the driver wants them.
pub(super) fn visible(devices: &Devices) -> Option<String> {
    match devices {
        Devices::Any | Devices::Dynamic(_) => None,
        Devices::CpuOnly => Some("none".to_owned()),
        Devices::Gpus(list) => Some(list.clone()),
    }
}

/// Starts this command again in the background.
fn detach(settings: &Settings) -> Outcome {
    let path = settings.temporary().join(format!("arno-agent-{}.log", std::process::id()));
    let log = File::create(&path).map_err(files::at(&path))?;
    let arguments = std::env::args_os()
        .skip(1)
        .filter(|argument| !["--detached", "-detached", "-d"].iter().any(|flag| argument == flag));
    let child = Command::new(THIS_PROGRAM)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()?;
    println!(
        "the agent runs in the background as process {}; its log is {}",
        child.id(),
        path.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Starts the agent's own log, on standard error.
pub(super) fn start_log(settings: &Settings) -> Result<(), super::Failure> {
    let level = match settings.text("log_level").unwrap_or_default().to_uppercase().as_str() {
        "DEBUG" => tracing::Level::DEBUG,
        "WARN" | "WARNING" => tracing::Level::WARN,
        "ERROR" | "CRITICAL" => tracing::Level::ERROR,
        _ => tracing::Level::INFO,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init()
        .map_err(|why| super::Failure::from(why.to_string()))
}

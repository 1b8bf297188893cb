//! `arno agent execute`: runs one task now.

use super::{Outcome, become_task, block_on, client, stop_signal};
use crate::clock;
use crate::commands::args::ExecuteArgs;
use crate::daemon::identity;
use crate::daemon::reports::{Busy, Reports};
use crate::executors::Executor;
use crate::executors::docker::{DockerExecutor, Given};
use crate::executors::process::ProcessExecutor;
use crate::files;
use crate::settings::Settings;
use crate::task::describe::{about, spec};
use crate::task::run::{Ended, Limits, Record, RunFolder};
use crate::task::runner::{Launch, Run, Runner};
use crate::task::surroundings::{Placement, write_configurations};
use arno_client::Client;
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

pub(super) fn run(settings: Settings, args: &ExecuteArgs) -> Outcome {
    if args.disable_monitoring {
        return become_task::run(&settings, &args.id, args.run_folder.as_deref());
    }
    super::daemon::start_log(&settings)?;
    let settings = Arc::new(settings);
    match &args.common.docker {
        Some(given) => block_on(async {
            let executor = DockerExecutor::connect(settings.clone(), Given::of(given)).await?;
            execute(settings, args, executor).await
        })?,
        None => block_on(execute(settings, args, ProcessExecutor))?,
    }
}

async fn execute<E: Executor>(settings: Arc<Settings>, args: &ExecuteArgs, executor: E) -> Outcome {
    let devices = super::daemon::fixed_devices(&args.common);
    let identity = identity::take(&settings, &devices)?;
    let client = client(&settings, &identity.id)?;
    let task = match args.clone {
        true => clone(&client, &args.id).await?,
        false => args.id.clone(),
    };
    let body = json!({"task": task, "new_status": "in_progress"});
    let dequeued = client.call("tasks.dequeue", &body).await?;
    if args.require_queue && dequeued["updated"] != json!(1) {
        return Err(format!("task {task} waits in no queue, and --require-queue was given").into());
    }
    let body = json!({
        "task": task, "status_reason": "worker started execution",
        "status_message": "launch by agent", "force": true,
    });
    client.call("tasks.started", &body).await?;
    let folder = RunFolder::of(&settings.runs(), &task).ok_or("this is no id of a task")?;
    let lock = folder.create()?.ok_or_else(|| {
        format!("task {task} runs on this machine already (see {})", folder.path().display())
    })?;
    let record = Record {
        task: task.clone(),
        worker: identity.id.clone(),
        queue: None,
        taken: clock::now(),
        aborted: false,
        handle: None,
    };
    files::write_json(&folder.record(), &record)?;
    write_configurations(&settings, &folder)?;
    let visible = super::daemon::visible(&devices);
    let placement = Placement { task: &task, worker: &identity.id, devices: visible.as_deref() };
    let spec = spec(&settings, &folder, &placement, Limits::default());
    let launch = Launch { spec, task: about(&client, &task).await };
    let runner = Runner {
        client: client.clone(),
        settings: settings.clone(),
        executor,
        stop: stop_signal()?,
        copy: Some(args.log_file.clone()),
    };
    let reports = Reports {
        client,
        worker: identity.id.clone(),
        queues: Vec::new(),
        every: settings.report_interval(),
        home: settings.home(),
    };
    let (_busy, is_busy) = watch::channel(Busy { task: Some(task), queue: None });
    let ended = tokio::select! {
        ended = runner.start(Run { folder, record, lock }, launch) => ended?,
        () = reports.run(is_busy) => Ended::default(),
    };
    reports.unregister().await;
    Ok(exit_code(&ended))
}

/// The task's own code; as a shell does, 128 and more for a signal.
fn exit_code(ended: &Ended) -> ExitCode {
    let code = ended.code.or(ended.signal.map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code & 0xff).unwrap_or(1))
}

async fn clone(client: &Client, task: &str) -> Result<String, super::Failure> {
    let query = json!({"task": task});
    let name = client.call("tasks.get_by_id", &query).await?["task"]["name"].take();
    let name = format!("Clone of {}", name.as_str().unwrap_or_default());
    let body = json!({"task": task, "new_task_name": name});
    let made = client.call("tasks.clone", &body).await?["id"].take();
    Ok(made.as_str().ok_or("the server did not say which task the copy is")?.to_owned())
}

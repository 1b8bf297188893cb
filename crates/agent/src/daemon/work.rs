//! The loop that takes tasks from queues and sees them through (agent.md §3).

use super::identity::Identity;
use super::lost::{self, Doubt};
use super::queues::{self, Queue};
use super::reports::{Busy, Reports};
use super::schedule::Schedule;
use crate::clock;
use crate::executors::Executor;
use crate::files;
use crate::settings::Settings;
use crate::task::limits;
use crate::task::run::{Ended, Record, RunFolder, Spec};
use crate::task::runner::{Run, Runner, asked};
use crate::task::surroundings::{Placement, variables, write_configurations};
use arno_client::{Client, Error, Live, Subject};
use serde_json::{Value, json};
use std::io::Result;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

/// How often queues are looked at although the live stream would tell.
const WITH_STREAM: Duration = Duration::from_secs(30);

/// How a worker works.
pub(crate) struct Plan {
    pub(crate) queues: Vec<Queue>,
    /// Going on with the next queue after a task, instead of starting again with the first.
    pub(crate) fair: bool,
    /// How many tasks at a time.
    pub(crate) most: usize,
    /// Whether each task shows as a worker of its own.
    pub(crate) services: bool,
    pub(crate) schedule: Schedule,
    /// Devices as the driver wants them.
    pub(crate) devices: Option<String>,
}

/// A worker.
pub(crate) struct Worker<E> {
    pub(crate) client: Client,
    pub(crate) settings: Arc<Settings>,
    pub(crate) identity: Identity,
    pub(crate) plan: Plan,
    pub(crate) runner: Runner<E>,
}

/// A task from a queue.
struct Taken {
    task: String,
    queue: Queue,
}

impl<E: Executor> Worker<E> {
    /// Works until the agent is asked to end; what runs is ended then, too.
    ///
    /// # Errors
    /// When the agent's folder cannot be used.
    pub(crate) async fn run(mut self) -> Result<()> {
        let reports = Reports {
            client: self.client.clone(),
            worker: self.identity.id.clone(),
            queues: self.plan.queues.iter().map(|queue| queue.id.clone()).collect(),
            every: self.settings.report_interval(),
            home: self.settings.home(),
        };
        if let Err(error) = reports.register().await {
            tracing::warn!("{error}");
        }
        let (busy, is_busy) = watch::channel(Busy::default());
        let work = self.work(&busy);
        let done = tokio::select! {
            done = work => done,
            () = reports.run(is_busy) => Ok(()),
        };
        reports.unregister().await;
        done
    }

    async fn work(&mut self, busy: &watch::Sender<Busy>) -> Result<()> {
        let mut running = JoinSet::new();
        self.take_up(&mut running, busy)?;
        let wake = Arc::new(Notify::new());
        let (connected, is_connected) = watch::channel(false);
        let mut helpers = JoinSet::new();
        helpers.spawn(listen(self.client.clone(), self.subjects(), wake.clone(), connected));
        let mut stop = self.runner.stop.clone();
        let mut next_queue = 0;
        let mut doubt = Doubt::since(clock::now());
        loop {
            while running.len() < self.plan.most && !*stop.borrow() {
                let Some(taken) = self.next(&mut next_queue, &mut doubt).await else { break };
                let task = taken.task.clone();
                if let Err(why) = self.begin(taken, &mut running, busy).await {
                    self.give_up(&task, &why).await;
                }
            }
            let pause = match *is_connected.borrow() {
                true => WITH_STREAM.max(self.settings.polling_interval()),
                false => self.settings.polling_interval(),
            };
            tokio::select! {
                () = asked(&mut stop) => break,
                () = wake.notified() => {}
                Some(ended) = running.join_next() => self.note_end(ended, busy).await,
                () = tokio::time::sleep(pause) => self.refresh(&mut doubt).await,
            }
        }
        while let Some(ended) = running.join_next().await {
            self.note_end(ended, busy).await;
        }
        Ok(())
    }

    fn subjects(&self) -> Vec<Subject> {
        self.plan.queues.iter().map(|queue| Subject::Queue(queue.id.clone())).collect()
    }

    async fn note_end(
        &self,
        ended: std::result::Result<(String, Result<Ended>), tokio::task::JoinError>,
        busy: &watch::Sender<Busy>,
    ) {
        match ended {
            Ok((task, Ok(_))) => tracing::info!("task {task} has ended"),
            Ok((task, Err(why))) => self.give_up(&task, &why).await,
            Err(why) => tracing::error!("{why}"),
        }
        busy.send_replace(Busy::default());
    }

    /// Fails a task that the agent itself cannot run or look after.
    async fn give_up(&self, task: &str, why: &std::io::Error) {
        tracing::error!("task {task}: {why}");
        let worker = &self.identity.id;
        let body = json!({
            "task": task, "status_reason": "the agent cannot run the task",
            "status_message": format!("Changed by clearml-agent {worker}\n{why}"),
        });
        if let Err(error) = self.client.call_until_answered("tasks.failed", &body).await {
            tracing::warn!("{error}");
        }
    }

    /// Reads the queues' tags and metadata again, and puts back what was lost.
    async fn refresh(&mut self, doubt: &mut Doubt) {
        let now = clock::now();
        if doubt.is_due(now) {
            for queue in &self.plan.queues {
                if let Err(error) = lost::put_back(&self.client, queue, now).await {
                    tracing::warn!("queue {}: {error}", queue.name);
                    doubt.arise(now);
                }
            }
        }
        let Ok(all) = queues::all(&self.client).await else { return };
        for queue in &mut self.plan.queues {
            if let Some(now) = all.iter().find(|other| other.id == queue.id) {
                *queue = now.clone();
            }
        }
    }

    /// The next task of the first queue that has one.
    async fn next(&self, start: &mut usize, doubt: &mut Doubt) -> Option<Taken> {
        let queues = &self.plan.queues;
        let first = if self.plan.fair { *start } else { 0 };
        let now = local(clock::now());
        for position in (0..queues.len()).map(|step| (first + step) % queues.len()) {
            let queue = &queues[position];
            if !self.plan.schedule.works(now, queue.forced, None) {
                continue;
            }
            let answer =
                self.client.call("queues.get_next_task", &json!({"queue": queue.id})).await;
            match answer {
                Ok(answer) => {
                    if let Some(task) = answer["entry"]["task"].as_str() {
                        *start = (position + 1) % queues.len();
                        return Some(Taken { task: task.to_owned(), queue: queue.clone() });
                    }
                }
                Err(error) => {
                    if error.is_unknown() {
                        doubt.arise(clock::now());
                    }
                    tracing::warn!("queue {}: {error}", queue.name);
                }
            }
        }
        None
    }

    /// Starts what was taken.
    async fn begin(
        &self,
        taken: Taken,
        running: &mut JoinSet<(String, Result<Ended>)>,
        busy: &watch::Sender<Busy>,
    ) -> Result<()> {
        let Taken { task, queue } = taken;
        tracing::info!("task {task} pulled from {} by worker {}", queue.id, self.identity.id);
        let Some(folder) = RunFolder::of(&self.settings.runs(), &task) else {
            tracing::error!("task {task:?}: this is no id of a task");
            return Ok(());
        };
        let Some(lock) = folder.create()? else {
            tracing::error!("task {task} runs on this machine already and is not started twice");
            return Ok(());
        };
        let record = Record {
            task: task.clone(),
            worker: self.worker_of(&task),
            queue: Some(queue.id.clone()),
            taken: clock::now(),
            aborted: false,
            handle: None,
        };
        files::write_json(&folder.record(), &record)?;
        let body = json!({"task": task, "status_message": "pulled by agent", "force": true});
        if let Err(error) = self.client.call_until_answered("tasks.started", &body).await {
            tracing::warn!("task {task} cannot be started: {error}");
            drop(lock);
            return files::remove_folder(folder.path());
        }
        busy.send_replace(Busy { task: Some(task.clone()), queue: Some(queue.id.clone()) });
        write_configurations(&self.settings, &folder)?;
        let about = self.about(&task).await;
        let placement = Placement {
            task: &task,
            worker: &record.worker,
            devices: self.plan.devices.as_deref(),
        };
        let mut spec = spec(&self.settings, &folder, &placement, limits::of(&queue, &about));
        spec.executor_options = queue.metadata("slurm_options").map(str::to_owned);
        let run = Run { folder, record, lock };
        let (runner, service) = (self.runner.clone(), self.service_reports(&task, &queue));
        running.spawn(async move {
            let run = runner.start(run, &spec);
            (task.clone(), with_reports(run, service, &task).await)
        });
        Ok(())
    }

    /// What limits and containers need to know of a task.
    async fn about(&self, task: &str) -> Value {
        let query = json!({
            "id": [task], "only_fields": ["container", "runtime"], "search_hidden": true,
        });
        match self.client.call("tasks.get_all", &query).await {
            Ok(mut answer) => answer["tasks"][0].take(),
            Err(error) => {
                tracing::warn!("{error}");
                Value::Null
            }
        }
    }

    fn worker_of(&self, task: &str) -> String {
        match self.plan.services {
            true => format!("{}:service:{task}", self.identity.id),
            false => self.identity.id.clone(),
        }
    }

    /// Reports of a service's own worker.
    fn service_reports(&self, task: &str, queue: &Queue) -> Option<Reports> {
        self.plan.services.then(|| Reports {
            client: self.client.clone(),
            worker: self.worker_of(task),
            queues: vec![queue.id.clone()],
            every: self.settings.report_interval(),
            home: self.settings.home(),
        })
    }

    /// Goes on with runs that an agent of this name left when it was killed.
    fn take_up(
        &self,
        running: &mut JoinSet<(String, Result<Ended>)>,
        busy: &watch::Sender<Busy>,
    ) -> Result<()> {
        for folder in RunFolder::all(&self.settings.runs())? {
            let Some(record) = files::read_json::<Record>(&folder.record())? else { continue };
            let own = format!("{}:service:", self.identity.id);
            if record.worker != self.identity.id && !record.worker.starts_with(&own) {
                continue;
            }
            let Some(lock) = folder.lock()? else { continue };
            let task = record.task.clone();
            tracing::info!("task {task} is taken up again");
            busy.send_replace(Busy { task: Some(task.clone()), queue: record.queue.clone() });
            let (runner, run) = (self.runner.clone(), Run { folder, record, lock });
            running.spawn(async move { (task, runner.see_through(run).await) });
        }
        Ok(())
    }
}

/// What the supervisor starts for a task: the part of this program that prepares it and becomes it.
pub(crate) fn spec(
    settings: &Settings,
    folder: &RunFolder,
    placement: &Placement<'_>,
    limits: crate::task::run::Limits,
) -> Spec {
    let configuration = folder.agent_configuration().display().to_string();
    let path = folder.path().display().to_string();
    let argv = [
        crate::executors::process::THIS_PROGRAM,
        "agent",
        "--config-file",
        &configuration,
        "execute",
        "--disable-monitoring",
        "--id",
        placement.task,
        "--run-folder",
        &path,
    ];
    Spec {
        argv: argv.map(str::to_owned).to_vec(),
        environment: variables(settings, folder, placement),
        working_folder: folder.path().to_owned(),
        limits,
        console_rate: settings.console_rate(),
        executor_options: None,
    }
}

async fn with_reports(
    run: impl Future<Output = Result<Ended>>,
    reports: Option<Reports>,
    task: &str,
) -> Result<Ended> {
    let Some(reports) = reports else { return run.await };
    let queue = reports.queues.first().cloned();
    let (_busy, is_busy) = watch::channel(Busy { task: Some(task.to_owned()), queue });
    let ended = tokio::select! {
        ended = run => ended,
        () = reports.run(is_busy) => Err(std::io::Error::other("reports have ended")),
    };
    reports.unregister().await;
    ended
}

/// Wakes the loop whenever a queue may have something.
async fn listen(
    client: Client,
    subjects: Vec<Subject>,
    wake: Arc<Notify>,
    connected: watch::Sender<bool>,
) {
    let (sender, mut news) = mpsc::channel(64);
    let follow = client.follow(&subjects, sender);
    let hear = async {
        while let Some(live) = news.recv().await {
            connected.send_replace(live != Live::Lost);
            if live != Live::Lost {
                wake.notify_one();
            }
        }
    };
    tokio::join!(follow, hear);
}

fn local(now: clock::Millis) -> chrono::NaiveDateTime {
    let utc = chrono::DateTime::from_timestamp_millis(now).unwrap_or_default();
    utc.with_timezone(&chrono::Local).naive_local()
}

/// Finds the queues; waits for the server when it is away.
///
/// # Errors
/// What the server says.
pub(crate) async fn find_queues(
    client: &Client,
    names: &[String],
    create: bool,
) -> std::result::Result<Vec<Queue>, Error> {
    let mut wait = Duration::from_millis(250);
    loop {
        match queues::find(client, names, create).await {
            Err(error) if error.is_transient() => {
                tracing::warn!("{error}; trying again in {:.1} s", wait.as_secs_f64());
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(WITH_STREAM);
            }
            found => return found,
        }
    }
}

//! The loop that takes tasks from queues and sees them through (agent.md §3).

use super::devices::{self, Allocator};
use super::identity::Identity;
use super::lost::{self, Doubt};
use super::queues::{self, Queue};
use super::reports::{Busy, Reports};
use super::schedule::Schedule;
use crate::clock;
use crate::executors::Executor;
use crate::files;
use crate::settings::Settings;
use crate::task::describe::{about, spec};
use crate::task::limits;
use crate::task::run::{Ended, Lock, Record, RunFolder};
use crate::task::runner::{Launch, Run, Runner, asked};
use crate::task::surroundings::{Placement, write_configurations};
use arno_client::{Client, Subject};
use serde_json::json;
use std::io::Result;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
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
    /// Devices that are handed out to tasks, where they are.
    pub(crate) devices: Allocator,
}

/// A task from a queue.
struct Taken {
    task: String,
    queue: Queue,
    /// Whose it is, where that was asked for.
    owner: Option<String>,
    /// Devices handed out for it.
    devices: Vec<String>,
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
        helpers.spawn(queues::listen(
            self.client.clone(),
            self.subjects(),
            wake.clone(),
            connected,
        ));
        let mut stop = self.runner.stop.clone();
        let mut next_queue = 0;
        let mut doubt = Doubt::since(clock::now());
        loop {
            while running.len() < self.plan.most && !*stop.borrow() {
                let Some(taken) = self.next(&mut next_queue, &mut doubt).await else { break };
                let task = taken.task.clone();
                if let Err(why) = self.begin(taken, &mut running, busy).await {
                    self.give_up(&task, &why, true).await;
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
            Ok((task, ended)) => {
                self.devices.give_back(&task);
                match ended {
                    Ok(_) => tracing::info!("task {task} has ended"),
                    Err(why) => self.give_up(&task, &why, false).await,
                }
            }
            Err(why) => tracing::error!("{why}"),
        }
        busy.send_replace(Busy::default());
    }

    /// Fails a task that the agent itself cannot run or look after; `waits` when it was never started.
    async fn give_up(&self, task: &str, why: &std::io::Error, waits: bool) {
        tracing::error!("task {task}: {why}");
        let worker = &self.identity.id;
        let body = json!({
            "task": task, "force": waits, "status_reason": "the agent cannot run the task",
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
        let as_owner = self.settings.flag("use_owner_token", false);
        let queues = &self.plan.queues;
        let first = if self.plan.fair { *start } else { 0 };
        let now = local(clock::now());
        for position in (0..queues.len()).map(|step| (first + step) % queues.len()) {
            let queue = &queues[position];
            if !self.plan.schedule.works(now, queue.forced, None) {
                continue;
            }
            // A task that has no room here is left to others.
            let Some(devices) = self.devices.choose(&queue.id).await else { continue };
            let body = json!({"queue": queue.id, "get_task_info": as_owner});
            let answer = self.client.call("queues.get_next_task", &body).await;
            match answer {
                Ok(answer) => {
                    if let Some(task) = answer["entry"]["task"].as_str() {
                        *start = (position + 1) % queues.len();
                        let owner = answer["task_info"]["user"].as_str().map(str::to_owned);
                        let (task, queue) = (task.to_owned(), queue.clone());
                        return Some(Taken { task, queue, owner, devices });
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
        let (task, queue) = (taken.task.clone(), &taken.queue.id);
        tracing::info!("task {task} pulled from {queue} by worker {}", self.identity.id);
        let Some(folder) = RunFolder::of(&self.settings.runs(), &task) else {
            tracing::error!("task {task:?}: this is no id of a task");
            return Ok(());
        };
        let Some(lock) = folder.create()? else {
            tracing::error!("task {task} runs on this machine already and is not started twice");
            return Ok(());
        };
        let path = folder.path().to_owned();
        let begun = self.set_off(folder, lock, taken, running, busy).await;
        if begun.is_err() {
            files::remove_folder(&path)?;
        }
        begun
    }

    /// Starts what was taken in its folder.
    async fn set_off(
        &self,
        folder: RunFolder,
        lock: Lock,
        taken: Taken,
        running: &mut JoinSet<(String, Result<Ended>)>,
        busy: &watch::Sender<Busy>,
    ) -> Result<()> {
        let Taken { task, queue, owner, devices } = taken;
        let record = Record {
            task: task.clone(),
            worker: self.worker_of(&task, &devices),
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
        let about = about(&self.client, &task).await;
        let own = (!devices.is_empty()).then(|| devices.join(","));
        let placement = Placement {
            task: &task,
            worker: &record.worker,
            devices: own.as_deref().or(self.plan.devices.as_deref()),
        };
        let mut spec = spec(&self.settings, &folder, &placement, limits::of(&queue, &about));
        let options = queue.metadata(&format!("{}_options", E::NAME));
        spec.executor_options = options.map(str::to_owned);
        if let Some(owner) = owner {
            let token = self.token_of(&owner).await.map_err(std::io::Error::other)?;
            spec.environment.insert("CLEARML_AUTH_TOKEN".to_owned(), token);
        }
        let child = (record.worker != self.identity.id).then(|| record.worker.clone());
        self.devices.take(&task, devices);
        let run = Run { folder, record, lock };
        let launch = Launch { spec, task: about };
        let runner = self.runner.clone();
        let service = child.map(|worker| self.reports_of(worker, &queue));
        running.spawn(async move {
            let run = runner.start(run, launch);
            (task.clone(), with_reports(run, service, &task).await)
        });
        Ok(())
    }

    /// A token with which the task acts as the user it belongs to.
    async fn token_of(&self, owner: &str) -> std::result::Result<String, String> {
        let body = json!({"user": owner});
        let answer = self.client.call_until_answered("auth.get_token_for_user", &body);
        let answer = answer.await.map_err(|error| {
            format!("the agent may not run tasks as their owners (--use-owner-token): {error}")
        })?;
        let token = answer["token"].as_str().map(str::to_owned);
        token.ok_or_else(|| "the server gave no token for the task's owner".to_owned())
    }

    /// A worker of its own for each service, and for each task that has devices of its own.
    fn worker_of(&self, task: &str, devices: &[String]) -> String {
        let id = &self.identity.id;
        if self.plan.services {
            return format!("{id}:service:{task}");
        }
        match devices {
            [] => id.clone(),
            devices => devices::worker_name(id, devices),
        }
    }

    /// Reports of a worker that is there for one task only.
    fn reports_of(&self, worker: String, queue: &Queue) -> Reports {
        Reports {
            client: self.client.clone(),
            worker,
            queues: vec![queue.id.clone()],
            every: self.settings.report_interval(),
            home: self.settings.home(),
        }
    }

    /// Goes on with runs that an agent of this name left when it was killed.
    fn take_up(
        &self,
        running: &mut JoinSet<(String, Result<Ended>)>,
        busy: &watch::Sender<Busy>,
    ) -> Result<()> {
        for folder in RunFolder::all(&self.settings.runs())? {
            let Some(record) = files::read_json::<Record>(&folder.record())? else { continue };
            let id = &self.identity.id;
            let service = format!("{id}:service:");
            let devices = self.devices.of_worker(id, &record.worker);
            if record.worker != *id && !record.worker.starts_with(&service) && devices.is_none() {
                continue;
            }
            let Some(lock) = folder.lock()? else { continue };
            let task = record.task.clone();
            tracing::info!("task {task} is taken up again");
            self.devices.take(&task, devices.unwrap_or_default());
            busy.send_replace(Busy { task: Some(task.clone()), queue: record.queue.clone() });
            let (runner, run) = (self.runner.clone(), Run { folder, record, lock });
            running.spawn(async move { (task, runner.see_through(run).await) });
        }
        Ok(())
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

fn local(now: clock::Millis) -> chrono::NaiveDateTime {
    let utc = chrono::DateTime::from_timestamp_millis(now).unwrap_or_default();
    utc.with_timezone(&chrono::Local).naive_local()
}

//! A task's way from its queue to its final status (agent.md §4).

use super::abort;
use super::outcome::{Cause, Verdict, judge};
use super::run::{Ended, Lock, Preparation, Record, RunFolder, Spec};
use crate::clock;
use crate::executors::{Executor, ExecutorError, Order, Presence};
use crate::files;
use crate::log::ship::Shipper;
use crate::log::spool::{self, Bell, Spool};
use crate::settings::Settings;
use arno_client::Client;
use serde_json::{Value, json};
use std::io::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

/// Between two uploads of a console, so that many lines go together.
const UPLOAD_PAUSE: Duration = Duration::from_millis(150);
/// How often it is looked whether the supervisor is still there, and at the run's folder where the
/// system does not tell of changes (a shared file system).
const LOOK: Duration = Duration::from_millis(700);
/// How many last lines of the console a failed task's status message shows.
const LAST_LINES: usize = 8;
const LAST_BYTES: usize = 1500;
/// How long the end of a killed run is waited for before it is said to be lost.
const KILLED: Duration = Duration::from_secs(30);

/// What a run needs besides its folder.
#[derive(Clone)]
pub(crate) struct Runner<E> {
    pub(crate) client: Client,
    pub(crate) settings: Arc<Settings>,
    pub(crate) executor: E,
    /// Turns true when the agent is asked to end.
    pub(crate) stop: watch::Receiver<bool>,
    /// Whether the console is shown here as well, and in which file besides.
    pub(crate) copy: Option<Option<PathBuf>>,
}

/// A run that is looked after.
pub(crate) struct Run {
    pub(crate) folder: RunFolder,
    pub(crate) record: Record,
    pub(crate) lock: Lock,
}

/// What is to be started.
pub(crate) struct Launch {
    pub(crate) spec: Spec,
    /// What the server says of the task that executors look at.
    pub(crate) task: Value,
}

impl<E: Executor> Runner<E> {
    /// Starts a run and sees it through. Returns how it ended.
    ///
    /// # Errors
    /// When the run's folder cannot be used; the task's status is settled as far as possible.
    pub(crate) async fn start(&self, run: Run, launch: Launch) -> Result<Ended> {
        let spool = run.folder.spool()?;
        let Record { task, worker, queue, .. } = &run.record;
        let from = queue.as_ref().map(|queue| format!(" pulled from {queue}")).unwrap_or_default();
        say(&spool, "INFO", &format!("task {task}{from} by worker {worker}"))?;
        if let Some(limits) = crate::supervisor::describe(&launch.spec.limits) {
            say(&spool, "INFO", &format!("limits: {limits}"))?;
        }
        self.see(run, Some(launch)).await
    }

    /// Looks after a run that is under way, to its end.
    ///
    /// # Errors
    /// As [`Runner::start`].
    pub(crate) async fn see_through(&self, mut run: Run) -> Result<Ended> {
        if run.record.handle.is_none() {
            run.record.handle = self.executor.find(&run.folder).await.map_err(Error::other)?;
        }
        self.see(run, None).await
    }

    async fn see(&self, mut run: Run, launch: Option<Launch>) -> Result<Ended> {
        let spool = run.folder.spool()?;
        let bell = spool.bell()?;
        let mut shipper = Shipper::open(
            self.client.clone(),
            spool.clone(),
            run.folder.shipped(),
            &run.record.task,
            &run.record.worker,
        )?;
        if let Some(file) = &self.copy {
            shipper.copy_to(file.as_deref())?;
        }
        let wake = Arc::new(Notify::new());
        let (done, is_done) = watch::channel(false);
        let shipping = tokio::spawn({
            let wake = wake.clone();
            async move { ship(&mut shipper, &wake, is_done).await }
        });
        let (ended, cause) = self.launch_and_watch(&mut run, launch, &spool, &bell, &wake).await?;
        let verdict = match files::read_json::<Preparation>(&run.folder.preparation())? {
            Some(failure) if cause == Cause::Own => Verdict::unprepared(failure),
            _ => judge(&ended, cause),
        };
        let message = self.status_message(&run, &spool, &verdict)?;
        say(&spool, verdict.level, &verdict.line)?;
        // All of the console comes before the final status.
        let _ = done.send(true);
        if let Err(why) = shipping.await.map_err(Error::other).and_then(|result| result) {
            tracing::error!("console of task {}: {why}", run.record.task);
        }
        // The final status says that nothing of the task is left.
        if let Some(handle) = &run.record.handle
            && let Err(why) = self.executor.forget(handle).await
        {
            tracing::warn!("task {}: {why}", run.record.task);
        }
        self.settle(&run.record.task, &verdict, &message).await;
        drop(run.lock);
        files::remove_folder(run.folder.path())?;
        Ok(ended)
    }

    /// Starts what is to be started, and waits for its end.
    async fn launch_and_watch(
        &self,
        run: &mut Run,
        launch: Option<Launch>,
        spool: &Spool,
        bell: &Bell,
        wake: &Notify,
    ) -> Result<(Ended, Cause)> {
        if let Some(Launch { mut spec, task }) = launch {
            let mut stop = self.stop.clone();
            let prepared = tokio::select! {
                biased;
                prepared = self.executor.prepare(&run.folder, &mut spec, &task) => prepared,
                cause = self.interrupted(&run.record.task, &mut stop) => {
                    return Ok((Ended::not_started("it was not started yet".to_owned()), cause));
                }
            };
            if let Err(ExecutorError(why)) = prepared {
                let reason = format!("failed preparing the run ({})", E::NAME);
                let failure = Preparation { reason, message: why.clone() };
                files::write_json(&run.folder.preparation(), &failure)?;
                return Ok((Ended::not_started(why), Cause::Own));
            }
            files::write_json(&run.folder.spec(), &spec)?;
            match self.executor.start(&run.folder, &spec).await {
                Ok(handle) => run.record.handle = Some(handle),
                Err(ExecutorError(why)) => return Ok((Ended::not_started(why), Cause::Own)),
            }
            files::write_json(&run.folder.record(), &run.record)?;
            self.note_host(&run.record.task).await;
        }
        self.watch(run, spool, bell, wake).await
    }

    /// Returns when a run must end before it began.
    async fn interrupted(&self, task: &str, stop: &mut watch::Receiver<bool>) -> Cause {
        tokio::select! {
            order = abort::wait(&self.client, task) => match order {
                abort::Order::Stop => Cause::Aborted,
                abort::Order::Leave | abort::Order::Finish => Cause::Taken,
            },
            () = asked(stop) => Cause::AgentStopped,
        }
    }

    /// Waits for a run's end, and brings it about when it is asked for.
    async fn watch(
        &self,
        run: &mut Run,
        spool: &Spool,
        bell: &Bell,
        wake: &Notify,
    ) -> Result<(Ended, Cause)> {
        let task = run.record.task.clone();
        let mut stop = self.stop.clone();
        let mut cause = if run.record.aborted { Cause::Aborted } else { Cause::Own };
        if cause == Cause::Own {
            let ping = self.ping(&task);
            let ended = self.ended(run, bell, wake);
            let finishes;
            (cause, finishes) = tokio::select! {
                ended = ended => return Ok((ended?, Cause::Own)),
                order = abort::wait(&self.client, &task) => match order {
                    abort::Order::Stop => (Cause::Aborted, false),
                    abort::Order::Leave => (Cause::Taken, false),
                    abort::Order::Finish => (Cause::Taken, true),
                },
                () = asked(&mut stop) => (Cause::AgentStopped, false),
                () = ping => (Cause::Own, false),
            };
            if finishes {
                let ended = timeout(self.settings.grace(), self.ended(run, bell, wake)).await;
                if let Ok(ended) = ended {
                    return Ok((ended?, cause));
                }
            }
        }
        if cause == Cause::Aborted {
            run.record.aborted = true;
            files::write_json(&run.folder.record(), &run.record)?;
            if let Some(ended) = self.await_callback(run, spool, bell, wake).await? {
                return Ok((ended, cause));
            }
        }
        let ended = self.end(run, bell, wake).await?;
        Ok((ended, cause))
    }

    /// Lets the task's abort callback finish, when it has one.
    async fn await_callback(
        &self,
        run: &Run,
        spool: &Spool,
        bell: &Bell,
        wake: &Notify,
    ) -> Result<Option<Ended>> {
        let task = &run.record.task;
        let most = self.settings.callback_most();
        let Some(time) = abort::callback_time(&self.client, task, most).await else {
            return Ok(None);
        };
        let seconds = time.as_secs();
        let line =
            format!("### Task abort callback timeout set, waiting for max {seconds} sec ###");
        say(spool, "INFO", &line)?;
        tokio::select! {
            ended = self.ended(run, bell, wake) => ended.map(Some),
            () = abort::callback_done(&self.client, task) => Ok(None),
            () = tokio::time::sleep(time) => Ok(None),
        }
    }

    /// Ends a run: SIGTERM, a while, SIGKILL.
    async fn end(&self, run: &Run, bell: &Bell, wake: &Notify) -> Result<Ended> {
        self.order(run, Order::Terminate).await;
        if let Ok(ended) = timeout(self.settings.grace(), self.ended(run, bell, wake)).await {
            return ended;
        }
        self.order(run, Order::Kill).await;
        match timeout(KILLED, self.ended(run, bell, wake)).await {
            Ok(ended) => ended,
            Err(_) => Ok(Ended {
                reason: Some("the task was killed, but it was not seen to end".to_owned()),
                ..Ended::default()
            }),
        }
    }

    async fn order(&self, run: &Run, order: Order) {
        let Some(handle) = &run.record.handle else { return };
        if let Err(why) = self.executor.order(&run.folder, handle, order).await {
            tracing::error!("task {}: {order:?}: {why}", run.record.task);
        }
    }

    /// How the run ended, once it has.
    async fn ended(&self, run: &Run, bell: &Bell, wake: &Notify) -> Result<Ended> {
        let start = Instant::now() + LOOK;
        let mut looks = interval_at(start, LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next = start;
        loop {
            // Asked before the file is looked for: a supervisor that is gone has written it.
            let handle = run.record.handle.as_deref();
            if let Some(ended) = files::read_json(&run.folder.ended())? {
                return Ok(ended);
            }
            let looked = tokio::select! {
                () = bell.rung() => false,
                _ = looks.tick() => true,
            };
            wake.notify_one();
            if !looked || Instant::now() < next {
                continue;
            }
            next = Instant::now() + self.executor.pause();
            let presence = match handle {
                Some(handle) => self.executor.look(&run.folder, handle).await,
                None => Ok(Presence::Gone(None)),
            };
            match presence {
                Ok(Presence::There) => {}
                Ok(Presence::Gone(why)) => {
                    let ended = files::read_json(&run.folder.ended())?;
                    return Ok(ended.unwrap_or_else(|| lost(why)));
                }
                Err(why) => tracing::warn!("task {}: {why}", run.record.task),
            }
        }
    }

    /// Gives signs of life, without end.
    async fn ping(&self, task: &str) {
        let every = self.settings.ping_interval();
        let mut ticks = interval_at(Instant::now() + every, every);
        loop {
            ticks.tick().await;
            if let Err(error) = self.client.call("tasks.ping", &json!({"task": task})).await {
                tracing::debug!("{error}");
            }
        }
    }

    async fn note_host(&self, task: &str) {
        let host = nix::unistd::gethostname().unwrap_or_default();
        let runtime = json!({"_exec_agent_hostname": host.to_string_lossy()});
        let body = json!({"task": task, "add_or_update": runtime});
        if let Err(error) = self.client.call("tasks.edit_runtime", &body).await {
            tracing::warn!("{error}");
        }
    }

    /// What the task's page says about its end: who, and for a failure why and what came last.
    fn status_message(&self, run: &Run, spool: &Spool, verdict: &Verdict) -> Result<String> {
        let mut message = format!("Changed by clearml-agent {}", run.record.worker);
        if verdict.level == "ERROR" {
            message.push_str(&format!("\n{}", verdict.line));
            let last = last_lines(&spool.last()?);
            if !last.is_empty() {
                message.push_str(&format!("\n{last}"));
            }
        }
        Ok(message)
    }

    /// Gives the task its final status, as soon as the server is there.
    async fn settle(&self, task: &str, verdict: &Verdict, message: &str) {
        let Some(endpoint) = verdict.endpoint else { return };
        let body = json!({
            "task": task, "status_reason": verdict.reason, "status_message": message,
        });
        if let Err(error) = self.client.call_until_answered(endpoint, &body).await {
            tracing::info!("task {task} has another status already: {error}");
        }
    }
}

/// What the console ends with.
fn last_lines(records: &[spool::Record]) -> String {
    let lines: Vec<&str> = records.iter().map(|record| record.text.as_str()).collect();
    let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
    let text = last.join("\n");
    let cut = text.len().saturating_sub(LAST_BYTES);
    let cut = (cut..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text[cut..].to_owned()
}

fn lost(why: Option<String>) -> Ended {
    let unknown = || {
        "the run was lost: its supervisor is gone and has not said how the task ended (was the machine \
         restarted, or the process killed?); enqueue the task again"
            .to_owned()
    };
    Ended { reason: Some(why.unwrap_or_else(unknown)), ..Ended::default() }
}

/// Returns when the value turns true, or nobody is there any more to say so.
pub(crate) async fn asked(value: &mut watch::Receiver<bool>) {
    // Both mean the same here.
    let _ = value.wait_for(|value| *value).await;
}

/// Adds a line of the agent's own to a console.
pub(crate) fn say(spool: &Spool, level: &str, text: &str) -> Result<()> {
    let level = level.to_owned();
    let record = spool::Record { at: clock::now(), level, text: text.to_owned() };
    spool.append(&[record]).map(|_| ())
}

/// Ships a console until it is done and all of it is there.
async fn ship(shipper: &mut Shipper, wake: &Notify, mut done: watch::Receiver<bool>) -> Result<()> {
    loop {
        let last = *done.borrow();
        match shipper.ship().await {
            shipped if last => return shipped,
            // A disk that is full now may have room later.
            Err(why) => tracing::warn!("{why}"),
            Ok(()) => {}
        }
        let next = Instant::now() + UPLOAD_PAUSE;
        let due = async {
            wake.notified().await;
            sleep_until(next).await;
        };
        tokio::select! {
            () = due => {}
            () = asked(&mut done) => {}
        }
    }
}

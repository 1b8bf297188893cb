//! Runs of sporadic calls: how far one is, its results, waiting for its end, and stopping it. A run is
//! for the caller who started it, or whose identical call it answers; and for who looks after the
//! gateway.

use super::{Caller, Failure, Outcome};
use crate::access::{self, From, Role};
use crate::live::{Listener, News};
use crate::registry::Context;
use crate::rules::tasks::{self as rules, Reason};
use crate::site::Site;
use arno_store::document::{self, Document};
use arno_store::events::{EventStore, LogQuery, Owner};
use arno_store::gateway::{calls, secrets};
use arno_store::jobs::{self, Work};
use arno_store::schema::TASK;
use arno_store::tasks::{self, Head};
use arno_store::{Result, Scope, Tx};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Statuses in which a run has ended.
const ENDED: [&str; 5] = ["completed", "failed", "stopped", "closed", "published"];
/// What of a task is read for its caller.
const FIELDS: [&str; 10] = [
    "id",
    "name",
    "status",
    "status_message",
    "created",
    "started",
    "completed",
    "runtime",
    "execution.artifacts",
    "last_iteration",
];
/// Longest wait in one request.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(60);
/// While somebody follows a run it is looked at again after so long, whatever was heard.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// Whether a run of this status has ended.
pub(crate) fn is_end(status: &str) -> bool {
    ENDED.contains(&status)
}

/// A run somebody follows.
pub(crate) struct Follow {
    pub(crate) site: Arc<Site>,
    pub(crate) caller: Caller,
    pub(crate) clone: String,
    /// Lines of its console shown with it.
    pub(crate) lines: usize,
}

/// How the wish to stop a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CancelOutcome {
    /// It is stopped, or asked to stop.
    Stopped,
    /// It had ended before.
    Ended,
}

impl Follow {
    /// The run as it is now.
    ///
    /// # Errors
    /// As [`state`].
    pub(crate) async fn state(&self) -> Outcome<Value> {
        state(&self.site, &self.caller, &self.clone, self.lines).await
    }

    /// The run when it has ended, or when `patience` has.
    ///
    /// # Errors
    /// As [`Follow::state`].
    pub(crate) async fn wait(&self, patience: Duration) -> Outcome<Value> {
        let until = Instant::now() + patience.min(MAX_WAIT);
        let mut listener = self.site.live.listen();
        loop {
            let state = self.state().await?;
            if has_ended(&state) || listener.is_none() || Instant::now() >= until {
                return Ok(state);
            }
            self.change(&mut listener, until.min(Instant::now() + LOOK_AGAIN)).await;
        }
    }

    /// The run each time it changed, until it has ended.
    pub(crate) fn states(self) -> impl futures_util::Stream<Item = Outcome<Value>> {
        let listener = self.site.live.listen();
        let begin = (self, listener, Value::Null, false);
        futures_util::stream::unfold(begin, |(run, mut listener, last, done)| async move {
            if done {
                return None;
            }
            loop {
                let state = match run.state().await {
                    Ok(state) => state,
                    Err(failure) => return Some((Err(failure), (run, listener, last, true))),
                };
                let done = has_ended(&state) || listener.is_none();
                if done || state != last {
                    return Some((Ok(state.clone()), (run, listener, state, done)));
                }
                run.change(&mut listener, Instant::now() + LOOK_AGAIN).await;
            }
        })
    }

    /// Waits until something of the run may have changed. When the server stops there is no listener
    /// any more.
    async fn change(&self, listener: &mut Option<Listener>, until: Instant) {
        let heard = async {
            while let Some(own) = listener {
                match own.next().await {
                    Some(News::Changes(changes)) => {
                        if changes.iter().any(|change| change.id == self.clone) {
                            return;
                        }
                    }
                    Some(News::Resync) => return,
                    None => *listener = None,
                }
            }
        };
        // Nothing heard until then is no failure: the caller looks in any case.
        let _ = tokio::time::timeout_at(until, heard).await;
    }

    /// Stops the run.
    ///
    /// # Errors
    /// 404 when there is none for this caller, 409 when others' calls wait for it.
    pub(crate) async fn cancel(&self, from: From) -> Outcome<CancelOutcome> {
        let (site, caller, clone) = (self.site.clone(), self.caller.clone(), self.clone.clone());
        let scope = scope(&site);
        let account = access::Caller {
            user: caller.user.clone().unwrap_or_else(|| scope.user.clone()),
            name: caller.name.clone(),
            company: scope.company.clone(),
            role: Role::User,
            ..access::Caller::anonymous(from)
        };
        let own = site.clone();
        let stop = move |tx: &Tx<'_>| {
            if !may_follow(tx, &clone, &caller)? {
                return Ok(Err(Failure::unknown_template(&clone)));
            }
            if !caller.is_manager() && calls::is_shared(tx, &clone, &caller.key)? {
                let text = "Error: Other callers wait for the same run";
                return Ok(Err(Failure::new(409, text)));
            }
            let Some(task) = arno_store::unless_refused(tasks::writable(tx, &clone))? else {
                return Ok(Err(Failure::new(410, "Error: The task was deleted")));
            };
            if is_end(&task.status) {
                return Ok(Ok((CancelOutcome::Ended, Vec::new())));
            }
            let context = Context::of_gateway(tx, &account, &own);
            let force = Reason { force: Some(true), ..Reason::default() };
            rules::stop_task(&context, &task, &force)?;
            Ok(Ok((CancelOutcome::Stopped, context.into_after())))
        };
        let (outcome, after) = site.db.write(scope, stop).await??;
        site.after(after).await;
        Ok(outcome)
    }
}

/// A run as it is now, with so many lines of its console.
///
/// # Errors
/// 404 when there is none for this caller, 410 when its task was deleted.
pub(super) async fn state(
    site: &Site,
    caller: &Caller,
    clone: &str,
    lines: usize,
) -> Outcome<Value> {
    let (caller, clone) = (caller.clone(), clone.to_owned());
    let (events, place) = (site.events.clone(), site.settings.web_url.clone());
    let read = move |tx: &Tx<'_>| {
        let task = match followed(tx, &clone, &caller)? {
            Ok(task) => task,
            Err(failure) => return Ok(Err(failure)),
        };
        let last = last_lines(tx, &events, &task, lines)?;
        show(tx, &place, &task, last).map(Ok)
    };
    site.db.read(scope(site), read).await?
}

fn scope(site: &Site) -> Scope {
    Scope::system(&site.settings.company)
}

fn has_ended(state: &Value) -> bool {
    state["status"].as_str().is_some_and(is_end)
}

fn may_follow(tx: &Tx<'_>, clone: &str, caller: &Caller) -> Result<bool> {
    if calls::of_clone(tx, clone, &caller.key)?.is_some() {
        return Ok(true);
    }
    // Whoever looks after the gateway, but only what came through it.
    Ok(caller.is_manager() && calls::is_shared(tx, clone, &caller.key)?)
}

/// The task of a run, for a caller who may follow it.
fn followed(tx: &Tx<'_>, clone: &str, caller: &Caller) -> Result<Outcome<Head>> {
    if !may_follow(tx, clone, caller)? {
        return Ok(Err(Failure::unknown_template(clone)));
    }
    let task = arno_store::unless_refused(tasks::visible(tx, clone))?;
    let gone = || Failure::new(410, "Error: The task was deleted");
    Ok(task.map(|task| (*task).clone()).ok_or_else(gone))
}

fn last_lines(tx: &Tx<'_>, events: &EventStore, task: &Head, lines: usize) -> Result<Vec<String>> {
    if lines == 0 {
        return Ok(Vec::new());
    }
    let query = LogQuery { earlier: true, from: None, limit: lines, ..LogQuery::default() };
    let page = events.log(tx, Owner::task(task.pk), &query)?;
    let mut last: Vec<String> = page.lines.into_iter().take(lines).map(|line| line.msg).collect();
    last.reverse();
    Ok(last)
}

fn show(tx: &Tx<'_>, place: &str, task: &Head, last_lines: Vec<String>) -> Result<Value> {
    let include = FIELDS.map(str::to_owned);
    let loaded = document::load(tx, &TASK, &[task.pk], Some(&include))?;
    let stored = loaded.into_iter().next().map(|(_, document)| document).unwrap_or_default();
    let time = |name: &str| stored.get(name).cloned();
    let failed = task.status == "failed" || task.status == "stopped";
    Ok(json!({
        "status": task.status,
        "task_id": task.id,
        "name": task.name,
        "progress": progress(&stored, &task.status),
        "iteration": task.last_iteration,
        "created": time("created"),
        "started": time("started"),
        "completed": time("completed"),
        "error": stored.get("status_message").filter(|_| failed),
        "artifacts": artifacts(&stored, task, place),
        "last_lines": last_lines,
    }))
}

/// Per cent, as the SDK reports it; a run that went well is at its end, whatever it reported.
fn progress(stored: &Document, status: &str) -> Value {
    if matches!(status, "completed" | "closed" | "published") {
        return 100.0.into();
    }
    let reported = stored.get("runtime").and_then(|runtime| runtime.get("progress"));
    match reported {
        Some(Value::String(text)) => text.parse::<f64>().map_or(Value::Null, Value::from),
        Some(number @ Value::Number(_)) => number.clone(),
        _ => Value::Null,
    }
}

fn artifacts(stored: &Document, task: &Head, place: &str) -> Vec<Value> {
    let list = document::get(stored, "execution.artifacts").and_then(Value::as_array);
    let own = |artifact: &&Value| artifact["mode"] != "input";
    list.into_iter()
        .flatten()
        .filter(own)
        .map(|artifact| {
            let key = artifact["key"].as_str().unwrap_or_default();
            let quoted = utf8_percent_encode(key, NON_ALPHANUMERIC);
            json!({
                "key": key,
                "type": artifact["type"],
                "size": artifact["content_size"],
                "preview": artifact["type_data"]["preview"],
                "url": format!("{place}/clearml/serve/task/{}/artifacts/{quoted}", task.id),
            })
        })
        .collect()
}

/// The stored URL of a run's artifact.
///
/// # Errors
/// 404 when there is no such run for this caller, or no such artifact.
pub(crate) async fn artifact_url(run: &Follow, key: &str) -> Outcome<String> {
    let (caller, clone, key) = (run.caller.clone(), run.clone.clone(), key.to_owned());
    let find = move |tx: &Tx<'_>| {
        let task = match followed(tx, &clone, &caller)? {
            Ok(task) => task,
            Err(failure) => return Ok(Err(failure)),
        };
        let include = ["execution.artifacts".to_owned()];
        let loaded = document::load(tx, &TASK, &[task.pk], Some(&include))?;
        let stored = loaded.into_iter().next().map(|(_, document)| document).unwrap_or_default();
        let list = document::get(&stored, "execution.artifacts").and_then(Value::as_array);
        let own = |artifact: &&Value| artifact["mode"] != "input" && artifact["key"] == *key;
        let found = list.into_iter().flatten().find(own).and_then(|found| found["uri"].as_str());
        let missing = || Failure::new(404, "Error: There is no such artifact");
        Ok(found.map(str::to_owned).ok_or_else(missing))
    };
    run.site.db.read(scope(&run.site), find).await?
}

/// What a change of a task's status means for the calls it answers: they are told that their run ended,
/// and the token that was handed on is forgotten.
pub(crate) fn run_ended(tx: &Tx<'_>, task: &Head, status: &str) -> Result<()> {
    if !is_end(status) {
        return Ok(());
    }
    let computed = task.started.map_or(0, |started| (tx.now() - started).max(0));
    let answered = calls::run_ended(tx, &task.id, status, computed)?;
    if answered.is_empty() {
        return Ok(());
    }
    secrets::forget(tx, &task.id)?;
    for call in answered.into_iter().filter(|call| call.callback.is_some()) {
        jobs::add(tx, Work::TellCaller { call: call.id })?;
    }
    Ok(())
}

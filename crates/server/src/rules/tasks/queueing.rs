//! `tasks.enqueue` and `tasks.dequeue` (api.md §6.4).

use super::lifecycle::{Reason, change_status, is_status};
use crate::registry::Context;
use arno_store::document::{self, Changes, Document, new_id};
use arno_store::schema::{QUEUE, TASK};
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, queues};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct EnqueueRequest {
    task: String,
    #[serde(flatten)]
    reason: Reason,
    queue: Option<String>,
    queue_name: Option<String>,
    #[serde(default)]
    verify_watched_queue: Option<bool>,
    // The bulk form does not declare it.
    #[serde(default = "yes")]
    update_execution_queue: Option<bool>,
}

fn yes() -> Option<bool> {
    Some(true)
}

pub(super) fn enqueue(ctx: &Context<'_>, request: EnqueueRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let verify = request.verify_watched_queue.unwrap_or(false);
    if !request.update_execution_queue.unwrap_or(false) {
        require_queued(&task, verify)?;
        let queue = task.queue.clone().unwrap_or_default();
        return enqueue_in(ctx, &task, &queue, &request.reason, verify);
    }
    let queue = choose_queue(ctx, request.queue, request.queue_name)?;
    enqueue_in(ctx, &task, &queue, &request.reason, verify)
}

fn require_queued(task: &Head, verify: bool) -> Result<()> {
    let problem = if verify {
        "verify_watched_queue cannot be combined with update_execution_queue=false"
    } else if task.status != "queued" || task.queue.is_none() {
        "update_execution_queue=false needs a queued task with an execution queue"
    } else {
        return Ok(());
    };
    Err(Error::new(Code::ValidationError).extra(problem).with("task", &task.id).into())
}

/// The queue meant by id, by name (created when there is none), or the default one.
fn choose_queue(ctx: &Context<'_>, id: Option<String>, name: Option<String>) -> Result<String> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    match (given(id), given(name)) {
        (Some(_), Some(_)) => Err(Error::new(Code::ValidationError)
            .extra("give either queue or queue_name, not both")
            .into()),
        (Some(id), None) => Ok(id),
        (None, Some(name)) => match queues::id_by_name(ctx.tx, &name)? {
            Some(id) => Ok(id),
            None => create_queue(ctx, &name),
        },
        (None, None) => default_queue(ctx),
    }
}

/// Creates a queue of this name and returns its id.
fn create_queue(ctx: &Context<'_>, name: &str) -> Result<String> {
    let id = new_id();
    let queue = json!({
        "id": id, "company": ctx.caller.company, "user": ctx.caller.user, "name": name,
        "created": ctx.tx.now(), "last_update": ctx.tx.now(),
    });
    if let Value::Object(queue) = queue {
        document::insert(ctx.tx, &QUEUE, queue)?;
    }
    Ok(id)
}

fn default_queue(ctx: &Context<'_>) -> Result<String> {
    let mut queues = queues::defaults(ctx.tx)?;
    match queues.len() {
        0 => Err(Error::new(Code::NoDefaultQueue).into()),
        1 => Ok(queues.remove(0)),
        _ => Err(Error::new(Code::MultipleDefaultQueues).with_list("queues", queues).into()),
    }
}

pub(crate) fn enqueue_in(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    queue: &str,
    reason: &Reason,
    verify: bool,
) -> Result<Value> {
    let before = match task.status.as_str() {
        "queued" => task.enqueue_status.clone(),
        status => Some(status.to_owned()),
    };
    let mut more = Changes::new().set("execution.queue", queue);
    if let Some(before) = before {
        more.add("enqueue_status", before);
    }
    let fields = change_status(ctx, task, "queued", reason, more)?;
    let held = queues::hold(ctx.tx, queue)?;
    queues::push(ctx.tx, &held, &task.id)?;
    queues::remove_everywhere(ctx.tx, &task.id, Some(queue))?;
    let mut answer = json!({"queued": 1, "updated": 1, "fields": fields});
    if verify {
        answer["queue_watched"] = arno_store::presences::any_watches(ctx.tx, queue)?.into();
    }
    Ok(answer)
}

#[derive(Debug, Deserialize)]
pub(super) struct DequeueRequest {
    task: String,
    #[serde(flatten)]
    reason: Reason,
    #[serde(default)]
    remove_from_all_queues: Option<bool>,
    new_status: Option<String>,
}

pub(super) fn dequeue(ctx: &Context<'_>, request: DequeueRequest) -> Result<Value> {
    let new_status = request.new_status.as_deref();
    if let Some(status) = new_status.filter(|status| !is_status(status)) {
        return Err(Error::new(Code::ValidationError)
            .extra("new_status is not a status of a task")
            .with("new_status", status)
            .into());
    }
    if arno_store::access::visible_pk(ctx.tx, &TASK, &request.task, true)?.is_none() {
        queues::remove_everywhere(ctx.tx, &request.task, None)?;
        return Ok(json!({"dequeued": 1, "updated": 0}));
    }
    let task = tasks::writable(ctx.tx, &request.task)?;
    let everywhere = request.remove_from_all_queues.unwrap_or(false);
    let fields = dequeue_task(ctx, &task, &request.reason, new_status, everywhere)?;
    Ok(match fields {
        Some(fields) => json!({"dequeued": 1, "updated": 1, "fields": fields}),
        None => json!({"dequeued": 1, "updated": 0}),
    })
}

/// Takes a task out of its queue and gives it its status back; `None` when its status was not
/// one of a waiting task.
pub(super) fn dequeue_task(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    reason: &Reason,
    new_status: Option<&str>,
    everywhere: bool,
) -> Result<Option<Document>> {
    if everywhere {
        queues::remove_everywhere(ctx.tx, &task.id, None)?;
    } else if let Some(queue) = &task.queue {
        // The queue may be gone; then the task does not wait in it either.
        if let Some(queue) = arno_store::unless_refused(queues::hold(ctx.tx, queue))? {
            queues::remove(ctx.tx, &queue, &task.id)?;
        }
    }
    if !matches!(task.status.as_str(), "queued" | "in_progress") {
        return Ok(None);
    }
    let status = new_status.or(task.enqueue_status.as_deref()).unwrap_or("created");
    let reason = Reason {
        status_reason: reason.status_reason.clone(),
        status_message: reason.status_message.clone(),
        force: Some(true),
    };
    let more = Changes::new().unset("enqueue_status");
    change_status(ctx, task, status, &reason, more).map(Some)
}

/// Gives a task that no longer waits in `queue` its status back, if that is where it waited.
pub(crate) fn restore_waiting(ctx: &Context<'_>, id: &str, queue: &str) -> Result<()> {
    let Some(task) = arno_store::unless_refused(tasks::writable(ctx.tx, id))? else {
        return Ok(());
    };
    if task.queue.as_deref() != Some(queue) || task.status != "queued" {
        return Ok(());
    }
    let status = task.enqueue_status.as_deref().unwrap_or("created");
    let more = Changes::new().unset("enqueue_status").unset("execution.queue");
    change_status(ctx, &task, status, &Reason::forced("", ""), more)?;
    Ok(())
}

/// A stopped task that an agent takes from a queue waits again until it starts.
pub(crate) fn requeue_stopped(ctx: &Context<'_>, task: &Writable<Head>) -> Result<()> {
    if task.status == "stopped" {
        change_status(ctx, task, "queued", &Reason::default(), Changes::new())?;
    }
    Ok(())
}

/// Notes the queue a task was put into.
pub(crate) fn note_queue(ctx: &Context<'_>, task: &Writable<Head>, queue: &str) -> Result<()> {
    document::update(ctx.tx, &TASK, task.pk, &Changes::new().set("execution.queue", queue))
}

//! The tasks in a queue: adding, taking, counting and reordering.

use crate::registry::Context;
use crate::rules::tasks::{note_queue, requeue_stopped, restore_waiting};
use arno_store::{Result, queues, tasks};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct QueueRequest {
    queue: String,
}

pub(super) fn get_num_entries(ctx: &Context<'_>, request: QueueRequest) -> Result<Value> {
    let queue = queues::get(ctx.tx, &request.queue)?;
    Ok(json!({"num": queues::entries(ctx.tx, &queue)?.len()}))
}

pub(super) fn peek_task(ctx: &Context<'_>, request: QueueRequest) -> Result<Value> {
    let queue = queues::get(ctx.tx, &request.queue)?;
    let first = queues::entries(ctx.tx, &queue)?.into_iter().next();
    Ok(json!({"task": first.map(|entry| entry.task)}))
}

#[derive(Debug, Deserialize)]
pub(super) struct EntryRequest {
    queue: String,
    task: String,
    #[serde(default)]
    update_execution_queue: Option<bool>,
    #[serde(default)]
    update_task_status: Option<bool>,
    #[serde(default)]
    count: Option<i64>,
}

pub(super) fn add_task(ctx: &Context<'_>, request: EntryRequest) -> Result<Value> {
    let queue = queues::hold(ctx.tx, &request.queue)?;
    let task = tasks::writable(ctx.tx, &request.task)?;
    queues::push(ctx.tx, &queue, &task.id)?;
    if request.update_execution_queue.unwrap_or(false) {
        note_queue(ctx, &task, &queue.id)?;
    }
    Ok(json!({"added": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct NextRequest {
    queue: String,
    #[serde(default)]
    task: Option<String>,
    #[serde(default)]
    get_task_info: Option<bool>,
}

pub(super) fn get_next_task(ctx: &Context<'_>, request: NextRequest) -> Result<Value> {
    let queue = queues::hold(ctx.tx, &request.queue)?;
    let Some(entry) = queues::pop(ctx.tx, &queue, request.task.as_deref())? else {
        return Ok(json!({}));
    };
    let mut answer = json!({"entry": {"task": entry.task, "added": date::format(entry.added)}});
    // A task deleted meanwhile is handed out all the same; the agent finds out.
    let Some(task) = arno_store::unless_refused(tasks::writable(ctx.tx, &entry.task))? else {
        return Ok(answer);
    };
    requeue_stopped(ctx, &task)?;
    if request.get_task_info.unwrap_or(false) {
        answer["task_info"] = json!({"company": task.company, "user": task.user});
    }
    Ok(answer)
}

pub(super) fn remove_task(ctx: &Context<'_>, request: EntryRequest) -> Result<Value> {
    let queue = queues::hold(ctx.tx, &request.queue)?;
    remove(ctx, &queue, &request.task)?;
    if request.update_task_status.unwrap_or(false) {
        restore_waiting(ctx, &request.task, &queue.id)?;
    }
    Ok(json!({"removed": 1}))
}

/// Empties the queue; the tasks that waited in it get their status back.
pub(super) fn clear_queue(ctx: &Context<'_>, request: QueueRequest) -> Result<Value> {
    let queue = queues::hold(ctx.tx, &request.queue)?;
    let removed = queues::clear(ctx.tx, &queue)?;
    for entry in &removed {
        restore_waiting(ctx, &entry.task, &queue.id)?;
    }
    let removed: Vec<String> = removed.into_iter().map(|entry| entry.task).collect();
    Ok(json!({"removed_tasks": removed}))
}

pub(super) fn move_task_forward(ctx: &Context<'_>, request: EntryRequest) -> Result<Value> {
    let count = request.count.unwrap_or(1);
    reposition(ctx, &request, |place| (place as i64).saturating_sub(count))
}

pub(super) fn move_task_backward(ctx: &Context<'_>, request: EntryRequest) -> Result<Value> {
    let count = request.count.unwrap_or(1);
    reposition(ctx, &request, |place| (place as i64).saturating_add(count))
}

pub(super) fn move_task_to_front(ctx: &Context<'_>, request: EntryRequest) -> Result<Value> {
    reposition(ctx, &request, |_| 0)
}

pub(super) fn move_task_to_back(ctx: &Context<'_>, request: EntryRequest) -> Result<Value> {
    reposition(ctx, &request, |_| i64::MAX)
}

#[derive(Debug, Deserialize)]
pub(super) struct ToQueueRequest {
    queue: String,
    task: String,
    target_queue: String,
    #[serde(default)]
    update_execution_queue: Option<bool>,
}

/// Takes a waiting task from one queue to the end of another; its status stays.
///
/// # Errors
/// 400/701 for an unknown queue, 400/703 when the task does not wait in the first one, 400/706
/// when it waits in the other already.
pub(super) fn move_task_to_queue(ctx: &Context<'_>, request: ToQueueRequest) -> Result<Value> {
    let task = tasks::writable(ctx.tx, &request.task)?;
    let (from, to) = queues::hold_both(ctx.tx, &request.queue, &request.target_queue)?;
    remove(ctx, &from, &task.id)?;
    queues::push(ctx.tx, &to, &task.id)?;
    if request.update_execution_queue.unwrap_or(false) {
        note_queue(ctx, &task, &to.id)?;
    }
    Ok(json!({"moved": 1}))
}

/// Takes a task out of a queue.
///
/// # Errors
/// 400/703 when it does not wait there.
fn remove(ctx: &Context<'_>, queue: &queues::Head, task: &str) -> Result<()> {
    if queues::remove(ctx.tx, queue, task)? {
        return Ok(());
    }
    Err(Error::new(Code::InvalidQueueOrTaskNotQueued)
        .with("queue", &queue.id)
        .with("task", task)
        .into())
}

fn reposition(
    ctx: &Context<'_>,
    request: &EntryRequest,
    place: impl Fn(usize) -> i64,
) -> Result<Value> {
    let queue = queues::hold(ctx.tx, &request.queue)?;
    let position = queues::reposition(ctx.tx, &queue, &request.task, place)?;
    Ok(json!({"position": position}))
}

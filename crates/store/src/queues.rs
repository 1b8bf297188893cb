//! Queues and the tasks that wait in them. Positions are sparse integers, lowest first.

use crate::access::visible_pk;
use crate::changes::What;
use crate::db::{Dialect, Sql, Tx};
use crate::error::Result;
use crate::schema::{QUEUE, TASK};
use crate::scope::push_visible;
use crate::statistics;
use arno_wire::error::{Code, Error as Refusal};
use std::collections::HashMap;

/// A queue.
#[derive(Clone, Debug)]
pub struct Head {
    /// Key of the row.
    pub pk: i64,
    /// Id on the wire.
    pub id: String,
}

/// A waiting task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Task id.
    pub task: String,
    /// When it was added, ms.
    pub added: i64,
}

/// The queue with this id, held against concurrent changes of its entries.
///
/// # Errors
/// 400/701 when there is none.
pub fn get(tx: &Tx<'_>, id: &str) -> Result<Head> {
    let pk = visible_pk(tx, &QUEUE, id, false)?
        .ok_or_else(|| Refusal::new(Code::InvalidQueueId).with("id", id))?;
    Ok(Head { pk, id: id.to_owned() })
}

/// As [`get`], and nobody else changes the entries until the transaction ends.
pub fn hold(tx: &Tx<'_>, id: &str) -> Result<Head> {
    let queue = get(tx, id)?;
    if tx.dialect() == Dialect::Postgres {
        tx.first(
            "SELECT 1::bigint FROM queues WHERE pk = $1 FOR UPDATE",
            &[queue.pk.into()],
            |row| row.int(0),
        )?;
    }
    Ok(queue)
}

/// Two queues, held in the order of their keys, so that two who hold the same ones never wait for
/// each other.
pub fn hold_both(tx: &Tx<'_>, one: &str, other: &str) -> Result<(Head, Head)> {
    if get(tx, one)?.pk <= get(tx, other)?.pk {
        let first = hold(tx, one)?;
        return Ok((first, hold(tx, other)?));
    }
    let first = hold(tx, other)?;
    Ok((hold(tx, one)?, first))
}

/// The id of the queue of this name.
pub fn id_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<String>> {
    let sql = "SELECT id FROM queues WHERE company = $1 AND name = $2";
    tx.first(sql, &[(&tx.scope().company).into(), name.into()], |row| row.text(0))
}

/// The queue a task waits in, if any.
pub fn of_task(tx: &Tx<'_>, task: &str) -> Result<Option<Head>> {
    let sql = "SELECT q.pk, q.id FROM queue_entries e JOIN queues q ON q.id = e.queue \
               WHERE e.task = $1 ORDER BY e.added LIMIT 1";
    tx.first(sql, &[task.into()], |row| Ok(Head { pk: row.int(0)?, id: row.text(1)? }))
}

/// The ids of the queues with system tag `default`.
pub fn defaults(tx: &Tx<'_>) -> Result<Vec<String>> {
    let sql = "SELECT q.id FROM queues q JOIN queue_tags t ON t.owner = q.pk \
               WHERE q.company = $1 AND t.system = 1 AND t.value = 'default' ORDER BY q.pk";
    tx.query(sql, &[(&tx.scope().company).into()], |row| row.text(0))
}

/// The waiting tasks, first come first.
pub fn entries(tx: &Tx<'_>, queue: &Head) -> Result<Vec<Entry>> {
    let sql = "SELECT task, added FROM queue_entries WHERE queue = $1 ORDER BY position";
    tx.query(sql, &[(&queue.id).into()], |row| Ok(Entry { task: row.text(0)?, added: row.int(1)? }))
}

/// Appends a task.
///
/// # Errors
/// 400/706 when it is there already.
pub fn push(tx: &Tx<'_>, queue: &Head, task: &str) -> Result<()> {
    let sql = "INSERT INTO queue_entries (queue, task, position, added) SELECT $1, $2, \
               coalesce(max(position), 0) + 1, $3 FROM queue_entries WHERE queue = $1 \
               ON CONFLICT DO NOTHING";
    let values = [(&queue.id).into(), task.into(), tx.now().into()];
    if tx.execute(sql, &values)? == 0 {
        return Err(Refusal::new(Code::TaskAlreadyQueued).with("task", task).into());
    }
    changed(tx, &queue.id, 1, tx.now())
}

/// Removes and returns the first task; with `only`, just when it is that one.
pub fn pop(tx: &Tx<'_>, queue: &Head, only: Option<&str>) -> Result<Option<Entry>> {
    let sql = "SELECT task, added FROM queue_entries WHERE queue = $1 ORDER BY position LIMIT 1";
    let first = tx.first(sql, &[(&queue.id).into()], |row| {
        Ok(Entry { task: row.text(0)?, added: row.int(1)? })
    })?;
    let Some(first) = first.filter(|first| only.is_none_or(|only| only == first.task)) else {
        return Ok(None);
    };
    remove(tx, queue, &first.task)?;
    Ok(Some(first))
}

/// Removes a task; tells whether it was there.
pub fn remove(tx: &Tx<'_>, queue: &Head, task: &str) -> Result<bool> {
    let sql = "DELETE FROM queue_entries WHERE queue = $1 AND task = $2 RETURNING added";
    let removed = tx.first(sql, &[(&queue.id).into(), task.into()], |row| row.int(0))?;
    if let Some(added) = removed {
        changed(tx, &queue.id, -1, -added)?;
    }
    Ok(removed.is_some())
}

/// Removes a task from every queue but `except`; returns from how many.
pub fn remove_everywhere(tx: &Tx<'_>, task: &str, except: Option<&str>) -> Result<usize> {
    let sql = "DELETE FROM queue_entries WHERE task = $1 AND queue <> $2 RETURNING queue, added";
    let values = [task.into(), except.unwrap_or_default().into()];
    let left = tx.query(sql, &values, |row| Ok((row.text(0)?, row.int(1)?)))?;
    for (queue, added) in &left {
        changed(tx, queue, -1, -added)?;
    }
    Ok(left.len())
}

/// Removes every task and returns them, first come first.
pub fn clear(tx: &Tx<'_>, queue: &Head) -> Result<Vec<Entry>> {
    let waiting = entries(tx, queue)?;
    tx.execute("DELETE FROM queue_entries WHERE queue = $1", &[(&queue.id).into()])?;
    let added: i64 = waiting.iter().map(|entry| entry.added).sum();
    changed(tx, &queue.id, -(waiting.len() as i64), -added)?;
    Ok(waiting)
}

/// The names of the tasks that wait in these queues and that the scope may see, by their ids.
pub fn names_of_waiting(tx: &Tx<'_>, queues: &[&str]) -> Result<HashMap<String, String>> {
    let mut sql = Sql::new(
        "SELECT DISTINCT t.id, t.name FROM queue_entries e JOIN tasks t ON t.id = e.task \
         WHERE e.queue IN ",
    );
    sql.bind_list(queues.iter().copied()).push(" AND ");
    push_visible(&mut sql, tx.scope(), &TASK, "t", true);
    let named = tx.query(&sql.text, &sql.values, |row| Ok((row.text(0)?, row.text(1)?)))?;
    Ok(named.into_iter().collect())
}

/// Moves a task to a place counted from 0, clamped to the ends; returns the place.
///
/// # Errors
/// 400/703 when it does not wait there.
pub fn reposition(
    tx: &Tx<'_>,
    queue: &Head,
    task: &str,
    place: impl Fn(usize) -> i64,
) -> Result<usize> {
    let mut order = entries(tx, queue)?;
    let from = order.iter().position(|entry| entry.task == task).ok_or_else(|| {
        Refusal::new(Code::InvalidQueueOrTaskNotQueued).with("queue", &queue.id).with("task", task)
    })?;
    let last = order.len() as i64 - 1;
    let to = place(from).clamp(0, last) as usize;
    let entry = order.remove(from);
    order.insert(to, entry);
    let sql = "UPDATE queue_entries SET position = $1 WHERE queue = $2 AND task = $3";
    for (position, entry) in (1i64..).zip(&order) {
        tx.execute(sql, &[position.into(), (&queue.id).into(), (&entry.task).into()])?;
    }
    touch(tx, queue)?;
    Ok(to)
}

/// Notes that there are `count` tasks more, and by how much the sum of the times grew at which they
/// were added.
fn changed(tx: &Tx<'_>, queue: &str, count: i64, added: i64) -> Result<()> {
    let sql = "UPDATE queues SET last_update = $1, waiting = waiting + $2, \
               waiting_added = waiting_added + $3 WHERE id = $4";
    tx.execute(sql, &[tx.now().into(), count.into(), added.into(), queue.into()])?;
    tell(tx, queue);
    statistics::sample_queues(tx, &[queue.to_owned()])
}

/// Notes a change of the queue.
pub fn touch(tx: &Tx<'_>, queue: &Head) -> Result<()> {
    tx.execute(
        "UPDATE queues SET last_update = $1 WHERE pk = $2",
        &[tx.now().into(), queue.pk.into()],
    )?;
    tell(tx, &queue.id);
    Ok(())
}

fn tell(tx: &Tx<'_>, queue: &str) {
    let company = tx.scope().company.clone();
    tx.changed_named("queue", queue.to_owned(), None, company, What::Changed);
}

/// The queue's name.
pub fn name(tx: &Tx<'_>, queue: &Head) -> Result<String> {
    let sql = "SELECT name FROM queues WHERE pk = $1";
    Ok(tx.first(sql, &[queue.pk.into()], |row| row.text(0))?.unwrap_or_default())
}

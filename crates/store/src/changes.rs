//! What changed, told after it was committed, so that pages and agents need not ask again and
//! again. A message is a hint to fetch, never the data: messages of the same object are merged, and
//! when too many come together the listener is told to fetch everything.

use crate::db::{Db, Sql, Tx};
use crate::error::Result;
use crate::schema::{Entity, MODEL, PROJECT, QUEUE, TASK, USER};
use crate::scope::{Scope, push_visible};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Changed objects that may wait to be told; past it only "everything" is told.
const MAX_PENDING: usize = 5_000;

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It is new.
    Created,
    /// Something of it is different.
    Changed,
    /// It is gone.
    Deleted,
    /// Scalars, plots, samples or log lines arrived.
    Reported,
}

/// A change as listeners get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `task`, `model`, `project`, `queue`, `user`, `worker`, or `events` of a task or model.
    pub entity: String,
    /// Id of the object; of `events`, that of their task or model.
    pub id: String,
    /// The project it belongs to; a project's own id.
    pub project: Option<String>,
    /// What happened.
    pub what: What,
    /// Whose it is; empty for what is public.
    pub company: String,
}

/// An object a transaction changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A row that is still there.
    Row(&'static str, i64),
    /// Something that has an id but no row of the schema, or has it no more.
    Named { entity: &'static str, id: String, project: Option<String>, company: String },
}

/// Changes of one transaction, in order.
pub(crate) type Changed = Vec<(Subject, What)>;

/// What was committed and is to be told.
#[derive(Default)]
pub struct Changes {
    /// Without a listener nothing is kept.
    listened: AtomicBool,
    pending: Mutex<Pending>,
    wake: Notify,
    urgent: Notify,
}

#[derive(Default)]
struct Pending {
    list: HashMap<Subject, What>,
    overflown: bool,
}

/// What is to be told next.
pub enum Next {
    /// These, and maybe they are few.
    Some(Committed),
    /// Too many to name.
    TooMany,
}

/// Committed changes whose objects are still to be looked up.
pub struct Committed(Vec<(Subject, What)>);

impl Changes {
    /// From now on what is committed is kept until [`Changes::next`] takes it.
    pub fn listen(&self) {
        self.listened.store(true, Ordering::Relaxed);
    }

    /// Notes what a transaction changed, once it is committed.
    pub(crate) fn committed(&self, changed: Changed) {
        if changed.is_empty() || !self.listened.load(Ordering::Relaxed) {
            return;
        }
        let urgent = changed.iter().any(|(subject, _)| is_urgent(subject));
        let mut pending = self.pending.lock().unwrap_or_else(|broken| broken.into_inner());
        for (subject, what) in changed {
            pending.add(subject, what);
        }
        drop(pending);
        self.wake.notify_one();
        if urgent {
            self.urgent.notify_one();
        }
    }

    /// Waits until there is something to tell.
    pub async fn some(&self) {
        self.wake.notified().await;
    }

    /// Waits until there is something that must be told without delay.
    pub async fn urgent(&self) {
        self.urgent.notified().await;
    }

    /// Takes what there is to tell.
    pub fn next(&self) -> Next {
        let mut pending = self.pending.lock().unwrap_or_else(|broken| broken.into_inner());
        let taken = std::mem::take(&mut *pending);
        match taken.overflown {
            true => Next::TooMany,
            false => Next::Some(Committed(taken.list.into_iter().collect())),
        }
    }
}

impl Pending {
    fn add(&mut self, subject: Subject, what: What) {
        if self.list.len() >= MAX_PENDING {
            self.overflown = true;
            self.list.clear();
        }
        if self.overflown {
            return;
        }
        let told = self.list.entry(subject).or_insert(what);
        // Who hears that something is new fetches it whole.
        if *told != What::Created {
            *told = what;
        }
    }
}

/// Work that waits in a queue is to be taken up at once.
fn is_urgent(subject: &Subject) -> bool {
    matches!(subject, Subject::Named { entity: "queue", .. })
}

impl Committed {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks the objects up. What is gone by now is left out: its removal is told by itself.
    pub fn messages(&self, tx: &Tx<'_>) -> Result<Vec<Message>> {
        let mut messages = Vec::with_capacity(self.0.len());
        let mut rows: HashMap<&str, Vec<(i64, What)>> = HashMap::new();
        for (subject, what) in &self.0 {
            match subject {
                Subject::Row(entity, pk) => rows.entry(entity).or_default().push((*pk, *what)),
                Subject::Named { entity, id, project, company } => messages.push(Message {
                    entity: (*entity).to_owned(),
                    id: id.clone(),
                    project: project.clone(),
                    what: *what,
                    company: company.clone(),
                }),
            }
        }
        for (name, rows) in rows {
            look_up(tx, name, &rows, &mut messages)?;
        }
        Ok(messages)
    }
}

fn look_up(
    tx: &Tx<'_>,
    name: &str,
    rows: &[(i64, What)],
    messages: &mut Vec<Message>,
) -> Result<()> {
    let (table, project) = match name {
        "task" | "task_events" => (TASK.table, "project"),
        "model" | "model_events" => (MODEL.table, "project"),
        "project" => (PROJECT.table, "id"),
        "user" => (USER.table, "NULL"),
        _ => (QUEUE.table, "NULL"),
    };
    let entity = if name.ends_with("_events") { "events" } else { name };
    for part in rows.chunks(500) {
        let what: HashMap<i64, What> = part.iter().copied().collect();
        let mut sql =
            Sql::new(format!("SELECT pk, id, {project}, company FROM {table} WHERE pk IN "));
        sql.bind_list(what.keys().copied());
        tx.each(&sql.text, &sql.values, |row| {
            let Some(what) = what.get(&row.int(0)?) else {
                return Ok(std::ops::ControlFlow::Continue(()));
            };
            messages.push(Message {
                entity: entity.to_owned(),
                id: row.text(1)?,
                project: row.opt_text(2)?,
                what: *what,
                company: row.text(3)?,
            });
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

/// Of these messages, those about what the scope may see. Who sees only a part does not learn of
/// removals: what is gone cannot be asked whose it was.
///
/// # Errors
/// Those of the engine, which is asked only for who sees a part.
pub async fn visible(db: &Db, scope: Scope, mut messages: Vec<Message>) -> Result<Vec<Message>> {
    messages.retain(|message| message.company.is_empty() || message.company == scope.company);
    if !scope.restricted || messages.is_empty() {
        return Ok(messages);
    }
    messages.retain(|message| message.what != What::Deleted);
    db.read(scope, move |tx| seen(tx, &messages)).await
}

fn seen(tx: &Tx<'_>, messages: &[Message]) -> Result<Vec<Message>> {
    let scope = tx.scope();
    let mut seen: HashSet<(&str, String)> = HashSet::new();
    for entity in [&TASK, &MODEL, &PROJECT] {
        for part in ids_of(messages, entity).chunks(500) {
            let mut sql = Sql::new(format!("SELECT t.id FROM {} t WHERE t.id IN ", entity.table));
            sql.bind_list(part.iter().copied()).push(" AND ");
            push_visible(&mut sql, scope, entity, "t", true);
            let found = tx.query(&sql.text, &sql.values, |row| row.text(0))?;
            seen.extend(found.into_iter().map(|id| (entity.name, id)));
        }
    }
    let may = |message: &&Message| match message.entity.as_str() {
        "events" => {
            [TASK.name, MODEL.name].iter().any(|n| seen.contains(&(*n, message.id.clone())))
        }
        "queue" | "worker" => true,
        name => seen.contains(&(name, message.id.clone())),
    };
    Ok(messages.iter().filter(may).cloned().collect())
}

fn ids_of<'m>(messages: &'m [Message], entity: &Entity) -> Vec<&'m str> {
    let of = |message: &&Message| match message.entity.as_str() {
        "events" => entity.name != PROJECT.name,
        name => name == entity.name,
    };
    messages.iter().filter(of).map(|message| message.id.as_str()).collect()
}

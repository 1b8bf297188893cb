//! The life cycle of a task: which status may follow which (api.md §6.1), and the one function
//! that changes it.

use crate::gateway;
use crate::registry::{After, Context};
use arno_store::document::{self, Changes, Document};
use arno_store::events::Owner;
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::Head;
use arno_store::{Result, Tx, projects, tags};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::Value;

/// Every status and the ones that may follow it without force.
const TRANSITIONS: [(&str, &[&str]); 9] = [
    ("created", &["queued", "in_progress"]),
    ("queued", &["created", "in_progress", "stopped"]),
    ("in_progress", &["stopped", "failed", "created", "completed"]),
    (
        "stopped",
        &[
            "closed",
            "created",
            "failed",
            "queued",
            "in_progress",
            "published",
            "publishing",
            "completed",
        ],
    ),
    ("closed", &["created", "failed", "published", "publishing", "stopped"]),
    ("failed", &["created", "stopped", "published", "queued"]),
    ("completed", &["published", "in_progress", "created"]),
    ("publishing", &["published"]),
    ("published", &[]),
];

/// Whether `to` may follow `from` without force. A status may always follow itself.
pub(crate) fn allowed(from: &str, to: &str) -> bool {
    from == to || TRANSITIONS.iter().any(|(status, next)| *status == from && next.contains(&to))
}

/// Every status of the wire.
pub(crate) fn statuses() -> impl Iterator<Item = &'static str> {
    TRANSITIONS.into_iter().map(|(status, _)| status).chain(["unknown"])
}

/// Whether `word` is a status of the wire.
pub(crate) fn is_status(word: &str) -> bool {
    statuses().any(|status| status == word)
}

/// What every request that changes a status carries.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Reason {
    /// Why, for programs and lists.
    #[serde(default)]
    pub(crate) status_reason: Option<String>,
    /// Why, in words.
    #[serde(default)]
    pub(crate) status_message: Option<String>,
    /// Whether the table of transitions may be overruled.
    #[serde(default)]
    pub(crate) force: Option<bool>,
}

impl Reason {
    /// A reason of the server's own, which no table holds up.
    pub(crate) fn forced(reason: &str, message: &str) -> Reason {
        Reason {
            status_reason: Some(reason.to_owned()),
            status_message: Some(message.to_owned()),
            force: Some(true),
        }
    }

    /// Whether the caller asked to overrule the table.
    pub(crate) fn force(&self) -> bool {
        self.force.unwrap_or(false)
    }
}

/// Changes the status and whatever `more` says, and returns the fields as answers show them.
///
/// # Errors
/// 400/110 when `to` may not follow the present status and force was not asked for.
pub(crate) fn change_status(
    ctx: &Context<'_>,
    task: &Writable<Head>,
    to: &str,
    reason: &Reason,
    more: Changes,
) -> Result<Document> {
    if !reason.force() && !allowed(&task.status, to) {
        return Err(Error::new(Code::InvalidTaskStatus)
            .extra("the task's status does not permit this")
            .with("task", &task.id)
            .with("current_status", &task.status)
            .with("new_status", to)
            .into());
    }
    if task.status == "created" {
        ctx.finish_deletion(Owner::task(task.pk))?;
    }
    let fields = write_status(ctx.tx, &ctx.caller.user, task, to, reason, more)?;
    if gateway::is_end(to) {
        // It may have to be told to who called for the run.
        ctx.later(After::JobAdded);
    }
    Ok(fields)
}

/// Writes a status, permitted or not, in the name of this user.
pub(crate) fn write_status(
    tx: &Tx<'_>,
    user: &str,
    task: &Writable<Head>,
    to: &str,
    reason: &Reason,
    more: Changes,
) -> Result<Document> {
    if to == "queued" {
        tags::remove(tx, &TASK, task.pk, true, "development")?;
    }
    let now = tx.now();
    let mut changes = Changes::new()
        .set("status", to)
        .set("status_reason", reason.status_reason.clone().unwrap_or_default())
        .set("status_message", reason.status_message.clone().unwrap_or_default())
        .set("status_changed", now)
        .set("last_update", now)
        .set("last_change", now)
        .set("last_changed_by", user);
    changes.append(more);
    document::update(tx, &TASK, task.pk, &changes)?;
    projects::touch(tx, task.project.as_deref())?;
    gateway::run_ended(tx, task, to)?;
    Ok(shown(&changes))
}

/// The changed scalar fields as answers show them: dates in ISO form.
pub(crate) fn shown(changes: &Changes) -> Document {
    let is_date = |path: &str| {
        TASK.field(path).is_some_and(|field| field.kind == arno_store::schema::Kind::Date)
    };
    changes
        .values()
        .map(|(path, value)| {
            let value = match value.as_i64() {
                Some(ms) if is_date(path) => Value::from(date::format(ms)),
                _ => value.clone(),
            };
            (path.to_owned(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions_are_those_of_the_contract() {
        let statuses = TRANSITIONS.map(|(status, _)| status);
        let permitted = |from: &str| -> Vec<&str> {
            statuses.into_iter().filter(|to| *to != from && allowed(from, to)).collect()
        };
        assert_eq!(permitted("created"), ["queued", "in_progress"]);
        assert_eq!(permitted("published"), [""; 0]);
        assert_eq!(permitted("publishing"), ["published"]);
        assert_eq!(permitted("completed"), ["created", "in_progress", "published"]);
        assert_eq!(permitted("failed"), ["created", "queued", "stopped", "published"]);
        assert!(statuses.iter().all(|status| allowed(status, status)));
        assert!(!is_status("gone"));
    }
}

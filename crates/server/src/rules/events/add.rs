//! `events.add`, `events.add_batch`: stores what tasks and models report, then shows on their rows
//! what follows from it (api.md §8.2, 8.3).

use super::gather::{Gathered, Group};
use super::line::Line;
use crate::registry::{Call, Reply};
use arno_store::events::{Batch, Derived, Owner};
use arno_store::{Result, Tx, metric_sets, models, tasks};
use arno_wire::error::{Code, Error};
use arno_wire::json;
use arno_wire::request::{bad_item, lines};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;

/// The media type of a body with one JSON object a line.
const JSON_LINES: &str = "application/json-lines";

pub(super) async fn add_batch(call: Call) -> Result<Reply> {
    let gathered = read(&call)?;
    let (ready, mut errors) = admit(&call, &gathered).await?;
    let added: usize = ready.iter().map(|accepted| accepted.count).sum();
    store(&call, gathered.groups, ready).await?;
    for (why, count) in gathered.errors {
        *errors.entry(why).or_default() += count;
    }
    let failed: usize = errors.values().sum();
    if gathered.too_large > 0 {
        return Err(Error::new(Code::DataError)
            .extra("an iteration does not fit a signed 64-bit integer; other events were stored")
            .with("added", added)
            .with("errors", failed)
            .into());
    }
    if added == 0 {
        let first = errors.into_keys().next().unwrap_or_default();
        return Err(Error::new(Code::EventsNotAdded).extra(first).with("errors", failed).into());
    }
    Ok(Reply::Data(value!({"added": added, "errors": failed, "errors_info": errors})))
}

/// Reads the events of the request.
fn read(call: &Call) -> Result<Gathered> {
    let now = call.site.db.clock().now();
    let mut gathered = Gathered::new(call.caller.from.worker_name(), now);
    if call.content_type.as_deref() != Some(JSON_LINES) {
        for item in call.items()? {
            add_value(&mut gathered, &item.into())?;
        }
        return Ok(gathered);
    }
    let mut count = 0;
    for (index, line) in lines(&call.body).enumerate() {
        count += 1;
        match serde_json::from_slice::<Line<'_>>(line) {
            Ok(event) => gathered.add(event)?,
            Err(_) => add_lenient(&mut gathered, index, line)?,
        }
    }
    match count {
        0 => Err(Error::new(Code::BatchContainsNoItems).into()),
        _ => Ok(gathered),
    }
}

/// A line that is not strict JSON, or whose fields are not of the usual types.
fn add_lenient(gathered: &mut Gathered, index: usize, line: &[u8]) -> Result<()> {
    let event = json::parse(line).map_err(|error| bad_item(index, error.to_string()))?;
    if !event.is_object() {
        return Err(bad_item(index, "it must be a JSON object").into());
    }
    add_value(gathered, &event)
}

fn add_value(gathered: &mut Gathered, event: &Value) -> Result<()> {
    match Line::from_value(event) {
        Ok(line) => Ok(gathered.add(line)?),
        Err(error) => {
            gathered.refuse(format!("Invalid event: {error}"));
            Ok(())
        }
    }
}

/// A group whose task or model may get events.
struct Accepted {
    /// Position among the groups.
    position: usize,
    owner: Owner,
    count: usize,
}

/// Finds out which tasks and models exist and may be changed; the others' events are counted.
async fn admit(
    call: &Call,
    gathered: &Gathered,
) -> Result<(Vec<Accepted>, BTreeMap<String, usize>)> {
    let about: Vec<About> = gathered.groups.iter().map(About::of).collect();
    call.site
        .db
        .read(call.scope(), move |tx| {
            let (mut ready, mut errors) = (Vec::new(), BTreeMap::new());
            for (position, about) in about.iter().enumerate() {
                let count = about.count;
                match about.owner(tx)? {
                    Ok(owner) => ready.push(Accepted { position, owner, count }),
                    Err(why) => *errors.entry(why).or_insert(0) += count,
                }
            }
            Ok((ready, errors))
        })
        .await
}

/// Who a group is about.
struct About {
    id: String,
    is_model: bool,
    allow_locked: bool,
    count: usize,
}

impl About {
    fn of(group: &Group) -> About {
        About {
            id: group.id.clone(),
            is_model: group.is_model,
            allow_locked: group.allow_locked,
            count: group.count,
        }
    }

    /// Whose the events are, or why they are refused.
    fn owner(&self, tx: &Tx<'_>) -> Result<std::result::Result<Owner, String>> {
        let found = match self.is_model {
            true => {
                models::writable(tx, &self.id).map(|model| (Owner::model(model.pk), model.ready))
            }
            false => tasks::changeable(tx, &self.id).map(|task| {
                let locked = matches!(task.status.as_str(), "published" | "publishing");
                (Owner::task(task.pk), locked)
            }),
        };
        match found {
            Ok((owner, locked)) if !locked || self.allow_locked => Ok(Ok(owner)),
            Ok(_) | Err(arno_store::Error::Rejected(_)) => {
                let kind = if self.is_model { "model" } else { "task" };
                Ok(Err(format!("Invalid {kind} id {}", self.id)))
            }
            Err(error) => Err(error),
        }
    }
}

/// Stores the events, then shows on the rows what follows from them.
async fn store(call: &Call, groups: Vec<Group>, ready: Vec<Accepted>) -> Result<()> {
    if ready.is_empty() {
        return Ok(());
    }
    let mut batches: Vec<Option<Batch>> =
        groups.into_iter().map(|group| Some(group.batch)).collect();
    let accepted: Vec<(Owner, Batch)> = ready
        .iter()
        .filter_map(|accepted| Some((accepted.owner, batches[accepted.position].take()?)))
        .collect();
    let db = &call.site.db;
    let events = call.site.events.clone();
    let added = db
        .write_events(call.scope(), move |tx| {
            accepted
                .iter()
                .map(|(owner, batch)| events.add(tx, *owner, batch))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    for added in &added {
        call.site.events.committed(added);
    }
    let derived: Vec<Derived> = added.into_iter().map(|added| added.derived).collect();
    db.derive(call.scope(), move |tx| show(tx, &derived)).await?;
    Ok(())
}

/// Shows on the rows of tasks and models what their events say; returns those whose rows were
/// behind.
pub(crate) fn show(tx: &Tx<'_>, derived: &[Derived]) -> Result<Vec<Owner>> {
    let mut behind = Vec::new();
    for row in derived {
        let (seq, updated, iteration) = (row.seq, row.updated, row.last_iteration);
        let was_behind = match row.owner.as_model() {
            Some(pk) => models::show_events(tx, pk, seq, updated, iteration)?,
            None => tasks::show_events(tx, row.owner.key(), seq, updated, iteration)?,
        };
        if was_behind {
            behind.push(row.owner);
        }
        if let Some(metrics) = &row.metrics {
            metric_sets::note(tx, row.owner, metrics)?;
        }
    }
    Ok(behind)
}

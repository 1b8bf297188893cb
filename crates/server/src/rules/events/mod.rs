//! Events: what tasks and models report, and reading it back (api.md §8).

mod add;
mod delete;
mod gather;
mod line;
mod read;

pub(crate) use add::show;
pub(crate) use read::{Part, part};

use crate::registry::{Effect, Registry};

/// The endpoints of `events.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.asynchronous("events.add", Effect::Write, add::add_batch);
    registry.asynchronous("events.add_batch", Effect::Write, add::add_batch);
    registry.asynchronous("events.delete_for_task", Effect::Write, delete::for_task);
    registry.asynchronous("events.delete_for_model", Effect::Write, delete::for_model);
    registry.asynchronous("events.clear_task_log", Effect::Write, delete::clear_log);
    read::register(registry);
}

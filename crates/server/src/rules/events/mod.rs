//! Events: what tasks and models report, and reading it back (api.md §8).

mod add;
mod gather;
mod line;

pub(crate) use add::show;

use crate::registry::{Effect, Registry};

/// The endpoints of `events.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.asynchronous("events.add", Effect::Write, add::add_batch);
    registry.asynchronous("events.add_batch", Effect::Write, add::add_batch);
}

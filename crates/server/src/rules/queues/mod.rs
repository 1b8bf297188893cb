//! Queues (api.md §9).

mod change;
mod entries;
mod read;

use crate::registry::Registry;

/// The endpoints of `queues.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("queues.get_by_id", read::get_by_id);
    registry.read("queues.get_all", read::get_all);
    registry.read("queues.get_all_ex", read::get_all_ex);
    registry.read("queues.get_default", read::get_default);
    registry.read("queues.get_num_entries", entries::get_num_entries);
    registry.read("queues.peek_task", entries::peek_task);
    registry.write("queues.create", change::create);
    registry.write("queues.update", change::update);
    registry.write("queues.delete", change::delete);
    registry.write("queues.add_task", entries::add_task);
    registry.write("queues.get_next_task", entries::get_next_task);
    registry.write("queues.remove_task", entries::remove_task);
    registry.write("queues.move_task_forward", entries::move_task_forward);
    registry.write("queues.move_task_backward", entries::move_task_backward);
    registry.write("queues.move_task_to_front", entries::move_task_to_front);
    registry.write("queues.move_task_to_back", entries::move_task_to_back);
}

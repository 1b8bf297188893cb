//! Queues (api.md §9).

mod change;
mod entries;
mod metadata;
mod metrics;
mod read;

use crate::registry::Registry;

/// The endpoints of `queues.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("queues.get_by_id", read::get_by_id).since(2, 4);
    registry.read("queues.get_all", read::get_all).since(2, 4);
    registry.read("queues.get_all_ex", read::get_all_ex).since(2, 4);
    registry.read("queues.get_default", read::get_default).since(2, 4);
    registry.read("queues.get_num_entries", entries::get_num_entries).since(2, 15);
    registry.read("queues.peek_task", entries::peek_task).since(2, 15);
    registry.read("queues.get_by_task_id", read::get_by_task_id);
    registry.read("queues.get_queue_metrics", metrics::get_queue_metrics).since(2, 4);
    registry.write("queues.create", change::create).since(2, 4);
    registry.write("queues.update", change::update).since(2, 4);
    registry.write("queues.delete", change::delete).since(2, 4);
    registry.write("queues.add_task", entries::add_task).since(2, 4);
    registry.write("queues.get_next_task", entries::get_next_task);
    registry.write("queues.remove_task", entries::remove_task).since(2, 4);
    registry.write("queues.clear_queue", entries::clear_queue);
    registry.write("queues.move_task_forward", entries::move_task_forward).since(2, 4);
    registry.write("queues.move_task_backward", entries::move_task_backward).since(2, 4);
    registry.write("queues.move_task_to_front", entries::move_task_to_front).since(2, 4);
    registry.write("queues.move_task_to_back", entries::move_task_to_back).since(2, 4);
    registry.write("queues.move_task_to_queue", entries::move_task_to_queue);
    registry.write("queues.add_or_update_metadata", metadata::add_or_update_metadata).since(2, 13);
    registry.write("queues.delete_metadata", metadata::delete_metadata).since(2, 13);
}

//! Workers (api.md §10).

mod read;
mod report;
mod statistics;

use crate::registry::Registry;

/// The endpoints of `workers.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.write("workers.register", report::register).since(2, 4);
    registry.write("workers.unregister", report::unregister).since(2, 4);
    registry.write("workers.status_report", report::status_report).since(2, 4);
    registry.read("workers.get_all", read::get_all).since(2, 4);
    registry.read("workers.get_count", read::get_count);
    registry.read("workers.get_metric_keys", statistics::get_metric_keys).since(2, 4);
    registry.read("workers.get_stats", statistics::get_stats).since(2, 4);
    registry.read("workers.get_activity_report", statistics::get_activity_report).since(2, 4);
}

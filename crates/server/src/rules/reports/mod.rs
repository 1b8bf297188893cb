//! Reports: tasks of type report, kept in a hidden project `.reports` below the one they are about
//! (api.md §12.1).

mod change;
mod read;

use crate::registry::Registry;

/// The endpoints of `reports.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("reports.get_all_ex", read::get_all_ex);
    registry.read("reports.get_tags", read::get_tags);
    registry.read("reports.get_task_data", read::get_task_data);
    registry.write("reports.create", change::create);
    registry.write("reports.update", change::update);
    registry.write("reports.publish", change::publish);
    registry.write("reports.archive", change::archive);
    registry.write("reports.unarchive", change::unarchive);
    registry.write("reports.move", change::move_report);
    registry.write("reports.delete", change::delete);
}

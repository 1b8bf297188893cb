//! Projects (api.md §11).

mod change;
mod delete;
mod read;

use crate::registry::Registry;

/// The endpoints of `projects.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("projects.get_by_id", read::get_by_id);
    registry.read("projects.get_all", read::get_all);
    registry.read("projects.get_all_ex", read::get_all_ex);
    registry.write("projects.create", change::create);
    registry.write("projects.update", change::update);
    registry.read("projects.validate_delete", delete::validate_delete);
    registry.write("projects.delete", delete::delete);
}

//! Models (api.md §7).

mod change;
mod create;
mod of_task;
mod read;

pub(crate) use change::remove_model;
pub(crate) use create::metadata_map;

use crate::registry::Registry;
use crate::rules::place;
use arno_store::schema::MODEL;

/// The endpoints of `models.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("models.get_by_id", read::get_by_id);
    registry.read("models.get_by_id_ex", read::get_by_id_ex);
    registry.read("models.get_all", read::get_all);
    registry.read("models.get_all_ex", read::get_all_ex);
    registry.read("models.get_frameworks", read::get_frameworks);
    registry.write("models.create", create::create);
    registry.write("models.edit", create::edit);
    registry.write("models.update", create::update);
    registry.write("models.set_ready", change::set_ready);
    registry.write("models.delete", change::delete);
    registry.write("models.publish_many", change::publish_many);
    registry.write("models.delete_many", change::delete_many);
    registry.read("models.get_by_task_id", of_task::get_by_task_id);
    registry.write("models.update_for_task", of_task::update_for_task);
    registry.write("models.move", |ctx, request| place::move_to(ctx, &MODEL, request));
    registry.write("models.make_public", |ctx, q| place::make_public(ctx, &MODEL, q)).since(2, 9);
    registry.write("models.make_private", |ctx, q| place::make_private(ctx, &MODEL, q)).since(2, 9);
    registry.write("models.update_tags", |ctx, request| place::update_tags(ctx, &MODEL, request));
    registry.write("models.archive_many", change::archive_many);
    registry.write("models.unarchive_many", change::unarchive_many);
    registry.write("models.add_or_update_metadata", change::add_or_update_metadata).since(2, 13);
    registry.write("models.delete_metadata", change::delete_metadata).since(2, 13);
}

//! Projects (api.md §11).

mod change;
mod contents;
mod delete;
mod extras;
mod place;
mod read;

use crate::registry::Registry;
use crate::rules::tags::tags;
use arno_store::schema::{MODEL, PROJECT, TASK};

/// The endpoints of `projects.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("projects.get_by_id", read::get_by_id);
    registry.read("projects.get_all", read::get_all);
    registry.read("projects.get_all_ex", extras::get_all_ex);
    registry.write("projects.create", change::create);
    registry.write("projects.update", change::update);
    registry.read("projects.validate_delete", delete::validate_delete);
    registry.write("projects.delete", delete::delete);
    registry.write("projects.move", place::move_project);
    registry.write("projects.merge", place::merge);
    registry.write("projects.make_public", place::make_public).since(2, 9);
    registry.write("projects.make_private", place::make_private).since(2, 9);

    registry.read("projects.get_unique_metric_variants", contents::get_unique_metric_variants);
    registry.read("projects.get_hyper_parameters", contents::get_hyper_parameters).since(2, 9);
    registry.read("projects.get_hyperparam_values", contents::get_hyperparam_values).since(2, 13);
    registry.read("projects.get_model_metadata_keys", contents::get_model_metadata_keys);
    registry.read("projects.get_model_metadata_values", contents::get_model_metadata_values);
    registry.read("projects.get_task_parents", contents::get_task_parents).since(2, 12);
    registry.read("projects.get_user_names", contents::get_user_names);
    registry.read("projects.get_task_tags", |ctx, q| tags(ctx, &[&TASK], &q)).since(2, 8);
    registry.read("projects.get_model_tags", |ctx, q| tags(ctx, &[&MODEL], &q)).since(2, 8);
    registry.read("projects.get_project_tags", |ctx, q| tags(ctx, &[&PROJECT], &q));
}

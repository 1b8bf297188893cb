//! Tasks: life cycle, fields, parameters, outputs (api.md §6).

mod cleanup;
mod clone;
mod create;
mod fields;
mod lifecycle;
mod many;
mod outputs;
mod params;
mod publish;
mod queueing;
mod read;
mod status;
mod tidy;

pub(crate) use cleanup::delete_by_id as delete;
pub(crate) use cleanup::{OutputOptions, remove_task};
pub(crate) use clone::{CloneRequest, clone};
pub(crate) use create::create;
pub(crate) use fields::{check_project, check_tags};
pub(crate) use lifecycle::{Reason, statuses, write_status};
pub(crate) use params::edit_hyper_params;
pub(crate) use publish::publish_task;
pub(crate) use queueing::{enqueue_in, note_queue, requeue_stopped, restore_waiting};
pub(crate) use status::stop_task;
pub(crate) use tidy::{archive_task, unarchive_task};

use crate::registry::Registry;
use crate::rules::place;
use arno_store::schema::TASK;

/// The endpoints of `tasks.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("tasks.get_by_id", read::get_by_id);
    registry.read("tasks.get_by_id_ex", read::get_by_id_ex);
    registry.read("tasks.get_all", read::get_all);
    registry.read("tasks.get_all_ex", read::get_all_ex);
    registry.read("tasks.get_types", read::get_types);

    registry.write("tasks.create", create::create);
    registry.read("tasks.validate", create::validate);
    registry.write("tasks.edit", create::edit);
    registry.write("tasks.update", create::update);
    registry.write_batch("tasks.update_batch", create::update_batch);
    registry.write("tasks.set_requirements", create::set_requirements);
    registry.write("tasks.clone", clone::clone);

    registry.write("tasks.started", status::started);
    registry.write("tasks.stopped", status::stopped);
    registry.write("tasks.stop", status::stop);
    registry.write("tasks.failed", status::failed);
    registry.write("tasks.completed", status::completed).since(2, 2);
    registry.write("tasks.close", status::close);
    registry.write("tasks.ping", status::ping);
    registry.write("tasks.publish", publish::publish);
    registry.write("tasks.enqueue", queueing::enqueue);
    registry.write("tasks.dequeue", queueing::dequeue);
    registry.write("tasks.reset", cleanup::reset);
    registry.write("tasks.delete", cleanup::delete);

    registry.read("tasks.get_hyper_params", params::get_hyper_params);
    registry.write("tasks.edit_hyper_params", params::edit_hyper_params);
    registry.write("tasks.delete_hyper_params", params::delete_hyper_params);
    registry.read("tasks.get_configurations", params::get_configurations);
    registry.read("tasks.get_configuration_names", params::get_configuration_names);
    registry.write("tasks.edit_configuration", params::edit_configuration);
    registry.write("tasks.delete_configuration", params::delete_configuration);
    registry.write("tasks.edit_runtime", params::edit_runtime);
    registry.write("tasks.add_or_update_artifacts", outputs::add_or_update_artifacts).since(2, 10);
    registry.write("tasks.delete_artifacts", outputs::delete_artifacts).since(2, 10);
    registry.write("tasks.add_or_update_model", outputs::add_or_update_model).since(2, 13);
    registry.write("tasks.delete_models", outputs::delete_models).since(2, 13);

    registry.write("tasks.archive", tidy::archive);
    registry.write("tasks.move", |ctx, request| place::move_to(ctx, &TASK, request));
    registry.write("tasks.make_public", |ctx, q| place::make_public(ctx, &TASK, q)).since(2, 9);
    registry.write("tasks.make_private", |ctx, q| place::make_private(ctx, &TASK, q)).since(2, 9);
    registry.write("tasks.update_tags", |ctx, request| place::update_tags(ctx, &TASK, request));
    registry.write("tasks.archive_many", many::archive_many);
    registry.write("tasks.unarchive_many", many::unarchive_many);
    registry.write("tasks.stop_many", many::stop_many);
    registry.write("tasks.publish_many", many::publish_many);
    registry.write("tasks.enqueue_many", many::enqueue_many);
    registry.write("tasks.dequeue_many", many::dequeue_many);
    registry.write("tasks.reset_many", many::reset_many);
    registry.write("tasks.delete_many", many::delete_many);
}

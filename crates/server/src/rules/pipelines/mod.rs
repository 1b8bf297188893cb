//! Pipelines: starting a controller anew and deleting its runs (api.md §12.2).

mod delete;
mod start;

use crate::registry::Registry;

/// The endpoints of `pipelines.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("pipelines.check_new_run", start::check_new_run);
    registry.write("pipelines.start_pipeline", start::start_pipeline);
    registry.write("pipelines.delete_runs", delete::delete_runs);
}

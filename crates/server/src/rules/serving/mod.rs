//! Serving containers: what they report, and what is shown of them (api.md §12.4).

mod history;
mod read;
mod report;

use crate::registry::Registry;

/// The endpoints of `serving.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.write("serving.register_container", report::register_container);
    registry.write("serving.unregister_container", report::unregister_container);
    registry.write("serving.container_status_report", report::container_status_report);
    registry.read("serving.get_endpoints", read::get_endpoints);
    registry.read("serving.get_loading_instances", read::get_loading_instances);
    registry.read("serving.get_endpoint_details", read::get_endpoint_details);
    registry.read("serving.get_endpoint_metrics_history", history::get_endpoint_metrics_history);
}

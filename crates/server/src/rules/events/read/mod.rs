//! Reading events back (api.md §8.6–8.9). [`subject`] finds whose events are asked for, [`shape`]
//! writes an event as clients read it, and [`cursor`] makes the scroll ids; the other files are
//! the endpoints.

mod cursor;
mod download;
mod frames;
mod histogram;
mod log;
mod names;
mod page;
mod parts;
mod plots;
mod samples;
mod shape;
mod subject;

pub(crate) use parts::{Part, part};

use crate::registry::{Effect, Registry};

/// The endpoints that read events.
pub(super) fn register(registry: &mut Registry) {
    registry.read("events.get_task_log", log::by_arrival);
    registry.read("events.get_task_log", log::from_an_end).since(1, 7);
    registry.read("events.get_task_log", log::by_time).since(2, 9);
    registry.asynchronous("events.download_task_log", Effect::Read, download::task_log);

    registry.read("events.get_task_events", page::task_events);
    registry.read("events.get_scalar_metric_data", page::metric_data);
    registry.read("events.scalar_metrics_iter_raw", page::raw_scalars).since(2, 16);

    registry.read("events.scalar_metrics_iter_histogram", histogram::of_one);
    registry.read("events.multi_task_scalar_metrics_iter_histogram", histogram::of_many);
    registry.read("events.vector_metrics_iter_histogram", histogram::of_vectors);

    registry.read("events.get_scalar_metrics_and_variants", names::of_scalars);
    registry.read("events.get_vector_metrics_and_variants", names::of_vectors);
    registry.read("events.get_task_metrics", names::by_task);
    registry.read("events.get_multi_task_metrics", names::of_all);
    registry.read("events.get_task_latest_scalar_values", names::latest_values);
    registry.read("events.get_task_single_value_metrics", names::single_values);

    registry.read("events.get_task_plots", plots::of_one);
    registry.read("events.get_task_plots", plots::of_one).since(1, 8);
    registry.read("events.get_multi_task_plots", plots::of_many);
    registry.read("events.get_multi_task_plots", plots::of_many).since(1, 8);

    registry.read("events.debug_images", frames::latest_images);
    registry.read("events.debug_images", frames::latest_images).since(1, 8);
    registry.read("events.debug_images", frames::debug_images).since(2, 7);
    registry.read("events.plots", frames::plots);
    registry.read("events.get_debug_image_sample", samples::get_image).since(2, 12);
    registry.read("events.next_debug_image_sample", samples::next_image).since(2, 12);
    registry.read("events.get_plot_sample", samples::get_plot);
    registry.read("events.next_plot_sample", samples::next_plot);

    registry.read("events.clear_scroll", cursor::clear).since(2, 18);
}

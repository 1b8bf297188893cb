//! Events: everything tasks and models report, from scalars to console lines, and the last
//! metrics kept of it.
//!
//! [`EventStore`] is the only way in. Its functions work on an open [`Tx`]; adding is one transaction of
//! the events' own database, from which the owner's metadata is derived afterwards. SQL is here and in
//! no other place that deals with events; what a series of points looks like as bytes is `arno-series`' affair.

mod activity;
mod add;
mod batch;
mod bulk;
mod delete;
pub(crate) mod documents;
mod filter;
mod logs;
mod media;
mod metrics;
mod names;
mod read;
mod seal;
mod series;
mod tail;

pub use activity::{Derived, MetricStat};
pub use add::Added;
pub use batch::{Batch, Head, LogLine, PlotEvent, SampleEvent, SeriesBatch, VectorEvent};
pub use filter::MetricFilter;
pub use logs::{LogPage, LogQuery};
pub use media::{Frame, FrameQuery, Latest, PlotKey, Toward, UrlsFrom};
pub use names::{Metric, hash};

pub use read::{
    Event, EventPage, EventQuery, Histogram, LatestValues, Outline, Sampling, ScalarEvent,
    SingleValue, XAxis,
};
pub use series::LastMetric;

use std::sync::Arc;

use names::Names;

/// The iteration that marks a scalar as a single value: no point of a series, but the value.
pub const SINGLE_VALUE: i64 = -2147483648;

/// Whose events: a task's or a model's, by the key of its row in the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner(i64);

impl Owner {
    /// The task with this key.
    pub fn task(pk: i64) -> Self {
        Self(pk)
    }

    /// The model with this key.
    pub fn model(pk: i64) -> Self {
        Self(-pk)
    }

    /// The key in the columns called `owner`: a task's key, or minus a model's.
    pub fn key(self) -> i64 {
        self.0
    }

    /// The owner of such a column.
    pub fn from_key(key: i64) -> Self {
        Self(key)
    }

    /// The key of the task, if it is one.
    pub fn as_task(self) -> Option<i64> {
        (self.0 > 0).then_some(self.0)
    }

    /// The key of the model, if it is one.
    pub fn as_model(self) -> Option<i64> {
        (self.0 < 0).then(|| -self.0)
    }
}

/// The kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A number at an iteration.
    Scalar,
    /// Several numbers at an iteration.
    Vector,
    /// A debug image, audio, video or page.
    Sample,
    /// A plot.
    Plot,
    /// A console line.
    Log,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Scalar, Self::Vector, Self::Sample, Self::Plot, Self::Log];

    /// The wire's name of the kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "training_stats_scalar",
            Self::Vector => "training_stats_vector",
            Self::Sample => "training_debug_image",
            Self::Plot => "plot",
            Self::Log => "log",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The event store; cheap to clone. It keeps nothing but names that never change.
#[derive(Debug, Clone, Default)]
pub struct EventStore {
    names: Arc<Names>,
}

//! Where tasks run. An executor only has to start the supervisor somewhere, tell whether it is still
//! there, and bring signals to it: everything else about a run passes through its folder.

pub(crate) mod docker;
pub(crate) mod process;
pub(crate) mod slurm;

use crate::task::run::{RunFolder, Spec};
use serde_json::Value;
use std::future::Future;
use std::time::Duration;

/// What cannot be done with a run.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ExecutorError(pub(crate) String);

/// What a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// End, please: SIGTERM to the task.
    Terminate,
    /// End: SIGKILL to everything of the task.
    Kill,
}

/// Whether a run's supervisor is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is, or is on its way.
    There,
    /// It is not, and why, where the executor knows.
    Gone(Option<String>),
}

/// A place for runs.
pub(crate) trait Executor: Clone + Send + Sync + 'static {
    /// What it is called: queues give its options in their metadata, as in `slurm_options`.
    const NAME: &'static str;

    /// How long to wait between two questions whether a run is still there.
    fn pause(&self) -> Duration;

    /// Brings what the start needs and may take long to come, such as an image, and completes the run's
    /// description. It may be given up at any time. `task` holds what was recorded for executors.
    fn prepare(
        &self,
        _run: &RunFolder,
        _spec: &mut Spec,
        _task: &Value,
    ) -> impl Future<Output = Result<(), ExecutorError>> + Send {
        async { Ok(()) }
    }

    /// Starts the supervisor of a run and returns the executor's own name for it.
    fn start(
        &self,
        run: &RunFolder,
        spec: &Spec,
    ) -> impl Future<Output = Result<String, ExecutorError>> + Send;

    /// The executor's own name for a run that an agent began and had no time to write down.
    fn find(
        &self,
        run: &RunFolder,
    ) -> impl Future<Output = Result<Option<String>, ExecutorError>> + Send;

    /// Brings an order to a run; one that has ended is fine.
    fn order(
        &self,
        run: &RunFolder,
        handle: &str,
        order: Order,
    ) -> impl Future<Output = Result<(), ExecutorError>> + Send;

    /// Whether the run's supervisor is still there.
    fn look(
        &self,
        run: &RunFolder,
        handle: &str,
    ) -> impl Future<Output = Result<Presence, ExecutorError>> + Send;

    /// Removes what the executor itself keeps of a run that has ended.
    fn forget(&self, handle: &str) -> impl Future<Output = Result<(), ExecutorError>> + Send;
}

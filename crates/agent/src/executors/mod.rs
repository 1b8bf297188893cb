//! Where tasks run. An executor only has to start the supervisor somewhere, tell whether it is still
//! there, and bring signals to it: everything else about a run passes through its folder.

pub(crate) mod process;
pub(crate) mod slurm;

use crate::task::run::{RunFolder, Spec};
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

/// A place for runs.
pub(crate) trait Executor: Clone + Send + Sync + 'static {
    /// How long to wait between two questions whether a run is still there.
    fn pause(&self) -> Duration;

    /// Starts the supervisor of a run and returns the executor's own name for it.
    fn start(
        &self,
        run: &RunFolder,
        spec: &Spec,
    ) -> impl Future<Output = Result<String, ExecutorError>> + Send;

    /// Brings an order to a run; one that has ended is fine.
    fn order(
        &self,
        run: &RunFolder,
        handle: &str,
        order: Order,
    ) -> impl Future<Output = Result<(), ExecutorError>> + Send;

    /// Whether the run's supervisor is still there, or on its way.
    fn is_running(
        &self,
        run: &RunFolder,
        handle: &str,
    ) -> impl Future<Output = Result<bool, ExecutorError>> + Send;

    /// Removes what the executor itself keeps of a run that has ended.
    fn forget(&self, handle: &str) -> impl Future<Output = Result<(), ExecutorError>> + Send;
}

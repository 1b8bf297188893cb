//! A task's console: bytes become lines ([`lines`]), lines lie on disk until the server has them
//! ([`spool`]), and go there in batches, each exactly once ([`ship`]).

pub(crate) mod batch;
pub(crate) mod lines;
pub(crate) mod ship;
pub(crate) mod spool;

//! The agent: takes tasks from queues and runs them, on the machine it is on or through an executor.
//!
//! [`commands`] is the command line. A [`daemon`] waits on queues; each [`task`] it takes gets a
//! folder, an executor ([`executors`]) starts the [`supervisor`] for it, which starts this program
//! again to bring the [`code`] and the [`environment`] and to become the task. The console goes
//! through [`log`], the machine's state through [`monitor`]. It calls the server through
//! `arno-client` and knows nothing of its insides.

mod clock;
mod code;
mod commands;
mod daemon;
mod environment;
mod executors;
mod files;
mod local;
mod log;
mod monitor;
mod settings;
mod supervisor;
mod task;

pub use arno_client::Environment;
pub use commands::main;
pub use local::Local;

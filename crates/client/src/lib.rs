//! A client of the API, for those parts of Arno that stand before a server as the SDK does: the
//! agent first.
//!
//! [`config`] reads what the official tools read (`clearml.conf` and `CLEARML_…` variables), [`api`]
//! signs in and calls endpoints, [`live`] follows changes as they are committed. It depends on
//! `arno-wire` only, and nothing here reads the process's environment: it is handed in.

mod api;
mod config;
mod error;
mod live;

pub use api::{Client, LogEvent};
pub use config::{Config, ConfigError, Environment};
pub use error::{Error, innermost};
pub use live::{Change, Live, Subject};

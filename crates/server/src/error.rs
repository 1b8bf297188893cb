//! Why the server does not start, each with its remedy.

use std::net::SocketAddr;

/// A start that failed.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port cannot be listened on.
    #[error(
        "the {what} port {address} cannot be used: {source}; stop what uses it, or choose another \
         with {setting}"
    )]
    Port {
        /// Which port: `web`, `API` or `files`.
        what: &'static str,
        /// The setting that chooses another.
        setting: &'static str,
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] arno_store::Error),
    /// A setting makes no sense.
    #[error("{0}")]
    Setting(String),
}

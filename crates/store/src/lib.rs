//! Everything durable: metadata, events and files. This crate knows SQL and object stores; it
//! does not know HTTP. The server calls it; it calls `arno-wire` for errors and text rules and
//! `arno-series` for blocks of points.

pub mod access;
pub mod blobs;
pub mod changes;
pub mod clock;
pub mod cursors;
pub mod db;
pub mod disk;
pub mod document;
pub mod error;
pub mod events;
pub mod expiry;
pub mod external;
pub mod gateway;
pub mod jobs;
pub mod maps;
pub mod metric_sets;
pub mod models;
pub mod outputs;
pub mod params;
pub mod presences;
pub mod projects;
pub mod query;
pub mod queues;
mod references;
pub mod schema;
pub mod scope;
pub mod statistics;
pub mod tags;
pub mod tasks;
pub mod trust;
pub mod usage;
pub mod users;

pub use clock::{Clock, Millis};
pub use db::{Db, Dialect, Tx, Value};
pub use error::{Error, Result, unless_refused};
pub use scope::{Scope, Visibility};
pub use trust::Trust;

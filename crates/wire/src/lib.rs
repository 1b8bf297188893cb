//! ClearML's wire format: everything that is true of a request or a reply before anybody looks at a
//! store.
//!
//! What lives here, in the order a request meets it: [`path`] and [`version`] (what is asked for),
//! [`request`] and [`json`] (its payload, read as leniently as Python does), [`endpoints`] (the
//! table of all endpoints) and [`validate`] (coercion by that table), [`legacy`] (what old versions
//! send and expect), [`keys`], [`date`], [`natural`] and [`file_name`] (how keys, dates, order and
//! files are written), [`error`] and [`envelope`] (the reply), [`openapi`] (all of it described), and
//! [`hocon`] (clients' configuration files).
//!
//! Every crate of Arno may call it. It calls no other, and it does no IO: no files, no network, no
//! clock, no environment. Everything is a pure function of its arguments; the one static is the
//! endpoint table, which is immutable data.
//!
//! Non-finite numbers inside a `serde_json::Value` are carried as private marks; whoever reads
//! numbers or strings out of a request uses [`json::as_f64`] and [`json::as_str`], and whoever
//! writes a reply [`json::write`].

pub mod date;
pub mod endpoints;
pub mod envelope;
pub mod error;
pub mod file_name;
pub mod hocon;
pub mod json;
pub mod keys;
pub mod legacy;
pub mod natural;
pub mod openapi;
pub mod path;
pub mod request;
pub mod validate;
pub mod version;

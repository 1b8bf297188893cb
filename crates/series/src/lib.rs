//! Time series as compressed blocks: encode, merge, down-sample. Pure functions over bytes and columns.
//!
//! A series is a set of points, one per iteration. What one request brings arrives as a small [`run`];
//! many runs are sealed into [`block`]s of about a thousand points, whose place is decided by [`seal`];
//! [`downsample`] turns any stream of points into the buckets a chart shows. Nothing here does IO, knows
//! a database or reads a clock; every decoder answers any input with points or a typed [`Error`].

pub mod block;
mod checksum;
mod column;
pub mod downsample;
mod error;
mod points;
pub mod run;
pub mod seal;
mod summary;
pub mod varint;

pub use error::Error;
pub use points::{Point, Points};
pub use summary::{Extreme, Summary};

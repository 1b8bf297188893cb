//! The server over real sockets: transport, access, cookies and files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod files;
mod support;
mod transport;

//! The server over real sockets: transport, access, cookies, files and the rules of tasks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod deletion;
mod files;
mod jobs;
mod lab;
mod lifecycle;
mod models;
mod project_deletion;
mod storage;
mod support;
mod tasks;
mod transport;
mod visibility;

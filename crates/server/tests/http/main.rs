//! The server over real sockets: transport, access, cookies, files and the rules of tasks, projects
//! and what is made of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod deletion;
mod files;
mod gateway;
mod jobs;
mod lab;
mod lifecycle;
mod listeners;
mod live;
mod models;
mod organization;
mod pipelines;
mod project_deletion;
mod projects;
mod queues;
mod reports;
mod statistics;
mod storage;
mod support;
mod table;
mod tasks;
mod transport;
mod visibility;

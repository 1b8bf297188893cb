//! Reading events back over real sockets (api.md §8.6–8.10).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod deleting;
mod lab;
mod logs;
mod pages;
mod plots;
mod samples;
mod scalars;
#[path = "../http/support.rs"]
#[allow(dead_code, reason = "the vocabulary is shared; each test program uses a part of it")]
mod support;

//! What the commands do, one file each.

pub mod credentials;
pub mod doctor;
pub mod server;
pub mod user;

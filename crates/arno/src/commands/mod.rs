//! What the commands do, one file each.

pub mod agent;
pub mod credentials;
pub mod doctor;
pub mod du;
pub mod gateway;
pub mod import;
pub mod server;
pub mod user;

//! ClearML wire format.
pub mod error;
pub mod json;
pub mod path;
pub mod version;

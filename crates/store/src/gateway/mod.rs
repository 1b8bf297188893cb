//! What the gateway keeps: what is registered ([`entries`], typed in [`model`]), every call
//! ([`calls`], with [`search`] over them), what of plans is used ([`counters`]), and the tokens that
//! are handed on to clones ([`secrets`]). [`import`] reads the first gateway's database. Who may do what with it is decided by the server.

pub mod calls;
pub mod counters;
pub mod entries;
pub mod import;
pub mod model;
pub mod search;
pub mod secrets;

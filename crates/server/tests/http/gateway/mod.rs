//! The gateway over real sockets (gateway.md): sporadic and stable calls, runs, tokens, plans, what is
//! registered, and the record.

mod admin;
mod browser;
mod issuer;
mod lab;
mod plans;
mod record;
mod runs;
mod sporadic;
mod stable;
mod upstream;

//! The server over real sockets: transport, access, cookies and files.

mod access;
mod files;
mod support;
mod transport;

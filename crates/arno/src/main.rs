//! The Arno program.
fn main() {}

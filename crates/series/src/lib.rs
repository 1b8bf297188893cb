//! Time series as compressed blocks.

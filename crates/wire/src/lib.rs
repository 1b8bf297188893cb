//! ClearML wire format.

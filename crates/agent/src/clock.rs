//! The agent's time. Rules take the time as an argument; only what runs asks here.

/// Milliseconds since the Unix epoch.
pub(crate) type Millis = i64;

/// The time now.
#[allow(clippy::disallowed_methods)] // the one place of the agent that asks the system
pub(crate) fn now() -> Millis {
    chrono::Utc::now().timestamp_millis()
}

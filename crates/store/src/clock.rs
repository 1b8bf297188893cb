//! The one source of time. Everything that stores or compares a time asks a [`Clock`], so that
//! tests decide what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A moment: milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

/// Tells the time: the system's, or one that a test sets.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's time.
    pub fn system() -> Clock {
        Clock(None)
    }

    /// A clock that stands at `now` until [`Clock::set`] moves it.
    pub fn fixed(now: Millis) -> Clock {
        Clock(Some(Arc::new(AtomicI64::new(now))))
    }

    /// Moves a fixed clock; the system's clock cannot be moved and is left alone.
    pub fn set(&self, now: Millis) {
        if let Some(fixed) = &self.0 {
            fixed.store(now, Ordering::Relaxed);
        }
    }

    /// The time now.
    #[allow(clippy::disallowed_methods)] // the injected clock is the one place that asks the system
    pub fn now(&self) -> Millis {
        match &self.0 {
            Some(fixed) => fixed.load(Ordering::Relaxed),
            None => chrono::Utc::now().timestamp_millis(),
        }
    }
}

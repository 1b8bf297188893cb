//! Statistics over time: what workers and serving containers measure, and how long queues are.
//! Measurements are not kept one by one: every one is summed up in a period of each [`Level`], in
//! one row, so that a curve of any length is read from few rows and what is kept is bounded.

mod cells;
mod queues;
mod subjects;

pub use cells::{Cells, Metric, Summary};
pub use queues::{
    QueueSample, forget_queue, queue_samples, queues_now, sample_queues, sweep_queues,
};
pub use subjects::{Period, Subject, Wanted, metrics, read, record, subjects, sweep};

use crate::clock::Millis;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A length of periods, and how long they are kept; ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// How long a period is.
    pub step: i64,
    /// How old one becomes.
    pub keep: i64,
}

/// From short to long.
pub const LEVELS: [Level; 4] = [
    Level { step: MINUTE, keep: 2 * DAY },
    Level { step: 10 * MINUTE, keep: 8 * DAY },
    Level { step: HOUR, keep: 35 * DAY },
    Level { step: 6 * HOUR, keep: 400 * DAY },
];

impl Level {
    /// The level for a curve from `from` on with a point every `interval` ms: the longest periods
    /// that are no longer than the interval, among those that still reach back so far.
    pub fn suiting(now: Millis, from: Millis, interval: i64) -> Level {
        let [.., longest] = LEVELS;
        let reaches = |level: &Level| from >= now.saturating_sub(level.keep);
        let reaching = || LEVELS.into_iter().filter(reaches);
        let fine = reaching().rfind(|level| level.step <= interval);
        fine.or_else(|| reaching().next()).unwrap_or(longest)
    }

    /// The beginning of the period a moment lies in.
    fn period(self, at: Millis) -> Millis {
        at - at.rem_euclid(self.step)
    }
}

/// The periods something at `at` is summed up in: those that are still kept.
fn periods(now: Millis, at: Millis) -> impl Iterator<Item = (Level, Millis)> {
    let kept = move |level: &Level| at >= now.saturating_sub(level.keep);
    LEVELS.into_iter().filter(kept).map(move |level| (level, level.period(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_read_from_the_longest_periods_that_do() {
        let now = 1_800_000_000_000;
        for (back, interval, step) in [
            (3 * HOUR, 40_000, MINUTE),
            (3 * HOUR, 59_000, MINUTE),
            (DAY, 15 * MINUTE, 10 * MINUTE),
            (7 * DAY, MINUTE, 10 * MINUTE),
            (30 * DAY, 2 * HOUR, HOUR),
            (30 * DAY, DAY, 6 * HOUR),
            (300 * DAY, MINUTE, 6 * HOUR),
            (3000 * DAY, MINUTE, 6 * HOUR),
        ] {
            let level = Level::suiting(now, now - back, interval);
            assert_eq!(level.step, step, "{back} ms back every {interval} ms");
        }
    }

    #[test]
    fn what_is_old_goes_only_where_it_is_kept() {
        let now = 1_800_000_000_000;
        let steps = |at| periods(now, at).map(|(level, _)| level.step).collect::<Vec<_>>();
        assert_eq!(steps(now), [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR]);
        assert_eq!(steps(now - 10 * DAY), [HOUR, 6 * HOUR]);
        assert!(steps(now - 401 * DAY).is_empty());
        let begins: Vec<_> = periods(now, now - 1).map(|(level, at)| at % level.step).collect();
        assert_eq!(begins, [0; 4]);
    }
}

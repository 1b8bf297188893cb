//! What the reads of statistics over time share: the stretch of time asked for as a row of equal
//! intervals, and what a machine's report says.

use arno_store::document::Document;
use arno_store::statistics::{Cells, Level, Metric, Summary};
use arno_store::{Millis, Result};
use arno_wire::error::{Code, Error};
use arno_wire::json;
use serde::Deserialize;
use serde_json::Value;
use std::ops::Range;

/// The shortest interval of what machines report every 30 s, in seconds.
pub(crate) const LEAST_INTERVAL: i64 = 40;
/// Intervals in one answer, over all its curves.
const MAX_VALUES: usize = 500_000;
/// A clock that is so much ahead of ours is wrong, ms.
const AHEAD: i64 = 3_600_000;
/// GPUs of a machine that are told apart.
pub(crate) const MAX_GPUS: usize = 32;

/// The stretch of time a request asks for, in seconds since the epoch.
#[derive(Debug, Deserialize)]
pub(crate) struct Stretch {
    #[serde(deserialize_with = "json::de_f64")]
    from_date: f64,
    #[serde(deserialize_with = "json::de_f64")]
    to_date: f64,
    interval: i64,
}

/// Equal intervals over a stretch of time; they begin at multiples of their length, so that curves
/// read at different times agree. All in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    start: Millis,
    end: Millis,
    interval: i64,
    count: usize,
}

impl Grid {
    /// The intervals of a request, none shorter than `least` seconds.
    ///
    /// # Errors
    /// 400/16 when the stretch is empty, or when there would be too many intervals.
    pub(crate) fn new(stretch: &Stretch, least: i64) -> Result<Grid> {
        let refuse = |why: &str| {
            Error::new(Code::FieldsValueError)
                .extra(why)
                .with("from_date", stretch.from_date)
                .with("to_date", stretch.to_date)
                .with("interval", stretch.interval)
        };
        if stretch.from_date >= stretch.to_date {
            return Err(refuse("from_date must lie before to_date").into());
        }
        let ms = |seconds: f64| (seconds * 1000.0) as i64;
        let (from, end) = (ms(stretch.from_date), ms(stretch.to_date));
        let interval = stretch.interval.max(least).saturating_mul(1000);
        let start = from - from.rem_euclid(interval);
        let count = end.saturating_sub(start).saturating_add(interval - 1) / interval;
        match usize::try_from(count) {
            Ok(count) if count <= MAX_VALUES => Ok(Grid { start, end, interval, count }),
            _ => Err(refuse("there are too many intervals; choose a longer one").into()),
        }
    }

    /// Without the last interval when less than nine tenths of it lie in the stretch.
    pub(crate) fn without_unfinished(mut self) -> Grid {
        if let Some(last) = self.count.checked_sub(1) {
            let begun = self.start + last as i64 * self.interval;
            let done = (self.end - begun) as f64 / self.interval as f64;
            if done < 0.9 {
                self.count = last;
            }
        }
        self
    }

    /// Refuses an answer of so many curves that it gets out of hand.
    ///
    /// # Errors
    /// 400/16.
    pub(crate) fn bear(&self, curves: usize) -> Result<()> {
        if curves.saturating_mul(self.count) <= MAX_VALUES {
            return Ok(());
        }
        Err(Error::new(Code::FieldsValueError)
            .extra("the answer would be too large; ask for less at a time or a longer interval")
            .with("interval", self.interval / 1000)
            .into())
    }

    /// How many intervals there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// How long an interval is, in seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.interval / 1000
    }

    /// When each interval begins, ms.
    pub(crate) fn dates(&self) -> Vec<Millis> {
        (0..self.count as i64).map(|place| self.start + place * self.interval).collect()
    }

    /// From the first interval's beginning to the end.
    pub(crate) fn bounds(&self) -> (Millis, Millis) {
        (self.start, self.end)
    }

    /// The level the curve is read from.
    pub(crate) fn level(&self, now: Millis) -> Level {
        Level::suiting(now, self.start, self.interval)
    }

    /// The intervals a period of a level counts in: the one it begins in, and all it overlaps when
    /// it is longer than an interval.
    pub(crate) fn places(&self, at: Millis, level: Level) -> Range<usize> {
        let longer = level.step > self.interval;
        self.overlapped(at, if longer { at.saturating_add(level.step - 1) } else { at })
    }

    /// The interval a moment lies in, if any.
    pub(crate) fn place(&self, at: Millis) -> Range<usize> {
        self.overlapped(at, at)
    }

    fn overlapped(&self, first: Millis, last: Millis) -> Range<usize> {
        let place = |at: Millis| (at - self.start).div_euclid(self.interval);
        let within = |place: i64| usize::try_from(place).unwrap_or(0).min(self.count);
        within(place(first))..within(place(last) + 1)
    }
}

/// What was measured in each interval of a grid.
#[derive(Clone, Debug)]
pub(crate) struct Curve(Vec<Option<Summary>>);

impl Curve {
    pub(crate) fn new(grid: &Grid) -> Curve {
        Curve(vec![None; grid.count])
    }

    /// Adds to some of the intervals.
    pub(crate) fn add(&mut self, places: Range<usize>, summary: Summary) {
        for known in &mut self.0[places] {
            match known {
                Some(known) => known.merge(summary),
                None => *known = Some(summary),
            }
        }
    }

    /// The values of the intervals, `None` where nothing was measured.
    pub(crate) fn values(&self, value: impl Fn(&Summary) -> f64) -> Vec<Option<f64>> {
        self.0.iter().map(|known| known.as_ref().map(&value)).collect()
    }

    /// Whether nothing was measured at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// The moment a report tells, or now when its clock is obviously wrong.
pub(crate) fn believed(now: Millis, told: Millis) -> Millis {
    let longest = arno_store::statistics::LEVELS.iter().map(|level| level.keep).max().unwrap_or(0);
    let range = now.saturating_sub(longest)..=now.saturating_add(AHEAD);
    if range.contains(&told) { told } else { now }
}

/// What a machine measured: numbers, or lists with one for each core or GPU. What is empty, zero
/// or unknown is left out.
pub(crate) fn machine_cells(report: &Document) -> Cells {
    let mut cells = Cells::default();
    for (name, value) in report {
        let Some(metric) = Metric::named(name) else { continue };
        let listed = matches!(value, Value::Array(_));
        for (place, value) in numbers(value).enumerate() {
            let gpu = listed && name.starts_with("gpu_") && place < MAX_GPUS;
            if value != 0.0 {
                cells.add(metric, gpu.then_some(place as u8), value);
            }
        }
    }
    cells
}

/// The numbers of a report's field: it, or its items.
pub(crate) fn numbers(value: &Value) -> impl Iterator<Item = f64> + '_ {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().map(|item| json::as_f64(item).unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_store::statistics::LEVELS;
    use serde_json::json;

    fn grid(from_date: f64, to_date: f64, interval: i64) -> Result<Grid> {
        Grid::new(&Stretch { from_date, to_date, interval }, 1)
    }

    #[test]
    fn intervals_begin_at_multiples_of_their_length() {
        let grid = grid(95.0, 250.0, 60).unwrap();
        assert_eq!(grid.dates(), [60_000, 120_000, 180_000, 240_000]);
        assert_eq!(grid.without_unfinished().dates(), [60_000, 120_000, 180_000]);
        assert_eq!(
            Grid { end: 294_000, ..grid }.without_unfinished(),
            Grid { end: 294_000, ..grid }
        );
        let stretch = Stretch { from_date: 0.0, to_date: 100.0, interval: 1 };
        let least = Grid::new(&stretch, LEAST_INTERVAL).unwrap();
        assert_eq!((least.seconds(), least.count()), (40, 3));
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        for (from, to, interval) in [
            (10.0, 10.0, 1),
            (11.0, 10.0, 1),
            (0.0, 1e9, 1),
            (0.0, f64::INFINITY, 1_000_000),
            (0.0, 1e300, 40),
        ] {
            assert!(grid(from, to, interval).is_err(), "{from} {to} {interval}");
        }
        assert_eq!(grid(0.0, f64::INFINITY, i64::MAX).unwrap().count(), 1);
        assert_eq!(grid(1e300, f64::INFINITY, i64::MAX).unwrap().count(), 0);
        assert!(grid(0.0, 1000.0, 1).unwrap().bear(501).is_err());
        assert!(grid(0.0, 1000.0, 1).unwrap().bear(500).is_ok());
    }

    #[test]
    fn a_period_counts_where_it_begins_or_in_all_it_is_longer_than() {
        let [minute, ten, ..] = LEVELS;
        let wide = grid(600.0, 3_000.0, 600).unwrap();
        for (at, places) in [(540_000, 0..0), (600_000, 0..1), (1_199_000, 0..1), (2_999_000, 3..4)]
        {
            assert_eq!(wide.places(at, minute), places, "{at}");
        }
        assert!(wide.places(3_000_000, minute).is_empty());
        let narrow = grid(600.0, 720.0, 40).unwrap();
        assert_eq!(narrow.places(600_000, minute), 0..2);
        assert_eq!(narrow.places(660_000, minute), 1..3);
        assert_eq!(narrow.places(540_000, minute), 0..0);
        assert_eq!(narrow.places(0, ten), 0..0);
        assert_eq!(narrow.places(600_000, ten), 0..3);
    }

    #[test]
    fn a_wrong_clock_is_not_believed() {
        let now = 1_800_000_000_000;
        for (told, expected) in
            [(now - 5, now - 5), (now / 1000, now), (now + 2 * AHEAD, now), (i64::MIN, now)]
        {
            assert_eq!(believed(now, told), expected, "{told}");
        }
    }

    #[test]
    fn reports_are_read_as_agents_write_them() {
        let report = json!({
            "cpu_usage": 12.5, "cpu_temperature": [40, 50, "x", null], "gpu_usage": [100, 0, 7.25],
            "memory_used": 0, "memory_free": null, "unheard_of": 1, "disk_read": {"a": 1},
        });
        let cells = machine_cells(report.as_object().unwrap());
        let found: Vec<_> = cells
            .iter()
            .map(|(metric, gpu, summary)| (metric.name(), gpu, summary.mean()))
            .collect();
        let expected = [
            ("cpu_usage", None, 12.5),
            ("cpu_temperature", None, 45.0),
            ("gpu_usage", Some(0), 100.0),
            ("gpu_usage", Some(2), 7.25),
        ];
        assert_eq!(found, expected);
    }
}

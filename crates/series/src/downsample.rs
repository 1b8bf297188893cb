//! Down-sampling for charts: means over aligned buckets of iterations or milliseconds.
//!
//! The rule is the wire contract's scalar histogram: a series with fewer points than samples is shown
//! as it is (interval 1), otherwise buckets are `ceil(range / samples)` wide and start at multiples of
//! their width; empty buckets do not appear.

/// At most this many series share an interval.
const GROUP_SERIES: usize = 50;
/// At most this many buckets belong to series that share an interval.
const GROUP_BUCKETS: u64 = 6000;

/// What an interval depends on: the number of points and the range of their x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Number of points.
    pub count: u64,
    /// The lowest x: an iteration, or milliseconds.
    pub min: i64,
    /// The highest x.
    pub max: i64,
}

impl Range {
    /// The width of a bucket, at least 1, that brings the points down to about `samples`.
    pub fn interval(&self, samples: u64) -> i64 {
        if self.count < samples {
            return 1;
        }
        let width = i128::from(self.max) - i128::from(self.min) + 1;
        let samples = i128::from(samples.max(1));
        let interval = (width + samples - 1).div_euclid(samples);
        i64::try_from(interval).unwrap_or(i64::MAX).max(1)
    }

    /// How many buckets of this width the range can fill.
    fn buckets(&self, interval: i64) -> u64 {
        let width = self.max.abs_diff(self.min);
        (width / interval.unsigned_abs().max(1)).saturating_add(1).min(self.count)
    }
}

/// The interval of each of several series shown together: those whose own intervals differ by at
/// most a tenth use the largest among them, so that their points line up. Answers in the order asked.
pub fn shared_intervals(ranges: &[Range], samples: u64) -> Vec<i64> {
    let mut intervals: Vec<i64> = ranges.iter().map(|range| range.interval(samples)).collect();
    let mut by_interval: Vec<usize> = (0..ranges.len()).collect();
    by_interval.sort_by_key(|&series| intervals[series]);

    let mut rest = by_interval.as_slice();
    while let Some(&first) = rest.first() {
        let group_len = group_len(rest, ranges, &intervals);
        let (group, others) = rest.split_at(group_len);
        let largest = group.last().map_or(intervals[first], |&series| intervals[series]);
        group.iter().for_each(|&series| intervals[series] = largest);
        rest = others;
    }
    intervals
}

/// How many of `series`, sorted by interval, share the first one's group; at least one.
fn group_len(series: &[usize], ranges: &[Range], intervals: &[i64]) -> usize {
    let Some(&first) = series.first() else { return 0 };
    let limit = intervals[first].saturating_add(intervals[first] / 10);
    let mut buckets = 0u64;
    let fits = |&&index: &&usize| {
        buckets = buckets.saturating_add(ranges[index].buckets(intervals[index]));
        intervals[index] <= limit && buckets <= GROUP_BUCKETS
    };
    series.iter().take(GROUP_SERIES).take_while(fits).count().max(1)
}

/// The points of one bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// Where the bucket starts: a multiple of the interval.
    pub x: i64,
    /// How many of its values are finite.
    pub finite: u64,
    /// Sum of the finite values.
    pub sum: f64,
    /// The least finite value; NaN without any.
    pub min: f64,
    /// The greatest finite value; NaN without any.
    pub max: f64,
}

impl Bucket {
    fn new(x: i64) -> Self {
        Self { x, finite: 0, sum: 0.0, min: f64::NAN, max: f64::NAN }
    }

    fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.finite += 1;
            self.sum += value;
            self.min = self.min.min(value); // min and max prefer a number to NaN
            self.max = self.max.max(value);
        }
    }

    fn absorb(&mut self, other: &Bucket) {
        self.finite += other.finite;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The mean of the finite values; NaN without any.
    pub fn mean(&self) -> f64 {
        self.sum / self.finite as f64
    }
}

/// Collects points into buckets, any number of columns after another.
#[derive(Debug, Clone)]
pub struct Downsampler {
    interval: i64,
    buckets: Vec<Bucket>,
    ascending: bool,
}

impl Downsampler {
    /// Starts with buckets of this width (less than 1 counts as 1).
    pub fn new(interval: i64) -> Self {
        Self { interval: interval.max(1), buckets: Vec::new(), ascending: true }
    }

    /// Adds points; x may come in any order, ascending is fastest.
    pub fn push(&mut self, xs: &[i64], values: &[f64]) {
        let mut end = None; // the x after the current bucket's, None until a bucket is current
        for (&x, &value) in xs.iter().zip(values) {
            match self.buckets.last_mut() {
                Some(bucket) if end.is_some_and(|end| bucket.x <= x && x < end) => {
                    bucket.add(value);
                }
                _ => {
                    self.enter(x).add(value);
                    end = x.checked_add(self.interval - x.rem_euclid(self.interval));
                }
            }
        }
    }

    /// Adds points that are known only together; all of them lie in one bucket, that of `points.x`.
    pub fn push_bucket(&mut self, points: &Bucket) {
        self.enter(points.x).absorb(points);
    }

    /// The bucket of `x`, as the last of the list.
    fn enter(&mut self, x: i64) -> &mut Bucket {
        let start = x.saturating_sub(x.rem_euclid(self.interval));
        let last = self.buckets.last().map(|bucket| bucket.x);
        if last != Some(start) {
            self.ascending &= last.is_none_or(|last| last < start);
            self.buckets.push(Bucket::new(start));
        }
        let end = self.buckets.len() - 1;
        &mut self.buckets[end]
    }

    /// The buckets in ascending order, none of them empty.
    pub fn finish(mut self) -> Vec<Bucket> {
        if !self.ascending {
            self.buckets.sort_by_key(|bucket| bucket.x);
            self.buckets.dedup_by(|next, bucket| {
                let same = next.x == bucket.x;
                if same {
                    bucket.absorb(next);
                }
                same
            });
        }
        self.buckets
    }
}

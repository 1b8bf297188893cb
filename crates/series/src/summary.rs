use crate::{Point, Points};

/// The least or greatest value and where it was first seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extreme {
    /// The value; always finite.
    pub value: f64,
    /// The lowest iteration that has it.
    pub iter: i64,
}

/// What is known of ascending points without decoding them; stored beside each block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Number of points.
    pub count: u64,
    /// Number of points with a finite value: the divisor of [`Summary::mean`].
    pub mean_count: u64,
    /// Sum of the finite values.
    pub sum: f64,
    /// The point of the lowest iteration.
    pub first: Point,
    /// The point of the highest iteration.
    pub last: Point,
    /// The least finite value.
    pub min: Option<Extreme>,
    /// The greatest finite value.
    pub max: Option<Extreme>,
    /// The earliest time in milliseconds.
    pub min_ts: i64,
    /// The latest time in milliseconds.
    pub max_ts: i64,
}

impl Summary {
    /// Summarises points that ascend by iteration; `None` when there are none.
    pub fn of(points: &Points) -> Option<Self> {
        let mut all = points.iter();
        let mut summary = Self::of_point(all.next()?);
        all.for_each(|point| summary.absorb(&Self::of_point(point)));
        Some(summary)
    }

    fn of_point(point: Point) -> Self {
        let finite = point.value.is_finite();
        let extreme = finite.then_some(Extreme { value: point.value, iter: point.iter });
        Self {
            count: 1,
            mean_count: u64::from(finite),
            sum: if finite { point.value } else { 0.0 },
            first: point,
            last: point,
            min: extreme,
            max: extreme,
            min_ts: point.ts,
            max_ts: point.ts,
        }
    }

    /// Adds the summary of points that all come after these.
    pub fn absorb(&mut self, later: &Summary) {
        self.count += later.count;
        self.mean_count += later.mean_count;
        self.sum += later.sum;
        self.last = later.last;
        self.min = either(self.min, later.min, |mine, theirs| theirs < mine);
        self.max = either(self.max, later.max, |mine, theirs| theirs > mine);
        self.min_ts = self.min_ts.min(later.min_ts);
        self.max_ts = self.max_ts.max(later.max_ts);
    }

    /// The lowest iteration.
    pub fn min_iter(&self) -> i64 {
        self.first.iter
    }

    /// The highest iteration.
    pub fn max_iter(&self) -> i64 {
        self.last.iter
    }

    /// The mean of the finite values; `None` without any.
    pub fn mean(&self) -> Option<f64> {
        (self.mean_count > 0).then(|| self.sum / self.mean_count as f64)
    }
}

fn either(
    mine: Option<Extreme>,
    theirs: Option<Extreme>,
    better: impl Fn(f64, f64) -> bool,
) -> Option<Extreme> {
    match (mine, theirs) {
        (Some(a), Some(b)) if better(a.value, b.value) => Some(b),
        (None, other) => other,
        (mine, _) => mine,
    }
}

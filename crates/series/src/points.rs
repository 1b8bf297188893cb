/// One reported scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Iteration: the point's identity within its series.
    pub iter: i64,
    /// Time of the report in milliseconds since 1970, UTC.
    pub ts: i64,
    /// The value; NaN and infinities are kept as they are.
    pub value: f64,
}

/// Points as three columns of equal length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    iters: Vec<i64>,
    timestamps: Vec<i64>,
    values: Vec<f64>,
}

impl Points {
    /// No points.
    pub fn new() -> Self {
        Self::default()
    }

    /// No points yet, with room for `capacity`.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            iters: Vec::with_capacity(capacity),
            timestamps: Vec::with_capacity(capacity),
            values: Vec::with_capacity(capacity),
        }
    }

    /// Puts three columns together; `None` when their lengths differ.
    pub fn from_columns(iters: Vec<i64>, timestamps: Vec<i64>, values: Vec<f64>) -> Option<Self> {
        let equal = iters.len() == timestamps.len() && iters.len() == values.len();
        equal.then_some(Self { iters, timestamps, values })
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.iters.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.iters.is_empty()
    }

    /// The iterations.
    pub fn iters(&self) -> &[i64] {
        &self.iters
    }

    /// The times, in milliseconds since 1970.
    pub fn timestamps(&self) -> &[i64] {
        &self.timestamps
    }

    /// The values.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Appends one point.
    pub fn push(&mut self, point: Point) {
        self.iters.push(point.iter);
        self.timestamps.push(point.ts);
        self.values.push(point.value);
    }

    /// Appends another's points behind these.
    pub fn append(&mut self, other: &Points) {
        self.append_range(other, 0..other.len());
    }

    /// Appends the points of `other` at the positions `range`, as far as they exist.
    pub fn append_range(&mut self, other: &Points, range: std::ops::Range<usize>) {
        let end = range.end.min(other.len());
        let start = range.start.min(end);
        self.iters.extend_from_slice(&other.iters[start..end]);
        self.timestamps.extend_from_slice(&other.timestamps[start..end]);
        self.values.extend_from_slice(&other.values[start..end]);
    }

    /// The point at a position.
    pub fn get(&self, position: usize) -> Option<Point> {
        let iter = *self.iters.get(position)?;
        Some(Point { iter, ts: self.timestamps[position], value: self.values[position] })
    }

    /// The points one by one.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Point> + '_ {
        let columns = self.iters.iter().zip(&self.timestamps).zip(&self.values);
        columns.map(|((&iter, &ts), &value)| Point { iter, ts, value })
    }

    /// Whether every iteration is greater than the one before it.
    pub fn is_ascending(&self) -> bool {
        self.iters.is_sorted_by(|a, b| a < b)
    }

    /// Sorts by iteration and keeps, of each iteration, the point that was appended last.
    ///
    /// Appending blocks and then runs in the order in which the server took them, and settling
    /// once, is how a series is merged: later wins.
    pub fn settle(&mut self) {
        if self.is_ascending() {
            return;
        }
        let mut points: Vec<Point> = self.iter().collect();
        points.sort_by_key(|point| point.iter); // stable: equal iterations stay in order of arrival
        self.iters.clear();
        self.timestamps.clear();
        self.values.clear();
        for (position, point) in points.iter().enumerate() {
            let replaced = points.get(position + 1).is_some_and(|next| next.iter == point.iter);
            if !replaced {
                self.push(*point);
            }
        }
    }
}

impl FromIterator<Point> for Points {
    fn from_iter<I: IntoIterator<Item = Point>>(points: I) -> Self {
        let points = points.into_iter();
        let mut columns = Self::with_capacity(points.size_hint().0);
        points.for_each(|point| columns.push(point));
        columns
    }
}

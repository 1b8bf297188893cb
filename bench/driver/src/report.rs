//! Figures for people: times with their spread, and one table printed row by row as it is made.

use std::fmt;
use std::time::Duration;

/// Times of one kind, sorted.
pub struct Spread(Vec<Duration>);

impl Spread {
    /// Sorts the times; there must be at least one.
    pub fn of(mut times: Vec<Duration>) -> Spread {
        times.sort_unstable();
        Spread(times)
    }

    /// The time that half of them do not exceed.
    pub fn median(&self) -> Duration {
        self.quantile(0.5)
    }

    /// The time that the given part of them does not exceed.
    pub fn quantile(&self, part: f64) -> Duration {
        let position = (self.0.len() as f64 * part) as usize;
        self.0.get(position.min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, high) = (milliseconds(self.median()), milliseconds(self.quantile(0.99)));
        write!(f, "p50 {median} ms, p99 {high} ms, n={}", self.0.len())
    }
}

/// Milliseconds with the digits that mean something.
pub fn milliseconds(time: Duration) -> String {
    let value = time.as_secs_f64() * 1e3;
    match value {
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A table in Markdown, printed as its rows come.
pub struct Table;

impl Table {
    /// Begins a table under a heading.
    pub fn begin(title: &str) -> Table {
        println!("\n## {title}\n\n| what | measured | beside it |\n|---|---|---|");
        Table
    }

    /// Adds a row.
    pub fn row(&mut self, what: &str, measured: &str, beside: &str) {
        println!("| {what} | {measured} | {beside} |");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let spread = Spread::of((1..=100).rev().map(Duration::from_millis).collect());
        assert_eq!(spread.median(), Duration::from_millis(51));
        assert_eq!(spread.quantile(0.99), Duration::from_millis(100));
        assert_eq!(Spread::of(vec![Duration::from_millis(3)]).quantile(1.0).as_millis(), 3);
    }
}

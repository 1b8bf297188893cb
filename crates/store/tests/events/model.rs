//! What the event store should hold, kept the simplest way.

use std::collections::BTreeMap;

use arno_series::Point;
use arno_series::downsample::{Range, shared_intervals};
use arno_store::events::{
    Batch, LogLine, PlotEvent, SINGLE_VALUE, SampleEvent, Sampling, VectorEvent, XAxis,
};

pub type Name = (String, String);
/// Metric, variant, iteration, time, value, and the key of a sample: an event of any kind, comparable.
pub type Flat = (i64, &'static str, String, String, i64, String);

#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    pub value: f64,
    pub min: Option<(f64, i64)>,
    pub max: Option<(f64, i64)>,
    pub first: (f64, i64),
    pub count: i64,
    pub sum: f64,
    pub finite: i64,
}

#[derive(Default)]
pub struct Model {
    pub series: BTreeMap<Name, BTreeMap<i64, Point>>,
    pub singles: BTreeMap<Name, Point>,
    pub last: BTreeMap<Name, Last>,
    pub logs: Vec<LogLine>,
    pub plots: BTreeMap<(Name, i64), PlotEvent>,
    pub samples: BTreeMap<(Name, i64, String), SampleEvent>,
    pub vectors: BTreeMap<(Name, i64), VectorEvent>,
}

impl Model {
    pub fn add(&mut self, batch: &Batch) {
        for series in batch.all_series() {
            let name = (series.metric.clone(), series.variant.clone());
            self.note_last(&name, &series.points);
            for point in &series.points {
                if point.iter == SINGLE_VALUE {
                    self.singles.insert(name.clone(), *point);
                } else {
                    self.series.entry(name.clone()).or_default().insert(point.iter, *point);
                }
            }
        }
        self.logs.extend(batch.logs.iter().cloned());
        for plot in &batch.plots {
            self.plots.insert((name(&plot.head), plot.head.iter), plot.clone());
        }
        for sample in &batch.samples {
            let key = (name(&sample.head), sample.head.iter, sample.key.clone());
            self.samples.insert(key, sample.clone());
        }
        for vector in &batch.vectors {
            self.vectors.insert((name(&vector.head), vector.head.iter), vector.clone());
        }
    }

    fn note_last(&mut self, name: &Name, points: &[Point]) {
        let lowest = points.iter().min_by_key(|point| point.iter).unwrap();
        let last = self.last.entry(name.clone()).or_insert(Last {
            value: 0.0,
            min: None,
            max: None,
            first: (lowest.value, lowest.iter),
            count: 0,
            sum: 0.0,
            finite: 0,
        });
        for point in points {
            last.count += 1;
            if point.value.is_finite() {
                last.finite += 1;
                last.sum += point.value;
                if last.min.is_none_or(|(value, _)| point.value < value) {
                    last.min = Some((point.value, point.iter));
                }
                if last.max.is_none_or(|(value, _)| point.value > value) {
                    last.max = Some((point.value, point.iter));
                }
            }
        }
        last.value = points.iter().max_by_key(|point| (point.iter, point.ts)).unwrap().value;
    }

    /// All events but console lines, in ascending order of iterations.
    pub fn flat(&self) -> Vec<Flat> {
        let mut events = Vec::new();
        let scalars = self
            .series
            .iter()
            .flat_map(|(name, points)| points.values().map(move |point| (name, point)));
        for (name, point) in scalars.chain(self.singles.iter()) {
            events.push(flat_scalar(name, point));
        }
        events.extend(self.plots.values().map(flat_plot));
        events.extend(self.samples.values().map(flat_sample));
        events.extend(self.vectors.values().map(flat_vector));
        events.sort();
        events
    }

    /// The number of points of each series, and its ends.
    pub fn outlines(&self, key: XAxis) -> Vec<(Name, Range)> {
        let range = |points: &BTreeMap<i64, Point>| range_of(points.values(), key);
        self.series.iter().map(|(name, points)| (name.clone(), range(points))).collect()
    }

    /// The down-sampled series as `(name, [(x, mean)])`.
    pub fn histogram(&self, sampling: Sampling) -> Vec<(Name, Vec<(i64, String)>)> {
        let x = |point: &Point| x_of(point, sampling.key);
        let (first, last) = sampling.window.unwrap_or((i64::MIN, i64::MAX));
        let seen = |(name, points): (&Name, &BTreeMap<i64, Point>)| {
            let points = points.values().filter(|point| (first..=last).contains(&x(point)));
            let points: Vec<Point> = points.copied().collect();
            (!points.is_empty()).then(|| (name.clone(), points))
        };
        let series: Vec<(Name, Vec<Point>)> = self.series.iter().filter_map(seen).collect();
        let ranges: Vec<Range> =
            series.iter().map(|(_, points)| range_of(points.iter(), sampling.key)).collect();
        let intervals = shared_intervals(&ranges, sampling.samples);
        let sample = |((name, points), interval): (&(Name, Vec<Point>), i64)| {
            let mut buckets: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for point in points {
                let start = x(point).saturating_sub(x(point).rem_euclid(interval));
                buckets
                    .entry(start)
                    .or_default()
                    .extend(Some(point.value).filter(|v| v.is_finite()));
            }
            let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
            let buckets = buckets.into_iter().map(|(x, values)| (x, digits(mean(values))));
            (name.clone(), buckets.collect())
        };
        series.iter().zip(intervals).map(sample).collect()
    }

    /// A page of the console log as its rule says.
    pub fn log(&self, earlier: bool, from: Option<i64>, limit: usize) -> Vec<LogLine> {
        let mut lines = self.logs.clone();
        lines.sort_by_key(|line| line.ts); // stable: arrival decides among equal times
        if earlier {
            lines.reverse();
        }
        if let Some(from) = from {
            lines.retain(|line| if earlier { line.ts < from } else { line.ts > from });
        }
        if let Some(last) = lines.get(limit - 1).map(|line| line.ts) {
            let end = lines.iter().rposition(|line| line.ts == last).unwrap() + 1;
            lines.truncate(end);
        }
        lines
    }
}

/// A number as text: all NaNs are alike, both zeros are, and a sum's last bits do not matter.
pub fn digits(value: f64) -> String {
    format!("{:.9}", value + 0.0)
}

fn name(head: &arno_store::events::Head) -> Name {
    (head.metric.clone(), head.variant.clone())
}

pub fn flat_scalar(name: &Name, point: &Point) -> Flat {
    (point.iter, "scalar", name.0.clone(), name.1.clone(), point.ts, digits(point.value))
}

pub fn flat_plot(plot: &PlotEvent) -> Flat {
    let (head, text) = (&plot.head, format!("{} {:?}", plot.plot_str, plot.source_urls));
    (head.iter, "plot", head.metric.clone(), head.variant.clone(), head.ts, text)
}

pub fn flat_sample(sample: &SampleEvent) -> Flat {
    let (head, text) = (&sample.head, format!("{} {:?}", sample.key, sample.url));
    (head.iter, "sample", head.metric.clone(), head.variant.clone(), head.ts, text)
}

pub fn flat_vector(vector: &VectorEvent) -> Flat {
    let (head, text) = (&vector.head, format!("{:?}", vector.values));
    (head.iter, "vector", head.metric.clone(), head.variant.clone(), head.ts, text)
}

fn x_of(point: &Point, key: XAxis) -> i64 {
    match key {
        XAxis::Iteration => point.iter,
        XAxis::Timestamp => point.ts,
    }
}

fn range_of<'a>(points: impl Iterator<Item = &'a Point> + Clone, key: XAxis) -> Range {
    let xs = points.map(|point| x_of(point, key));
    let (min, max) = (xs.clone().min().unwrap(), xs.clone().max().unwrap());
    Range { count: xs.count() as u64, min, max }
}

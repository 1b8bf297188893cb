//! What a period holds: for each metric, and each GPU where there are several, how many values
//! there were, their sum, the smallest and the largest. Values are kept to the thousandth, as
//! agents send them, in as few bytes as they need.

use crate::error::{Error, Result};
use arno_series::varint;
use std::collections::BTreeMap;

/// The metrics there are. A metric is stored by its place, so new ones are added at the end; there
/// may be 63 of them.
const METRICS: [&str; 28] = [
    "cpu_usage",
    "cpu_temperature",
    "memory_used",
    "memory_free",
    "gpu_usage",
    "gpu_temperature",
    "gpu_fraction",
    "gpu_memory_free",
    "gpu_memory_used",
    "network_tx",
    "network_rx",
    "disk_free_home",
    "disk_free_temp",
    "disk_read",
    "disk_write",
    "requests",
    "requests_min",
    "latency_ms",
    "cpu_count",
    "gpu_count",
    "cpu_util",
    "gpu_util",
    "ram_total",
    "ram_used",
    "ram_free",
    "gpu_ram_total",
    "gpu_ram_used",
    "gpu_ram_free",
];

/// How the bytes of a period begin.
const FORMAT: u8 = 1;
/// Values are stored in thousandths.
const SCALE: f64 = 1000.0;
/// Larger values are stored as this one.
const LARGEST: f64 = 1e12;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric(u8);

impl Metric {
    /// The metric of this name.
    pub fn named(name: &str) -> Option<Metric> {
        METRICS.iter().position(|known| *known == name).map(|place| Metric(place as u8))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        METRICS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// Its bit among those of a subject.
    fn bit(self) -> i64 {
        1 << self.0
    }

    /// The metrics whose bits are set.
    pub(super) fn of_bits(bits: i64) -> impl Iterator<Item = Metric> {
        (0..METRICS.len() as u8).map(Metric).filter(move |metric| bits & metric.bit() != 0)
    }
}

/// Values summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    count: u64,
    sum: i64,
    min: i64,
    max: i64,
}

impl Summary {
    /// One value; none when it is not finite.
    fn one(value: f64) -> Option<Summary> {
        if !value.is_finite() {
            return None;
        }
        let value = (value.clamp(-LARGEST, LARGEST) * SCALE).round() as i64;
        Some(Summary { count: 1, sum: value, min: value, max: value })
    }

    /// Adds what another one holds.
    pub fn merge(&mut self, other: Summary) {
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.saturating_add(other.sum);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The mean of the values.
    pub fn mean(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64 / SCALE
    }

    /// The smallest value.
    pub fn min(&self) -> f64 {
        self.min as f64 / SCALE
    }

    /// The largest value.
    pub fn max(&self) -> f64 {
        self.max as f64 / SCALE
    }
}

/// What a period holds, by metric and GPU; the GPU is `None` where it does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<(Metric, Option<u8>), Summary>);

impl Cells {
    /// Adds a value; one that is not finite is left out.
    pub fn add(&mut self, metric: Metric, gpu: Option<u8>, value: f64) {
        if let Some(one) = Summary::one(value) {
            self.merge_one((metric, gpu), one);
        }
    }

    /// Every summary with its metric and GPU.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, Option<u8>, Summary)> + '_ {
        self.0.iter().map(|((metric, gpu), summary)| (*metric, *gpu, *summary))
    }

    /// A bit for each metric in it.
    pub(super) fn bits(&self) -> i64 {
        self.0.keys().fold(0, |bits, (metric, _)| bits | metric.bit())
    }

    pub(super) fn merge(&mut self, other: &Cells) {
        for (key, summary) in &other.0 {
            self.merge_one(*key, *summary);
        }
    }

    fn merge_one(&mut self, key: (Metric, Option<u8>), summary: Summary) {
        self.0.entry(key).and_modify(|known| known.merge(summary)).or_insert(summary);
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        for ((metric, gpu), summary) in &self.0 {
            varint::put(&mut out, metric.0.into());
            varint::put(&mut out, gpu.map_or(0, |gpu| u64::from(gpu) + 1));
            varint::put(&mut out, summary.count);
            varint::put_step(&mut out, 0, summary.min);
            if summary.count > 1 {
                varint::put_step(&mut out, summary.min, summary.max);
                varint::put_step(&mut out, 0, summary.sum);
            }
        }
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Cells> {
        let corrupt = |why: String| Error::corrupt("a period of statistics", why);
        let Some((&FORMAT, mut input)) = bytes.split_first() else {
            return Err(corrupt("unknown format".to_owned()));
        };
        let mut cells = Cells::default();
        while !input.is_empty() {
            let (key, summary) = take(&mut input).map_err(|e| corrupt(e.to_string()))?;
            cells.merge_one(key, summary);
        }
        Ok(cells)
    }
}

type Cell = ((Metric, Option<u8>), Summary);

fn take(input: &mut &[u8]) -> std::result::Result<Cell, arno_series::Error> {
    let metric = varint::take(input)?;
    if metric >= METRICS.len() as u64 {
        return Err(arno_series::Error::Corrupt("unknown metric"));
    }
    let gpu = varint::take(input)?.checked_sub(1);
    let count = varint::take(input)?;
    let min = varint::take_step(input, 0)?;
    let (max, sum) = match count {
        0 | 1 => (min, min),
        _ => (varint::take_step(input, min)?, varint::take_step(input, 0)?),
    };
    let gpu = gpu.map(|gpu| gpu.min(u8::MAX.into()) as u8);
    Ok(((Metric(metric as u8), gpu), Summary { count, sum, min, max }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn metric(name: &str) -> Metric {
        Metric::named(name).unwrap()
    }

    #[test]
    fn values_are_summed_up_to_the_thousandth() {
        let mut cells = Cells::default();
        for value in [50.7, -3.25, 12.0004, f64::NAN, f64::INFINITY] {
            cells.add(metric("cpu_usage"), None, value);
        }
        cells.add(metric("gpu_usage"), Some(255), 1e300);
        let found: Vec<_> = Cells::decode(&cells.encode()).unwrap().iter().collect();
        let (name, gpu, summary) = found[0];
        assert_eq!((name.name(), gpu), ("cpu_usage", None));
        assert_eq!((summary.min(), summary.max()), (-3.25, 50.7));
        assert!((summary.mean() - 59.45 / 3.0).abs() < 1e-9, "{}", summary.mean());
        assert_eq!((found[1].1, found[1].2.max()), (Some(255), LARGEST));
    }

    #[test]
    fn every_metric_has_a_name_and_a_bit_of_its_own() {
        let all: Vec<Metric> = Metric::of_bits(i64::MAX).collect();
        assert_eq!(all.len(), METRICS.len());
        for known in all {
            assert_eq!(Metric::named(known.name()), Some(known));
            assert_eq!(Metric::of_bits(known.bit()).collect::<Vec<_>>(), [known]);
        }
        assert_eq!(Metric::named("unheard_of"), None);
    }

    #[test]
    fn the_usual_report_is_small() {
        let mut cells = Cells::default();
        for (name, value) in [
            ("cpu_usage", 37.512),
            ("memory_used", 12_345.678),
            ("memory_free", 51_234.567),
            ("disk_free_home", 71.3),
            ("disk_read", 0.031),
            ("disk_write", 1.25),
            ("network_tx", 0.004),
            ("network_rx", 0.1),
        ] {
            cells.add(metric(name), None, value);
            cells.add(metric(name), None, value + 0.5);
        }
        assert!(cells.encode().len() <= 120, "{} bytes", cells.encode().len());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            values in prop::collection::vec((0..28usize, prop::option::of(any::<u8>()), any::<f64>()), 0..40)
        ) {
            let mut cells = Cells::default();
            for (place, gpu, value) in values {
                cells.add(metric(METRICS[place]), gpu, value);
            }
            prop_assert_eq!(Cells::decode(&cells.encode()).unwrap(), cells);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut framed = vec![FORMAT];
            framed.extend(&bytes);
            let _ = (Cells::decode(&bytes), Cells::decode(&framed));
        }
    }
}

//! Down-sampling against a straightforward reading of its rule.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use arno_series::downsample::{Downsampler, Range, shared_intervals};
use proptest::collection::vec;
use proptest::prelude::*;

/// Buckets as `(x, finite values)`, computed one point at a time in wide integers.
fn naive(points: &[(i64, f64)], interval: i64) -> BTreeMap<i64, Vec<f64>> {
    let mut buckets: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for &(x, value) in points {
        let start = i128::from(x).div_euclid(i128::from(interval)) * i128::from(interval);
        let start = i64::try_from(start).unwrap_or(i64::MIN);
        let values = buckets.entry(start).or_default();
        if value.is_finite() {
            values.push(value);
        }
    }
    buckets
}

fn x() -> impl Strategy<Value = i64> {
    prop_oneof![6 => -300i64..300, 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX)]
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![6 => (-100i32..100).prop_map(f64::from), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]
}

proptest! {
    #[test]
    fn equals_the_rule(
        points in vec((x(), value()), 1..200),
        interval in prop_oneof![4 => 1i64..60, 1 => 1i64..],
        ascending in any::<bool>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut points = points;
        if ascending {
            points.sort_by_key(|point| point.0);
        }
        let mut sampler = Downsampler::new(interval);
        let (left, right) = points.split_at(cut.index(points.len()));
        for part in [left, right] {
            let (xs, values): (Vec<i64>, Vec<f64>) = part.iter().copied().unzip();
            sampler.push(&xs, &values);
        }
        let buckets = sampler.finish();
        let expected = naive(&points, interval);
        prop_assert!(buckets.iter().map(|b| b.x).eq(expected.keys().copied()));
        for (bucket, values) in buckets.iter().zip(expected.values()) {
            // Small whole numbers: sums are exact in any order.
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            prop_assert_eq!(bucket.mean().to_bits() & !(1 << 63), mean.to_bits() & !(1 << 63));
            prop_assert_eq!(bucket.mean() < 0.0, mean < 0.0);
            if values.is_empty() {
                prop_assert!(bucket.min.is_nan() && bucket.max.is_nan());
            } else {
                prop_assert_eq!(bucket.min, values.iter().copied().reduce(f64::min).unwrap());
                prop_assert_eq!(bucket.max, values.iter().copied().reduce(f64::max).unwrap());
            }
        }
    }

    #[test]
    fn intervals_bring_a_series_down_to_the_samples(
        ends in (any::<i64>(), any::<i64>()), count in 0u64..10_000, samples in 1u64..6000,
    ) {
        let range = Range { count, min: ends.0.min(ends.1), max: ends.0.max(ends.1) };
        let interval = range.interval(samples);
        prop_assert!(interval >= 1);
        if count < samples {
            prop_assert_eq!(interval, 1);
        } else {
            let first = i128::from(range.min).div_euclid(i128::from(interval));
            let last = i128::from(range.max).div_euclid(i128::from(interval));
            prop_assert!(last - first <= i128::from(samples), "one more than asked when unaligned");
        }
    }
}

#[test]
fn intervals_as_documented() {
    let range = |count, min, max| Range { count, min, max };
    assert_eq!(range(1999, 0, 1_000_000).interval(2000), 1);
    assert_eq!(range(2000, 0, 1999).interval(2000), 1);
    assert_eq!(range(2001, 0, 2000).interval(2000), 2);
    assert_eq!(range(100_000, 0, 99_999).interval(1000), 100);
    assert_eq!(range(0, 0, 0).interval(0), 1);
}

#[test]
fn series_of_near_intervals_share_the_largest() {
    let range = |max| Range { count: 5000, min: 0, max };
    let intervals = shared_intervals(&[range(11_999), range(9_999), range(10_999)], 100);
    assert_eq!(intervals, [120, 110, 110]);
    assert_eq!(shared_intervals(&[], 100), Vec::<i64>::new());
    let few = Range { count: 3, min: 0, max: 1_000_000 };
    assert_eq!(shared_intervals(&[few, range(9_999)], 100), [1, 100]);
    // A group ends at fifty series and at six thousand buckets.
    let mut many: Vec<Range> = vec![range(9_999); 50];
    many.push(range(10_499));
    let intervals = shared_intervals(&many, 100);
    assert_eq!((intervals[0], intervals[50]), (100, 105));
    let wide: Vec<Range> = [99_999, 100_999, 101_999, 102_999].map(range).to_vec();
    assert_eq!(shared_intervals(&wide, 2000), [51, 51, 51, 52]);
}

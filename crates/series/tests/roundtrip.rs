//! What was written is what is read, whatever the order, repetition, values and splits; and no
//! input makes a decoder panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use arno_series::seal::{self, BLOCK_POINTS, Extent};
use arno_series::{Error, Point, Points, Summary, block, run};
use proptest::collection::vec;
use proptest::prelude::*;

fn iteration() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => 0i64..40,
        2 => -2000i64..4000,
        1 => any::<i64>(),
        1 => prop_oneof![Just(i64::MIN), Just(i64::MIN + 1), Just(i64::MAX), Just(-2147483648)],
    ]
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        5 => -10.0f64..10.0,
        2 => (-1000i32..1000).prop_map(|n| f64::from(n) / 100.0),
        1 => any::<u64>().prop_map(f64::from_bits),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(-0.0)],
    ]
}

fn point() -> impl Strategy<Value = Point> {
    let ts = prop_oneof![4 => 1_700_000_000_000i64..1_700_000_100_000, 1 => any::<i64>()];
    (iteration(), ts, value()).prop_map(|(iter, ts, value)| Point { iter, ts, value })
}

/// Equality that tells NaNs and zeros apart.
fn bits(points: impl IntoIterator<Item = Point>) -> Vec<(i64, i64, u64)> {
    points.into_iter().map(|p| (p.iter, p.ts, p.value.to_bits())).collect()
}

/// A series as the event store keeps it: sealed blocks and a tail of runs.
#[derive(Default)]
struct Stored {
    blocks: Vec<Vec<u8>>,
    tail: Vec<Vec<u8>>,
}

impl Stored {
    fn append(&mut self, points: &[Point]) {
        let mut row = Vec::new();
        run::encode(points, &mut row);
        self.tail.push(row);
    }

    fn tail_points(&self) -> Points {
        let mut points = Points::new();
        for row in &self.tail {
            run::decode(row, &mut points).unwrap();
        }
        points
    }

    fn seal(&mut self) {
        let mut incoming = self.tail_points();
        incoming.settle();
        let existing: Vec<Points> = self.blocks.iter().map(|b| block::decode(b).unwrap()).collect();
        let extents: Vec<Extent> = existing.iter().map(extent).collect();
        let mut blocks = self.blocks.clone();
        for step in seal::plan(&extents, incoming.iters()).into_iter().rev() {
            let mut merged = Points::new();
            existing[step.blocks.clone()].iter().for_each(|old| merged.append(old));
            merged.append_range(&incoming, step.points);
            merged.settle();
            let new =
                seal::split(&merged).iter().map(|b| block::encode(b).unwrap()).collect::<Vec<_>>();
            blocks.splice(step.blocks, new);
        }
        self.blocks = blocks;
        self.tail.clear();
    }

    fn read(&self) -> Points {
        let mut points = Points::new();
        for bytes in &self.blocks {
            points.append(&block::decode(bytes).unwrap());
        }
        assert!(points.is_ascending(), "blocks are disjoint and ascending");
        points.append(&self.tail_points());
        points.settle();
        points
    }
}

fn extent(points: &Points) -> Extent {
    let summary = Summary::of(points).unwrap();
    Extent { min_iter: summary.min_iter(), max_iter: summary.max_iter(), count: points.len() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_run_reads_back_in_its_own_order(points in vec(point(), 0..60)) {
        let mut row = Vec::new();
        run::encode(&points, &mut row);
        let mut read = Points::new();
        run::decode(&row, &mut read).unwrap();
        prop_assert_eq!(bits(read.iter()), bits(points));
        for end in 0..row.len() {
            let mut none = Points::new();
            prop_assert!(run::decode(&row[..end], &mut none).is_err());
            prop_assert!(none.is_empty());
        }
    }

    #[test]
    fn a_series_holds_the_last_report_of_each_iteration(
        requests in vec((vec(point(), 1..40), prop::bool::weighted(0.2)), 1..40),
    ) {
        let mut stored = Stored::default();
        let mut model = BTreeMap::new();
        for (points, seal) in &requests {
            stored.append(points);
            model.extend(points.iter().map(|p| (p.iter, *p)));
            if *seal {
                stored.seal();
            }
        }
        prop_assert_eq!(bits(stored.read().iter()), bits(model.values().copied()));
        stored.seal();
        prop_assert_eq!(bits(stored.read().iter()), bits(model.into_values()));
    }

    #[test]
    fn blocks_keep_their_size_whatever_the_order_of_large_batches(
        batches in vec((-20i64..20, 1usize..2500), 1..12),
    ) {
        let mut stored = Stored::default();
        let mut model = BTreeMap::new();
        for (start, len) in batches {
            let first = start * 700;
            let points: Vec<Point> = (0..len as i64)
                .map(|n| Point { iter: first + n * 3, ts: n, value: n as f64 })
                .collect();
            stored.append(&points);
            model.extend(points.iter().map(|p| (p.iter, *p)));
            stored.seal();
        }
        prop_assert_eq!(bits(stored.read().iter()), bits(model.into_values()));
        for bytes in &stored.blocks {
            prop_assert!(block::Block::open(bytes).unwrap().len() <= 2 * BLOCK_POINTS);
        }
    }

    #[test]
    fn columns_decode_alone_and_a_damaged_block_is_refused(
        points in vec(point(), 1..300),
        damage in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let mut points: Points = points.into_iter().collect();
        points.settle();
        let bytes = block::encode(&points).unwrap();
        let opened = block::Block::open(&bytes).unwrap();
        prop_assert_eq!(opened.len(), points.len());
        prop_assert_eq!(opened.iterations().unwrap(), points.iters());
        prop_assert_eq!(opened.timestamps().unwrap(), points.timestamps());
        prop_assert_eq!(bits(block::decode(&bytes).unwrap().iter()), bits(points.iter()));

        let mut damaged = bytes.clone();
        damaged[damage.index(bytes.len())] ^= flip;
        prop_assert!(block::decode(&damaged).is_err());
        prop_assert!(block::decode(&bytes[..damage.index(bytes.len())]).is_err());
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..200), version in 0u8..3) {
        let mut framed = vec![version];
        framed.extend_from_slice(&bytes);
        for input in [&bytes, &framed] {
            prop_assert!(block::decode(input).is_err());
            let mut points = Points::new();
            if run::decode(input, &mut points).is_err() {
                prop_assert!(points.is_empty());
            }
        }
    }

    #[test]
    fn a_summary_says_what_the_points_say(points in vec(point(), 1..200), cut in any::<prop::sample::Index>()) {
        let mut points: Points = points.into_iter().collect();
        points.settle();
        let summary = Summary::of(&points).unwrap();
        let finite: Vec<Point> = points.iter().filter(|p| p.value.is_finite()).collect();
        prop_assert_eq!(summary.count, points.len() as u64);
        prop_assert_eq!(summary.mean_count, finite.len() as u64);
        prop_assert_eq!(summary.min_ts, points.timestamps().iter().copied().min().unwrap());
        prop_assert_eq!(summary.max_ts, points.timestamps().iter().copied().max().unwrap());
        let least = finite.iter().map(|p| p.value).reduce(f64::min);
        prop_assert_eq!(summary.min.map(|e| e.value), least);
        let seen_at = finite.iter().find(|p| Some(p.value) == least).map(|p| p.iter);
        prop_assert_eq!(summary.min.map(|e| e.iter), seen_at);
        let greatest = finite.iter().map(|p| p.value).reduce(f64::max);
        prop_assert_eq!(summary.max.map(|e| e.value), greatest);

        let cut = cut.index(points.len());
        let mut halves = [Points::new(), Points::new()];
        halves[0].append_range(&points, 0..cut);
        halves[1].append_range(&points, cut..points.len());
        if let (Some(mut whole), Some(later)) = (Summary::of(&halves[0]), Summary::of(&halves[1])) {
            whole.absorb(&later);
            prop_assert_eq!((whole.count, whole.min, whole.max), (summary.count, summary.min, summary.max));
            prop_assert_eq!(whole.last.iter, summary.last.iter);
        }
    }
}

#[test]
fn appending_in_order_leaves_full_blocks_alone() {
    let full =
        |n: i64| Extent { min_iter: n * 2048, max_iter: n * 2048 + 2047, count: BLOCK_POINTS };
    let existing = [full(0), full(1)];
    for len in [1, 3000] {
        let incoming: Vec<i64> = (4096..4096 + len).collect();
        let steps = seal::plan(&existing, &incoming);
        assert_eq!(steps, [seal::Rewrite { blocks: 2..2, points: 0..incoming.len() }]);
    }
    let small_last = [full(0), Extent { min_iter: 2048, max_iter: 2057, count: 10 }];
    let topping_up = seal::plan(&small_last, &[2058, 2059]);
    assert_eq!(topping_up, [seal::Rewrite { blocks: 1..2, points: 0..2 }]);
}

#[test]
fn a_forged_count_takes_no_memory() {
    let mut row = vec![1];
    row.extend_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(run::decode(&row, &mut Points::new()), Err(Error::Truncated));
    assert_eq!(run::decode(&[9], &mut Points::new()), Err(Error::UnknownVersion(9)));
    assert_eq!(block::decode(&[9]), Err(Error::UnknownVersion(9)));
    assert_eq!(block::encode(&Points::new()), Err(Error::BlockSize(0)));
    let twice: Points = [1, 1].map(|iter| Point { iter, ts: 0, value: 0.0 }).into_iter().collect();
    assert_eq!(block::encode(&twice), Err(Error::NotAscending));
}

/// The bytes of version 1, which every later program must read.
#[test]
fn version_1_stays_readable() {
    let points: Points = (0..5i64)
        .map(|n| Point { iter: n * 10, ts: 1_700_000_000_000 + n * n, value: n as f64 * 0.5 })
        .collect();
    let row = hex(
        "0105001414141480a0abfef96202060a0e0000000000000000000000000000e03f000000000000f03f000000000000f83f0000000000000040",
    );
    let sealed = hex(
        "0105031a0000140104011001018000000000000000c0010068e5cf8b010080100d04010010000000000000000000fc010000000000000000000000000000f01f000000000000fc0f000000000000ff0700000000000000040ae0c81a",
    );
    let mut read = Points::new();
    run::decode(&row, &mut read).unwrap();
    assert_eq!(read, points);
    assert_eq!(block::decode(&sealed).unwrap(), points);
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

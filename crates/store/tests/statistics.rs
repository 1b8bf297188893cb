//! Statistics over time: nothing reported at once is lost, and what is old goes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use arno_store::document::{self, new_id};
use arno_store::presences::Kind;
use arno_store::queues::{self, Head};
use arno_store::schema::QUEUE;
use arno_store::statistics::{self, Cells, LEVELS, Metric, Wanted};
use arno_store::{Result, Scope, Tx};
use common::{NOW, Store, stores};
use serde_json::json;
use std::collections::HashSet;

const DAY: i64 = 24 * 3_600_000;

fn scope() -> Scope {
    Scope::system("c1")
}

fn cells(value: f64) -> Cells {
    let mut cells = Cells::default();
    cells.add(Metric::named("cpu_usage").unwrap(), None, value);
    cells
}

/// How many periods each level has of the worker, and the mean of all its values.
fn stored(store: &Store) -> (Vec<usize>, Vec<f64>) {
    let read = |tx: &Tx<'_>| -> Result<(Vec<usize>, Vec<f64>)> {
        let names = HashSet::from(["w".to_owned()]);
        let wanted = Wanted { kind: Kind::Worker, names: &names, place: None };
        let found = statistics::subjects(tx, &wanted)?;
        let (mut periods, mut means) = (Vec::new(), Vec::new());
        for level in LEVELS {
            let mut count = 0;
            for subject in &found {
                statistics::read(tx, subject, level, (0, i64::MAX), |period| {
                    count += 1;
                    means.extend(period.cells.iter().map(|(_, _, summary)| summary.mean()));
                })?;
            }
            periods.push(count);
        }
        Ok((periods, means))
    };
    store.read(&scope(), read).unwrap()
}

#[test]
fn reports_at_the_same_time_all_count() {
    for store in stores() {
        let reports = (0..40).map(|value| {
            let report = move |tx: &Tx<'_>| {
                statistics::record(tx, (Kind::Worker, "w", ""), NOW, true, &cells(value.into()))
            };
            store.db.write(scope(), report)
        });
        let done = store.run(futures_util::future::join_all(reports));
        assert!(done.iter().all(std::result::Result::is_ok), "{done:?}");
        assert_eq!(stored(&store), (vec![1; 4], vec![19.5; 4]));
    }
}

#[test]
fn queues_know_how_long_their_tasks_wait() {
    for store in stores() {
        let make = |tx: &Tx<'_>| {
            for name in ["one", "two"] {
                let queue = json!({"id": name, "company": "c1", "name": name});
                document::insert(tx, &QUEUE, queue.as_object().unwrap().clone())?;
            }
            Ok(())
        };
        store.write(&scope(), make).unwrap();
        type Step = fn(&Tx<'_>, &Head, &Head) -> Result<()>;
        let steps: [(Step, [(i64, f64); 2]); 6] = [
            (|tx, one, _| queues::push(tx, one, "a"), [(1, 0.0), (0, 0.0)]),
            (
                |tx, one, two| queues::push(tx, one, "b").and(queues::push(tx, two, "b")),
                [(2, 5.0), (1, 0.0)],
            ),
            (|tx, one, _| queues::pop(tx, one, None).map(drop), [(1, 10.0), (1, 10.0)]),
            (
                |tx, _, _| queues::remove_everywhere(tx, "b", Some("one")).map(drop),
                [(1, 20.0), (0, 0.0)],
            ),
            (|tx, one, _| queues::remove(tx, one, "missing").map(drop), [(1, 30.0), (0, 0.0)]),
            (|tx, one, _| queues::clear(tx, one).map(drop), [(0, 0.0), (0, 0.0)]),
        ];
        for (number, (step, expected)) in (0..).zip(steps) {
            store.db.clock().set(NOW + number * 10_000);
            let take = move |tx: &Tx<'_>| {
                step(tx, &queues::hold(tx, "one")?, &queues::hold(tx, "two")?)?;
                statistics::queues_now(tx, &[])
            };
            let now = store.write(&scope(), take).unwrap();
            let now: Vec<_> = now.into_iter().map(|queue| (queue.length, queue.waiting)).collect();
            assert_eq!(now, expected, "after step {number}");
        }
    }
}

#[test]
fn what_is_old_goes_level_by_level() {
    for store in stores() {
        let report = |tx: &Tx<'_>| {
            statistics::record(tx, (Kind::Worker, "w", ""), tx.now(), false, &cells(1.0))
        };
        store.write(&scope(), report).unwrap();
        let queue = new_id();
        let id = queue.clone();
        let make = move |tx: &Tx<'_>| {
            let queue = json!({"id": id, "company": "c1", "name": "waiting"});
            document::insert(tx, &QUEUE, queue.as_object().unwrap().clone())?;
            statistics::sample_queues(tx, &[])
        };
        store.write(&scope(), make).unwrap();
        let samples = |tx: &Tx<'_>| -> Result<Vec<usize>> {
            let count = |level| Ok(statistics::queue_samples(tx, &[], level, (0, i64::MAX))?.len());
            LEVELS.into_iter().map(count).collect()
        };
        for (days, left) in [
            (1, [1, 1, 1, 1]),
            (3, [0, 1, 1, 1]),
            (9, [0, 0, 1, 1]),
            (36, [0, 0, 0, 1]),
            (401, [0; 4]),
        ] {
            store.db.clock().set(NOW + days * DAY);
            let next = store.write(&scope(), |tx| statistics::sweep(tx, 0)).unwrap();
            let end = move |tx: &Tx<'_>| statistics::sweep(tx, next.unwrap_or(0));
            assert_eq!(store.write(&scope(), end).unwrap(), None, "one round was enough");
            store.write(&scope(), statistics::sweep_queues).unwrap();
            assert_eq!(stored(&store).0, left, "after {days} days");
            assert_eq!(store.read(&scope(), samples).unwrap(), left, "after {days} days");
        }
        let metrics = |tx: &Tx<'_>| {
            let names = HashSet::new();
            let wanted = Wanted { kind: Kind::Worker, names: &names, place: None };
            statistics::metrics(tx, &wanted)
        };
        assert!(store.read(&scope(), metrics).unwrap().is_empty(), "the worker is forgotten");
    }
}

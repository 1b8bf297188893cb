//! The event store against a model in memory: random additions, sealing, deletions and restarts,
//! on every engine.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "events/model.rs"]
mod model;

use arno_series::Point;
use arno_store::Scope;
use arno_store::events::*;
use common::{NOW, Store};
use model::{Flat, Model, digits};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::sync::Arc;

const CASES: u32 = 24;
const METRICS: [(&str, &str); 4] =
    [("loss", "train"), ("loss", "validation"), (":monitor:gpu", "gpu_0 %"), ("z 💡", "")];

#[derive(Debug, Clone)]
enum Step {
    Add(Vec<One>),
    /// Consecutive points of one series, enough to seal it.
    Run(usize, i64, usize),
    Seal,
    Restart,
    ClearLog(i64),
    Delete,
}

#[derive(Debug, Clone)]
enum One {
    Scalar(usize, i64, i64, f64),
    Log(i64, String),
    Plot(usize, i64, String),
    Sample(usize, i64, String, Option<String>),
    Vector(usize, i64, Vec<f64>),
}

fn iteration() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => -3i64..30,
        1 => Just(SINGLE_VALUE),
        1 => prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(1i64 << 40)],
    ]
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => (-400i32..400).prop_map(|n| f64::from(n) / 4.0),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ]
}

fn one() -> impl Strategy<Value = One> {
    let metric = || 0..METRICS.len();
    prop_oneof![
        8 => (metric(), iteration(), 1000i64..1060, value())
            .prop_map(|(m, i, ts, v)| One::Scalar(m, i, ts, v)),
        4 => (0i64..12, "[a-z\n ]{0,400}").prop_map(|(ts, msg)| One::Log(ts, msg)),
        1 => (metric(), iteration(), "[a-z]{0,300}").prop_map(|(m, i, text)| One::Plot(m, i, text)),
        1 => (metric(), iteration(), "[ab]?", prop::option::of("[uv]"))
            .prop_map(|(m, i, key, url)| One::Sample(m, i, key, url)),
        1 => (metric(), iteration(), vec(-9.0f64..9.0, 0..4)).prop_map(|(m, i, v)| One::Vector(m, i, v)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => vec(one(), 1..25).prop_map(Step::Add),
        3 => (0..METRICS.len(), -2000i64..4000, 900usize..3000)
            .prop_map(|(m, start, len)| Step::Run(m, start, len)),
        3 => Just(Step::Seal),
        1 => Just(Step::Restart),
        1 => (0i64..12).prop_map(Step::ClearLog),
    ]
}

fn batch(ones: &[One]) -> Batch {
    let mut batch = Batch::default();
    "w".clone_into(&mut batch.worker);
    let head = |metric: &usize, iter: &i64| Head {
        metric: METRICS[*metric].0.to_owned(),
        variant: METRICS[*metric].1.to_owned(),
        iter: *iter,
        ts: 77,
        worker: "w".to_owned(),
    };
    for one in ones {
        match one {
            One::Scalar(metric, iter, ts, value) => {
                let (metric, variant) = METRICS[*metric];
                let point = Point { iter: *iter, ts: *ts, value: *value };
                batch.series(metric, variant).points.push(point);
            }
            One::Log(ts, msg) => batch.logs.push(LogLine {
                ts: *ts,
                level: if ts % 2 == 0 { "INFO" } else { "ERROR" }.to_owned(),
                msg: msg.clone(),
                worker: "w".to_owned(),
                iter: (*ts == 3).then_some(5),
                ..LogLine::default()
            }),
            One::Plot(metric, iter, text) => batch.plots.push(PlotEvent {
                head: head(metric, iter),
                plot_str: text.clone(),
                source_urls: text.chars().take(1).map(String::from).collect(),
                valid: None,
            }),
            One::Sample(metric, iter, key, url) => batch.samples.push(SampleEvent {
                head: head(metric, iter),
                key: key.clone(),
                url: url.clone(),
            }),
            One::Vector(metric, iter, values) => {
                batch.vectors.push(VectorEvent { head: head(metric, iter), values: values.clone() })
            }
        }
    }
    batch
}

struct Run<'a> {
    store: &'a mut Store,
    events: EventStore,
    owner: Owner,
    model: Model,
    seq: i64,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Add(ones) => self.add(batch(ones)),
            Step::Run(metric, start, len) => {
                let ones: Vec<One> = (0..*len as i64)
                    .map(|n| One::Scalar(*metric, start + n, 1000 + n, (n % 50) as f64))
                    .collect();
                self.add(batch(&ones));
            }
            Step::Seal => {
                let events = self.events.clone();
                self.write(move |tx| events.seal_idle(tx, NOW + 1, 10));
            }
            Step::Restart => {
                self.store.reopen();
                self.events = EventStore::default();
            }
            Step::ClearLog(before) => {
                let (events, owner, before) = (self.events.clone(), self.owner, *before);
                let clear = move |tx: &arno_store::Tx<'_>| {
                    events.clear_log(tx, owner, before, |line| line.level == "INFO")
                };
                let deleted = self.write(clear);
                let count = self.model.logs.len();
                self.model.logs.retain(|line| line.ts >= before || line.level != "INFO");
                assert_eq!(deleted as usize, count - self.model.logs.len());
            }
            Step::Delete => {
                let (events, owner) = (self.events.clone(), self.owner);
                self.write(move |tx| events.delete(tx, owner));
                self.model = Model::default();
            }
        }
    }

    fn add(&mut self, batch: Batch) {
        self.model.add(&batch);
        let (events, owner, batch) = (self.events.clone(), self.owner, Arc::new(batch));
        let added = self.write(move |tx| events.add(tx, owner, &batch));
        self.events.committed(&added);
        assert!(added.derived.seq > self.seq, "the sequence ascends");
        self.seq = added.derived.seq;
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&arno_store::Tx<'_>) -> arno_store::Result<T> + Send + 'static,
    ) -> T {
        self.store.write_events(&Scope::system(""), work).unwrap()
    }

    fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&EventStore, &arno_store::Tx<'_>, Owner) -> arno_store::Result<T> + Send + 'static,
    ) -> T {
        let (events, owner) = (self.events.clone(), self.owner);
        self.store.read(&Scope::system(""), move |tx| work(&events, tx, owner)).unwrap()
    }

    fn check(&self, limit: usize) {
        self.check_events(limit);
        self.check_histograms();
        self.check_outlines();
        self.check_log(limit);
        self.check_last_metrics();
    }

    fn check_events(&self, limit: usize) {
        for ascending in [true, false] {
            let mut expected = self.model.flat();
            let mut found: Vec<Flat> = Vec::new();
            let mut after = None;
            loop {
                let (kind, filter) = (None, MetricFilter::all());
                let count_total = after.is_none();
                let query = EventQuery { kind, filter, ascending, after, limit, count_total };
                let page = self.read(move |events, tx, owner| events.events(tx, owner, &query));
                if let Some(total) = page.total {
                    assert_eq!(total as usize, expected.len() + self.model.logs.len());
                }
                let scalars = page.events.iter().filter(|e| !matches!(e, Event::Log(_)));
                let iterations: Vec<i64> =
                    page.events.iter().map(|e| e.iter().unwrap_or(0)).collect();
                match ascending {
                    true => assert!(iterations.is_sorted()),
                    false => assert!(iterations.iter().rev().is_sorted()),
                }
                found.extend(scalars.map(flat));
                if page.events.is_empty() {
                    break;
                }
                assert!(after.is_none() || after != page.position, "pages go on");
                after = page.position;
            }
            found.sort();
            expected.sort();
            assert_eq!(found, expected);
        }
    }

    fn check_histograms(&self) {
        for (samples, key, window) in [
            (2000, XAxis::Iteration, None),
            (7, XAxis::Iteration, None),
            (10, XAxis::Timestamp, None),
            (2000, XAxis::Iteration, Some((3, 1_500))),
            (7, XAxis::Iteration, Some((1_000, 2_100))),
            (10, XAxis::Timestamp, Some((5, 90))),
        ] {
            let sampling = Sampling { samples, key, window };
            let found = self.read(move |events, tx, owner| {
                events.histogram(tx, owner, &MetricFilter::all(), sampling)
            });
            let found: Vec<_> = found
                .into_iter()
                .map(|series| {
                    let name = (series.metric.metric.clone(), series.metric.variant.clone());
                    let buckets: Vec<(i64, String)> =
                        series.buckets.iter().map(|b| (b.x, digits(b.mean()))).collect();
                    (name, buckets)
                })
                .collect();
            assert_eq!(found, self.model.histogram(sampling));
        }
    }

    fn check_outlines(&self) {
        for key in [XAxis::Iteration, XAxis::Timestamp] {
            let found = self.read(move |events, tx, owner| {
                events.outlines(tx, owner, &MetricFilter::all(), key)
            });
            let found: Vec<_> = found
                .into_iter()
                .map(|Outline { metric, range }| {
                    ((metric.metric.clone(), metric.variant.clone()), range)
                })
                .collect();
            assert_eq!(found, self.model.outlines(key));
        }
    }

    fn check_log(&self, limit: usize) {
        for earlier in [true, false] {
            for from in [None, Some(0), Some(4), Some(50)] {
                let filter = MetricFilter::all();
                let query = LogQuery { earlier, from, limit, filter };
                let page = self.read(move |events, tx, owner| events.log(tx, owner, &query));
                assert_eq!(page.lines, self.model.log(earlier, from, limit));
                assert_eq!(page.total as usize, self.model.logs.len());
            }
        }
    }

    fn check_last_metrics(&self) {
        let found = self.read(|events, tx, owner| events.last_metrics(tx, &[owner]));
        assert_eq!(found[0].len(), self.model.last.len());
        for last in &found[0] {
            let name = (last.metric.metric.clone(), last.metric.variant.clone());
            let expected = &self.model.last[&name];
            assert_eq!(digits(last.value), digits(expected.value));
            assert_eq!((last.min, last.max), (expected.min, expected.max));
            assert_eq!(
                (digits(last.first.0), last.first.1),
                (digits(expected.first.0), expected.first.1)
            );
            assert_eq!(last.count, expected.count);
            let mean = (expected.finite > 0).then(|| expected.sum / expected.finite as f64);
            assert_eq!(last.mean.map(digits), mean.map(digits));
            assert_eq!(last.metric.metric_hash, hash(&name.0));
        }
        let singles =
            self.read(|events, tx, owner| events.single_values(tx, owner, &MetricFilter::all()));
        let singles = singles.iter().map(|single| {
            let name = (single.metric.metric.clone(), single.metric.variant.clone());
            (name, single.ts, digits(single.value))
        });
        let expected = &self.model.singles;
        assert!(singles.eq(expected.iter().map(|(n, p)| (n.clone(), p.ts, digits(p.value)))));
    }
}

fn flat(event: &Event) -> Flat {
    match event {
        Event::Scalar(scalar) => {
            let name = (scalar.metric.metric.clone(), scalar.metric.variant.clone());
            model::flat_scalar(&name, &scalar.point)
        }
        Event::Plot(plot) => model::flat_plot(plot),
        Event::Sample(sample) => model::flat_sample(sample),
        Event::Vector(vector) => model::flat_vector(vector),
        Event::Log(line) => unreachable!("console line {line:?}"),
    }
}

#[test]
fn what_was_added_is_what_is_read() {
    for store in common::stores() {
        // A runner counts its cases, so each engine has its own.
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, rng);
        let store = std::cell::RefCell::new(store);
        let next_owner = std::cell::Cell::new(0);
        let outcome = runner.run(&(vec(step(), 1..14), 1usize..40), |(steps, limit)| {
            next_owner.set(next_owner.get() + 1);
            let mut run = Run {
                store: &mut store.borrow_mut(),
                events: EventStore::default(),
                owner: Owner::task(next_owner.get()),
                model: Model::default(),
                seq: 0,
            };
            steps.iter().for_each(|step| run.step(step));
            run.check(limit);
            run.step(&Step::Delete);
            run.check(limit);
            run.step(&Step::Add(vec![One::Scalar(0, 0, 0, 1.0)]));
            run.check(limit);
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{:?}: {failure}", store.borrow().db.dialect()));
    }
}

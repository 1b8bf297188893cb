//! The event store's rules one by one, on every engine.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use arno_series::Point;
use arno_store::events::*;
use arno_store::{Scope, Tx};
use common::{NOW, Store};
use std::sync::Arc;

const OWNER: i64 = 7;

fn by_iteration(samples: u64) -> Sampling {
    Sampling { samples, key: XAxis::Iteration, window: None }
}

struct Fixture {
    store: Store,
    events: EventStore,
}

fn fixtures() -> impl Iterator<Item = Fixture> {
    common::stores().into_iter().map(|store| Fixture { store, events: EventStore::default() })
}

impl Fixture {
    fn add(&self, fill: impl Fn(&mut Batch)) -> Derived {
        let mut batch = Batch::default();
        fill(&mut batch);
        let (events, batch) = (self.events.clone(), Arc::new(batch));
        let add = move |tx: &Tx<'_>| events.add(tx, Owner::task(OWNER), &batch);
        let added = self.store.write_events(&Scope::system(""), add).unwrap();
        self.events.committed(&added);
        added.derived
    }

    fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&EventStore, &Tx<'_>, Owner) -> arno_store::Result<T> + Send + 'static,
    ) -> T {
        let events = self.events.clone();
        let work = move |tx: &Tx<'_>| work(&events, tx, Owner::task(OWNER));
        self.store.read(&Scope::system(""), work).unwrap()
    }

    fn frames(&self, toward: Toward, iters: usize) -> Vec<(i64, Vec<String>)> {
        let query = FrameQuery { filter: MetricFilter::all(), toward, iters };
        let frames = self.read(move |events, tx, owner| events.sample_frames(tx, owner, &query));
        let urls = |frame: Frame<SampleEvent>| {
            (frame.iter, frame.events.into_iter().filter_map(|event| event.url).collect())
        };
        frames.into_iter().map(urls).collect()
    }
}

fn head(metric: &str, variant: &str, iter: i64) -> Head {
    let (metric, variant) = (metric.to_owned(), variant.to_owned());
    Head { metric, variant, iter, ts: 1000 + iter, worker: String::new() }
}

fn sample(variant: &str, iter: i64, url: &str) -> SampleEvent {
    SampleEvent { head: head("image", variant, iter), key: url.into(), url: Some(url.into()) }
}

fn plot(metric: &str, variant: &str, iter: i64) -> PlotEvent {
    PlotEvent { head: head(metric, variant, iter), plot_str: "{}".into(), ..PlotEvent::default() }
}

fn point(iter: i64, ts: i64, value: f64) -> Point {
    Point { iter, ts, value }
}

#[test]
fn the_last_value_is_the_batchs_even_if_older() {
    for fixture in fixtures() {
        let report = |points: Vec<Point>| {
            fixture.add(move |batch| batch.series("m", "v").points.extend(&points));
        };
        report(vec![point(10, 5, 1.0), point(11, 5, 4.0), point(11, 4, 9.0)]);
        report(vec![point(3, 1, 2.0)]);
        let last = fixture.read(|events, tx, owner| events.last_metrics(tx, &[owner]));
        let last = &last[0][0];
        assert_eq!(last.value, 2.0);
        assert_eq!((last.min, last.max), (Some((1.0, 10)), Some((9.0, 11))));
        assert_eq!(last.first, (1.0, 10));
        assert_eq!((last.count, last.mean), (4, Some(4.0)));
    }
}

#[test]
fn the_last_iteration_ignores_the_monitors() {
    for fixture in fixtures() {
        let derived = fixture.add(|batch| {
            batch.series("loss", "v").points.push(point(5, 1, 1.0));
            batch.series(":monitor:gpu", "v").points.push(point(99, 2, 1.0));
            batch.series(":monitor:machine", "v").points.push(point(98, 3, 1.0));
        });
        assert_eq!((derived.seq, derived.last_iteration), (1, Some(5)));
        assert_eq!((derived.owner.as_task(), derived.updated), (Some(OWNER), NOW));
        let derived = fixture.add(|batch| batch.plots.push(plot("p", "v", 3)));
        assert_eq!((derived.seq, derived.last_iteration), (2, Some(5)));
        let stats = fixture.read(|events, tx, owner| events.metric_stats(tx, owner));
        let expected = MetricStat { metric: "p".into(), kind: EventKind::Plot, last_update: 1003 };
        assert_eq!(stats, [expected], "replaced by the last addition's metrics");
        let since = fixture.read(|events, tx, _| events.derived_since(tx, NOW));
        assert_eq!(since, [derived]);
        assert!(fixture.read(|events, tx, _| events.derived_since(tx, NOW + 1)).is_empty());
    }
}

#[test]
fn at_most_two_thousand_metrics_are_shown_but_all_are_stored() {
    for fixture in fixtures() {
        fixture.add(|batch| {
            for variant in 0..2050 {
                batch.series("m", &variant.to_string()).points.push(point(1, 1, 1.0));
            }
        });
        fixture.add(|batch| {
            for variant in 2000..2050 {
                batch.series("m", &variant.to_string()).points.push(point(2, 2, 2.0));
            }
        });
        let last = fixture.read(|events, tx, owner| events.last_metrics(tx, &[owner]));
        assert_eq!(last[0].len(), 2000);
        let all = |events: &EventStore, tx: &Tx<'_>, owner: Owner| {
            events.histogram(tx, owner, &MetricFilter::all(), by_iteration(100))
        };
        let histograms = fixture.read(all);
        assert_eq!(histograms.len(), 2050);
        assert_eq!(histograms.iter().map(|series| series.buckets.len()).sum::<usize>(), 2100);
        let names = fixture
            .read(|events, tx, owner| events.metrics_and_variants(tx, owner, EventKind::Scalar));
        assert_eq!(names["m"].len(), 2050);
    }
}

#[test]
fn samples_are_walked_by_iterations_and_overwritten_files_are_gone() {
    for fixture in fixtures() {
        fixture.add(|batch| {
            // A producer with three files: the latest iteration, 5, reuses the file of iteration 2.
            for (iter, file) in [(1, "b"), (2, "c"), (3, "a"), (4, "b"), (5, "c")] {
                batch.samples.push(sample("v", iter, file));
            }
            batch.samples.push(sample("w", 2, "other"));
            batch.samples.push(SampleEvent { url: None, ..sample("w", 9, "none") });
        });
        let files = |list: &[(i64, &[&str])]| -> Vec<(i64, Vec<String>)> {
            let owned = |urls: &[&str]| urls.iter().map(|url| (*url).to_owned()).collect();
            list.iter().map(|(iter, urls)| (*iter, owned(urls))).collect()
        };
        assert_eq!(fixture.frames(Toward::Latest, 2), files(&[(5, &["c"]), (4, &["b"])]));
        assert_eq!(
            fixture.frames(Toward::Earlier(4), 5),
            files(&[(3, &["a"]), (2, &["other"])]),
            "of the variant whose file was overwritten nothing is left at 2 and before"
        );
        assert_eq!(fixture.frames(Toward::Later(2), 2), files(&[(4, &["b"]), (3, &["a"])]));
        assert_eq!(fixture.frames(Toward::Later(5), 2), []);
        fixture.add(|batch| batch.samples.push(sample("v", 5, "z")));
        assert_eq!(fixture.frames(Toward::Latest, 1), files(&[(5, &["z"])]), "the greatest URL");
    }
}

#[test]
fn the_latest_plots_by_variant_metric_or_owner() {
    for fixture in fixtures() {
        fixture.add(|batch| {
            batch.plots.extend([plot("a", "x", 1), plot("a", "x", 2), plot("a", "y", 1)]);
            batch.plots.extend([
                plot("b", "z", 9),
                PlotEvent { valid: Some(false), ..plot("b", "z", 10) },
            ]);
        });
        let latest = |of: Latest, iters: usize| {
            let keys = fixture.read(move |events, tx, owner| {
                let keys = events.latest_plots(tx, owner, &MetricFilter::all(), of, iters)?;
                let plots = events.plots(tx, &keys)?;
                assert_eq!(plots.len(), keys.len());
                Ok(keys)
            });
            let name =
                |key: PlotKey| format!("{}{}{}", key.metric.metric, key.metric.variant, key.iter);
            keys.into_iter().map(name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(latest(Latest::OfVariant, 1), "ax2 ay1 bz9");
        assert_eq!(latest(Latest::OfVariant, 2), "ax2 ax1 ay1 bz9");
        assert_eq!(latest(Latest::OfMetric, 1), "ax2 bz9");
        assert_eq!(latest(Latest::OfOwner, 1), "bz9");
        let query = FrameQuery {
            filter: MetricFilter::new(vec![("a".into(), vec![])]),
            toward: Toward::Latest,
            iters: 9,
        };
        let frames = fixture.read(move |events, tx, owner| events.plot_frames(tx, owner, &query));
        let frames: Vec<(i64, usize)> = frames.iter().map(|f| (f.iter, f.events.len())).collect();
        assert_eq!(frames, [(2, 1), (1, 2)]);
    }
}

#[test]
fn the_latest_values_are_positive_and_reach_into_blocks() {
    for fixture in fixtures() {
        fixture.add(|batch| {
            let series = batch.series("m", "v");
            series.points.extend((0..3000).map(|n| point(n, n, f64::from((n % 2) as u8))));
            batch.series("m", "none").points.push(point(1, 1, -1.0));
        });
        fixture.add(|batch| batch.series("m", "v").points.push(point(2999, 1, 7.0)));
        let latest = fixture.read(|events, tx, owner| events.latest_values(tx, owner));
        assert_eq!(latest.len(), 1);
        let iterations: Vec<i64> = latest[0].points.iter().map(|point| point.iter).collect();
        assert_eq!(iterations, [2999, 2997, 2995, 2993, 2991, 2989, 2987, 2985, 2983, 2981]);
        assert_eq!(latest[0].points[0].value, 7.0);
    }
}

#[test]
fn names_and_workers_come_back_and_models_are_not_tasks() {
    for fixture in fixtures() {
        fixture.add(|batch| {
            "host:gpu0".clone_into(&mut batch.worker);
            let series = batch.series("a\0b", "x");
            series.points.push(point(0, 1, 1.0));
            series.x_axis_label = Some("epochs".into());
        });
        let (kind, filter) = (Some(EventKind::Scalar), MetricFilter::all());
        let query =
            EventQuery { kind, filter, ascending: true, after: None, limit: 9, count_total: false };
        let page = fixture.read(move |events, tx, owner| events.events(tx, owner, &query));
        assert_eq!((page.events.len(), page.position), (1, Some(0)));
        let Event::Scalar(scalar) = &page.events[0] else { panic!("{page:?}") };
        assert_eq!(scalar.worker, "host:gpu0");
        let histogram = fixture.read(|events, tx, owner| {
            events.histogram(tx, owner, &MetricFilter::all(), by_iteration(10))
        });
        assert_eq!(histogram[0].x_axis_label.as_deref(), Some("epochs"));
        let model = fixture.read(|events, tx, _| {
            events.last_metrics(tx, &[Owner::model(OWNER), Owner::task(OWNER + 1)])
        });
        assert_eq!(model, [vec![], vec![]]);
        assert_eq!(Owner::model(OWNER).as_model(), Some(OWNER));
    }
}

#[test]
fn forgetting_an_owner_leaves_nothing() {
    for fixture in fixtures() {
        fixture.add(|batch| {
            batch.series("m", "v").points.extend((0..2000).map(|n| point(n, n, 1.0)));
            batch.logs.push(LogLine { msg: "line".into(), ..LogLine::default() });
            batch.samples.push(sample("v", 1, "u"));
        });
        let events = fixture.events.clone();
        let delete = move |tx: &Tx<'_>| events.delete(tx, Owner::task(OWNER));
        assert!(fixture.store.write_events(&Scope::system(""), delete.clone()).unwrap());
        assert!(!fixture.store.write_events(&Scope::system(""), delete).unwrap());
        let seq = fixture.add(|batch| batch.series("m", "v").points.push(point(1, 1, 1.0))).seq;
        assert_eq!(seq, 4, "deletion does not set the sequence back");
        let events = fixture.events.clone();
        let forget = move |tx: &Tx<'_>| events.forget(tx, Owner::task(OWNER));
        fixture.store.write_events(&Scope::system(""), forget).unwrap();
        assert!(fixture.read(|events, tx, _| events.derived_since(tx, 0)).is_empty());
    }
}

//! Walking through debug samples or plots iteration by iteration (api.md §8.8).

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::{Stored, metrics, select};
use crate::db::{Sql, Tx};
use crate::error::Result;
use crate::events::batch::{PlotEvent, SampleEvent};
use crate::events::{EventStore, MetricFilter, Owner};

/// Where the walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// The latest iterations.
    Latest,
    /// Iterations below this one, the nearest first.
    Earlier(i64),
    /// Iterations above this one, the nearest first.
    Later(i64),
}

/// What to read on the walk.
#[derive(Debug, Clone)]
pub struct FrameQuery {
    /// Metrics wanted.
    pub filter: MetricFilter,
    /// Direction.
    pub toward: Toward,
    /// Number of iterations, at least one.
    pub iters: usize,
}

/// All there is to see at an iteration: one event of each metric and variant, sorted by them.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<M> {
    /// Iteration.
    pub iter: i64,
    /// Events.
    pub events: Vec<M>,
}

impl EventStore {
    /// Debug samples with a URL, by descending iteration. Producers reuse a fixed number of files: where a
    /// variant's URL was overwritten by a later iteration, that one and everything before it is gone.
    ///
    /// # Errors
    /// What the engine reports.
    pub fn sample_frames(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        query: &FrameQuery,
    ) -> Result<Vec<Frame<SampleEvent>>> {
        let wanted = metrics::<SampleEvent>(tx, &self.names, owner, &query.filter)?;
        let mut sql = Sql::new("SELECT metric_id, iter, url FROM ev.sample WHERE owner = ");
        sql.bind(owner.key()).push(" AND url IS NOT NULL AND metric_id IN ");
        sql.bind_list(wanted.keys().copied()).push(" ORDER BY metric_id, iter DESC");
        let mut valid = Valid::default();
        tx.each(&sql.text, &sql.values, |row| {
            valid.add(row.int(0)?, row.int(1)?, row.str(2)?.unwrap_or_default());
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        let chosen = choose(valid.kept.values().flatten().copied(), query);
        let mut events: Vec<SampleEvent> = select(tx, &self.names, owner, |sql| {
            sql.push(" AND url IS NOT NULL AND metric_id IN ").bind_list(wanted.keys().copied());
            sql.push(" AND iter IN ").bind_list(chosen.iter().copied());
        })?;
        let ids: FxHashMap<(&str, &str), i64> = wanted
            .iter()
            .map(|(id, metric)| ((metric.metric.as_str(), metric.variant.as_str()), *id))
            .collect();
        events.retain(|event| {
            let head = &event.head;
            let id = ids.get(&(head.metric.as_str(), head.variant.as_str()));
            let kept = id.and_then(|id| valid.kept.get(id));
            kept.is_some_and(|iterations| iterations.contains(&head.iter))
        });
        Ok(frames(chosen, events, |a, b| a.url > b.url))
    }

    /// Plots by descending iteration.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn plot_frames(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        query: &FrameQuery,
    ) -> Result<Vec<Frame<PlotEvent>>> {
        let wanted = metrics::<PlotEvent>(tx, &self.names, owner, &query.filter)?;
        let mut sql = Sql::new("SELECT DISTINCT iter FROM ev.plot WHERE owner = ");
        sql.bind(owner.key()).push(" AND metric_id IN ").bind_list(wanted.keys().copied());
        let iterations = tx.query(&sql.text, &sql.values, |row| row.int(0))?;
        let chosen = choose(iterations.into_iter(), query);
        let events: Vec<PlotEvent> = select(tx, &self.names, owner, |sql| {
            sql.push(" AND metric_id IN ").bind_list(wanted.keys().copied());
            sql.push(" AND iter IN ").bind_list(chosen.iter().copied());
        })?;
        Ok(frames(chosen, events, |a, b| a.head.ts > b.head.ts))
    }
}

/// The iterations of each metric whose files still show them.
#[derive(Default)]
struct Valid {
    kept: BTreeMap<i64, BTreeSet<i64>>,
    /// The metric being read: its latest iteration's URLs, and where it was found overwritten.
    metric_id: Option<i64>,
    latest: Option<i64>,
    urls: BTreeSet<String>,
    overwritten: bool,
}

impl Valid {
    /// Takes a row; rows come by metric and descending iteration.
    fn add(&mut self, metric_id: i64, iter: i64, url: &str) {
        if self.metric_id != Some(metric_id) {
            let kept = std::mem::take(&mut self.kept);
            *self = Self { kept, metric_id: Some(metric_id), ..Self::default() };
        }
        if self.latest.is_none_or(|latest| latest == iter) {
            self.latest = Some(iter);
            self.urls.insert(url.to_owned());
        } else if self.urls.contains(url) {
            // This iteration, other rows of it included, and all before.
            self.overwritten = true;
            self.kept.entry(metric_id).or_default().remove(&iter);
        }
        if !self.overwritten {
            self.kept.entry(metric_id).or_default().insert(iter);
        }
    }
}

/// The iterations to show, descending.
fn choose(iterations: impl Iterator<Item = i64>, query: &FrameQuery) -> Vec<i64> {
    let mut all: Vec<i64> = iterations
        .filter(|&iter| match query.toward {
            Toward::Latest => true,
            Toward::Earlier(bound) => iter < bound,
            Toward::Later(bound) => iter > bound,
        })
        .collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    let count = query.iters.max(1).min(all.len());
    match query.toward {
        Toward::Later(_) => all.split_off(all.len() - count),
        _ => {
            all.truncate(count);
            all
        }
    }
}

/// Sorts events into frames, keeping of each metric and variant the one that `better` prefers.
fn frames<M: Stored>(
    iterations: Vec<i64>,
    events: Vec<M>,
    better: impl Fn(&M, &M) -> bool,
) -> Vec<Frame<M>> {
    let mut by_iteration: BTreeMap<i64, BTreeMap<(String, String), M>> = BTreeMap::new();
    for event in events {
        let head = event.head();
        let names = (head.metric.clone(), head.variant.clone());
        let frame = by_iteration.entry(head.iter).or_default();
        if frame.get(&names).is_none_or(|kept| better(&event, kept)) {
            frame.insert(names, event);
        }
    }
    let frame = |iter| {
        let events = by_iteration.remove(&iter)?.into_values().collect();
        Some(Frame { iter, events })
    };
    iterations.into_iter().filter_map(frame).collect()
}

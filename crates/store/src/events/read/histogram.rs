//! Down-sampled series for charts (api.md §8.7).

use std::sync::Arc;

use arno_series::Points;
use arno_series::block::Block;
use arno_series::downsample::{Bucket, Downsampler, Range, shared_intervals};
use rustc_hash::FxHashMap;

use super::{NamedSeries, plain_series};
use crate::db::{Sql, Tx};
use crate::error::{Error, Result};
use crate::events::names::Metric;
use crate::events::tail::{self, PointsByMetric};
use crate::events::{EventStore, MetricFilter, Owner};

/// Series for which blocks are asked one by one rather than for the whole owner.
const FEW_SERIES: usize = 16;

/// What the buckets are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XAxis {
    /// Iterations.
    Iteration,
    /// Times in milliseconds.
    Timestamp,
}

/// How series are brought down to what a chart can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// About how many buckets a series becomes.
    pub samples: u64,
    /// What the buckets are made of.
    pub key: XAxis,
    /// The first and the last x to look at; everything when absent.
    pub window: Option<(i64, i64)>,
}

/// A series as a chart shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Its names.
    pub metric: Arc<Metric>,
    /// Label of the x axis.
    pub x_axis_label: Option<String>,
    /// Buckets in ascending order, none of them empty.
    pub buckets: Vec<Bucket>,
}

/// What there is of a series, without its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Its names.
    pub metric: Arc<Metric>,
    /// How many points it has, and its first and last x.
    pub range: Range,
}

impl EventStore {
    /// Outlines of the owner's series, sorted by metric and variant.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn outlines(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        filter: &MetricFilter,
        key: XAxis,
    ) -> Result<Vec<Outline>> {
        let (chosen, sources) = self.sources(tx, owner, filter, key)?;
        let outlines = chosen
            .into_iter()
            .zip(&sources)
            .map(|(series, source)| Outline { metric: series.metric, range: source.range() });
        Ok(outlines.filter(|outline| outline.range.count > 0).collect())
    }

    /// The owner's series brought down to buckets, sorted by metric and variant.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn histogram(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        filter: &MetricFilter,
        sampling: Sampling,
    ) -> Result<Vec<Histogram>> {
        let (chosen, mut sources) = self.sources(tx, owner, filter, sampling.key)?;
        if let Some(window) = sampling.window {
            for (source, series) in sources.iter_mut().zip(&chosen) {
                source.trim(tx, owner, series.row.metric_id, window)?;
            }
        }

        let ranges: Vec<Range> = sources.iter().map(Source::range).collect();
        let intervals = shared_intervals(&ranges, sampling.samples);
        let mut histograms = Vec::with_capacity(chosen.len());
        for ((series, source), interval) in chosen.into_iter().zip(&sources).zip(intervals) {
            let buckets = source.sample(tx, owner, series.row.metric_id, interval)?;
            if !buckets.is_empty() {
                let (metric, x_axis_label) = (series.metric, series.row.x_axis_label);
                histograms.push(Histogram { metric, x_axis_label, buckets });
            }
        }
        Ok(histograms)
    }

    /// The series that a filter accepts, and where the points of each lie.
    fn sources(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        filter: &MetricFilter,
        key: XAxis,
    ) -> Result<(Vec<NamedSeries>, Vec<Source>)> {
        let chosen = plain_series(tx, &self.names, owner, filter)?;
        let positions: FxHashMap<i64, usize> =
            chosen.iter().enumerate().map(|(at, series)| (series.row.metric_id, at)).collect();
        let (mut tails, _) = tail::load(tx, owner, |id| positions.contains_key(&id))?;
        tails.values_mut().for_each(Points::settle);
        let sources = sources(tx, owner, &chosen, &positions, tails, key)?;
        Ok((chosen, sources))
    }
}

/// What is known of a block without reading it.
struct Sealed {
    min_iter: i64,
    max_iter: i64,
    count: i64,
    min_ts: i64,
    max_ts: i64,
    finite: i64,
    sum: f64,
    min: f64,
    max: f64,
}

/// One series' blocks and its tail.
struct Source {
    key: XAxis,
    blocks: Vec<Sealed>,
    /// False once blocks were left out.
    whole: bool,
    /// Points behind all blocks; where the tail reaches into them, all points of the series.
    loose: Points,
}

fn sources(
    tx: &Tx<'_>,
    owner: Owner,
    chosen: &[NamedSeries],
    positions: &FxHashMap<i64, usize>,
    mut tails: PointsByMetric,
    key: XAxis,
) -> Result<Vec<Source>> {
    let mut sources: Vec<Source> = chosen
        .iter()
        .map(|series| {
            let loose = tails.remove(&series.row.metric_id).unwrap_or_default();
            Source { key, blocks: Vec::new(), whole: true, loose }
        })
        .collect();
    let mut sql = Sql::new(
        "SELECT metric_id, min_iter, max_iter, count, min_ts, max_ts, finite, sum, min_value, \
         max_value FROM ev.block WHERE owner = ",
    );
    sql.bind(owner.key());
    if chosen.len() <= FEW_SERIES {
        let ids = chosen.iter().map(|series| series.row.metric_id);
        sql.push(" AND metric_id IN ").bind_list(ids);
    }
    sql.push(" ORDER BY metric_id, min_iter");
    tx.each(&sql.text, &sql.values, |row| {
        if let Some(&at) = positions.get(&row.int(0)?) {
            sources[at].blocks.push(Sealed {
                min_iter: row.int(1)?,
                max_iter: row.int(2)?,
                count: row.int(3)?,
                min_ts: row.int(4)?,
                max_ts: row.int(5)?,
                finite: row.int(6)?,
                sum: row.real(7)?,
                min: row.opt_real(8)?.unwrap_or(f64::NAN),
                max: row.opt_real(9)?.unwrap_or(f64::NAN),
            });
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    for (source, series) in sources.iter_mut().zip(chosen) {
        source.merge_overlap(tx, owner, series.row.metric_id)?;
    }
    Ok(sources)
}

impl Source {
    /// Where the tail reaches into the blocks the two are merged; rare, as series grow at their end.
    fn merge_overlap(&mut self, tx: &Tx<'_>, owner: Owner, metric_id: i64) -> Result<()> {
        let (Some(last), Some(&first)) = (self.blocks.last(), self.loose.iters().first()) else {
            return Ok(());
        };
        if first > last.max_iter {
            return Ok(());
        }
        let mut whole = Points::new();
        self.each_block(tx, owner, metric_id, |block| {
            whole.append(&points_of(block)?);
            Ok(())
        })?;
        whole.append(&self.loose);
        whole.settle();
        self.blocks.clear();
        self.loose = whole;
        Ok(())
    }

    /// Leaves only points in the window; of the blocks that lie partly in it the points become loose.
    fn trim(&mut self, tx: &Tx<'_>, owner: Owner, id: i64, window: (i64, i64)) -> Result<()> {
        self.whole = false;
        let tail = std::mem::take(&mut self.loose);
        self.keep_loose(&tail, window);
        for block in std::mem::take(&mut self.blocks) {
            let (min, max) = self.ends(&block);
            if window.0 <= min && max <= window.1 {
                self.blocks.push(block);
            } else if min <= window.1 && window.0 <= max {
                let data = block_data(tx, owner, id, &block)?;
                let points = Block::open(&data).and_then(|block| points_of(&block));
                self.keep_loose(&points.map_err(corrupt)?, window);
            }
        }
        Ok(())
    }

    fn keep_loose(&mut self, points: &Points, (first, last): (i64, i64)) {
        for point in points.iter() {
            let x = match self.key {
                XAxis::Iteration => point.iter,
                XAxis::Timestamp => point.ts,
            };
            if first <= x && x <= last {
                self.loose.push(point);
            }
        }
    }

    fn range(&self) -> Range {
        let loose = self.loose_x();
        let ends = self.blocks.iter().map(|block| self.ends(block));
        let min = ends.clone().map(|(min, _)| min).chain(loose.iter().copied()).min();
        let max = ends.map(|(_, max)| max).chain(loose.iter().copied()).max();
        let sealed: u64 = self.blocks.iter().map(|block| block.count.unsigned_abs()).sum();
        let count = sealed + loose.len() as u64;
        Range { count, min: min.unwrap_or(0), max: max.unwrap_or(0) }
    }

    fn ends(&self, block: &Sealed) -> (i64, i64) {
        match self.key {
            XAxis::Iteration => (block.min_iter, block.max_iter),
            XAxis::Timestamp => (block.min_ts, block.max_ts),
        }
    }

    fn loose_x(&self) -> &[i64] {
        match self.key {
            XAxis::Iteration => self.loose.iters(),
            XAxis::Timestamp => self.loose.timestamps(),
        }
    }

    fn sample(&self, tx: &Tx<'_>, owner: Owner, id: i64, interval: i64) -> Result<Vec<Bucket>> {
        let mut sampler = Downsampler::new(interval);
        let within_one = |block: &Sealed| {
            let (min, max) = self.ends(block);
            min.div_euclid(interval) == max.div_euclid(interval)
        };
        if !self.whole || self.blocks.iter().any(within_one) {
            self.sample_by_summaries(tx, owner, id, &mut sampler, within_one)?;
        } else if !self.blocks.is_empty() {
            self.each_block(tx, owner, id, |block| push(block, self.key, &mut sampler))?;
        }
        sampler.push(self.loose_x(), self.loose.values());
        Ok(sampler.finish())
    }

    /// Reads only the blocks that lie in several buckets.
    fn sample_by_summaries(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        id: i64,
        sampler: &mut Downsampler,
        within_one: impl Fn(&Sealed) -> bool,
    ) -> Result<()> {
        for block in &self.blocks {
            if within_one(block) {
                sampler.push_bucket(&Bucket {
                    x: self.ends(block).0,
                    finite: block.finite.unsigned_abs(),
                    sum: block.sum,
                    min: block.min,
                    max: block.max,
                });
                continue;
            }
            let data = block_data(tx, owner, id, block)?;
            let opened = Block::open(&data);
            opened.and_then(|block| push(&block, self.key, sampler)).map_err(corrupt)?;
        }
        Ok(())
    }

    /// Calls `each` for every block of the series in ascending order.
    fn each_block(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        metric_id: i64,
        mut each: impl FnMut(&Block<'_>) -> std::result::Result<(), arno_series::Error>,
    ) -> Result<()> {
        let sql = "SELECT data FROM ev.block WHERE owner = $1 AND metric_id = $2 ORDER BY min_iter";
        tx.each(sql, &[owner.key().into(), metric_id.into()], |row| {
            let block = Block::open(row.bytes(0)?.unwrap_or_default());
            block.and_then(|block| each(&block)).map_err(corrupt)?;
            Ok(std::ops::ControlFlow::Continue(()))
        })
    }
}

fn block_data(tx: &Tx<'_>, owner: Owner, id: i64, block: &Sealed) -> Result<Vec<u8>> {
    let sql = "SELECT data FROM ev.block WHERE owner = $1 AND metric_id = $2 AND min_iter = $3";
    let key = [owner.key().into(), id.into(), block.min_iter.into()];
    Ok(tx.first(sql, &key, |row| row.blob(0))?.unwrap_or_default())
}

fn points_of(block: &Block<'_>) -> std::result::Result<Points, arno_series::Error> {
    let columns = (block.iterations()?, block.timestamps()?, block.values()?);
    Ok(Points::from_columns(columns.0, columns.1, columns.2).unwrap_or_default())
}

fn push(
    block: &Block<'_>,
    key: XAxis,
    sampler: &mut Downsampler,
) -> std::result::Result<(), arno_series::Error> {
    let xs = match key {
        XAxis::Iteration => block.iterations()?,
        XAxis::Timestamp => block.timestamps()?,
    };
    sampler.push(&xs, &block.values()?);
    Ok(())
}

fn corrupt(error: arno_series::Error) -> Error {
    Error::corrupt("a block of points", error)
}

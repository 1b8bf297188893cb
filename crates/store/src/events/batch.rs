//! What arrives: the events of one request for one owner, grouped as they are stored.

use arno_series::Point;
use rustc_hash::FxHashMap;

use crate::clock::Millis;

/// Events of one owner, ready to be added.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Id of the task or model they are about: files in its own folder are its own.
    pub about: String,
    /// Who reported the scalars; each other event names its own worker.
    pub worker: String,
    /// Console lines in the order of the request.
    pub logs: Vec<LogLine>,
    /// Plots; of two with the same metric, variant and iteration the later stays.
    pub plots: Vec<PlotEvent>,
    /// Debug samples; likewise, with their key.
    pub samples: Vec<SampleEvent>,
    /// Vectors; likewise.
    pub vectors: Vec<VectorEvent>,
    series: Vec<SeriesBatch>,
    positions: FxHashMap<String, FxHashMap<String, usize>>,
    latest: usize,
}

/// The points of one series, in the order of the request.
#[derive(Debug, Clone, Default)]
pub struct SeriesBatch {
    /// Metric.
    pub metric: String,
    /// Variant.
    pub variant: String,
    /// Points; iteration [`super::SINGLE_VALUE`] marks a value without iteration.
    pub points: Vec<Point>,
    /// Label of the x axis, when given.
    pub x_axis_label: Option<String>,
}

/// One event of the console log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogLine {
    /// When it was written.
    pub ts: Millis,
    /// `INFO`, `ERROR` …
    pub level: String,
    /// Text.
    pub msg: String,
    /// Who wrote it.
    pub worker: String,
    /// Usually empty.
    pub metric: String,
    /// Usually empty.
    pub variant: String,
    /// Iteration, when given.
    pub iter: Option<i64>,
}

/// What plots, samples and vectors have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Head {
    /// Metric.
    pub metric: String,
    /// Variant.
    pub variant: String,
    /// Iteration.
    pub iter: i64,
    /// When it was reported.
    pub ts: Millis,
    /// Who reported it.
    pub worker: String,
}

/// A reported plot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlotEvent {
    /// Its names, place and time.
    pub head: Head,
    /// Plotly's JSON as text.
    pub plot_str: String,
    /// Images the plot refers to.
    pub source_urls: Vec<String>,
    /// Whether the text was validated, and with what outcome.
    pub valid: Option<bool>,
}

/// A debug image, audio, video or page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleEvent {
    /// Its names, place and time.
    pub head: Head,
    /// Tells several of one variant and iteration apart; may be empty.
    pub key: String,
    /// Where the file is.
    pub url: Option<String>,
}

/// A reported vector.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VectorEvent {
    /// Its names, place and time.
    pub head: Head,
    /// The numbers.
    pub values: Vec<f64>,
}

impl Batch {
    /// Nothing yet about this task or model.
    pub fn about(id: &str) -> Batch {
        Batch { about: id.to_owned(), ..Batch::default() }
    }

    /// The points of this metric and variant so far, to append to.
    pub fn series(&mut self, metric: &str, variant: &str) -> &mut SeriesBatch {
        let position = self.guess(metric, variant).unwrap_or_else(|| self.find(metric, variant));
        self.latest = position;
        &mut self.series[position]
    }

    /// All series of the batch, in order of appearance.
    pub fn all_series(&self) -> &[SeriesBatch] {
        &self.series
    }

    /// The heads of plots, samples and vectors.
    pub(super) fn heads(&self) -> impl Iterator<Item = &Head> {
        let plots = self.plots.iter().map(|event| &event.head);
        let samples = self.samples.iter().map(|event| &event.head);
        plots.chain(samples).chain(self.vectors.iter().map(|event| &event.head))
    }

    /// Whether there is nothing to add.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
            && self.logs.is_empty()
            && self.plots.is_empty()
            && self.samples.is_empty()
            && self.vectors.is_empty()
    }

    /// Reports come point after point of one series, or in rounds over all of them.
    fn guess(&self, metric: &str, variant: &str) -> Option<usize> {
        let next = if self.latest + 1 < self.series.len() { self.latest + 1 } else { 0 };
        [self.latest, next].into_iter().find(|&position| {
            let series = self.series.get(position);
            series.is_some_and(|series| series.variant == variant && series.metric == metric)
        })
    }

    fn find(&mut self, metric: &str, variant: &str) -> usize {
        let known = self.positions.get(metric).and_then(|variants| variants.get(variant));
        if let Some(&position) = known {
            return position;
        }
        let position = self.series.len();
        let variants = self.positions.entry(metric.to_owned()).or_default();
        variants.insert(variant.to_owned(), position);
        self.series.push(SeriesBatch {
            metric: metric.to_owned(),
            variant: variant.to_owned(),
            ..SeriesBatch::default()
        });
        position
    }
}

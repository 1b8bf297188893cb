/// Which metrics and variants a reader wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricFilter(Vec<(String, Vec<String>)>);

impl MetricFilter {
    /// All metrics.
    pub fn all() -> Self {
        Self::default()
    }

    /// Metrics with their variants; no variants means all of the metric, an empty list all metrics.
    pub fn new(metrics: Vec<(String, Vec<String>)>) -> Self {
        Self(metrics)
    }

    /// Whether everything is accepted.
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this metric and variant are wanted.
    pub fn accepts(&self, metric: &str, variant: &str) -> bool {
        let wants = |(name, variants): &(String, Vec<String>)| {
            name == metric && (variants.is_empty() || variants.iter().any(|v| v == variant))
        };
        self.is_all() || self.0.iter().any(wants)
    }
}

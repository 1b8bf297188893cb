//! Whose events a request is about, and which of them it wants.

use arno_store::events::{MetricFilter, Owner};
use arno_store::{Result, Tx, models, tasks};
use serde::Deserialize;

/// A task or a model whose events the caller may read.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Whose events they are in the store.
    pub(super) owner: Owner,
    /// Id on the wire.
    pub(super) id: String,
    /// Name.
    pub(super) name: String,
}

impl Subject {
    /// The task of this id, or the model if `model_events` says so.
    ///
    /// # Errors
    /// 400/101 or 400/201 when the caller sees none.
    pub(super) fn find(tx: &Tx<'_>, id: &str, model_events: Option<bool>) -> Result<Subject> {
        let (owner, name) = if model_events == Some(true) {
            let model = models::visible(tx, id)?;
            (Owner::model(model.pk), model.name.clone())
        } else {
            let task = tasks::visible(tx, id)?;
            (Owner::task(task.pk), task.name.clone())
        };
        Ok(Subject { owner, id: id.to_owned(), name })
    }

    /// Several of them, each once, in the order asked.
    ///
    /// # Errors
    /// As [`Subject::find`].
    pub(super) fn find_all(
        tx: &Tx<'_>,
        ids: &[String],
        model_events: Option<bool>,
    ) -> Result<Vec<Subject>> {
        let mut found: Vec<Subject> = Vec::with_capacity(ids.len());
        let mut seen = rustc_hash::FxHashSet::default();
        for id in ids.iter().filter(|id| seen.insert(id.as_str())) {
            found.push(Subject::find(tx, id, model_events)?);
        }
        Ok(found)
    }

    /// Whether it is a model.
    pub(super) fn is_model(&self) -> bool {
        self.owner.as_model().is_some()
    }
}

/// An item of `metrics` in a request.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct MetricVariants {
    metric: String,
    variants: Option<Vec<String>>,
}

impl MetricVariants {
    /// What the store is asked for.
    pub(super) fn into_pair(self) -> (String, Vec<String>) {
        (self.metric, self.variants.unwrap_or_default())
    }
}

/// The metrics a request wants; none named means all.
pub(super) fn filter(metrics: Option<Vec<MetricVariants>>) -> MetricFilter {
    let metrics = metrics.unwrap_or_default().into_iter();
    MetricFilter::new(metrics.map(MetricVariants::into_pair).collect())
}

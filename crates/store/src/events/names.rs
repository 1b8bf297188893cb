//! Names of metrics: what is stored with an event is the number of its (metric, variant).
//!
//! The pair of a number never changes, so every server may keep it in memory; a pair enters the
//! memory only after the transaction that made it was committed.

use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use md5::{Digest, Md5};
use rustc_hash::FxHashMap;

use crate::db::{Row, Sql, Tx};
use crate::error::{Error, Result};

/// Pairs kept in memory before the lot is dropped.
const MAX_CACHED: usize = 200_000;
/// Numbers asked for in one statement.
const MAX_LIST: usize = 200;

/// A metric and variant with their number and the hashes the wire knows them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// The number stored with events.
    pub id: i64,
    /// Name of the metric.
    pub metric: String,
    /// Name of the variant.
    pub variant: String,
    /// md5 of the metric's name in hexadecimal.
    pub metric_hash: String,
    /// md5 of the variant's name in hexadecimal.
    pub variant_hash: String,
}

/// The md5 of a name in hexadecimal, as keys of last metrics are.
pub fn hash(name: &str) -> String {
    Md5::digest(name.as_bytes()).iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The pairs this process knows.
#[derive(Debug, Default)]
pub struct Names(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    by_name: FxHashMap<String, FxHashMap<String, Arc<Metric>>>,
    by_id: FxHashMap<i64, Arc<Metric>>,
}

impl Names {
    /// The number of each pair, in the order asked; unknown pairs get one. What was not in memory
    /// is appended to `learned`, to be kept by [`Names::learn`] once the transaction is committed.
    pub fn resolve<'a>(
        &self,
        tx: &Tx<'_>,
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
        learned: &mut Vec<Arc<Metric>>,
    ) -> Result<Vec<i64>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut ids = Vec::with_capacity(pairs.size_hint().0);
        for (metric, variant) in pairs {
            let cached = known.by_name.get(metric).and_then(|variants| variants.get(variant));
            let id = match cached {
                Some(found) => found.id,
                None => find_or_make(tx, metric, variant, learned)?,
            };
            ids.push(id);
        }
        Ok(ids)
    }

    /// Keeps pairs that are now committed.
    pub fn learn(&self, metrics: &[Arc<Metric>]) {
        if metrics.is_empty() {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.by_id.len() + metrics.len() > MAX_CACHED {
            *known = Known::default();
        }
        for metric in metrics {
            let variants = known.by_name.entry(metric.metric.clone()).or_default();
            variants.insert(metric.variant.clone(), Arc::clone(metric));
            known.by_id.insert(metric.id, Arc::clone(metric));
        }
    }

    /// The pairs of these numbers; a number nobody knows is left out. To be called in reading
    /// transactions, which see only what is committed.
    pub fn of(&self, tx: &Tx<'_>, ids: &[i64]) -> Result<FxHashMap<i64, Arc<Metric>>> {
        let mut found = FxHashMap::default();
        let mut missing = Vec::new();
        {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            for &id in ids {
                match known.by_id.get(&id) {
                    Some(metric) => drop(found.insert(id, Arc::clone(metric))),
                    None => missing.push(id),
                }
            }
        }
        let mut learned = Vec::new();
        for list in missing.chunks(MAX_LIST) {
            let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM ev.metric WHERE id IN "));
            sql.bind_list(list.iter().copied());
            learned.extend(tx.query(&sql.text, &sql.values, read)?);
        }
        self.learn(&learned);
        found.extend(learned.into_iter().map(|metric| (metric.id, metric)));
        Ok(found)
    }
}

const COLUMNS: &str = "id, metric, variant, metric_hash, variant_hash";

fn read(row: &Row<'_>) -> Result<Arc<Metric>> {
    Ok(Arc::new(Metric {
        id: row.int(0)?,
        metric: row.text(1)?,
        variant: row.text(2)?,
        metric_hash: row.text(3)?,
        variant_hash: row.text(4)?,
    }))
}

fn find_or_make(
    tx: &Tx<'_>,
    metric: &str,
    variant: &str,
    learned: &mut Vec<Arc<Metric>>,
) -> Result<i64> {
    let hashes = [hash(metric), hash(variant)];
    let found = match find(tx, &hashes)? {
        Some(found) => found,
        None => {
            tx.execute(
                "INSERT INTO ev.metric (metric, variant, metric_hash, variant_hash) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (metric_hash, variant_hash) DO NOTHING",
                &[
                    storable(metric).into(),
                    storable(variant).into(),
                    (&hashes[0]).into(),
                    (&hashes[1]).into(),
                ],
            )?;
            find(tx, &hashes)?
                .ok_or_else(|| Error::corrupt("ev.metric", "an inserted row is missing"))?
        }
    };
    let id = found.id;
    learned.push(found);
    Ok(id)
}

fn find(tx: &Tx<'_>, hashes: &[String; 2]) -> Result<Option<Arc<Metric>>> {
    let sql =
        format!("SELECT {COLUMNS} FROM ev.metric WHERE metric_hash = $1 AND variant_hash = $2");
    tx.first(&sql, &[(&hashes[0]).into(), (&hashes[1]).into()], read)
}

/// PostgreSQL's text cannot hold the character zero.
fn storable(name: &str) -> String {
    name.replace('\0', "\u{fffd}")
}

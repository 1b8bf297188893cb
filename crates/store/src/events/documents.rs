//! The parts of task and model documents that lie with the events, in the wire's form.

use super::Owner;
use crate::db::{Row, Sql, Tx};
use crate::document::{Document, Narrow};
use crate::error::Result;
use arno_wire::json;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::ops::ControlFlow;

/// By owner: `last_metrics` (hash → hash → item, api.md §8.4), those asked for.
pub(crate) fn last_metrics(
    tx: &Tx<'_>,
    owners: &[Owner],
    narrow: &Narrow,
) -> Result<FxHashMap<Owner, Value>> {
    let mut found: FxHashMap<Owner, Document> = FxHashMap::default();
    let select = "SELECT s.owner, m.metric_hash, m.variant_hash, m.metric, m.variant, s.value, \
         s.min_value, s.min_iter, s.max_value, s.max_iter, s.first_value, s.first_iter, s.count, \
         s.finite, s.sum, s.x_axis_label FROM ev.series s JOIN ev.metric m ON m.id = s.metric_id \
         WHERE s.shown = 1 AND s.owner IN ";
    let asked = |sql: &mut Sql| {
        if !narrow.is_all() {
            sql.push(" AND s.metric_id IN (SELECT n.id FROM ev.metric n WHERE 1 = 1");
            narrow.push(sql, &["n.metric_hash", "n.variant_hash"]);
            sql.push(")");
        }
    };
    each_row(tx, select, asked, owners, |row| {
        let document = found.entry(Owner::from_key(row.int(0)?)).or_default();
        let variants = document.entry(row.text(1)?).or_insert_with(|| Document::new().into());
        if let Value::Object(variants) = variants {
            variants.insert(row.text(2)?, item(row)?.into());
        }
        Ok(())
    })?;
    Ok(found.into_iter().map(|(owner, document)| (owner, document.into())).collect())
}

fn item(row: &Row<'_>) -> Result<Document> {
    let mut item = Document::new();
    item.insert("metric".into(), row.text(3)?.into());
    item.insert("variant".into(), row.text(4)?.into());
    item.insert("value".into(), json::number(row.opt_real(5)?.unwrap_or(f64::NAN)));
    for (at, value, iteration) in [
        (6, "min_value", "min_value_iteration"),
        (8, "max_value", "max_value_iteration"),
        (10, "first_value", "first_value_iteration"),
    ] {
        if let Some(number) = row.opt_real(at)? {
            item.insert(value.into(), json::number(number));
            item.insert(iteration.into(), row.opt_int(at + 1)?.into());
        }
    }
    item.insert("count".into(), row.int(12)?.into());
    let finite = row.int(13)?;
    if finite > 0 {
        let mean = row.real(14)? / finite as f64;
        item.insert("mean_value".into(), json::number((mean * 100.0).round() / 100.0));
    }
    if let Some(label) = row.opt_text(15)? {
        item.insert("x_axis_label".into(), label.into());
    }
    Ok(item)
}

/// By owner: `unique_metrics`, names as `metric/variant`, sorted.
pub(crate) fn unique_metrics(tx: &Tx<'_>, owners: &[Owner]) -> Result<FxHashMap<Owner, Value>> {
    let mut found: FxHashMap<Owner, Vec<Value>> = FxHashMap::default();
    let select = "SELECT s.owner, m.metric, m.variant FROM ev.series s \
         JOIN ev.metric m ON m.id = s.metric_id WHERE s.shown = 1 AND s.owner IN ";
    let sorted = |sql: &mut Sql| {
        sql.push(" ORDER BY m.metric, m.variant");
    };
    each_row(tx, select, sorted, owners, |row| {
        let name = format!("{}/{}", row.text(1)?, row.text(2)?);
        found.entry(Owner::from_key(row.int(0)?)).or_default().push(name.into());
        Ok(())
    })?;
    Ok(found.into_iter().map(|(owner, names)| (owner, names.into())).collect())
}

/// By owner: `metric_stats` (api.md §4.1).
pub(crate) fn metric_stats(tx: &Tx<'_>, owners: &[Owner]) -> Result<FxHashMap<Owner, Value>> {
    let mut found = FxHashMap::default();
    let select = "SELECT owner, metric_stats FROM ev.activity WHERE owner IN ";
    each_row(
        tx,
        select,
        |_| {},
        owners,
        |row| {
            let mut metrics = Document::new();
            for stat in super::activity::read_stats(row, 1)? {
                let entry = metrics
                    .entry(super::hash(&stat.metric))
                    .or_insert_with(|| serde_json::json!({"metric": stat.metric}));
                entry["event_stats_by_type"][stat.kind.name()]["last_update"] =
                    stat.last_update.into();
            }
            found.insert(Owner::from_key(row.int(0)?), metrics.into());
            Ok(())
        },
    )?;
    Ok(found)
}

fn each_row(
    tx: &Tx<'_>,
    select: &str,
    end: impl Fn(&mut Sql),
    owners: &[Owner],
    mut each: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    // As many keys in one list, so that statements are few and their lists bounded.
    for chunk in owners.chunks(500) {
        let mut sql = Sql::new(select);
        sql.bind_list(chunk.iter().map(|owner| owner.key()));
        end(&mut sql);
        tx.each(&sql.text, &sql.values, |row| each(row).map(ControlFlow::Continue))?;
    }
    Ok(())
}

//! The tail: points not yet sealed, one row for each addition to an owner.
//!
//! A row is `version · count · (step of metric number · length · run)…`, so that a reader takes out the
//! runs of the series it wants and skips the others.

use arno_series::{Point, Points, run, varint};
use rustc_hash::FxHashMap;

use super::batch::SeriesBatch;
use super::{Owner, SINGLE_VALUE};
use crate::db::Tx;
use crate::error::{Error, Result};

const VERSION: u8 = 1;

/// The points of some series, by number of metric.
pub(super) type PointsByMetric = FxHashMap<i64, Points>;

/// Encodes the points of a batch; `ids` are the numbers of its series. `None` when all of them
/// are single values.
pub(super) fn encode(batches: &[SeriesBatch], ids: &[i64]) -> Option<Vec<u8>> {
    let mut in_order: Vec<usize> = (0..ids.len()).collect();
    in_order.sort_unstable_by_key(|&position| ids[position]);

    let mut body = Vec::with_capacity(batches.len() * 128);
    let mut encoded = Vec::new();
    let mut previous = 0;
    let mut count = 0;
    for position in in_order {
        encoded.clear();
        if !encode_run(&batches[position].points, &mut encoded) {
            continue;
        }
        varint::put_step(&mut body, previous, ids[position]);
        varint::put(&mut body, encoded.len() as u64);
        body.extend_from_slice(&encoded);
        previous = ids[position];
        count += 1;
    }
    let mut row = Vec::with_capacity(body.len() + 1 + varint::MAX_BYTES);
    row.push(VERSION);
    varint::put(&mut row, count);
    row.append(&mut body);
    (count > 0).then_some(row)
}

fn encode_run(points: &[Point], out: &mut Vec<u8>) -> bool {
    if points.iter().all(|point| point.iter != SINGLE_VALUE) {
        run::encode(points, out);
        return !points.is_empty();
    }
    let plain: Vec<Point> =
        points.iter().copied().filter(|point| point.iter != SINGLE_VALUE).collect();
    run::encode(&plain, out);
    !plain.is_empty()
}

/// Appends an encoded batch to the owner's tail.
pub(super) fn append(
    tx: &Tx<'_>,
    owner: Owner,
    seq: i64,
    worker: &str,
    row: Vec<u8>,
) -> Result<()> {
    let sql = "INSERT INTO ev.tail (owner, seq, worker, data) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[owner.key().into(), seq.into(), worker.into(), row.into()])?;
    Ok(())
}

/// The owner's tail in order of arrival, of the series that `wanted` accepts; and the worker who
/// reported last.
pub(super) fn load(
    tx: &Tx<'_>,
    owner: Owner,
    wanted: impl Fn(i64) -> bool,
) -> Result<(PointsByMetric, String)> {
    let mut found = PointsByMetric::default();
    let mut worker = String::new();
    let sql = "SELECT worker, data FROM ev.tail WHERE owner = $1 ORDER BY seq";
    tx.each(sql, &[owner.key().into()], |row| {
        let reporter = row.str(0)?.unwrap_or_default();
        if reporter != worker {
            reporter.clone_into(&mut worker);
        }
        decode(row.bytes(1)?.unwrap_or_default(), &wanted, &mut found)
            .map_err(|error| Error::corrupt("a row of ev.tail", error))?;
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    Ok((found, worker))
}

fn decode(
    row: &[u8],
    wanted: &impl Fn(i64) -> bool,
    found: &mut PointsByMetric,
) -> std::result::Result<(), arno_series::Error> {
    let mut rest = match row.split_first() {
        None => return Err(arno_series::Error::Truncated),
        Some((&VERSION, rest)) => rest,
        Some((&version, _)) => return Err(arno_series::Error::UnknownVersion(version)),
    };
    let count = varint::take(&mut rest)?;
    let mut metric_id = 0;
    for _ in 0..count {
        metric_id = varint::take_step(&mut rest, metric_id)?;
        let length = usize::try_from(varint::take(&mut rest)?).unwrap_or(usize::MAX);
        let (encoded, others) =
            rest.split_at_checked(length).ok_or(arno_series::Error::Truncated)?;
        rest = others;
        if wanted(metric_id) {
            run::decode(encoded, found.entry(metric_id).or_default())?;
        }
    }
    Ok(())
}

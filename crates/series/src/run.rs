//! Runs: the few points one request brings for one series, as one small row.
//!
//! This is the hot path of ingest, so a run is written as fast as possible and compressed only by
//! nearness: `version · count · steps of iteration · steps of time · raw values`. A run keeps the order of
//! its points and may repeat iterations; [`Points::settle`] sorts that out when it is read.

use crate::{Error, Point, Points, varint};

const VERSION: u8 = 1;
/// A point takes at least one byte of iteration, one of time, and its value.
const MIN_POINT_BYTES: usize = 10;
const VALUE_BYTES: usize = 8;

/// Appends the row of `points` to `out`.
pub fn encode(points: &[Point], out: &mut Vec<u8>) {
    out.reserve(16 + points.len() * 13);
    out.push(VERSION);
    varint::put(out, points.len() as u64);
    let mut previous = 0;
    for point in points {
        varint::put_step(out, previous, point.iter);
        previous = point.iter;
    }
    previous = 0;
    for point in points {
        varint::put_step(out, previous, point.ts);
        previous = point.ts;
    }
    for point in points {
        out.extend_from_slice(&point.value.to_le_bytes());
    }
}

/// Appends the points of a row to `points`; on an error nothing was appended.
pub fn decode(row: &[u8], points: &mut Points) -> Result<(), Error> {
    match row.split_first() {
        None => Err(Error::Truncated),
        Some((&VERSION, body)) => decode_v1(body, points),
        Some((&version, _)) => Err(Error::UnknownVersion(version)),
    }
}

fn decode_v1(mut input: &[u8], points: &mut Points) -> Result<(), Error> {
    let count = varint::take(&mut input)?;
    let count = usize::try_from(count).map_err(|_| Error::Truncated)?;
    if count > input.len() / MIN_POINT_BYTES {
        return Err(Error::Truncated);
    }
    let iters = take_steps(&mut input, count)?;
    let timestamps = take_steps(&mut input, count)?;
    let (values, rest) = input.as_chunks::<VALUE_BYTES>();
    if values.len() < count {
        return Err(Error::Truncated);
    }
    if values.len() > count || !rest.is_empty() {
        return Err(Error::Corrupt("bytes after the end of a run"));
    }
    for ((iter, ts), value) in iters.into_iter().zip(timestamps).zip(values) {
        points.push(Point { iter, ts, value: f64::from_le_bytes(*value) });
    }
    Ok(())
}

fn take_steps(input: &mut &[u8], count: usize) -> Result<Vec<i64>, Error> {
    let mut column = Vec::with_capacity(count);
    let mut previous = 0;
    for _ in 0..count {
        previous = varint::take_step(input, previous)?;
        column.push(previous);
    }
    Ok(column)
}

//! Console lines as bytes: `version · form · payload`, compressed when it pays.
//!
//! The payload lists the few distinct origins (level, worker, metric, variant), then the lines, each
//! with the number of its origin.

use arno_series::varint;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::events::batch::LogLine;

const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Below this many bytes a compressed frame would not be smaller.
const WORTHWHILE: usize = 200;
const LEVEL: i32 = 3;
/// No chunk is larger; a forged frame cannot take more memory.
const MAX_PAYLOAD: usize = 1 << 30;

type Origin<'a> = [&'a str; 4];

/// Encodes lines in their order.
pub(super) fn encode<'a>(lines: impl Iterator<Item = &'a LogLine> + Clone) -> Result<Vec<u8>> {
    let mut origins: Vec<Origin<'_>> = Vec::new();
    let mut numbers: FxHashMap<Origin<'_>, u64> = FxHashMap::default();
    for line in lines.clone() {
        numbers.entry(origin(line)).or_insert_with_key(|origin| {
            origins.push(*origin);
            origins.len() as u64 - 1
        });
    }
    let mut payload = Vec::new();
    varint::put(&mut payload, origins.len() as u64);
    origins.iter().flatten().for_each(|text| put_text(&mut payload, text));
    varint::put(&mut payload, lines.clone().count() as u64);
    let mut previous = 0;
    for line in lines {
        varint::put(&mut payload, numbers.get(&origin(line)).copied().unwrap_or(0));
        varint::put_step(&mut payload, previous, line.ts);
        previous = line.ts;
        match line.iter {
            None => payload.push(0),
            Some(iter) => {
                payload.push(1);
                varint::put_step(&mut payload, 0, iter);
            }
        }
        put_text(&mut payload, &line.msg);
    }
    frame(&payload)
}

/// Decodes lines in their order.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<LogLine>> {
    let payload = unframe(bytes)?;
    decode_payload(&payload).map_err(|error| Error::corrupt("a log chunk", error))
}

fn origin(line: &LogLine) -> Origin<'_> {
    [&line.level, &line.worker, &line.metric, &line.variant]
}

fn frame(payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = vec![VERSION];
    if payload.len() < WORTHWHILE {
        bytes.push(PLAIN);
        bytes.extend_from_slice(payload);
    } else {
        bytes.push(ZSTD);
        let packed = zstd::bulk::compress(payload, LEVEL).map_err(|e| Error::io("zstd", e))?;
        bytes.extend_from_slice(&packed);
    }
    Ok(bytes)
}

fn unframe(bytes: &[u8]) -> Result<Vec<u8>> {
    let corrupt = |why: &dyn std::fmt::Display| Error::corrupt("a log chunk", why);
    match bytes {
        [VERSION, PLAIN, payload @ ..] => Ok(payload.to_vec()),
        [VERSION, ZSTD, packed @ ..] => {
            use std::io::Read as _;
            let mut payload = Vec::new();
            let decoder = zstd::Decoder::new(packed).map_err(|error| corrupt(&error))?;
            let mut limited = decoder.take(MAX_PAYLOAD as u64);
            limited.read_to_end(&mut payload).map_err(|error| corrupt(&error))?;
            Ok(payload)
        }
        _ => Err(corrupt(&"unknown version")),
    }
}

fn decode_payload(payload: &[u8]) -> std::result::Result<Vec<LogLine>, arno_series::Error> {
    let mut input = payload;
    let mut origins: Vec<[String; 4]> = Vec::new();
    for _ in 0..varint::take(&mut input)? {
        let mut take = || take_text(&mut input);
        origins.push([take()?, take()?, take()?, take()?]);
    }
    let mut lines = Vec::new();
    let mut ts = 0;
    for _ in 0..varint::take(&mut input)? {
        let number = usize::try_from(varint::take(&mut input)?).unwrap_or(usize::MAX);
        let origin = origins.get(number);
        let origin = origin.ok_or(arno_series::Error::Corrupt("a line of unknown origin"))?;
        let [level, worker, metric, variant] = origin.clone();
        ts = varint::take_step(&mut input, ts)?;
        let iter = match varint::take(&mut input)? {
            0 => None,
            _ => Some(varint::take_step(&mut input, 0)?),
        };
        let msg = take_text(&mut input)?;
        lines.push(LogLine { ts, level, msg, worker, metric, variant, iter });
    }
    Ok(lines)
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    varint::put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn take_text(input: &mut &[u8]) -> std::result::Result<String, arno_series::Error> {
    let length = usize::try_from(varint::take(input)?).unwrap_or(usize::MAX);
    let (text, rest) = input.split_at_checked(length).ok_or(arno_series::Error::Truncated)?;
    *input = rest;
    Ok(String::from_utf8_lossy(text).into_owned())
}

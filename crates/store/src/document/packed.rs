//! Long values as stored bytes: a marker, then the JSON text, compressed when that pays.

use crate::error::{Error, Result};
use serde_json::Value;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Below this many bytes a compressed frame would not be smaller.
const WORTHWHILE: usize = 200;
const LEVEL: i32 = 3;

/// The bytes that stand for `value`.
pub fn pack(value: &Value) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(value).map_err(|e| Error::corrupt("a value to store", e))?;
    let (marker, content) = if text.len() < WORTHWHILE {
        (PLAIN, text)
    } else {
        (ZSTD, zstd::bulk::compress(&text, LEVEL).map_err(|e| Error::io("zstd", e))?)
    };
    let mut bytes = Vec::with_capacity(content.len() + 1);
    bytes.push(marker);
    bytes.extend_from_slice(&content);
    Ok(bytes)
}

/// The value that `bytes` stand for.
pub fn unpack(bytes: &[u8]) -> Result<Value> {
    let corrupt = |why: &dyn std::fmt::Display| Error::corrupt("a packed value", why);
    match bytes.split_first() {
        Some((&PLAIN, text)) => serde_json::from_slice(text).map_err(|e| corrupt(&e)),
        Some((&ZSTD, frame)) => {
            let text = zstd::decode_all(frame).map_err(|e| corrupt(&e))?;
            serde_json::from_slice(&text).map_err(|e| corrupt(&e))
        }
        _ => Err(corrupt(&"unknown marker")),
    }
}

//! A plot's text as bytes: `form · text`, compressed when it pays.

use crate::error::{Error, Result};

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Below this many bytes a compressed frame would not be smaller.
const WORTHWHILE: usize = 200;
const LEVEL: i32 = 3;

pub(super) fn pack(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    if text.len() < WORTHWHILE {
        bytes.push(PLAIN);
        bytes.extend_from_slice(text.as_bytes());
    } else {
        bytes.push(ZSTD);
        let packed = zstd::bulk::compress(text.as_bytes(), LEVEL);
        bytes.extend_from_slice(&packed.map_err(|error| Error::io("zstd", error))?);
    }
    Ok(bytes)
}

pub(super) fn unpack(bytes: &[u8]) -> Result<String> {
    let corrupt = |why: &dyn std::fmt::Display| Error::corrupt("a plot's text", why);
    let text = match bytes {
        [PLAIN, text @ ..] => text.to_vec(),
        [ZSTD, packed @ ..] => zstd::decode_all(packed).map_err(|error| corrupt(&error))?,
        _ => return Err(corrupt(&"unknown form")),
    };
    String::from_utf8(text).map_err(|error| corrupt(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_come_back() {
        for text in [String::new(), "{}".to_owned(), "plot ✓ ".repeat(5000)] {
            assert_eq!(unpack(&pack(&text).unwrap()).unwrap(), text);
        }
        assert!(unpack(&[]).is_err());
        assert!(unpack(&[1, 2, 3]).is_err());
        assert!(unpack(&[0, 0xff]).is_err());
    }
}

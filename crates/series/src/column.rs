//! One column of a block as bytes: `pco` with settings measured for training curves, and a
//! shortcut for evenly spaced integers, which is what iterations almost always are.

use pco::data_types::Number;
use pco::wrapped::{FileCompressor, FileDecompressor};
use pco::{ChunkConfig, DeltaSpec, ModeSpec};

use crate::{Error, varint};

/// Above this level pco spends twice the time for less than one per cent of size.
const LEVEL: usize = 4;

/// How an integer column is written; its first byte.
const EVEN: u8 = 0;
const PACKED: u8 = 1;

/// Writes integers that mostly ascend: iterations or times.
pub fn encode_integers(numbers: &[i64]) -> Result<Vec<u8>, Error> {
    if let Some((first, second)) = even_spacing(numbers) {
        let mut out = vec![EVEN];
        varint::put_step(&mut out, 0, first);
        varint::put_step(&mut out, first, second);
        return Ok(out);
    }
    let config = ChunkConfig::default()
        .with_compression_level(LEVEL)
        .with_mode_spec(ModeSpec::Classic)
        .with_delta_spec(DeltaSpec::TryConsecutive(1));
    pack(numbers, &config, vec![PACKED])
}

/// Reads what [`encode_integers`] wrote for `count` numbers.
pub fn decode_integers(bytes: &[u8], count: usize) -> Result<Vec<i64>, Error> {
    match bytes.split_first() {
        None => Err(Error::Truncated),
        Some((&EVEN, mut body)) => {
            let first = varint::take_step(&mut body, 0)?;
            let second = varint::take_step(&mut body, first)?;
            let step = second.wrapping_sub(first);
            Ok((0..count as i64).map(|n| first.wrapping_add(step.wrapping_mul(n))).collect())
        }
        Some((&PACKED, body)) => unpack(body, count),
        Some(_) => Err(Error::Corrupt("unknown form of an integer column")),
    }
}

/// Writes values. The automatic mode recognises floats of fewer bits and decimals by itself.
pub fn encode_values(values: &[f64]) -> Result<Vec<u8>, Error> {
    let config = ChunkConfig::default().with_compression_level(LEVEL);
    pack(values, &config, Vec::new())
}

/// Reads what [`encode_values`] wrote for `count` numbers.
pub fn decode_values(bytes: &[u8], count: usize) -> Result<Vec<f64>, Error> {
    unpack(bytes, count)
}

/// The first number and the one a step further, when the steps between all neighbours are equal.
fn even_spacing(numbers: &[i64]) -> Option<(i64, i64)> {
    let first = *numbers.first()?;
    let second = numbers.get(1).copied().unwrap_or(first);
    let step = second.wrapping_sub(first);
    let even = numbers.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    even.then_some((first, second))
}

fn pack<T: Number>(numbers: &[T], config: &ChunkConfig, out: Vec<u8>) -> Result<Vec<u8>, Error> {
    let file = FileCompressor::default();
    let mut chunk = file.chunk_compressor(numbers, config).map_err(column_error)?;
    let out = file.write_header(out).map_err(column_error)?;
    let out = chunk.write_meta(out).map_err(column_error)?;
    chunk.write_page(0, out).map_err(column_error)
}

fn unpack<T: Number + Default>(bytes: &[u8], count: usize) -> Result<Vec<T>, Error> {
    let (file, rest) = FileDecompressor::new(bytes).map_err(column_error)?;
    let (mut chunk, rest) = file.chunk_decompressor::<T, _>(rest).map_err(column_error)?;
    let mut page = chunk.page_decompressor(rest, count).map_err(column_error)?;
    let mut numbers = vec![T::default(); count];
    let progress = page.read(&mut numbers).map_err(column_error)?;
    if progress.n_processed != count || !page.into_src().is_empty() {
        return Err(Error::Corrupt("a column has another length than its block"));
    }
    Ok(numbers)
}

fn column_error(error: pco::errors::PcoError) -> Error {
    Error::Column(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Damage that got past the checksum: another answer or an error, never a panic.
        #[test]
        fn damaged_columns_do_not_panic(
            numbers in prop::collection::vec(-1e3f64..1e3, 2..400),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let integers: Vec<i64> = numbers.iter().map(|number| *number as i64).collect();
            let mut packed = [encode_values(&numbers)?, encode_integers(&integers)?];
            for bytes in &mut packed {
                for (position, byte) in &damage {
                    let at = position.index(bytes.len());
                    bytes[at] = *byte;
                }
            }
            if let Ok(read) = decode_values(&packed[0], numbers.len()) {
                prop_assert_eq!(read.len(), numbers.len());
            }
            if let Ok(read) = decode_integers(&packed[1], numbers.len()) {
                prop_assert_eq!(read.len(), numbers.len());
            }
        }
    }
}

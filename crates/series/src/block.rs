//! Blocks: about a thousand points in ascending order, each column compressed by itself.
//!
//! `version · count · length of iterations · length of times · iterations · times · values · checksum`.
//! A block opens cheaply and decodes only the columns asked for. The first byte is the version;
//! whatever a version once wrote stays readable: [`Block::open`] knows them all.

use crate::{Error, Points, checksum, column, varint};

/// The most points one block holds; a forged count beyond it is refused before any memory is taken.
pub const MAX_POINTS: usize = 1 << 16;

const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 4;

/// Compresses points that strictly ascend by iteration.
///
/// # Errors
/// [`Error::BlockSize`] for none or more than [`MAX_POINTS`], [`Error::NotAscending`] otherwise.
pub fn encode(points: &Points) -> Result<Vec<u8>, Error> {
    if points.is_empty() || points.len() > MAX_POINTS {
        return Err(Error::BlockSize(points.len()));
    }
    if !points.is_ascending() {
        return Err(Error::NotAscending);
    }
    let iters = column::encode_integers(points.iters())?;
    let timestamps = column::encode_integers(points.timestamps())?;
    let values = column::encode_values(points.values())?;

    let mut out = Vec::with_capacity(16 + iters.len() + timestamps.len() + values.len());
    out.push(VERSION);
    varint::put(&mut out, points.len() as u64);
    varint::put(&mut out, iters.len() as u64);
    varint::put(&mut out, timestamps.len() as u64);
    out.extend_from_slice(&iters);
    out.extend_from_slice(&timestamps);
    out.extend_from_slice(&values);
    out.extend_from_slice(&checksum::of(&out).to_le_bytes());
    Ok(out)
}

/// Decodes all columns.
///
/// # Errors
/// Any [`Error`] that says the bytes are not a whole block.
pub fn decode(bytes: &[u8]) -> Result<Points, Error> {
    let block = Block::open(bytes)?;
    let columns = (block.iterations()?, block.timestamps()?, block.values()?);
    Points::from_columns(columns.0, columns.1, columns.2)
        .ok_or(Error::Corrupt("columns of different lengths"))
}

/// A block whose header and checksum were found good; columns decode on demand.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a> {
    count: usize,
    iterations: &'a [u8],
    timestamps: &'a [u8],
    values: &'a [u8],
}

impl<'a> Block<'a> {
    /// Checks a block's frame without decoding it.
    ///
    /// # Errors
    /// Any [`Error`] that says the bytes are not a whole block.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        match bytes.first() {
            None => Err(Error::Truncated),
            Some(&VERSION) => Self::open_v1(bytes),
            Some(&version) => Err(Error::UnknownVersion(version)),
        }
    }

    fn open_v1(bytes: &'a [u8]) -> Result<Self, Error> {
        let (content, sum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(Error::Truncated)?;
        if checksum::of(content) != u32::from_le_bytes(*sum) {
            return Err(Error::Corrupt("checksum mismatch"));
        }
        let mut body = content.get(1..).ok_or(Error::Truncated)?;
        let count = varint::take(&mut body)?;
        let iterations_len = varint::take(&mut body)?;
        let timestamps_len = varint::take(&mut body)?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count == 0 || count > MAX_POINTS {
            return Err(Error::BlockSize(count));
        }
        let (iterations, body) = split(body, iterations_len)?;
        let (timestamps, values) = split(body, timestamps_len)?;
        Ok(Self { count, iterations, timestamps, values })
    }

    /// Number of points; at least one.
    #[expect(clippy::len_without_is_empty, reason = "a block is never empty")]
    pub fn len(&self) -> usize {
        self.count
    }

    /// The iterations, strictly ascending.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Column`].
    pub fn iterations(&self) -> Result<Vec<i64>, Error> {
        let iters = column::decode_integers(self.iterations, self.count)?;
        if iters.is_sorted_by(|a, b| a < b) { Ok(iters) } else { Err(Error::NotAscending) }
    }

    /// The times of the same points.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Column`].
    pub fn timestamps(&self) -> Result<Vec<i64>, Error> {
        column::decode_integers(self.timestamps, self.count)
    }

    /// The values of the same points.
    ///
    /// # Errors
    /// [`Error::Corrupt`] or [`Error::Column`].
    pub fn values(&self) -> Result<Vec<f64>, Error> {
        column::decode_values(self.values, self.count)
    }
}

fn split(bytes: &[u8], len: u64) -> Result<(&[u8], &[u8]), Error> {
    let len = usize::try_from(len).map_err(|_| Error::Truncated)?;
    bytes.split_at_checked(len).ok_or(Error::Truncated)
}

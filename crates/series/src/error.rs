use thiserror::Error;

/// Why bytes could not be read as points, or points not be written as bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// The input ended before what its header promised.
    #[error("series data is truncated")]
    Truncated,
    /// The input contradicts the format; the text says where.
    #[error("series data is corrupt: {0}")]
    Corrupt(&'static str),
    /// Written by a newer program.
    #[error("series data has version {0}, which this program does not know")]
    UnknownVersion(u8),
    /// The compressor refused a column.
    #[error("series column: {0}")]
    Column(String),
    /// A block holds between one point and [`crate::block::MAX_POINTS`].
    #[error("a block cannot hold {0} points")]
    BlockSize(usize),
    /// A block's iterations must strictly ascend.
    #[error("the points of a block must ascend by iteration")]
    NotAscending,
}

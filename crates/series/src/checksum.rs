//! A fast guard against flipped and lost bytes (not against intent): FNV-1a over 64-bit words.
//!
//! Part of the block format, so it never changes.

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The checksum of some bytes, their number included.
pub fn of(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = step(BASIS, bytes.len() as u64);
    for word in words {
        hash = step(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    hash = step(hash, u64::from_le_bytes(last)).wrapping_mul(MIX);
    (hash >> 32) as u32
}

fn step(hash: u64, word: u64) -> u64 {
    // The rotation lets a word's high bits reach the low ones, which FNV's product alone never does.
    (hash ^ word).wrapping_mul(PRIME).rotate_left(23)
}

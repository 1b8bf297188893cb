//! Integers in as few bytes as they need: seven bits a byte, lowest first (LEB128).

use crate::Error;

/// The longest a 64-bit integer becomes.
pub const MAX_BYTES: usize = 10;

/// Appends an unsigned integer.
pub fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends the way from `from` to `to`; short when they are near, whatever the sign. Wraps, so that
/// every pair of integers has one.
pub fn put_step(out: &mut Vec<u8>, from: i64, to: i64) {
    let step = to.wrapping_sub(from);
    put(out, ((step << 1) ^ (step >> 63)) as u64);
}

/// Takes an unsigned integer from the front of `input`.
///
/// # Errors
/// [`Error::Truncated`], or [`Error::Corrupt`] when it does not fit in 64 bits.
pub fn take(input: &mut &[u8]) -> Result<u64, Error> {
    let mut value = 0u64;
    for (position, &byte) in input.iter().take(MAX_BYTES).enumerate() {
        let bits = u64::from(byte & 0x7f);
        let shift = 7 * position as u32;
        if position == MAX_BYTES - 1 && bits > 1 {
            return Err(Error::Corrupt("an integer exceeds 64 bits"));
        }
        value |= bits << shift;
        if byte < 0x80 {
            *input = &input[position + 1..];
            return Ok(value);
        }
    }
    Err(if input.len() < MAX_BYTES {
        Error::Truncated
    } else {
        Error::Corrupt("an integer exceeds 64 bits")
    })
}

/// Takes a step written by [`put_step`] and returns where it leads from `from`.
///
/// # Errors
/// Those of [`take`].
pub fn take_step(input: &mut &[u8], from: i64) -> Result<i64, Error> {
    let folded = take(input)?;
    let step = (folded >> 1) as i64 ^ -((folded & 1) as i64);
    Ok(from.wrapping_add(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_integers_has_a_step() {
        let ends = [i64::MIN, i64::MIN + 1, -1, 0, 1, 127, 128, 1 << 40, i64::MAX - 1, i64::MAX];
        for from in ends {
            for to in ends {
                let mut bytes = Vec::new();
                put_step(&mut bytes, from, to);
                assert!(bytes.len() <= MAX_BYTES);
                let mut input = bytes.as_slice();
                assert_eq!(take_step(&mut input, from), Ok(to));
                assert!(input.is_empty());
            }
        }
    }

    #[test]
    fn endless_and_short_integers_are_refused() {
        assert_eq!(take(&mut [0x80u8; 3].as_slice()), Err(Error::Truncated));
        assert!(matches!(take(&mut [0xffu8; 16].as_slice()), Err(Error::Corrupt(_))));
        let mut beyond = vec![0xff; 9];
        beyond.push(0x02);
        assert!(matches!(take(&mut beyond.as_slice()), Err(Error::Corrupt(_))));
    }
}

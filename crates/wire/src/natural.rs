//! Natural order: runs of digits compare by value ("2" before "10"), everything else by code point.

use sha2::{Digest, Sha256};

/// Bytes of a key that order; an index of PostgreSQL cannot hold entries of any length.
const MAX_ORDERING: usize = 480;

/// A key whose bytewise order is the natural order of texts, so that an index can sort by it.
/// Total: different texts have different keys; texts that differ only in leading zeros are ordered
/// by these, fewer first. Only the digits 0 to 9 form numbers, and only whole ones: the parts of
/// `0.25` are 0, a dot and 25.
///
/// A key has at most 512 bytes: of texts that are alike for longer the order is arbitrary, but
/// always the same, and different texts still have different keys.
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = whole_key(text);
    if key.len() > MAX_ORDERING + 32 {
        key.truncate(MAX_ORDERING);
        key.extend_from_slice(&Sha256::digest(text.as_bytes()));
    }
    key
}

fn whole_key(text: &str) -> Vec<u8> {
    // A run of digits is written as '0' (where digits stand among the characters), its length
    // without leading zeros, its digits. No other token starts with '0', so at any point both keys
    // hold a run or their bytes decide. Leading zeros follow behind a 0 byte, which sorts before
    // anything that could continue the text.
    let mut key = Vec::with_capacity(text.len() + 8);
    let mut leading_zeros = Vec::new();
    let mut rest = text.as_bytes();
    while let Some(&byte) = rest.first() {
        if byte.is_ascii_digit() {
            let run = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let zeros = rest[..run].iter().take_while(|b| **b == b'0').count();
            key.push(b'0');
            push_length(&mut key, run - zeros);
            key.extend_from_slice(&rest[zeros..run]);
            leading_zeros.push(zeros);
            rest = &rest[run..];
        } else {
            push_byte(&mut key, byte);
            rest = &rest[1..];
        }
    }
    if leading_zeros.iter().any(|zeros| *zeros > 0) {
        key.push(0);
        leading_zeros.iter().for_each(|zeros| push_length(&mut key, *zeros));
    }
    key
}

/// Keeps the byte 0 free for the end of a text: NUL and U+0001 take two bytes.
fn push_byte(key: &mut Vec<u8>, byte: u8) {
    match byte {
        0 | 1 => key.extend_from_slice(&[1, byte]),
        _ => key.push(byte),
    }
}

/// A length in bytes that compare as the lengths do, none a prefix of another.
fn push_length(key: &mut Vec<u8>, length: usize) {
    let mut left = length;
    while left >= 255 {
        key.push(255);
        left -= 255;
    }
    key.push(left as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_have_short_keys_of_their_own() {
        let long = "x".repeat(5_000);
        let (one, other) = (sort_key(&format!("{long}1")), sort_key(&format!("{long}2")));
        assert_eq!((one.len(), other.len()), (512, 512));
        assert_ne!(one, other);
        assert!(sort_key("w") < one && one < sort_key("y"));
    }
    use proptest::prelude::*;
    use std::cmp::Ordering;

    /// Runs of digits without leading zeros, and single other characters.
    fn tokens(text: &str) -> (Vec<(char, Option<String>)>, Vec<usize>) {
        let (mut tokens, mut zeros) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let run = rest.bytes().take_while(u8::is_ascii_digit).count();
            if run > 0 {
                let digits = rest[..run].trim_start_matches('0');
                tokens.push(('0', Some(digits.to_owned())));
                zeros.push(run - digits.len());
            } else {
                tokens.push((first, None));
            }
            rest = &rest[run.max(first.len_utf8())..];
        }
        (tokens, zeros)
    }

    fn natural_order(a: &str, b: &str) -> Ordering {
        let ((a_tokens, a_zeros), (b_tokens, b_zeros)) = (tokens(a), tokens(b));
        let by_token = a_tokens.iter().zip(&b_tokens).map(|pair| match pair {
            ((_, Some(a)), (_, Some(b))) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            ((a, _), (b, _)) => a.cmp(b),
        });
        by_token
            .fold(Ordering::Equal, Ordering::then)
            .then(a_tokens.len().cmp(&b_tokens.len()))
            .then(a_zeros.cmp(&b_zeros))
    }

    #[test]
    fn orders_as_people_do() {
        let ordered = [
            "",
            " ",
            "-1",
            "0",
            "00",
            "1",
            "01",
            "1\0",
            "1.5",
            "1a",
            "2",
            "10",
            "99999999999999999999",
            "100000000000000000000",
            ":",
            "A",
            "a",
            "a1",
            "a1b",
            "a1b2",
            "a01b2",
            "a1b10",
            "a2",
            "a10",
            "b",
            "é",
            "\u{FFFD}",
            "😀",
        ];
        for pair in ordered.windows(2) {
            assert!(sort_key(pair[0]) < sort_key(pair[1]), "{:?} < {:?}", pair[0], pair[1]);
        }
        let long = |length: usize| "9".repeat(length);
        assert!(sort_key(&long(254)) < sort_key(&long(255)));
        assert!(sort_key(&long(255)) < sort_key(&long(256)));
        assert!(sort_key(&long(600)) < sort_key(&format!("1{}", "0".repeat(600))));
    }

    proptest! {
        #[test]
        fn keys_compare_as_texts_do(a in "[0-3a/:\0\u{1}é]{0,8}", b in "[0-3a/:\0\u{1}é]{0,8}") {
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), natural_order(&a, &b));
            prop_assert_eq!(sort_key(&a) == sort_key(&b), a == b);
        }

        #[test]
        fn any_text_has_its_own_key(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), natural_order(&a, &b));
        }
    }
}

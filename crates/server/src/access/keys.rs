//! API key pairs. The secret has enough entropy that SHA-256 protects it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const KEY_LENGTH: usize = 30;
const KEY_LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// Letters of generated passwords: none that is mistaken for another.
const PASSWORD_LETTERS: &[u8; 54] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ234567";

/// Access keys compiled into the reference's published web application: everybody knows their
/// secrets.
const PUBLISHED: [&str; 1] = ["EYVQ385RW7Y2QQUH88CZ7DWIQ1WUHP"];

/// A new key pair; the only moment its secret is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// 30 letters A-Z0-9.
    pub access_key: String,
    /// 50 random bytes in URL-safe base64.
    pub secret_key: String,
}

/// Makes a key pair.
pub fn new_key_pair() -> KeyPair {
    let access_key = letters(KEY_LETTERS, KEY_LENGTH);
    let secret_key = loop {
        let bytes: [u8; 50] = rand::random();
        let secret = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        // On a command line a leading dash would look like a flag.
        if !secret.starts_with(['-', '_']) {
            break secret;
        }
    };
    KeyPair { access_key, secret_key }
}

/// Makes a password a person can type: 16 letters, 92 bits.
pub fn new_password() -> String {
    letters(PASSWORD_LETTERS, 16)
}

/// The hash of a secret, as stored.
pub fn secret_hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Whether a secret is the one of this hash; takes the same time for any wrong one.
pub(super) fn matches(secret: &str, hash: &[u8]) -> bool {
    secret_hash(secret).ct_eq(hash).into()
}

/// Whether the secret of this access key is public knowledge.
pub(crate) fn is_published(access_key: &str) -> bool {
    PUBLISHED.contains(&access_key)
}

/// Whether a name was made by [`new_key_pair`] or the reference server, not by a person.
pub(super) fn looks_like_access_key(name: &str) -> bool {
    name.len() >= 20 && name.bytes().all(|letter| KEY_LETTERS.contains(&letter))
}

fn letters(from: &[u8], count: usize) -> String {
    let mut random = rand::rng();
    (0..count).map(|_| char::from(from[random.random_range(0..from.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_pairs_have_the_documented_form() {
        for _ in 0..200 {
            let KeyPair { access_key, secret_key } = new_key_pair();
            assert!(access_key.len() == 30 && looks_like_access_key(&access_key));
            assert_eq!(secret_key.len(), 67);
            assert!(!secret_key.starts_with(['-', '_']));
        }
        assert_ne!(new_key_pair(), new_key_pair());
    }

    #[test]
    fn only_the_secret_itself_matches() {
        let hash = secret_hash("secret");
        assert!(matches("secret", &hash));
        assert!(!matches("Secret", &hash));
        assert!(!matches("", &hash));
        assert!(!matches("secret", &[]));
    }
}

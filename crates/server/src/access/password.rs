//! Passwords: argon2id. Checking one costs about 20 ms and 19 MB on purpose, so only one is
//! checked at a time and what matched is remembered for a minute.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use arno_store::{Error, Result};
use arno_wire::error::{Code, Error as Refusal};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How long a password that matched is not checked again.
const REMEMBER: Duration = Duration::from_secs(60);
/// Matches remembered before all are forgotten.
const CAPACITY: usize = 256;
/// How long a sign-in waits for those before it.
const PATIENCE: Duration = Duration::from_secs(5);
/// The hash of a password nobody has, checked for names nobody has, so that the time it takes
/// does not tell which names exist.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$\
                      NdQ8MLUBQJNw4FdnWNrAoMI7gyMJsHBsNNwPpmQg5Ek";

/// The argon2id hash of a password, with a random salt, in the usual text form.
///
/// # Errors
/// Only when the system has no memory or randomness for it.
pub fn hash_password(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Config(format!("the password cannot be hashed: {error}")))
}

pub(super) struct Passwords {
    turn: Semaphore,
    matched: Mutex<FxHashMap<[u8; 32], Instant>>,
    salt: [u8; 16],
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { turn: Semaphore::new(1), matched: Mutex::default(), salt: rand::random() }
    }
}

impl Passwords {
    /// Whether a password is the one of this hash. Without a hash (nobody of that name, or he
    /// has no password) the answer is no, and with `hide` it takes as long.
    ///
    /// # Errors
    /// 401/1 when too many sign-ins wait.
    pub(super) async fn matches(
        &self,
        password: &str,
        hash: Option<&str>,
        hide: bool,
    ) -> Result<bool> {
        let Some(stored) = hash.or(hide.then_some(NOBODY)) else { return Ok(false) };
        let known = self.fingerprint(password, stored);
        if self.is_remembered(&known) {
            return Ok(true);
        }
        let busy = || Refusal::new(Code::NotAuthorized).extra("too many sign-ins, try again");
        let turn = tokio::time::timeout(PATIENCE, self.turn.acquire()).await;
        let _turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
        let (password, stored) = (password.to_owned(), stored.to_owned());
        let check = move || verify(&password, &stored);
        let matches = tokio::task::spawn_blocking(check)
            .await
            .map_err(|error| Error::Panicked(error.to_string()))?
            && hash.is_some();
        if matches {
            self.remember(known);
        }
        Ok(matches)
    }

    /// Stands for password and hash together, and means nothing outside this process.
    fn fingerprint(&self, password: &str, stored: &str) -> [u8; 32] {
        let mut hasher = Sha256::new_with_prefix(self.salt);
        hasher.update(stored);
        hasher.update([0]);
        hasher.update(password);
        hasher.finalize().into()
    }

    fn is_remembered(&self, known: &[u8; 32]) -> bool {
        let Ok(matched) = self.matched.lock() else { return false };
        matched.get(known).is_some_and(|since| since.elapsed() < REMEMBER)
    }

    fn remember(&self, known: [u8; 32]) {
        let Ok(mut matched) = self.matched.lock() else { return };
        if matched.len() >= CAPACITY {
            matched.clear();
        }
        matched.insert(known, Instant::now());
    }
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_matches_and_nobody_has_none() {
        let passwords = Passwords::default();
        let hash = hash_password("correct horse").expect("a hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(PasswordHash::new(NOBODY).is_ok(), "the stand-in must cost as much");
        for _ in 0..2 {
            let right = passwords.matches("correct horse", Some(&hash), true).await;
            assert!(right.expect("an answer"));
            let wrong = passwords.matches("wrong", Some(&hash), true).await;
            assert!(!wrong.expect("an answer"));
        }
        assert!(!passwords.matches("nobody", None, true).await.expect("an answer"));
        assert!(!passwords.matches("", None, false).await.expect("an answer"));
        let other = hash_password("correct horse").expect("a hash");
        assert_ne!(other, hash, "salted");
    }
}

//! Callers' tokens made by Arno, for sites without a provider: `arno_<id>_<secret>`. The id finds the
//! entry, the secret is compared by its hash in constant time.

use super::hex;
use crate::access::secret_hash;
use arno_store::document::new_id;
use arno_store::gateway::entries::{self, Entry};
use arno_store::gateway::model::Token;
use arno_store::{Millis, Result, Tx};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

/// What every token begins with.
const PREFIX: &str = "arno_";

/// Makes a token for a user and returns it with its text, which is never known again.
///
/// # Errors
/// What the store reports.
pub fn make(
    tx: &Tx<'_>,
    user: &str,
    label: &str,
    apis: Vec<String>,
    expires: Option<Millis>,
) -> Result<(Entry<Token>, String)> {
    let bytes: [u8; 32] = rand::random();
    let secret = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let value = Token {
        user: user.to_owned(),
        label: label.to_owned(),
        secret_hash: hex(&secret_hash(&secret)),
        apis,
        expires,
    };
    let now = tx.now();
    let entry = entries::insert(tx, Entry { id: new_id(), created: now, updated: now, value })?;
    let text = format!("{PREFIX}{}_{secret}", entry.id);
    Ok((entry, text))
}

/// Id and secret of a text that looks like a token made here.
pub(super) fn parts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(PREFIX)?.split_once('_')
}

/// Whether the secret is the token's; takes the same time for any wrong one.
pub(super) fn matches(token: &Token, secret: &str) -> bool {
    hex(&secret_hash(secret)).as_bytes().ct_eq(token.secret_hash.as_bytes()).into()
}

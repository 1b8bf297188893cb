//! What is remembered of the state behind tokens, so that a call does not have to ask the store.
//! An entry lives for a second (another server may change access) and dies at once when this
//! server changes anybody's access.

use super::token::Claims;
use arno_store::users::Session;
use arno_store::{Db, Result, Scope, Tx};
use rustc_hash::FxHashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long another server's change may go unnoticed.
const LIFETIME: Duration = Duration::from_secs(1);
/// Sessions remembered before all are forgotten.
const CAPACITY: usize = 4096;

#[derive(Default)]
pub(super) struct States {
    /// Raised by every change, so that an answer read before it is never remembered after it.
    generation: AtomicU64,
    entries: Mutex<FxHashMap<String, Entry>>,
}

struct Entry {
    generation: u64,
    read: Instant,
    state: Session,
}

impl States {
    /// The state behind a token.
    pub(super) async fn get(&self, db: &Db, claims: &Claims) -> Result<Session> {
        let generation = self.generation.load(Ordering::Acquire);
        if let Some(state) = self.remembered(&claims.session_id, generation) {
            return Ok(state);
        }
        let read = Instant::now();
        let asked = claims.clone();
        let load = move |tx: &Tx<'_>| {
            let credential = asked.credential.as_deref();
            Session::load(tx, &asked.identity.user, credential, &asked.session_id)
        };
        let state = db.read(Scope::system(""), load).await?;
        self.remember(&claims.session_id, Entry { generation, read, state: state.clone() });
        Ok(state)
    }

    pub(super) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    fn remembered(&self, session: &str, generation: u64) -> Option<Session> {
        let entries = self.entries.lock().ok()?;
        let entry = entries.get(session)?;
        let is_fresh = entry.generation == generation && entry.read.elapsed() < LIFETIME;
        is_fresh.then(|| entry.state.clone())
    }

    fn remember(&self, session: &str, entry: Entry) {
        // A poisoned lock only means that nothing is remembered.
        let Ok(mut entries) = self.entries.lock() else { return };
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        entries.insert(session.to_owned(), entry);
    }
}

//! Gathers what was committed here for a moment, looks up what it was, and tells this server's
//! listeners and the other servers; passes on what those tell.

use super::News;
use crate::site::Site;
use arno_store::changes::{Committed, Message, Next};
use arno_store::db::{self, MAX_TEXT};
use arno_store::{Dialect, Result, Scope, Tx};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How long changes gather before they are told; what waits in a queue is told at once.
const GATHER: Duration = Duration::from_millis(100);
/// Messages told to other servers one by one; more are told as "everything".
const MAX_TOLD: usize = 600;

/// What servers tell each other.
#[derive(Serialize, Deserialize)]
struct Word {
    /// Who tells it, to know one's own again.
    from: String,
    /// What changed; nothing means that too much did.
    changed: Vec<Message>,
}

/// Passes changes on as long as the server runs.
pub(crate) async fn relay(site: &Site) {
    site.db.changes().listen();
    let mut heard = site.db.heard();
    loop {
        tokio::select! {
            () = site.db.changes().some() => {
                tokio::select! {
                    () = site.db.changes().urgent() => {}
                    () = tokio::time::sleep(GATHER) => {}
                }
                if let Err(error) = tell(site).await {
                    tracing::warn!(%error, "changes could not be told; pages show them late");
                    site.live.tell(News::Resync);
                }
            }
            news = heard.next() => pass_on(site, news),
        }
    }
}

async fn tell(site: &Site) -> Result<()> {
    let alone = site.db.dialect() == Dialect::Sqlite;
    let committed = match site.db.changes().next() {
        Next::TooMany => {
            site.live.tell(News::Resync);
            return if alone { Ok(()) } else { send(site, Vec::new()).await };
        }
        Next::Some(committed) => committed,
    };
    if committed.is_empty() || (alone && !site.live.has_listeners()) {
        return Ok(());
    }
    let messages = look_up(site, committed).await?;
    site.live.tell(News::Changes(messages.clone()));
    if alone {
        return Ok(());
    }
    if messages.len() > MAX_TOLD {
        return send(site, Vec::new()).await;
    }
    for changed in in_parts(&messages) {
        send(site, changed).await?;
    }
    Ok(())
}

async fn look_up(site: &Site, committed: Committed) -> Result<Arc<Vec<Message>>> {
    let scope = Scope::system("");
    Ok(Arc::new(site.db.read(scope, move |tx: &Tx<'_>| committed.messages(tx)).await?))
}

/// Parts that each fit into one word.
fn in_parts(messages: &[Message]) -> Vec<Vec<Message>> {
    // Room for the word around them.
    let most = MAX_TEXT - 200;
    let mut parts: Vec<Vec<Message>> = Vec::new();
    let mut size = most;
    for message in messages {
        let length = serde_json::to_string(message).map_or(most, |text| text.len() + 1);
        if size + length > most {
            parts.push(Vec::new());
            size = 0;
        }
        size += length;
        if let Some(part) = parts.last_mut() {
            part.push(message.clone());
        }
    }
    parts
}

async fn send(site: &Site, changed: Vec<Message>) -> Result<()> {
    let word = Word { from: site.jobs.holder.clone(), changed };
    match serde_json::to_string(&word) {
        Ok(text) if text.len() <= MAX_TEXT => site.db.tell_others(text).await,
        // A name longer than a word: the others fetch everything.
        _ => {
            let word = serde_json::json!({"from": word.from, "changed": []});
            site.db.tell_others(word.to_string()).await
        }
    }
}

fn pass_on(site: &Site, news: db::News) {
    let word = match news {
        db::News::Gap => return site.live.tell(News::Resync),
        db::News::Text(text) => serde_json::from_str::<Word>(&text),
    };
    match word {
        Ok(word) if word.from == site.jobs.holder => {}
        Ok(word) if !word.changed.is_empty() => {
            site.live.tell(News::Changes(Arc::new(word.changed)));
        }
        // Too much, or a newer server's word.
        _ => site.live.tell(News::Resync),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_store::changes::What;

    #[test]
    fn words_fit_whatever_there_is_to_tell() {
        let message = |n: usize, long: usize| Message {
            entity: "worker".to_owned(),
            id: format!("{n}{}", "x".repeat(long)),
            project: None,
            what: What::Changed,
            company: "c".to_owned(),
        };
        let messages: Vec<_> = (0..500).map(|n| message(n, n % 300)).collect();
        let parts = in_parts(&messages);
        assert!(parts.len() > 5 && parts.len() < 50, "{}", parts.len());
        assert_eq!(parts.concat(), messages);
        for part in parts {
            let word = Word { from: "f".repeat(32), changed: part };
            assert!(serde_json::to_string(&word).expect("text").len() <= MAX_TEXT);
        }
        assert_eq!(in_parts(&[message(1, 9_000)]).len(), 1);
    }
}

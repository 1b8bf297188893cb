//! Calls taken from the store's counters in blocks and handed out from memory, so that most calls
//! cost no transaction. The next block is taken before the last one is used up. Small limits are taken
//! one by one, so that nothing of them is left lying at a server.

use super::scope;
use super::spans::Span;
use crate::site::Site;
use arno_store::gateway::counters::{self, Counter};
use arno_store::{Result, Tx};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A block is this part of the limit, and at most so many calls.
const PART: i64 = 100;
const MAX_BLOCK: i64 = 200;
/// Counters remembered before those of past spans are forgotten.
const MANY: usize = 10_000;
/// The longest days and months with a change of clocks are shorter, ms.
const DAY: i64 = 90_000_000;

/// What this server took and has not handed out.
#[derive(Default)]
pub(in crate::gateway) struct Leases {
    blocks: Mutex<FxHashMap<Counter, Block>>,
}

#[derive(Default)]
struct Block {
    /// Taken and not handed out.
    left: i64,
    /// Not taken by anybody when this server last asked.
    beyond: i64,
    /// The limit at which nothing was left to be taken.
    spent: Option<i64>,
    /// Whether the next block is being taken.
    asking: bool,
    /// Held by the one who takes a block while others wait for it.
    taking: Arc<tokio::sync::Mutex<()>>,
}

/// What memory says to a wish for a call.
enum Held {
    /// Here it is; so many are left. It may be time to take the next block.
    One { left: i64, runs_low: bool },
    /// There are no more in this span.
    Spent,
    /// None are held here; whoever holds this may take a block.
    Nothing(Arc<tokio::sync::Mutex<()>>),
}

/// One call of the span; how many are left, or `None`.
pub(super) async fn take(site: &Arc<Site>, span: &Span) -> Result<Option<i64>> {
    let mut held = from_memory(site, span);
    let mut _only = None;
    if let Held::Nothing(taking) = &held
        && size(span) > 1
    {
        _only = Some(taking.clone().lock_owned().await);
        held = from_memory(site, span);
    }
    match held {
        Held::One { left, runs_low } => {
            if runs_low {
                ask_beforehand(site.clone(), span.clone());
            }
            Ok(Some(left))
        }
        Held::Spent => Ok(None),
        Held::Nothing(_) => {
            let got = lease(site, span).await?;
            Ok(keep(site, span, got, true))
        }
    }
}

/// Gives a call of each span back.
pub(super) fn give_back(site: &Site, spans: &[Span]) {
    let mut blocks = lock(site);
    for span in spans {
        blocks.entry(span.counter.clone()).or_default().left += 1;
    }
}

fn from_memory(site: &Site, span: &Span) -> Held {
    let mut blocks = lock(site);
    if blocks.len() >= MANY && !blocks.contains_key(&span.counter) {
        let now = site.db.clock().now();
        blocks.retain(|counter, _| now - counter.at < DAY && counter.span != "minute");
    }
    let block = blocks.entry(span.counter.clone()).or_default();
    if block.left == 0 {
        let is_spent = block.spent == Some(span.limit);
        return if is_spent { Held::Spent } else { Held::Nothing(block.taking.clone()) };
    }
    block.left -= 1;
    let runs_low = !block.asking && block.beyond > 0 && block.left < size(span) / 2;
    block.asking |= runs_low;
    Held::One { left: block.left + block.beyond, runs_low }
}

fn size(span: &Span) -> i64 {
    (span.limit / PART).clamp(1, MAX_BLOCK)
}

fn ask_beforehand(site: Arc<Site>, span: Span) {
    tokio::spawn(async move {
        let got = lease(&site, &span).await.unwrap_or_else(|error| {
            // Whoever finds the block empty asks again, and is told.
            tracing::warn!(%error, "a plan's next calls were not taken beforehand");
            (0, 1)
        });
        keep(&site, &span, got, false);
        if let Some(block) = lock(&site).get_mut(&span.counter) {
            block.asking = false;
        }
    });
}

/// Takes a block from the store: how many calls it has, and how many are left beyond.
async fn lease(site: &Site, span: &Span) -> Result<(i64, i64)> {
    let (counter, limit, wanted) = (span.counter.clone(), span.limit, size(span));
    let take = move |tx: &Tx<'_>| counters::take(tx, &counter, wanted, limit);
    site.db.write(scope(site), take).await
}

/// Keeps a block, and hands out the first call of it if that is wanted and there is one.
fn keep(site: &Site, span: &Span, (got, beyond): (i64, i64), hand_out: bool) -> Option<i64> {
    let mut blocks = lock(site);
    let block = blocks.entry(span.counter.clone()).or_default();
    block.beyond = beyond;
    block.left += got;
    block.spent = (got == 0 && beyond == 0).then_some(span.limit);
    if !hand_out || block.left == 0 {
        return None;
    }
    block.left -= 1;
    Some(block.left + block.beyond)
}

fn lock(site: &Site) -> MutexGuard<'_, FxHashMap<Counter, Block>> {
    site.gateway.leases.blocks.lock().unwrap_or_else(|broken| broken.into_inner())
}

//! What of a plan is used. Servers take calls in blocks ("leases") and hand them out from memory;
//! a block is counted as used the moment it is taken, so that several servers together never go
//! beyond the limit, and what a server that dies had left of its block is forfeited.

use crate::clock::Millis;
use crate::db::{Dialect, Tx};
use crate::error::Result;

/// A counter: of a grant and caller, in a span of time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Counter {
    /// Entry id of the grant.
    pub grant: String,
    /// The caller's key.
    pub caller: String,
    /// `minute`, `day` or `month`.
    pub span: &'static str,
    /// When the span begins.
    pub at: Millis,
}

/// Takes up to `wanted` from the counter without going beyond `limit`; returns how many it got and
/// how many are left.
pub fn take(tx: &Tx<'_>, counter: &Counter, wanted: i64, limit: i64) -> Result<(i64, i64)> {
    let sql = "INSERT INTO gateway_counters (grant_id, caller, span, at, used) \
               VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING";
    let key =
        [(&counter.grant).into(), (&counter.caller).into(), counter.span.into(), counter.at.into()];
    tx.execute(sql, &key)?;
    let hold = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE",
    };
    let sql = format!(
        "SELECT used FROM gateway_counters \
         WHERE grant_id = $1 AND caller = $2 AND span = $3 AND at = $4 {hold}"
    );
    let used = tx.first(&sql, &key, |row| row.int(0))?.unwrap_or(0);
    let got = wanted.min(limit - used).max(0);
    if got > 0 {
        let sql = "UPDATE gateway_counters SET used = used + $1 \
                   WHERE grant_id = $2 AND caller = $3 AND span = $4 AND at = $5";
        let [grant, caller, span, at] = key;
        tx.execute(sql, &[got.into(), grant, caller, span, at])?;
    }
    Ok((got, (limit - used - got).max(0)))
}

/// What the counter shows.
pub fn used(tx: &Tx<'_>, counter: &Counter) -> Result<i64> {
    let sql = "SELECT used FROM gateway_counters \
               WHERE grant_id = $1 AND caller = $2 AND span = $3 AND at = $4";
    let key =
        [(&counter.grant).into(), (&counter.caller).into(), counter.span.into(), counter.at.into()];
    Ok(tx.first(sql, &key, |row| row.int(0))?.unwrap_or(0))
}

/// Forgets the counters of spans that began before `before`.
pub fn forget_before(tx: &Tx<'_>, before: Millis) -> Result<usize> {
    tx.execute("DELETE FROM gateway_counters WHERE at < $1", &[before.into()])
}

/// A call that takes one of the places a plan has at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The call's id.
    pub call: String,
    /// Entry id of the grant.
    pub grant: String,
    /// The caller's key.
    pub caller: String,
    /// Until when it counts, unless its clone waits or runs longer.
    pub expires: Millis,
}

/// Takes a place, unless `limit` are taken; whether it did.
pub fn enter(tx: &Tx<'_>, slot: &Slot, limit: i64) -> Result<bool> {
    if tx.dialect() == Dialect::Postgres {
        let sql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext($1))) held";
        tx.first(sql, &[format!("{} {}", slot.grant, slot.caller).into()], |_| Ok(()))?;
    }
    let sql = "SELECT count(*) FROM gateway_slots s LEFT JOIN tasks t ON t.id = s.clone \
               WHERE s.grant_id = $1 AND s.caller = $2 AND \
               (CASE WHEN s.clone IS NULL THEN s.expires > $3 \
               ELSE coalesce(t.status, '') IN ('queued', 'in_progress') END)";
    let values = [(&slot.grant).into(), (&slot.caller).into(), tx.now().into()];
    if tx.first(sql, &values, |row| row.int(0))?.unwrap_or(0) >= limit {
        return Ok(false);
    }
    let sql = "INSERT INTO gateway_slots (call, grant_id, caller, clone, expires) \
               VALUES ($1, $2, $3, NULL, $4)";
    let values =
        [(&slot.call).into(), (&slot.grant).into(), (&slot.caller).into(), slot.expires.into()];
    tx.execute(sql, &values)?;
    Ok(true)
}

/// Lets the place of a call last as long as its clone waits or runs.
pub fn hold_for(tx: &Tx<'_>, call: &str, clone: &str) -> Result<()> {
    tx.execute(
        "UPDATE gateway_slots SET clone = $1 WHERE call = $2",
        &[clone.into(), call.into()],
    )?;
    Ok(())
}

/// Gives the place of a call back.
pub fn leave(tx: &Tx<'_>, call: &str) -> Result<()> {
    tx.execute("DELETE FROM gateway_slots WHERE call = $1", &[call.into()])?;
    Ok(())
}

/// Forgets places that count no more.
pub fn forget_slots(tx: &Tx<'_>) -> Result<usize> {
    let sql = "DELETE FROM gateway_slots WHERE expires <= $1 AND (clone IS NULL OR clone NOT IN \
               (SELECT id FROM tasks WHERE status IN ('queued', 'in_progress')))";
    tx.execute(sql, &[tx.now().into()])
}

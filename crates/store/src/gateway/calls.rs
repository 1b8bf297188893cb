//! The record of every call. A caller is known by a key: a user's id, `<issuer>#<name>` for one who
//! has no user here, or empty.

use crate::clock::Millis;
use crate::db::{Dialect, Row, Tx};
use crate::document::{pack, unpack};
use crate::error::{Error, Result};
use serde_json::Value;

/// A call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// When it came.
    pub at: Millis,
    /// `sporadic` or `stable`.
    pub mode: String,
    /// The caller's key.
    pub caller: String,
    /// The caller's name.
    pub caller_name: String,
    /// Entry id of the token made here that it came with.
    pub token: Option<String>,
    /// The caller's address.
    pub address: String,
    /// Entry id of the API.
    pub api: Option<String>,
    /// Entry id of the grant.
    pub grant: Option<String>,
    /// Task id of the template or the serving machine; empty when the call named none.
    pub target: String,
    /// The endpoint, or the queue of a sporadic call.
    pub endpoint: String,
    /// The clone that answers a sporadic call.
    pub clone: Option<String>,
    /// Whether that clone was started by another caller's identical call.
    pub shared: bool,
    /// HTTP status.
    pub status: i64,
    /// What was wrong.
    pub error: Option<String>,
    /// How long the answer took, microseconds.
    pub latency: i64,
    /// Bytes.
    pub request_size: i64,
    /// Bytes.
    pub answer_size: i64,
    /// How the clone ended: a status of the wire.
    pub ended: Option<String>,
    /// How long was computed, ms.
    pub compute: i64,
    /// The caller's key for this call.
    pub idempotency: Option<String>,
    /// Hash of what makes two calls identical.
    pub fingerprint: Option<String>,
    /// Where the end of the run is to be told.
    pub callback: Option<String>,
    /// What was asked; `None` when that is not kept.
    pub request: Option<Value>,
    /// What was answered; `None` when that is not kept.
    pub answer: Option<Value>,
}

pub(super) const COLUMNS: &str = "c.id, c.at, c.mode, c.caller, c.caller_name, c.token, c.address, \
    c.api, c.grant_id, c.target, c.endpoint, c.clone, c.shared, c.status, c.error, c.latency, \
    c.request_size, c.answer_size, c.ended, c.compute, c.idempotency, c.fingerprint, c.callback";

pub(super) fn read(row: &Row<'_>) -> Result<Call> {
    Ok(Call {
        id: row.text(0)?,
        at: row.int(1)?,
        mode: row.text(2)?,
        caller: row.text(3)?,
        caller_name: row.text(4)?,
        token: row.opt_text(5)?,
        address: row.text(6)?,
        api: row.opt_text(7)?,
        grant: row.opt_text(8)?,
        target: row.text(9)?,
        endpoint: row.text(10)?,
        clone: row.opt_text(11)?,
        shared: row.bool(12)?,
        status: row.int(13)?,
        error: row.opt_text(14)?,
        latency: row.int(15)?,
        request_size: row.int(16)?,
        answer_size: row.int(17)?,
        ended: row.opt_text(18)?,
        compute: row.int(19)?,
        idempotency: row.opt_text(20)?,
        fingerprint: row.opt_text(21)?,
        callback: row.opt_text(22)?,
        request: None,
        answer: None,
    })
}

/// Writes a call down. Returns whether it is new: an id that is there is left as it is.
pub fn add(tx: &Tx<'_>, call: &Call) -> Result<bool> {
    let sql = "INSERT INTO gateway_calls (company, id, at, mode, caller, caller_name, token, \
               address, api, grant_id, target, endpoint, clone, shared, status, error, latency, \
               request_size, answer_size, ended, compute, idempotency, fingerprint, callback) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
               $17, $18, $19, $20, $21, $22, $23, $24) ON CONFLICT DO NOTHING RETURNING pk";
    let values = [
        (&tx.scope().company).into(),
        (&call.id).into(),
        call.at.into(),
        (&call.mode).into(),
        (&call.caller).into(),
        (&call.caller_name).into(),
        call.token.as_deref().into(),
        (&call.address).into(),
        call.api.as_deref().into(),
        call.grant.as_deref().into(),
        (&call.target).into(),
        (&call.endpoint).into(),
        call.clone.as_deref().into(),
        call.shared.into(),
        call.status.into(),
        call.error.as_deref().into(),
        call.latency.into(),
        call.request_size.into(),
        call.answer_size.into(),
        call.ended.as_deref().into(),
        call.compute.into(),
        call.idempotency.as_deref().into(),
        call.fingerprint.as_deref().into(),
        call.callback.as_deref().into(),
    ];
    let Some(pk) = tx.first(sql, &values, |row| row.int(0))? else { return Ok(false) };
    if call.request.is_some() || call.answer.is_some() {
        let packed = |value: &Option<Value>| value.as_ref().map(pack).transpose();
        let sql = "INSERT INTO gateway_payloads (call, request, answer) VALUES ($1, $2, $3)";
        tx.execute(sql, &[pk.into(), packed(&call.request)?.into(), packed(&call.answer)?.into()])?;
    }
    Ok(true)
}

/// The call of this id, with what was asked and answered.
pub fn find(tx: &Tx<'_>, id: &str) -> Result<Option<Call>> {
    let sql = format!(
        "SELECT {COLUMNS}, p.request, p.answer FROM gateway_calls c \
         LEFT JOIN gateway_payloads p ON p.call = c.pk WHERE c.company = $1 AND c.id = $2"
    );
    tx.first(&sql, &[(&tx.scope().company).into(), id.into()], |row| {
        let packed = |at| row.bytes(at)?.map(unpack).transpose();
        Ok(Call { request: packed(23)?, answer: packed(24)?, ..read(row)? })
    })
}

/// This caller's call that this clone answers.
pub fn of_clone(tx: &Tx<'_>, clone: &str, caller: &str) -> Result<Option<Call>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM gateway_calls c \
         WHERE c.company = $1 AND c.clone = $2 AND c.caller = $3 ORDER BY c.pk LIMIT 1"
    );
    tx.first(&sql, &[(&tx.scope().company).into(), clone.into(), caller.into()], read)
}

/// Whether calls of anybody else are answered by this clone.
pub fn is_shared(tx: &Tx<'_>, clone: &str, caller: &str) -> Result<bool> {
    let sql = "SELECT pk FROM gateway_calls WHERE clone = $1 AND caller <> $2 LIMIT 1";
    Ok(tx.first(sql, &[clone.into(), caller.into()], |_| Ok(()))?.is_some())
}

/// The caller's earlier call with this key.
pub fn of_idempotency(tx: &Tx<'_>, caller: &str, key: &str) -> Result<Option<Call>> {
    let sql =
        format!("SELECT {COLUMNS} FROM gateway_calls c WHERE c.caller = $1 AND c.idempotency = $2");
    tx.first(&sql, &[caller.into(), key.into()], read)
}

/// The clone that answers calls with this fingerprint and has not ended; nobody else starts one until
/// the transaction ends.
pub fn running_like(tx: &Tx<'_>, fingerprint: &str) -> Result<Option<String>> {
    if tx.dialect() == Dialect::Postgres {
        let sql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext($1))) held";
        tx.first(sql, &[fingerprint.into()], |_| Ok(()))?;
    }
    let sql = "SELECT c.clone FROM gateway_calls c JOIN tasks t ON t.id = c.clone \
               WHERE c.fingerprint = $1 AND c.ended IS NULL \
               AND t.status IN ('queued', 'in_progress') ORDER BY c.pk LIMIT 1";
    tx.first(sql, &[fingerprint.into()], |row| row.text(0))
}

/// Notes that a task ended, if it is the clone of calls; returns them.
pub fn run_ended(tx: &Tx<'_>, clone: &str, status: &str, computed: Millis) -> Result<Vec<Call>> {
    let returned = COLUMNS.replace("c.", "");
    let sql = format!(
        "UPDATE gateway_calls SET ended = $1, compute = CASE WHEN shared = 1 THEN 0 \
         ELSE CAST($2 AS BIGINT) END \
         WHERE clone = $3 AND ended IS NULL RETURNING {returned}"
    );
    tx.query(&sql, &[status.into(), computed.into(), clone.into()], read)
}

/// What a grant's caller computed since `from`, ms.
pub fn computed(tx: &Tx<'_>, grant: &str, caller: &str, from: Millis) -> Result<Millis> {
    let sql = "SELECT CAST(coalesce(sum(compute), 0) AS BIGINT) FROM gateway_calls \
               WHERE grant_id = $1 AND caller = $2 AND at >= $3";
    let values = [grant.into(), caller.into(), from.into()];
    Ok(tx.first(sql, &values, |row| row.int(0))?.unwrap_or(0))
}

/// Forgets up to `limit` calls that came before `before`; returns how many.
pub fn forget_before(tx: &Tx<'_>, before: Millis, limit: usize) -> Result<usize> {
    let sql = format!(
        "SELECT pk FROM gateway_calls WHERE company = $1 AND at < $2 ORDER BY at LIMIT {limit}"
    );
    let old = tx.query(&sql, &[(&tx.scope().company).into(), before.into()], |row| row.int(0))?;
    for pk in &old {
        tx.execute("DELETE FROM gateway_payloads WHERE call = $1", &[(*pk).into()])?;
        tx.execute("DELETE FROM gateway_calls WHERE pk = $1", &[(*pk).into()])?;
    }
    Ok(old.len())
}

/// Takes a person out of the record: the calls stay countable, without name, address or payload.
/// Returns how many there were.
pub fn erase_caller(tx: &Tx<'_>, caller: &str) -> Result<usize> {
    if caller.is_empty() {
        return Err(Error::Config("a caller without a name cannot be erased".to_owned()));
    }
    let sql = "DELETE FROM gateway_payloads WHERE call IN \
               (SELECT pk FROM gateway_calls WHERE caller = $1)";
    tx.execute(sql, &[caller.into()])?;
    let sql = "UPDATE gateway_calls SET caller = '', caller_name = '', address = '', token = NULL, \
               idempotency = NULL, callback = NULL WHERE company = $1 AND caller = $2";
    tx.execute(sql, &[(&tx.scope().company).into(), caller.into()])
}

//! The record of calls: pages and single ones, statistics, consumption and invoices, and what of a
//! person is kept, exported and erased (gateway.md §7, §10; mission A6).

use super::{Actor, not_found};
use crate::rules::csv;
use arno_store::gateway::calls::{self, Call};
use arno_store::gateway::entries;
use arno_store::gateway::model::{Api, Grant, Plan};
use arno_store::gateway::search::{self, By, Filter, Sum};
use arno_store::{Millis, Result, Tx};
use arno_wire::date;
use arno_wire::error::{Code, Error as Refusal};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Calls of a page when none is asked for, and at most.
const PAGE: usize = 50;
const MAX_PAGE: usize = 500;
/// Rows of a table of sums.
const MAX_SUMS: usize = 10_000;
/// Callers and targets that the dashboard names.
const TOP: usize = 10;

/// The call a page ends with, after which the next one begins: its time and key.
pub type Last = (Millis, i64);

/// The calls this filter means that he may see: his own, unless he looks after the gateway.
fn seen_by(actor: &Actor, filter: Filter) -> Filter {
    match actor.manager {
        true => filter,
        false => Filter { caller: Some(actor.user.clone()), ..filter },
    }
}

/// A page of calls as JSON, newest first.
pub fn list(
    tx: &Tx<'_>,
    actor: &Actor,
    filter: Filter,
    page: usize,
    size: Option<usize>,
) -> Result<Value> {
    let size = size.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let skip = page.saturating_mul(size).min(i64::MAX as usize);
    let (found, total) = search::page(tx, &seen_by(actor, filter), skip, size)?;
    let items: Vec<Value> = found.iter().map(shown).collect();
    Ok(json!({"items": items, "total": total}))
}

/// One call as JSON, with what was asked and answered.
///
/// # Errors
/// 404 when there is none for him.
pub fn get(tx: &Tx<'_>, actor: &Actor, id: &str) -> Result<Value> {
    let found = calls::find(tx, id)?;
    let found = found.filter(|call| actor.manager || call.caller == actor.user);
    let call = found.ok_or_else(|| not_found("call", id))?;
    let mut value = shown(&call);
    value["request"] = call.request.unwrap_or_default();
    value["answer"] = call.answer.unwrap_or_default();
    Ok(value)
}

fn shown(call: &Call) -> Value {
    json!({
        "id": call.id, "time": date::format(call.at), "mode": call.mode,
        "caller": call.caller, "caller_name": call.caller_name, "token": call.token,
        "address": call.address, "api": call.api, "grant": call.grant, "target": call.target,
        "endpoint": call.endpoint, "clone": call.clone, "shared": call.shared,
        "status": call.status, "error": call.error, "latency_ms": call.latency as f64 / 1000.0,
        "request_size": call.request_size, "answer_size": call.answer_size, "ended": call.ended,
        "compute_ms": call.compute,
    })
}

/// The columns of a table of calls.
const CSV_HEADER: [&str; 18] = [
    "id",
    "time",
    "mode",
    "caller",
    "caller_name",
    "address",
    "api",
    "grant",
    "target",
    "endpoint",
    "clone",
    "shared",
    "status",
    "error",
    "latency_ms",
    "request_size",
    "answer_size",
    "compute_ms",
];

/// Rows of a table of calls that follow the one at `after`, as CSV, and where the next ones begin.
pub fn csv_rows(
    tx: &Tx<'_>,
    actor: &Actor,
    filter: Filter,
    after: Option<Last>,
) -> Result<(String, Option<Last>)> {
    let found = search::older(tx, &seen_by(actor, filter), after, MAX_PAGE)?;
    let next = found.last().filter(|_| found.len() == MAX_PAGE).map(|(pk, call)| (call.at, *pk));
    let mut text = String::new();
    for (_, call) in &found {
        let value = shown(call);
        csv::push_row(&mut text, CSV_HEADER.iter().map(|name| &value[*name]));
    }
    Ok((text, next))
}

/// The first row of such a table.
pub fn csv_header() -> String {
    let names: Vec<Value> = CSV_HEADER.iter().map(|name| (*name).into()).collect();
    let mut text = csv::BYTE_ORDER_MARK.to_owned();
    csv::push_row(&mut text, &names);
    text
}

/// What the dashboard shows: counts of what is registered, calls over time by mode, and the busiest
/// callers and targets.
pub fn statistics(tx: &Tx<'_>, actor: &Actor, filter: Filter, step: Millis) -> Result<Value> {
    let filter = seen_by(actor, filter);
    let mut counts = json!({"task": 0, "endpoint": 0, "machine": 0, "api": 0});
    for raw in entries::everything(tx)? {
        if let Some(count) = counts.get_mut(&raw.kind) {
            *count = (count.as_i64().unwrap_or(0) + 1).into();
        }
    }
    let over_time = search::sums(tx, &filter, By::Time(step.max(60_000)), MAX_SUMS)?;
    let series: Vec<Value> = over_time
        .iter()
        .map(|sum| {
            let mut value = shown_sum(sum);
            value["time"] = sum.key[0].parse::<i64>().unwrap_or(0).into();
            value["mode"] = sum.key[1].as_str().into();
            value
        })
        .collect();
    let named = |sum: &Sum, names: &[&str]| {
        let mut value = shown_sum(sum);
        for (name, key) in names.iter().zip(&sum.key) {
            value[*name] = key.as_str().into();
        }
        value
    };
    let callers = search::sums(tx, &filter, By::Caller, TOP)?;
    let targets = search::sums(tx, &filter, By::Target, TOP)?;
    let callers: Vec<Value> =
        callers.iter().map(|sum| named(sum, &["caller", "caller_name"])).collect();
    let targets: Vec<Value> =
        targets.iter().map(|sum| named(sum, &["target", "endpoint", "mode"])).collect();
    Ok(json!({"counts": counts, "series": series, "callers": callers, "targets": targets}))
}

fn shown_sum(sum: &Sum) -> Value {
    let mean = sum.latency as f64 / 1000.0 / sum.calls.max(1) as f64;
    json!({
        "calls": sum.calls, "failed": sum.failed, "mean_latency_ms": mean,
        "longest_ms": sum.longest as f64 / 1000.0, "compute_seconds": sum.compute as f64 / 1000.0,
        "request_size": sum.request_size, "answer_size": sum.answer_size,
    })
}

/// Consumption by caller and API.
pub fn consumption(tx: &Tx<'_>, actor: &Actor, filter: Filter) -> Result<Value> {
    let paths = api_paths(tx)?;
    let sums = search::sums(tx, &seen_by(actor, filter), By::CallerAndApi, MAX_SUMS)?;
    let items: Vec<Value> = sums
        .iter()
        .map(|sum| {
            let mut value = shown_sum(sum);
            value["caller"] = sum.key[0].as_str().into();
            value["caller_name"] = sum.key[1].as_str().into();
            value["api"] = paths.get(&sum.key[2]).cloned().unwrap_or_default().into();
            value["target"] = sum.key[3].as_str().into();
            value
        })
        .collect();
    Ok(json!({"items": items}))
}

fn api_paths(tx: &Tx<'_>) -> Result<HashMap<String, String>> {
    Ok(entries::all::<Api>(tx)?.into_iter().map(|api| (api.id, api.value.path)).collect())
}

/// What each caller owes under each grant: the price of the months touched, and of the calls that went
/// well.
pub fn invoice(tx: &Tx<'_>, actor: &Actor, filter: Filter, months: i64) -> Result<Value> {
    let paths = api_paths(tx)?;
    let plans: HashMap<String, Plan> =
        entries::all::<Plan>(tx)?.into_iter().map(|plan| (plan.id, plan.value)).collect();
    let grants: HashMap<String, Grant> =
        entries::all::<Grant>(tx)?.into_iter().map(|grant| (grant.id, grant.value)).collect();
    let sums = search::sums(tx, &seen_by(actor, filter), By::Grant, MAX_SUMS)?;
    let mut items = Vec::new();
    for sum in &sums {
        let Some(grant) = grants.get(&sum.key[0]) else { continue };
        let plan = grant.plan.as_ref().and_then(|id| plans.get(id));
        let charged = sum.calls - sum.failed;
        let (price, per_call) = plan.map_or((0.0, 0.0), |p| (p.price, p.price_per_call));
        let mut value = shown_sum(sum);
        value["grant"] = sum.key[0].as_str().into();
        value["caller"] = sum.key[1].as_str().into();
        value["caller_name"] = sum.key[2].as_str().into();
        value["api"] = paths.get(&grant.api).cloned().unwrap_or_default().into();
        value["plan"] = plan.map(|plan| plan.title.as_str()).unwrap_or_default().into();
        value["currency"] = plan.map(|plan| plan.currency.as_str()).unwrap_or_default().into();
        value["charged_calls"] = charged.into();
        value["amount"] = (price * months as f64 + per_call * charged as f64).into();
        items.push(value);
    }
    Ok(json!({"items": items, "months": months}))
}

/// A page of what is kept of a caller: the calls with what was asked and answered, as items of a JSON
/// list that goes on after those before, and where the next ones begin.
///
/// # Errors
/// 403 for another person's, unless he looks after the gateway.
pub fn person(
    tx: &Tx<'_>,
    actor: &Actor,
    caller: &str,
    after: Option<Last>,
) -> Result<(String, Option<Last>)> {
    require_own(actor, caller)?;
    let filter = Filter { caller: Some(caller.to_owned()), ..Filter::default() };
    let found = search::older(tx, &filter, after, MAX_PAGE)?;
    let next = found.last().filter(|_| found.len() == MAX_PAGE).map(|(pk, call)| (call.at, *pk));
    let mut text = String::new();
    for (position, (_, call)) in found.iter().enumerate() {
        if position > 0 || after.is_some() {
            text.push(',');
        }
        text.push_str(&get(tx, actor, &call.id)?.to_string());
    }
    Ok((text, next))
}

/// Takes a caller out of the record: the calls stay countable, but are nobody's.
///
/// # Errors
/// As [`person`].
pub fn erase(tx: &Tx<'_>, actor: &Actor, caller: &str) -> Result<Value> {
    require_own(actor, caller)?;
    Ok(json!({"erased": calls::erase_caller(tx, caller)?}))
}

/// Lets a caller's own records through, and all to who looks after the gateway.
///
/// # Errors
/// 403 otherwise.
pub fn require_own(actor: &Actor, caller: &str) -> Result<()> {
    match actor.manager || (actor.user == caller && !caller.is_empty()) {
        true => Ok(()),
        false => Err(Refusal::new(Code::NoWritePermission).with("caller", caller).into()),
    }
}

//! `workers.get_all`, `get_count`.

use crate::registry::Context;
use arno_store::document::{self, Document};
use arno_store::presences::{self, Kind};
use arno_store::schema::{PROJECT, QUEUE, TASK, USER};
use arno_store::{Result, access, queues};
use arno_wire::date;
use serde::Deserialize;
use serde_json::{Value, json};

/// Seconds since the last report, unless the request says otherwise.
const LAST_SEEN: i64 = 3600;

#[derive(Debug, Deserialize)]
pub(super) struct ListRequest {
    #[serde(default)]
    last_seen: Option<i64>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    system_tags: Option<Vec<String>>,
    #[serde(default)]
    worker_pattern: Option<String>,
}

pub(super) fn get_all(ctx: &Context<'_>, request: ListRequest) -> Result<Value> {
    let last_seen = request.last_seen.unwrap_or(LAST_SEEN);
    let mut found = Vec::new();
    for report in matching(ctx, &request, last_seen)? {
        found.push(shown(ctx, &report)?);
    }
    Ok(json!({"workers": found}))
}

pub(super) fn get_count(ctx: &Context<'_>, request: ListRequest) -> Result<Value> {
    let last_seen = request.last_seen.unwrap_or(0);
    Ok(json!({"count": matching(ctx, &request, last_seen)?.len()}))
}

fn matching(ctx: &Context<'_>, request: &ListRequest, last_seen: i64) -> Result<Vec<Value>> {
    let oldest = ctx.tx.now().saturating_sub(last_seen.saturating_mul(1000));
    let mut reports = presences::all(ctx.tx, Kind::Worker)?;
    reports.retain(|report| {
        let seen = report["last_report_time"].as_i64().unwrap_or(0);
        let id = report["id"].as_str().unwrap_or_default();
        (last_seen == 0 || seen >= oldest)
            && has_tags(&report["tags"], request.tags.as_deref())
            && has_tags(&report["system_tags"], request.system_tags.as_deref())
            && request.worker_pattern.as_deref().is_none_or(|glob| matches_glob(glob, id))
    });
    Ok(reports)
}

/// Any of the plain tags, none of those with a leading `-`.
fn has_tags(tags: &Value, wanted: Option<&[String]>) -> bool {
    let Some(wanted) = wanted else { return true };
    let has = |tag: &str| tags.as_array().is_some_and(|tags| tags.iter().any(|t| t == tag));
    let (excluded, included): (Vec<&String>, Vec<&String>) =
        wanted.iter().partition(|tag| tag.starts_with('-'));
    (included.is_empty() || included.iter().any(|tag| has(tag)))
        && !excluded.iter().any(|tag| has(&tag[1..]))
}

/// `*` stands for any text, `?` for one character.
fn matches_glob(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // Where to go on when the text after the last `*` does not fit.
    let mut retry: Option<(usize, usize)> = None;
    let (mut g, mut t) = (0, 0);
    while t < text.len() {
        match glob.get(g) {
            Some('*') => {
                retry = Some((g, t));
                g += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                g += 1;
                t += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    g = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

/// A worker as answers show it: references with names, dates without an offset (api.md §1.4).
fn shown(ctx: &Context<'_>, report: &Value) -> Result<Value> {
    let user = report["user"].as_str().unwrap_or_default();
    let company = &ctx.caller.company;
    let id = report["id"].as_str().unwrap_or_default();
    let mut worker = json!({
        "id": id,
        "key": format!("worker_{company}_{user}_{id}"),
        "user": named(ctx, &USER, user)?,
        "company": {"id": company, "name": ctx.caller.company_name},
        "ip": report["ip"],
        "register_timeout": report["register_timeout"],
        "tags": report["tags"],
        "system_tags": report["system_tags"],
        "queues": listened(ctx, report)?,
    });
    for key in ["register_time", "last_activity_time", "last_report_time"] {
        worker[key] = report[key].as_i64().map(date::format_naive).into();
    }
    if let Some(queue) = report["queue"].as_str() {
        worker["queue"] = named(ctx, &QUEUE, queue)?;
    }
    if let Some(task) = report["task"].as_str() {
        running(ctx, task, &mut worker)?;
    }
    Ok(worker)
}

fn running(ctx: &Context<'_>, id: &str, worker: &mut Value) -> Result<()> {
    let include = ["id", "name", "project", "active_duration", "last_iteration"];
    let Some(task) = fields(ctx, &TASK, id, &include)? else { return Ok(()) };
    let seconds = task.get("active_duration").and_then(Value::as_i64).unwrap_or(0);
    worker["task"] = json!({
        "id": id, "name": task.get("name"), "running_time": seconds * 1000,
        "last_iteration": task.get("last_iteration"),
    });
    if let Some(project) = task.get("project").and_then(Value::as_str) {
        worker["project"] = named(ctx, &PROJECT, project)?;
    }
    Ok(())
}

fn listened(ctx: &Context<'_>, report: &Value) -> Result<Vec<Value>> {
    let mut shown = Vec::new();
    for id in report["queues"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let Some(queue) = fields(ctx, &QUEUE, id, &["id", "name", "display_name"])? else {
            continue;
        };
        let waiting = queues::entries(ctx.tx, &queues::get(ctx.tx, id)?)?;
        let mut item = Value::Object(queue);
        item["num_tasks"] = waiting.len().into();
        if let Some(next) = waiting.first() {
            item["next_task"] = named(ctx, &TASK, &next.task)?;
        }
        shown.push(item);
    }
    Ok(shown)
}

/// `{id, name}` of a reference; only the id when the caller may not see it.
fn named(ctx: &Context<'_>, entity: &arno_store::schema::Entity, id: &str) -> Result<Value> {
    let found = fields(ctx, entity, id, &["id", "name"])?;
    Ok(found.map_or_else(|| json!({"id": id}), Value::Object))
}

fn fields(
    ctx: &Context<'_>,
    entity: &arno_store::schema::Entity,
    id: &str,
    include: &[&str],
) -> Result<Option<Document>> {
    let Some(pk) = access::visible_pk(ctx.tx, entity, id, true)? else { return Ok(None) };
    let include: Vec<String> = include.iter().map(|name| (*name).to_owned()).collect();
    let loaded = document::load(ctx.tx, entity, &[pk], Some(&include))?;
    Ok(loaded.into_iter().next().map(|(_, document)| document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_in_a_shell() {
        for (glob, text, fits) in [
            ("*", "", true),
            ("gpu-*:0", "gpu-17:0", true),
            ("gpu-*:0", "gpu-17:1", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*b", "abab", true),
            ("", "a", false),
        ] {
            assert_eq!(matches_glob(glob, text), fits, "{glob} {text}");
        }
    }
}

//! `server.get_stats`: how much there is; `server.report_stats_option`: whether the site agrees to
//! send statistics. Arno sends none; the answer is kept because clients ask for it.

use crate::registry::Context;
use arno_store::query::{self, Request};
use arno_store::schema::{MODEL, PROJECT, QUEUE, TASK, USER};
use arno_store::users::Company;
use arno_store::{Error, Result};
use arno_wire::date;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const OPTION: &str = "stats_option";

/// How many objects of each kind there are, with the server's id and version.
pub(super) fn counts(ctx: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    let settings = &ctx.site.settings;
    let mut answer = json!({"uuid": settings.server_uuid, "version": settings.version});
    for entity in [&USER, &PROJECT, &TASK, &MODEL, &QUEUE] {
        answer[entity.table] = query::count(ctx.tx, entity, &Request::everything())?.into();
    }
    Ok(answer)
}

#[derive(Deserialize)]
pub(super) struct StatsOption {
    enabled: Option<bool>,
}

/// Reads the option, or sets it when `enabled` is given.
pub(super) fn option(ctx: &Context<'_>, request: StatsOption) -> Result<Value> {
    let id = &ctx.caller.company;
    let found = Company::find(ctx.tx, id)?;
    let mut company = found.ok_or_else(|| Error::corrupt("company", format!("{id} is gone")))?;
    if let Some(enabled) = request.enabled {
        let stored = json!({
            "enabled": enabled,
            "enabled_version": ctx.site.settings.version,
            "enabled_time": date::format_naive(ctx.tx.now()),
            "enabled_user": ctx.caller.name,
        });
        company.defaults.insert(OPTION.to_owned(), stored);
        company.save_defaults(ctx.tx)?;
    }
    let stored = company.defaults.get(OPTION).cloned();
    let mut answer = stored.unwrap_or_else(|| json!({"enabled": false}));
    answer["supported"] = false.into();
    answer["current_version"] = ctx.site.settings.version.clone().into();
    Ok(answer)
}

//! `reports.get_all_ex`, `get_tags`, `get_task_data`.

use crate::registry::Context;
use crate::rules::events::{Part, part};
use crate::rules::listing;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::projects::contents;
use arno_store::query::{self, Cond, Path};
use arno_store::schema::{MODEL, PROJECT, TASK};
use serde_json::{Value, json};

/// The name of the projects that reports are kept in.
pub(super) const FOLDER: &str = ".reports";

fn is_report() -> Cond {
    Cond::has(Path::of(["type"]), ["report"])
}

/// A query of tasks, of which only reports count; a project stands for its reports.
pub(super) fn get_all_ex(ctx: &Context<'_>, mut call: Document) -> Result<Value> {
    call.insert("search_hidden".to_owned(), true.into());
    call.remove("type");
    let below = call.get("include_subprojects") == Some(&Value::Bool(true));
    let cond = match call.get("project") {
        // With what is below it a project stands for its folder of reports already.
        Some(project) if !below && !project.is_null() => {
            let mut named = Document::new();
            named.insert("search_hidden".to_owned(), true.into());
            named.insert("shallow_search".to_owned(), true.into());
            named.insert("parent".to_owned(), project.clone());
            let folders = query::condition(&PROJECT, &named)?
                .and(Cond::has(Path::of(["basename"]), [FOLDER]));
            let folders = query::select(ctx.tx, &PROJECT, true, folders)?;
            let mut inside: Vec<String> = contents::ids(ctx.tx, &folders)?.into_iter().collect();
            let given = call.remove("project").unwrap_or_default();
            inside.extend(texts(&given));
            Cond::has(Path::of(["project"]), inside)
        }
        _ => Cond::always(),
    };
    listing::list_where(ctx, &TASK, call, true, is_report().and(cond))
}

/// The texts of a list, or the one text.
fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn get_tags(ctx: &Context<'_>, _: Document) -> Result<Value> {
    let reports = query::select(ctx.tx, &TASK, false, is_report())?;
    Ok(json!({"tags": contents::tags(&reports, false)?}))
}

/// Tasks, or models with `model_events`, and what they reported, for the frames in reports.
pub(super) fn get_task_data(ctx: &Context<'_>, mut call: Document) -> Result<Value> {
    let model_events = call.get("model_events") == Some(&Value::Bool(true));
    let entity = if model_events { &MODEL } else { &TASK };
    let wanted: Vec<(Part, Value)> = Part::ALL
        .into_iter()
        .filter_map(|part| Some((part, call.remove(part.name()).filter(|v| !v.is_null())?)))
        .collect();
    let mut found = listing::list(ctx, entity, call, true)?;
    let mut answer = json!({"tasks": found[entity.table].take()});
    let ids: Vec<String> = answer["tasks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|task| Some(task["id"].as_str()?.to_owned()))
        .collect();
    for (which, options) in wanted {
        answer[which.name()] = part(ctx, which, &ids, options, model_events)?;
    }
    Ok(answer)
}

//! `organization.get_entities_count`: how many of each kind a search finds.

use crate::registry::Context;
use arno_store::document::Document;
use arno_store::projects::stats;
use arno_store::query::{Cond, Path, Request, select};
use arno_store::schema::{Entity, MODEL, PROJECT, TASK};
use arno_store::{Error, Result};
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is counted: its key, what it is, and the type and system tag that make it so.
struct Counted {
    key: &'static str,
    entity: &'static Entity,
    kind: Option<&'static str>,
    tag: Option<&'static str>,
}

const fn counted(
    key: &'static str,
    entity: &'static Entity,
    kind: Option<&'static str>,
    tag: Option<&'static str>,
) -> Counted {
    Counted { key, entity, kind, tag }
}

static COUNTED: [Counted; 8] = [
    counted("projects", &PROJECT, None, None),
    counted("tasks", &TASK, None, None),
    counted("models", &MODEL, None, None),
    counted("pipelines", &PROJECT, None, Some("pipeline")),
    counted("pipeline_runs", &TASK, Some("controller"), Some("pipeline")),
    counted("datasets", &PROJECT, None, Some("dataset")),
    counted("dataset_versions", &TASK, Some("data_processing"), Some("dataset")),
    counted("reports", &TASK, Some("report"), Some("reports")),
];

/// What holds for every kind.
#[derive(Debug, Deserialize)]
struct Common {
    active_users: Option<Vec<String>>,
    search_hidden: Option<bool>,
    allow_public: Option<bool>,
    limit: Option<usize>,
}

/// The number of each kind asked for; what a query is refused for is told under `errors`.
pub(super) fn get_entities_count(ctx: &Context<'_>, call: Document) -> Result<Value> {
    let common = Common::deserialize(&call)
        .map_err(|e| Refusal::new(Code::ValidationError).extra(e.to_string()))?;
    let (mut answer, mut errors) = (json!({}), json!({}));
    for what in &COUNTED {
        let Some(Value::Object(query)) = call.get(what.key) else { continue };
        match count(ctx, what, query, &common) {
            Ok(number) => answer[what.key] = number.into(),
            Err(Error::Rejected(refusal)) => errors[what.key] = refusal.to_string().into(),
            Err(error) => return Err(error),
        }
    }
    answer["errors"] = errors;
    Ok(answer)
}

fn count(ctx: &Context<'_>, what: &Counted, query: &Document, common: &Common) -> Result<usize> {
    let mut query = query.clone();
    // What is told apart by a tag lies in hidden projects, or is hidden itself.
    let search_hidden = what.tag.is_some() || common.search_hidden == Some(true);
    if search_hidden {
        query.insert("search_hidden".to_owned(), true.into());
    }
    if let Some(public) = common.allow_public {
        query.entry("allow_public").or_insert(public.into());
    }
    let request = Request::parse(what.entity, &query, true)?;
    let mut cond = request.condition;
    if let Some(kind) = what.kind {
        cond = cond.and(Cond::has(Path::of(["type"]), [kind]));
    }
    if let Some(tag) = what.tag {
        cond = cond.and(Cond::has(Path::of(["system_tags"]), [tag]));
    }
    if let Some(users) = common.active_users.as_ref().filter(|users| !users.is_empty()) {
        cond = cond.and(match what.entity.name {
            "project" => Cond::has(Path::of(["id"]), stats::active(ctx.tx, users)?),
            _ => Cond::has(Path::of(["user"]), users.iter().cloned()),
        });
    }
    let number = select(ctx.tx, what.entity, request.public, cond)?.count()?;
    Ok(common.limit.map_or(number, |limit| number.min(limit)))
}

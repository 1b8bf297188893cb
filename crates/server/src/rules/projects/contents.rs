//! What occurs in projects: metrics, parameters, metadata, parents and owners, for the menus of
//! tables (api.md §11).

use crate::registry::Context;
use crate::rules::listing::in_projects;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::projects::contents;
use arno_store::query::{self, Cond, Paging, Path, Pattern, Request, Selection};
use arno_store::schema::{Entity, MODEL, TASK};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// One project, or all: null stands for the root, with what is below it for everything.
#[derive(Debug, Deserialize)]
struct One {
    project: Option<String>,
    include_subprojects: Option<bool>,
}

impl One {
    fn select<'a>(
        &self,
        ctx: &'a Context<'_>,
        entity: &'static Entity,
        more: Cond,
    ) -> Result<Selection<'a>> {
        let below = self.include_subprojects.unwrap_or(true);
        let inside = in_projects(entity, std::slice::from_ref(&self.project), below);
        query::select(ctx.tx, entity, true, inside.and(more))
    }
}

/// Several projects; none named means all.
#[derive(Debug, Deserialize)]
struct Several {
    projects: Option<Vec<Option<String>>>,
    include_subprojects: Option<bool>,
    allow_public: Option<bool>,
}

impl Several {
    fn select<'a>(
        &self,
        ctx: &'a Context<'_>,
        entity: &'static Entity,
        more: Cond,
    ) -> Result<Selection<'a>> {
        let below = self.include_subprojects.unwrap_or(true);
        let inside = in_projects(entity, self.projects.as_deref().unwrap_or_default(), below);
        query::select(ctx.tx, entity, self.allow_public.unwrap_or(true), inside.and(more))
    }
}

/// A part of a list that may be long.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Page {
    page: Option<usize>,
    page_size: Option<usize>,
}

/// Values of a page when the request names no number.
const PAGE_SIZE: usize = 500;

impl Page {
    /// The part of the list, and how many follow it.
    fn of<T>(self, list: Vec<T>) -> (Vec<T>, usize) {
        let size = self.page_size.unwrap_or(PAGE_SIZE).max(1);
        let (first, total) = (self.page.unwrap_or(0).saturating_mul(size), list.len());
        let part: Vec<T> = list.into_iter().skip(first).take(size).collect();
        let remaining = total.saturating_sub(first.saturating_add(part.len()));
        (part, remaining)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct MetricsRequest {
    #[serde(flatten)]
    within: One,
    ids: Option<Vec<String>>,
    model_metrics: Option<bool>,
}

pub(super) fn get_unique_metric_variants(
    ctx: &Context<'_>,
    request: MetricsRequest,
) -> Result<Value> {
    let entity = if request.model_metrics == Some(true) { &MODEL } else { &TASK };
    let named = match request.ids.filter(|ids| !ids.is_empty()) {
        Some(ids) => Cond::has(Path::of(["id"]), ids),
        None => Cond::always(),
    };
    let selection = request.within.select(ctx, entity, named)?;
    let metrics = ctx.site.events.metrics_in(ctx.tx, &selection)?;
    let shown: Vec<Value> = metrics
        .iter()
        .map(|metric| {
            json!({
                "metric": metric.metric, "metric_hash": metric.metric_hash,
                "variant": metric.variant, "variant_hash": metric.variant_hash,
            })
        })
        .collect();
    Ok(json!({"metrics": shown}))
}

#[derive(Debug, Deserialize)]
pub(super) struct KeysRequest {
    #[serde(flatten)]
    within: One,
    #[serde(flatten)]
    page: Page,
}

pub(super) fn get_hyper_parameters(ctx: &Context<'_>, request: KeysRequest) -> Result<Value> {
    let tasks = request.within.select(ctx, &TASK, Cond::always())?;
    let (found, remaining) = request.page.of(contents::parameters(&tasks)?);
    let parameters: Vec<Value> = found
        .into_iter()
        .map(|[section, name]| json!({"section": section, "name": name}))
        .collect();
    Ok(json!({"total": parameters.len(), "remaining": remaining, "parameters": parameters}))
}

pub(super) fn get_model_metadata_keys(ctx: &Context<'_>, request: KeysRequest) -> Result<Value> {
    let models = request.within.select(ctx, &MODEL, Cond::always())?;
    let (keys, remaining) = request.page.of(contents::metadata_keys(&models)?);
    Ok(json!({"total": keys.len(), "remaining": remaining, "keys": keys}))
}

#[derive(Debug, Deserialize)]
pub(super) struct ParameterValuesRequest {
    #[serde(flatten)]
    within: Several,
    #[serde(flatten)]
    page: Page,
    section: String,
    name: String,
    pattern: Option<String>,
}

pub(super) fn get_hyperparam_values(
    ctx: &Context<'_>,
    request: ParameterValuesRequest,
) -> Result<Value> {
    let pattern = request.pattern.as_deref().map(|p| Pattern::new(p, true)).transpose()?;
    let tasks = request.within.select(ctx, &TASK, Cond::always())?;
    let mut found = contents::parameter_values(ctx.tx, &tasks, &request.section, &request.name)?;
    if let Some(pattern) = pattern {
        let mut matching = Vec::new();
        for value in found {
            if pattern.is_match(&value)? {
                matching.push(value);
            }
        }
        found = matching;
    }
    let total = found.len();
    Ok(json!({"total": total, "values": request.page.of(found).0}))
}

#[derive(Debug, Deserialize)]
pub(super) struct MetadataValuesRequest {
    #[serde(flatten)]
    within: Several,
    #[serde(flatten)]
    page: Page,
    key: String,
}

pub(super) fn get_model_metadata_values(
    ctx: &Context<'_>,
    request: MetadataValuesRequest,
) -> Result<Value> {
    let models = request.within.select(ctx, &MODEL, Cond::always())?;
    let found = contents::metadata_values(ctx.tx, &models, &request.key)?;
    let total = found.len();
    Ok(json!({"total": total, "values": request.page.of(found).0}))
}

#[derive(Debug, Deserialize)]
pub(super) struct ParentsRequest {
    #[serde(flatten)]
    within: Several,
    tasks_state: Option<String>,
    task_name: Option<String>,
}

/// The parents of the projects' tasks, wherever the parents themselves lie, by name.
pub(super) fn get_task_parents(ctx: &Context<'_>, request: ParentsRequest) -> Result<Value> {
    let tagged = |tag: &str| Cond::has(Path::of(["system_tags"]), [tag]);
    let state = match request.tasks_state.as_deref() {
        Some("active") => tagged("archived").negate(),
        Some(tag) => tagged(tag),
        None => Cond::always(),
    };
    let tasks = request.within.select(ctx, &TASK, state)?;
    let parents: HashSet<i64> = contents::parents(ctx.tx, &tasks)?.into_iter().collect();
    let mut call = Document::new();
    call.insert("only_fields".to_owned(), json!(["name", "project.name"]));
    call.insert("order_by".to_owned(), "name".into());
    call.insert("search_hidden".to_owned(), true.into());
    if let Some(name) = request.task_name.filter(|name| !name.is_empty()) {
        call.insert("_any_".to_owned(), json!({"fields": ["name"], "pattern": name}));
    }
    let mut wanted = Request::parse(&TASK, &call, true)?.and(Cond::Rows(Arc::new(parents)));
    wanted.paging = Paging::all();
    Ok(json!({"parents": query::find(ctx.tx, &TASK, &wanted)?.documents}))
}

#[derive(Debug, Deserialize)]
pub(super) struct OwnersRequest {
    #[serde(flatten)]
    within: Several,
    entity: Option<String>,
}

pub(super) fn get_user_names(ctx: &Context<'_>, request: OwnersRequest) -> Result<Value> {
    let entity = if request.entity.as_deref() == Some("model") { &MODEL } else { &TASK };
    let selection = request.within.select(ctx, entity, Cond::always())?;
    let users: Vec<Value> = contents::owners(ctx.tx, &selection)?
        .into_iter()
        .map(|(id, name)| json!({"id": id, "name": name}))
        .collect();
    Ok(json!({"users": users}))
}

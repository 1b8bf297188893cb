//! The tags in use, for the menus of filters (api.md §11, §12.3).

use super::listing::in_projects;
use crate::registry::Context;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::projects::contents;
use arno_store::query;
use arno_store::schema::Entity;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Which tags are asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct TagsRequest {
    include_system: Option<bool>,
    filter: Option<Filter>,
    projects: Option<Vec<String>>,
}

/// Only tags of what has these tags, as list expressions.
#[derive(Debug, Deserialize)]
struct Filter {
    tags: Option<Vec<Option<String>>>,
    system_tags: Option<Vec<Option<String>>>,
}

/// The tags of all objects of these kinds: `{tags, system_tags?}`, each sorted.
pub(crate) fn tags(
    ctx: &Context<'_>,
    kinds: &[&'static Entity],
    request: &TagsRequest,
) -> Result<Value> {
    let projects: Vec<Option<String>> =
        request.projects.iter().flatten().cloned().map(Some).collect();
    let mut call = Document::new();
    call.insert("search_hidden".to_owned(), true.into());
    if let Some(filter) = &request.filter {
        call.insert("tags".to_owned(), json!(filter.tags));
        call.insert("system_tags".to_owned(), json!(filter.system_tags));
    }
    let include_system = request.include_system.unwrap_or(false);
    let (mut tags, mut system_tags) = (BTreeSet::new(), BTreeSet::new());
    for &entity in kinds {
        let cond = query::condition(entity, &call)?.and(in_projects(entity, &projects, true));
        let selection = query::select(ctx.tx, entity, false, cond)?;
        tags.extend(contents::tags(&selection, false)?);
        if include_system {
            system_tags.extend(contents::tags(&selection, true)?);
        }
    }
    let mut answer = json!({"tags": tags});
    if include_system {
        answer["system_tags"] = json!(system_tags);
    }
    Ok(answer)
}

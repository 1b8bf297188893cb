//! `projects.create`, `update`.

use crate::registry::Context;
use crate::rules::tasks::check_tags;
use arno_store::document::{self, Changes, Document};
use arno_store::schema::PROJECT;
use arno_store::{Result, projects};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a client may write, besides the name.
const WRITABLE: [&str; 4] = ["description", "tags", "system_tags", "default_output_destination"];

pub(super) fn create(ctx: &Context<'_>, mut request: Document) -> Result<Value> {
    let name = projects::clean_name(request["name"].as_str().unwrap_or_default())?;
    request.retain(|key, value| WRITABLE.contains(&key.as_str()) && !value.is_null());
    check(&request)?;
    projects::hold_names(ctx.tx)?;
    projects::require_free(ctx.tx, &name)?;
    let id = projects::create(ctx.tx, &name, request)?;
    projects::touch_ancestors(ctx.tx, &id)?;
    Ok(json!({"id": id}))
}

fn check(fields: &Document) -> Result<()> {
    for key in ["tags", "system_tags"] {
        check_tags(key, fields.get(key).filter(|value| !value.is_null()))?;
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
pub(super) struct UpdateRequest {
    project: String,
    #[serde(flatten)]
    fields: Document,
}

pub(super) fn update(ctx: &Context<'_>, request: UpdateRequest) -> Result<Value> {
    let project = projects::writable(ctx.tx, &request.project)?;
    let mut fields = request.fields;
    let name = fields.remove("name");
    fields.retain(|key, _| WRITABLE.contains(&key.as_str()));
    check(&fields)?;
    if let Some(name) = name.as_ref().and_then(Value::as_str) {
        let name = projects::clean_name(name)?;
        if name != project.name {
            rename(ctx, &project, &name)?;
        }
        fields.insert("name".to_owned(), name.into());
    }
    if fields.is_empty() {
        return Ok(json!({"updated": 0, "fields": {}}));
    }
    let now = ctx.tx.now();
    let mut changes = Changes::new().set("last_update", now);
    for (key, value) in fields.iter().filter(|(key, _)| *key != "name") {
        changes.add(key, value.clone());
    }
    document::update(ctx.tx, &PROJECT, project.pk, &changes)?;
    fields.insert("last_update".to_owned(), date::format(now).into());
    Ok(json!({"updated": 1, "fields": fields}))
}

/// A new last component, at the same place.
fn rename(
    ctx: &Context<'_>,
    project: &arno_store::scope::Writable<projects::Head>,
    name: &str,
) -> Result<()> {
    let location = |name: &str| name.rsplit_once('/').map(|(location, _)| location.to_owned());
    if location(name) != location(&project.name) {
        return Err(Error::new(Code::CannotUpdateProjectLocation)
            .with("name", name)
            .with("current_name", &project.name)
            .into());
    }
    projects::hold_names(ctx.tx)?;
    projects::require_free(ctx.tx, name)?;
    projects::relocate(ctx.tx, project, name, project.parent.as_deref())?;
    Ok(())
}

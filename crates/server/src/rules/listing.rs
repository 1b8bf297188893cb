//! What the reads of all entities share: queries in the grammar of api.md §5, single records, and
//! the shapes that old versions expect.

use crate::registry::Context;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::query::{self, Cond, Path, Projection, Request, Test};
use arno_store::schema::Entity;
use arno_wire::error::{Code, Error};
use arno_wire::legacy::{self, Entity as Legacy};
use serde_json::{Value, json};

/// Answers `*.get_all` (`ex` false: references are ids) and `*.get_all_ex` (`ex` true).
pub(crate) fn list(
    ctx: &Context<'_>,
    entity: &'static Entity,
    call: Document,
    ex: bool,
) -> Result<Value> {
    list_where(ctx, entity, call, ex, Cond::always())
}

/// As [`list`], of those that meet a condition of the rule's own.
pub(crate) fn list_where(
    ctx: &Context<'_>,
    entity: &'static Entity,
    mut call: Document,
    ex: bool,
    condition: Cond,
) -> Result<Value> {
    if let Some(kind) = legacy_kind(entity) {
        legacy::upgrade_query(kind, ctx.version, &mut call);
    }
    let request = Request::parse(entity, &call, ex)?.and(condition);
    let found = query::find(ctx.tx, entity, &request)?;
    let records: Vec<Value> =
        found.documents.into_iter().map(|record| shown(ctx, entity, record)).collect();
    let mut answer = json!({});
    answer[entity.table] = records.into();
    if let Some(scroll_id) = found.scroll_id {
        answer["scroll_id"] = scroll_id.into();
    }
    Ok(answer)
}

/// One whole record by its id.
///
/// # Errors
/// `missing` when the caller sees none of that id.
pub(crate) fn whole(
    ctx: &Context<'_>,
    entity: &'static Entity,
    id: &str,
    missing: Code,
) -> Result<Value> {
    let found = query::get(ctx.tx, entity, id, &Projection::default())?;
    let record = found
        .ok_or_else(|| Error::new(missing).with("id", id).with("company", &ctx.caller.company))?;
    let mut answer = json!({});
    answer[entity.name] = shown(ctx, entity, record);
    Ok(answer)
}

/// The records of the ids in `id`, with references joined (`*.get_by_id_ex`).
pub(crate) fn by_ids(ctx: &Context<'_>, entity: &'static Entity, call: Document) -> Result<Value> {
    let ids: Vec<String> = match call.get("id") {
        Some(Value::String(id)) => vec![id.clone()],
        Some(Value::Array(ids)) => {
            ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => {
            let error = Error::new(Code::ValidationError).extra("id must be a list of ids");
            return Err(error.with("field", "id").into());
        }
    };
    let mut projection = Document::new();
    for key in ["only_fields", "projection"] {
        if let Some(fields) = call.get(key) {
            projection.insert(key.to_owned(), fields.clone());
        }
    }
    projection.insert("search_hidden".to_owned(), true.into());
    let condition = Cond::has(Path::of(["id"]), ids);
    list_where(ctx, entity, projection, true, condition)
}

/// The condition that an object lies in these projects (is one of them, if it is a project), or with
/// `below` also further below. No project means no condition; null stands for the root, which with
/// `below` is everything.
pub(crate) fn in_projects(entity: &Entity, projects: &[Option<String>], below: bool) -> Cond {
    let path = || Path::of([if entity.name == "project" { "id" } else { "project" }]);
    let ids: Vec<String> = projects.iter().flatten().cloned().collect();
    let with_root = ids.len() < projects.len();
    if projects.is_empty() || (with_root && below) {
        return Cond::always();
    }
    let named = match below {
        true => Cond::Field(path(), Test::Under(ids)),
        false => Cond::has(path(), ids),
    };
    if with_root { Cond::Any(vec![named, Cond::empty(path())]) } else { named }
}

/// A record in the shape the request's version expects.
fn shown(ctx: &Context<'_>, entity: &Entity, mut record: Document) -> Value {
    if let Some(kind) = legacy_kind(entity) {
        legacy::downgrade(kind, ctx.version, &mut record);
    }
    record.into()
}

fn legacy_kind(entity: &Entity) -> Option<Legacy> {
    match entity.name {
        "task" => Some(Legacy::Task),
        "model" => Some(Legacy::Model),
        "project" => Some(Legacy::Project),
        "queue" => Some(Legacy::Queue),
        _ => None,
    }
}

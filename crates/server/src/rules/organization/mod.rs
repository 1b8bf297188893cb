//! The organization: what there is of everything, its tags, its use of machines, and downloads of
//! tables (api.md §12.3).

mod counts;
pub(crate) mod csv;
mod download;
mod usages;

use crate::registry::{Context, Effect, Registry};
use crate::rules::tags::tags;
use arno_store::Result;
use arno_store::document::Document;
use arno_store::query::{self, Paging, Request};
use arno_store::schema::{MODEL, TASK, USER};
use arno_store::users::Company;
use serde_json::{Value, json};

/// The endpoints of `organization.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("organization.get_tags", |ctx, q| tags(ctx, &[&TASK, &MODEL], &q));
    registry.read("organization.get_user_companies", get_user_companies);
    registry.read("organization.get_entities_count", counts::get_entities_count);
    registry.read("organization.get_project_usages", usages::get_project_usages);
    registry.read("organization.get_project_workloads", usages::get_project_usages);
    registry.own("organization.prepare_download_for_get_all", download::prepare);
    registry.asynchronous(
        "organization.download_for_get_all",
        Effect::Read,
        download::download_for_get_all,
    );
}

/// The caller's company with all of its users.
fn get_user_companies(ctx: &Context<'_>, _: Document) -> Result<Value> {
    let mut call = Document::new();
    call.insert("only_fields".to_owned(), json!(["id", "name", "avatar"]));
    call.insert("order_by".to_owned(), "name".into());
    let mut everyone = Request::parse(&USER, &call, false)?;
    everyone.paging = Paging::all();
    let owners = query::find(ctx.tx, &USER, &everyone)?.documents;
    let company = Company::find(ctx.tx, &ctx.caller.company)?;
    let companies: Vec<Value> = company
        .into_iter()
        .map(|company| {
            json!({
                "id": company.id, "name": company.name,
                "allocated": owners.len(), "owners": owners,
            })
        })
        .collect();
    Ok(json!({"companies": companies}))
}

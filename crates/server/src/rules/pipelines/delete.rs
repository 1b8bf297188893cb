//! `pipelines.delete_runs`.

use crate::registry::Context;
use crate::rules::bulk::bulk;
use crate::rules::tasks as task_rules;
use arno_store::projects::contents;
use arno_store::query::{self, Cond, Path};
use arno_store::schema::TASK;
use arno_store::{Result, projects};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub(super) struct DeleteRequest {
    project: String,
    ids: Vec<String>,
}

/// Deletes runs of one pipeline with their steps; one run must stay.
///
/// # Errors
/// 400/401 for an unknown project, 400/160 when no run would stay.
pub(super) fn delete_runs(ctx: &Context<'_>, request: DeleteRequest) -> Result<Value> {
    let project = projects::visible(ctx.tx, &request.project)?;
    let runs = Cond::has(Path::of(["project"]), [project.id.clone()])
        .and(Cond::has(Path::of(["type"]), ["controller"]));
    let runs = contents::ids(ctx.tx, &query::select(ctx.tx, &TASK, true, runs)?)?;
    if runs.iter().all(|run| request.ids.contains(run)) {
        return Err(Error::new(Code::CannotRemoveAllRuns).with("project", &project.id).into());
    }
    bulk(ctx, &request.ids, |id| {
        if !runs.contains(id) {
            return Err(Error::new(Code::InvalidTaskId)
                .extra("not a run of this pipeline")
                .with("id", id)
                .into());
        }
        let deleted = task_rules::delete(ctx, id, true)?;
        Ok(json!({
            "deleted": deleted["deleted"],
            "updated_children": deleted["updated_children"],
            "updated_models": deleted["updated_models"],
            "deleted_models": deleted["deleted_models"],
        }))
    })
}

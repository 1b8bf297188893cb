//! `pipelines.start_pipeline` and `check_new_run`.

use crate::registry::Context;
use crate::rules::tasks::{self as task_rules, CloneRequest, Reason};
use arno_store::document::{self, Document};
use arno_store::query::{self, Cond, Path, Pattern, Test};
use arno_store::schema::TASK;
use arno_store::{Result, params, projects, tasks};
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The name of the projects that pipelines are kept in.
const FOLDER: &str = ".pipelines";

#[derive(Debug, Deserialize)]
pub(super) struct StartRequest {
    task: String,
    queue: String,
    args: Option<Vec<Argument>>,
    verify_watched_queue: Option<bool>,
    /// Where a new pipeline is to be made of this one.
    new_project_name: Option<String>,
    new_pipeline_name: Option<String>,
    new_pipeline_version: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Argument {
    name: String,
    value: String,
}

/// Clones a controller with other arguments and sends it to a queue.
pub(super) fn start_pipeline(ctx: &Context<'_>, request: StartRequest) -> Result<Value> {
    let source = tasks::visible(ctx.tx, &request.task)?;
    let new_project = match given(request.new_project_name.as_deref()) {
        Some(project) => {
            let pipeline = given(request.new_pipeline_name.as_deref()).unwrap_or(&source.name);
            Some(make_pipeline(ctx, project, pipeline)?)
        }
        None => None,
    };
    let project = match (&new_project, &source.project) {
        (Some((id, name)), _) => Some((id.clone(), name.clone())),
        (None, Some(id)) => arno_store::unless_refused(projects::visible(ctx.tx, id))?
            .map(|project| (project.id.clone(), project.name.clone())),
        (None, None) => None,
    };
    let name = match &project {
        Some((id, name)) => Some(run_name(ctx, id, name)?),
        None => None,
    };
    let clone = json!({
        "task": source.id,
        "new_task_name": name,
        "new_task_project": new_project.as_ref().map(|(id, _)| id),
        "new_task_hyperparams": arguments(ctx, source.pk, request.args.unwrap_or_default())?,
    });
    let clone: CloneRequest = serde_json::from_value(clone)
        .map_err(|e| Error::new(Code::ValidationError).extra(e.to_string()))?;
    let id = task_rules::clone(ctx, clone)?["id"].as_str().unwrap_or_default().to_owned();
    let run = tasks::writable(ctx.tx, &id)?;
    if let Some(version) = given(request.new_pipeline_version.as_deref()) {
        params::put_runtime(ctx.tx, &run, "version", &version.into())?;
    }
    let reason =
        Reason { status_message: Some("Starting pipeline".to_owned()), ..Reason::default() };
    let verify = request.verify_watched_queue.unwrap_or(false);
    let queued = task_rules::enqueue_in(ctx, &run, &request.queue, &reason, verify)?;
    let mut answer = json!({"pipeline": id, "enqueued": true});
    if verify {
        answer["queue_watched"] = queued["queue_watched"].clone();
    }
    if let Some((id, name)) = new_project {
        answer["new_project"] = json!({"id": id, "name": name});
    }
    Ok(answer)
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The project of a pipeline of this name, made on demand with its folder.
fn make_pipeline(ctx: &Context<'_>, project: &str, pipeline: &str) -> Result<(String, String)> {
    projects::hold_names(ctx.tx)?;
    let folder = projects::clean_name(&format!("{project}/{FOLDER}"))?;
    let name = projects::clean_name(&format!("{folder}/{pipeline}"))?;
    projects::ensure(ctx.tx, &folder, tagged(&["hidden"]))?;
    Ok((projects::ensure(ctx.tx, &name, tagged(&["pipeline", "hidden"]))?, name))
}

fn tagged(system_tags: &[&str]) -> Document {
    let mut fields = Document::new();
    fields.insert("system_tags".to_owned(), json!(system_tags));
    fields
}

/// The name of a project's next run: the project's last component, numbered after those there are.
fn run_name(ctx: &Context<'_>, project: &str, name: &str) -> Result<String> {
    let base = name.rsplit('/').next().unwrap_or(name);
    let numbered = Pattern::new(&format!("^{}( #\\d+)?$", escaped(base)), false)?;
    let runs = Cond::has(Path::of(["project"]), [project])
        .and(Cond::has(Path::of(["system_tags"]), ["pipeline"]))
        .and(Cond::Field(Path::of(["name"]), Test::Matches(Arc::new(numbered))));
    Ok(match query::select(ctx.tx, &TASK, true, runs)?.count()? {
        0 => base.to_owned(),
        count => format!("{base} #{count}"),
    })
}

/// A text as the pattern that matches it alone.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() && !letter.is_ascii_alphanumeric() && letter != '_' {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// The source's parameters with these arguments in section `Args`; none when nothing is given.
fn arguments(ctx: &Context<'_>, source: i64, args: Vec<Argument>) -> Result<Option<Value>> {
    if args.is_empty() {
        return Ok(None);
    }
    let include = ["hyperparams".to_owned()];
    let loaded = document::load(ctx.tx, &TASK, &[source], Some(&include))?;
    let stored = loaded.into_iter().next().and_then(|(_, mut task)| task.remove("hyperparams"));
    let mut params = stored.unwrap_or_else(|| json!({}));
    for Argument { name, value } in args {
        let item = &mut params["Args"][name.as_str()];
        if item.is_null() {
            *item = json!({"section": "Args", "name": name});
        }
        item["value"] = value.into();
    }
    Ok(Some(params))
}

#[derive(Debug, Deserialize)]
pub(super) struct CheckRequest {
    task: String,
    new_project_name: String,
    new_pipeline_name: Option<String>,
}

/// Whether a new pipeline of this name would be one that exists: `{existing_project?: {id, name}}`.
pub(super) fn check_new_run(ctx: &Context<'_>, request: CheckRequest) -> Result<Value> {
    let task = tasks::visible(ctx.tx, &request.task)?;
    let pipeline = given(request.new_pipeline_name.as_deref()).unwrap_or(&task.name);
    let name = format!("{}/{FOLDER}/{pipeline}", request.new_project_name);
    let name = projects::clean_name(&name)?;
    let existing = match projects::id_by_name(ctx.tx, &name)? {
        Some(id) => arno_store::unless_refused(projects::visible(ctx.tx, &id))?,
        None => None,
    };
    Ok(match existing {
        Some(project) => json!({"existing_project": {"id": project.id, "name": project.name}}),
        None => json!({}),
    })
}

//! Writing, publishing, moving and removing reports.

use super::read::FOLDER;
use crate::registry::Context;
use crate::rules::tasks::{self as task_rules, Reason};
use arno_store::document::{self, Changes, Document};
use arno_store::schema::TASK;
use arno_store::scope::Writable;
use arno_store::tasks::{self, Head};
use arno_store::{Result, projects};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// What of a report's text an answer repeats, in characters.
const ECHOED: usize = 100;

/// The report, if the caller may change it.
///
/// # Errors
/// 400/101 and 403/21 as for any task, 400/150 when it is no report.
fn report(ctx: &Context<'_>, id: &str) -> Result<Writable<Head>> {
    let task = tasks::writable(ctx.tx, id)?;
    if task.kind == "report" {
        return Ok(task);
    }
    Err(Error::new(Code::OperationSupportedOnReportsOnly).with("id", id).into())
}

/// The project for the reports of another, or of none; made on demand.
fn folder(ctx: &Context<'_>, project: Option<&str>) -> Result<String> {
    let name = match project {
        Some(id) => format!("{}/{FOLDER}", projects::writable(ctx.tx, id)?.name),
        None => FOLDER.to_owned(),
    };
    let name = projects::clean_name(&name)?;
    projects::hold_names(ctx.tx)?;
    let mut tags = Document::new();
    tags.insert("system_tags".to_owned(), json!(["reports", "hidden"]));
    projects::ensure(ctx.tx, &name, tags)
}

#[derive(Debug, Deserialize)]
pub(super) struct CreateRequest {
    name: String,
    project: Option<String>,
    tags: Option<Vec<String>>,
    comment: Option<String>,
    report: Option<String>,
    report_assets: Option<Vec<String>>,
}

pub(super) fn create(ctx: &Context<'_>, request: CreateRequest) -> Result<Value> {
    let project = folder(ctx, request.project.as_deref().filter(|id| !id.is_empty()))?;
    let task = json!({
        "name": request.name, "type": "report", "project": project, "comment": request.comment,
        "tags": request.tags, "system_tags": ["reports", "hidden"],
    });
    let task = task.as_object().cloned().unwrap_or_default();
    let id = task_rules::create(ctx, task)?["id"].clone();
    let made = tasks::writable(ctx.tx, id.as_str().unwrap_or_default())?;
    let mut changes = Changes::new();
    if let Some(text) = request.report {
        changes.add("report", text);
    }
    if let Some(assets) = request.report_assets {
        changes.add("report_assets", assets);
    }
    document::update(ctx.tx, &TASK, made.pk, &changes)?;
    projects::touch(ctx.tx, Some(&project))?;
    Ok(json!({"id": id, "project_id": project}))
}

#[derive(Debug, Deserialize)]
pub(super) struct UpdateRequest {
    task: String,
    name: Option<String>,
    tags: Option<Vec<String>>,
    comment: Option<String>,
    report: Option<String>,
    report_assets: Option<Vec<String>>,
}

/// Name, tags and comment change always, the text with its assets only in a draft.
pub(super) fn update(ctx: &Context<'_>, request: UpdateRequest) -> Result<Value> {
    let task = report(ctx, &request.task)?;
    let is_text = request.report.is_some() || request.report_assets.is_some();
    if is_text && task.status != "created" {
        return Err(Error::new(Code::InvalidTaskStatus)
            .extra("the text of a report changes only while it is a draft")
            .with("id", &task.id)
            .with("status", &task.status)
            .into());
    }
    task_rules::check_tags("tags", request.tags.as_ref().map(|tags| json!(tags)).as_ref())?;
    let given = [
        ("name", request.name.map(|name| name.trim().into())),
        ("tags", request.tags.map(Value::from)),
        ("comment", request.comment.map(Value::from)),
        ("report", request.report.map(Value::from)),
        ("report_assets", request.report_assets.map(Value::from)),
    ];
    let mut fields: Document =
        given.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    if fields.is_empty() {
        return Ok(json!({"updated": 0, "fields": {}}));
    }
    let now = ctx.tx.now();
    let mut changes = Changes::new()
        .set("last_update", now)
        .set("last_change", now)
        .set("last_changed_by", ctx.caller.user.as_str());
    for (key, value) in &fields {
        changes.add(key, value.clone());
    }
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    projects::touch(ctx.tx, task.project.as_deref())?;
    if let Some(Value::String(text)) = fields.get_mut("report") {
        *text = text.chars().take(ECHOED).collect();
    }
    fields.insert("last_update".to_owned(), date::format(now).into());
    Ok(json!({"updated": 1, "fields": fields}))
}

#[derive(Debug, Deserialize)]
pub(super) struct MessageRequest {
    task: String,
    message: Option<String>,
}

impl MessageRequest {
    fn reason(&self) -> Reason {
        Reason::forced("", self.message.as_deref().unwrap_or_default())
    }
}

pub(super) fn publish(ctx: &Context<'_>, request: MessageRequest) -> Result<Value> {
    let task = report(ctx, &request.task)?;
    let fields = task_rules::publish_task(ctx, &task, &request.reason(), false)?;
    Ok(json!({"updated": 1, "fields": fields}))
}

pub(super) fn archive(ctx: &Context<'_>, request: MessageRequest) -> Result<Value> {
    task_rules::archive_task(ctx, &report(ctx, &request.task)?, &request.reason())?;
    Ok(json!({"archived": 1}))
}

pub(super) fn unarchive(ctx: &Context<'_>, request: MessageRequest) -> Result<Value> {
    task_rules::unarchive_task(ctx, &report(ctx, &request.task)?, &request.reason())?;
    Ok(json!({"unarchived": 1}))
}

#[derive(Debug, Deserialize)]
pub(super) struct MoveRequest {
    task: String,
    project: Option<String>,
    project_name: Option<String>,
}

pub(super) fn move_report(ctx: &Context<'_>, request: MoveRequest) -> Result<Value> {
    let task = report(ctx, &request.task)?;
    let name = request.project_name.as_deref().filter(|name| !name.trim().is_empty());
    let project = projects::destination(ctx.tx, request.project.as_deref(), name)?;
    let into = folder(ctx, project.as_deref())?;
    let changes = Changes::new()
        .set("project", into.as_str())
        .set("last_change", ctx.tx.now())
        .set("last_changed_by", ctx.caller.user.as_str());
    document::update(ctx.tx, &TASK, task.pk, &changes)?;
    projects::touch(ctx.tx, Some(&into))?;
    tidy(ctx, task.project.as_deref())?;
    Ok(json!({"project_id": into}))
}

#[derive(Debug, Deserialize)]
pub(super) struct DeleteRequest {
    task: String,
    force: Option<bool>,
}

pub(super) fn delete(ctx: &Context<'_>, request: DeleteRequest) -> Result<Value> {
    let task = report(ctx, &request.task)?;
    task_rules::delete(ctx, &task.id, request.force.unwrap_or(false))?;
    tidy(ctx, task.project.as_deref())?;
    Ok(json!({"deleted": 1}))
}

/// Removes the folder a report left, if it was the last one.
fn tidy(ctx: &Context<'_>, left: Option<&str>) -> Result<()> {
    let Some(left) = left else { return Ok(()) };
    let Some(folder) = arno_store::unless_refused(projects::writable(ctx.tx, left))? else {
        return Ok(());
    };
    match folder.basename() == FOLDER {
        true => projects::place::remove_empty(ctx.tx, &folder),
        false => projects::touch(ctx.tx, Some(left)),
    }
}

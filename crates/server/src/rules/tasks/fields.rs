//! Checks and normal forms of the fields a client may give a task (api.md §4.1, 6.10).

use crate::registry::Context;
use arno_store::access::visible_pk;
use arno_store::document::Document;
use arno_store::schema::{MODEL, TASK};
use arno_store::{Result, projects};
use arno_wire::error::{Code, Error};
use serde_json::{Value, json};

/// The types a task may have.
pub(super) const TYPES: [&str; 12] = [
    "training",
    "testing",
    "inference",
    "data_processing",
    "application",
    "monitor",
    "controller",
    "report",
    "optimizer",
    "service",
    "qc",
    "custom",
];

/// Characters a name needs.
const MIN_NAME: usize = 3;

/// The parts of embedded objects a client may write.
const EMBEDDED: [(&str, &[&str]); 3] = [
    (
        "execution",
        &[
            "test_split",
            "parameters",
            "model",
            "model_desc",
            "model_labels",
            "framework",
            "artifacts",
            "queue",
            "docker_cmd",
            "dataviews",
        ],
    ),
    (
        "script",
        &[
            "binary",
            "repository",
            "tag",
            "branch",
            "version_num",
            "entry_point",
            "working_dir",
            "requirements",
            "diff",
        ],
    ),
    ("output", &["destination", "model", "error", "result", "view"]),
];

/// Checks everything a client may have written and brings it into the form it is stored in.
///
/// # Errors
/// 400/12 and 400/16 for wrong values, 400/800 for a name too short, 403/21 for a public project,
/// 400/201 for an unknown input model.
pub(super) fn normalise(ctx: &Context<'_>, fields: &mut Document) -> Result<()> {
    fields.retain(|_, value| !value.is_null());
    if let Some(name) = fields.get_mut("name") {
        *name = checked_name(name)?;
    }
    if let Some(kind) = fields.get("type") {
        check_type(kind)?;
    }
    for key in ["tags", "system_tags"] {
        check_tags(key, fields.get(key))?;
    }
    check_project(ctx, fields.get("project"))?;
    check_parent(ctx, fields.get("parent"))?;
    check_input_models(ctx, fields.get("models"))?;
    for (object, known) in EMBEDDED {
        check_embedded(object, known, fields.get(object))?;
    }
    if let Some(Value::Object(script)) = fields.get_mut("script") {
        strip_script(script);
    }
    if let Some(params) = fields.get_mut("hyperparams") {
        *params = hyperparams(params)?;
    }
    if let Some(configuration) = fields.get_mut("configuration") {
        *configuration = configurations(configuration)?;
    }
    if let Some(artifacts) = fields.get_mut("execution").and_then(|e| e.get_mut("artifacts")) {
        *artifacts = artifact_list(artifacts)?;
    }
    for key in ["runtime", "container"] {
        if fields.get(key).is_some_and(|value| !value.is_object()) {
            return Err(invalid(key, "must be an object").into());
        }
    }
    Ok(())
}

fn invalid(field: &str, problem: &str) -> Error {
    Error::new(Code::ValidationError).extra(format!("{field} {problem}")).with("field", field)
}

fn checked_name(name: &Value) -> Result<Value> {
    let text = name.as_str().ok_or_else(|| invalid("name", "must be text"))?.trim();
    if text.chars().count() < MIN_NAME {
        return Err(Error::new(Code::DataValidationError)
            .extra(format!("a name needs at least {MIN_NAME} characters"))
            .with("name", text)
            .into());
    }
    Ok(text.into())
}

fn check_type(kind: &Value) -> Result<()> {
    if kind.as_str().is_some_and(|kind| TYPES.contains(&kind)) {
        return Ok(());
    }
    Err(invalid("type", &format!("must be one of {}", TYPES.join(", "))).into())
}

/// Refuses tags that the query grammar would read as operators.
pub(crate) fn check_tags(field: &str, tags: Option<&Value>) -> Result<()> {
    let Some(tags) = tags else { return Ok(()) };
    let list = tags.as_array().ok_or_else(|| invalid(field, "must be a list of text"))?;
    for tag in list {
        let text = tag.as_str().ok_or_else(|| invalid(field, "must be a list of text"))?;
        if text.starts_with("__$") {
            return Err(Error::new(Code::FieldsValueError)
                .extra("a tag cannot begin with __$")
                .with(field, text)
                .into());
        }
    }
    Ok(())
}

/// Refuses a project that does not exist or is public.
pub(crate) fn check_project(ctx: &Context<'_>, project: Option<&Value>) -> Result<()> {
    let Some(id) = project.and_then(Value::as_str).filter(|id| !id.is_empty()) else {
        return Ok(());
    };
    let project = projects::visible(ctx.tx, id).map_err(|_| unknown_reference("project", id))?;
    if project.company.is_empty() {
        return Err(Error::new(Code::NoWritePermission).with("project", id).into());
    }
    Ok(())
}

fn check_parent(ctx: &Context<'_>, parent: Option<&Value>) -> Result<()> {
    let Some(id) = parent.and_then(Value::as_str).filter(|id| !id.is_empty()) else {
        return Ok(());
    };
    match visible_pk(ctx.tx, &TASK, id, true)? {
        Some(_) => Ok(()),
        None => Err(unknown_reference("parent", id).into()),
    }
}

fn unknown_reference(field: &str, id: &str) -> Error {
    Error::new(Code::FieldsValueError).extra("no such object").with(field, id)
}

fn check_input_models(ctx: &Context<'_>, models: Option<&Value>) -> Result<()> {
    let inputs = models.and_then(|models| models.get("input")).and_then(Value::as_array);
    for id in inputs.into_iter().flatten().filter_map(|item| item.get("model")?.as_str()) {
        if visible_pk(ctx.tx, &MODEL, id, true)?.is_none() {
            return Err(Error::new(Code::InvalidModelId).with("id", id).into());
        }
    }
    Ok(())
}

fn check_embedded(object: &str, known: &[&str], value: Option<&Value>) -> Result<()> {
    let Some(value) = value else { return Ok(()) };
    let map = value.as_object().ok_or_else(|| invalid(object, "must be an object"))?;
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(invalid(&format!("{object}.{key}"), "is not a field of a task").into()),
        None => Ok(()),
    }
}

fn strip_script(script: &mut Document) {
    for (key, value) in script.iter_mut() {
        if let (false, Value::String(text)) =
            (matches!(key.as_str(), "requirements" | "diff"), &value)
        {
            *value = text.trim().into();
        }
    }
}

/// Section and name of a parameter as they are stored: trimmed, never empty.
fn key(what: &str, text: &str) -> Result<String> {
    match text.trim() {
        "" => Err(invalid(what, "has an empty name").into()),
        // The section of user properties is one, however it is spelled.
        text if what == "section" && text.eq_ignore_ascii_case("properties") => {
            Ok("properties".to_owned())
        }
        text => Ok(text.to_owned()),
    }
}

fn hyperparams(given: &Value) -> Result<Value> {
    let sections = given.as_object().ok_or_else(|| invalid("hyperparams", "must be an object"))?;
    let mut stored = Document::new();
    for (section, items) in sections {
        let section = key("section", section)?;
        let items = items
            .as_object()
            .ok_or_else(|| invalid(&format!("hyperparams.{section}"), "must be an object"))?;
        let mut section_items = Document::new();
        for (name, item) in items {
            let (name, item) = hyperparam(&section, name, item)?;
            section_items.insert(name, item);
        }
        stored.insert(section, section_items.into());
    }
    Ok(stored.into())
}

/// One parameter in stored form, with its name.
pub(super) fn hyperparam(section: &str, name: &str, item: &Value) -> Result<(String, Value)> {
    let (section, name) = (key("section", section)?, key("name", name)?);
    let path = format!("hyperparams.{section}.{name}");
    let given = item.as_object().ok_or_else(|| invalid(&path, "must be an object"))?;
    let value = match given.get("value") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(invalid(&path, "must have text as its value").into()),
    };
    let mut stored = json!({"section": section, "name": name, "value": value});
    for extra in ["type", "description"] {
        if let Some(text) = given.get(extra).filter(|text| text.is_string()) {
            stored[extra] = text.clone();
        }
    }
    Ok((name, stored))
}

fn configurations(given: &Value) -> Result<Value> {
    let items = given.as_object().ok_or_else(|| invalid("configuration", "must be an object"))?;
    let mut stored = Document::new();
    for (name, item) in items {
        let (name, item) = configuration(name, item)?;
        stored.insert(name, item);
    }
    Ok(stored.into())
}

/// One configuration object in stored form, with its name.
pub(super) fn configuration(name: &str, item: &Value) -> Result<(String, Value)> {
    let name = key("configuration", name)?;
    let mut item = item
        .as_object()
        .cloned()
        .ok_or_else(|| invalid(&format!("configuration.{name}"), "must be an object"))?;
    item.retain(|field, value| {
        matches!(field.as_str(), "value" | "type" | "description") && !value.is_null()
    });
    item.insert("name".to_owned(), name.as_str().into());
    Ok((name, item.into()))
}

/// Artifacts in stored form: a list, whether the client sent one or a map by name.
fn artifact_list(given: &Value) -> Result<Value> {
    let items: Vec<&Value> = match given {
        Value::Array(items) => items.iter().collect(),
        Value::Object(items) => items.values().collect(),
        _ => return Err(invalid("execution.artifacts", "must be a list").into()),
    };
    items.into_iter().map(artifact).collect()
}

/// One artifact in stored form.
pub(super) fn artifact(given: &Value) -> Result<Value> {
    let mut artifact = given
        .as_object()
        .cloned()
        .ok_or_else(|| invalid("artifacts", "must be a list of objects"))?;
    artifact.retain(|_, value| !value.is_null());
    let named =
        |key: &str| artifact.get(key).and_then(Value::as_str).is_some_and(|t| !t.is_empty());
    if !named("key") || !named("type") {
        return Err(invalid("artifacts", "need a key and a type").into());
    }
    artifact.entry("mode").or_insert_with(|| "output".into());
    match artifact["mode"].as_str() {
        Some("input" | "output") => Ok(artifact.into()),
        _ => Err(invalid("artifacts.mode", "must be input or output").into()),
    }
}

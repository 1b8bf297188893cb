//! Legacy paths in filters, orderings and projections of task queries.

use serde_json::{Map, Value};

use super::parameters::DEFAULT_SECTION;
use super::{Entity, MODELS_SINCE, upgrade_tags};
use crate::version::Version;

/// Parameters that hold paths: one, or a list.
const PATH_PARAMETERS: [&str; 3] = ["order_by", "only_fields", "projection"];

/// Parameters that hold patterns over several fields.
const MULTI_FIELD: [&str; 4] = ["_any_", "_or_", "_all_", "_and_"];

/// Upgrades a `get_all` request: tags below 2.3 for every entity, legacy paths of tasks wherever
/// paths stand.
pub fn upgrade_query(entity: Entity, requested: Version, fields: &mut Map<String, Value>) {
    upgrade_tags(entity, requested, fields);
    if entity != Entity::Task {
        return;
    }
    rewrite_keys(requested, fields);
    if let Some(Value::Object(filters)) = fields.get_mut("filters") {
        rewrite_keys(requested, filters);
    }
    for name in PATH_PARAMETERS {
        if let Some(paths) = fields.get_mut(name) {
            rewrite_paths(requested, paths);
        }
    }
    for name in MULTI_FIELD {
        if let Some(paths) = fields.get_mut(name).and_then(|pattern| pattern.get_mut("fields")) {
            rewrite_paths(requested, paths);
        }
    }
}

/// The path that stands today for a legacy one, a leading `-` kept; any other path as it is.
pub fn rewrite_path(requested: Version, path: &str) -> String {
    let (sign, plain) = match path.strip_prefix('-') {
        Some(plain) => ("-", plain),
        None => ("", path),
    };
    // Without a name it is all parameters, whatever their section.
    if plain == "execution.parameters" {
        return format!("{sign}hyperparams");
    }
    let default_section = format!("hyperparams.{DEFAULT_SECTION}");
    let always = [
        ("execution.parameters", default_section.as_str()),
        ("execution.model_desc", "configuration"),
        ("execution.docker_cmd", "container"),
    ];
    let before_models =
        [("execution.model", "models.input.model"), ("output.model", "models.output.model")];
    let count = if requested < MODELS_SINCE { before_models.len() } else { 0 };
    for (old, new) in always.iter().chain(&before_models[..count]) {
        if let Some(rest) = plain.strip_prefix(old)
            && (rest.is_empty() || rest.starts_with('.'))
        {
            return format!("{sign}{new}{rest}");
        }
    }
    path.to_owned()
}

fn rewrite_keys(requested: Version, fields: &mut Map<String, Value>) {
    let legacy: Vec<(String, String)> = fields
        .keys()
        .map(|key| (key.clone(), rewrite_path(requested, key)))
        .filter(|(old, new)| old != new)
        .collect();
    for (old, new) in legacy {
        if let Some(value) = fields.remove(&old) {
            fields.insert(new, value);
        }
    }
}

fn rewrite_paths(requested: Version, paths: &mut Value) {
    match paths {
        Value::String(path) => *path = rewrite_path(requested, path),
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite_paths(requested, item)),
        _ => {}
    }
}

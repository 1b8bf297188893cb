//! `execution.parameters` and `execution.model_desc`, which became `hyperparams` and
//! `configuration`.

use serde_json::{Map, Value, json};

use super::{set, take};
use crate::json;

/// The `type` of the items that legacy fields write and are read from.
pub const LEGACY_TYPE: &str = "legacy";

/// The section of legacy parameters.
pub(super) const DEFAULT_SECTION: &str = "Args";

/// The one other section, written as a prefix of the legacy name.
const TF_DEFINE: &str = "TF_DEFINE";

/// Turns `execution.parameters` and `execution.model_desc` into items of type `legacy`. They
/// replace all legacy items there were: where the request brings no `hyperparams` (`configuration`)
/// of its own, those of the stored task are carried over without their legacy items.
pub fn upgrade_parameters(fields: &mut Map<String, Value>, stored: Option<&Map<String, Value>>) {
    if let Some(Value::Object(parameters)) = take_object(fields, "parameters") {
        let mut sections = start(fields, stored, "hyperparams", without_legacy_in_sections);
        for (full_name, value) in parameters {
            let (section, name) = match full_name.split_once('/') {
                Some((TF_DEFINE, name)) if !name.is_empty() => (TF_DEFINE, name),
                _ => (DEFAULT_SECTION, full_name.as_str()),
            };
            let item = json!({
                "section": section, "name": name, "value": python_text(&value), "type": LEGACY_TYPE,
            });
            set(&mut sections, section, name, item);
        }
        fields.insert("hyperparams".to_owned(), Value::Object(sections));
    }
    if let Some(Value::Object(descriptions)) = take_object(fields, "model_desc") {
        let mut items = start(fields, stored, "configuration", without_legacy);
        for (name, value) in descriptions {
            let item = json!({"name": name, "value": python_text(&value), "type": LEGACY_TYPE});
            items.insert(name, item);
        }
        fields.insert("configuration".to_owned(), Value::Object(items));
    }
}

/// Adds `execution.parameters` and `execution.model_desc` to a task, from its legacy items only.
pub(super) fn downgrade_parameters(fields: &mut Map<String, Value>) {
    let mut parameters = Map::new();
    for (section, items) in objects(fields.get("hyperparams")) {
        for (name, item) in objects(Some(items)).filter(|(_, item)| is_legacy(item)) {
            let full_name =
                if section == TF_DEFINE { format!("{TF_DEFINE}/{name}") } else { name.clone() };
            parameters.insert(full_name, item["value"].clone());
        }
    }
    let descriptions: Map<String, Value> = objects(fields.get("configuration"))
        .filter(|(_, item)| is_legacy(item))
        .map(|(name, item)| (name.clone(), item["value"].clone()))
        .collect();
    for (name, legacy) in [("parameters", parameters), ("model_desc", descriptions)] {
        if !legacy.is_empty() {
            set(fields, "execution", name, Value::Object(legacy));
        }
    }
}

/// Takes a legacy field that is an object; anything else is left for validation to refuse.
fn take_object(fields: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let is_object = fields.get("execution")?.get(name)?.is_object();
    if is_object { take(fields, "execution", name) } else { None }
}

/// What legacy items are added to: the request's own items, else the stored ones without legacy
/// items.
fn start(
    fields: &mut Map<String, Value>,
    stored: Option<&Map<String, Value>>,
    name: &str,
    keep: fn(&Map<String, Value>) -> Map<String, Value>,
) -> Map<String, Value> {
    match fields.remove(name) {
        Some(Value::Object(own)) if !own.is_empty() => own,
        _ => stored.and_then(|task| task.get(name)?.as_object()).map(keep).unwrap_or_default(),
    }
}

fn without_legacy(items: &Map<String, Value>) -> Map<String, Value> {
    let kept = items.iter().filter(|(_, item)| !is_legacy(item));
    kept.map(|(name, item)| (name.clone(), item.clone())).collect()
}

fn without_legacy_in_sections(sections: &Map<String, Value>) -> Map<String, Value> {
    let kept = sections.iter().filter_map(|(section, items)| {
        let items = without_legacy(items.as_object()?);
        (!items.is_empty()).then(|| (section.clone(), Value::Object(items)))
    });
    kept.collect()
}

fn is_legacy(item: &Value) -> bool {
    item["type"] == LEGACY_TYPE
}

fn objects(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A scalar as Python's `str` writes it; lists and objects as JSON.
fn python_text(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(_) | Value::Number(_) => match (json::as_str(value), json::as_f64(value)) {
            (Some(text), _) => text.to_owned(),
            (None, Some(number)) if number.is_nan() => "nan".to_owned(),
            (None, Some(number)) if number.is_infinite() => number.to_string(),
            _ => value.to_string(),
        },
        other => String::from_utf8_lossy(&json::to_vec(other)).into_owned(),
    }
}

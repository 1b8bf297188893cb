//! From the table's notation to JSON Schema.

use serde_json::{Map, Value, json};

use crate::endpoints::{Field, Handler, Kind};

/// The schema of one declared type.
pub(super) fn of(declared: &Value) -> Value {
    let Some(declared) = declared.as_object() else { return json!({}) };
    if let Some(name) = declared.get("$ref").and_then(Value::as_str) {
        return reference(name);
    }
    let mut schema = declared.get("fields").and_then(Value::as_object).map(fields_of);
    let schema_of = schema.get_or_insert_default();
    for (key, value) in declared {
        match key.as_str() {
            "type" | "enum" | "default" | "minimum" | "format" => {
                schema_of.insert(key.clone(), value.clone());
            }
            "items" => {
                schema_of.insert("items".to_owned(), of(value));
            }
            "map_of" => {
                schema_of.insert("additionalProperties".to_owned(), of(value));
            }
            "additional" => {
                schema_of.insert("additionalProperties".to_owned(), value.clone());
            }
            _ => {}
        }
    }
    schema.unwrap_or_default().into()
}

/// The schema of an answer: an object with these fields, or one that is declared by name.
pub(super) fn answer(declared: &Map<String, Value>) -> Value {
    match declared.get("$ref").and_then(Value::as_str) {
        Some(name) => reference(name),
        None => fields_of(declared).into(),
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The schema of a request: its declared fields, with the limits and the fields that only the
/// handler knows. A handler that checks fields decides which of those are required.
pub(super) fn request(declared: &Map<String, Value>, handler: Option<&Handler>) -> Value {
    let mut schema = fields_of(declared);
    let Some(handler) = handler.filter(|handler| !handler.fields.is_empty()) else {
        return schema.into();
    };
    let checked = |name: &str| handler.fields.iter().find(|field| field.name == name);
    let mut required: Vec<&str> = declared
        .iter()
        .filter(|(name, field)| is_required(field) && checked(name).is_some())
        .map(|(name, _)| name.as_str())
        .collect();
    required.extend(handler.fields.iter().filter(|f| f.required).map(|f| f.name.as_str()));
    required.extend(handler.required_fields.iter().map(String::as_str));
    required.sort_unstable();
    required.dedup();
    schema.remove("required");
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return schema.into();
    };
    for field in &handler.fields {
        let property = properties.entry(&field.name).or_insert_with(|| of_kind(&field.kind));
        limit(property, field);
    }
    schema.into()
}

fn fields_of(declared: &Map<String, Value>) -> Map<String, Value> {
    let (marks, fields): (Vec<_>, Vec<_>) =
        declared.iter().partition(|(name, _)| is_mark(name.as_str()));
    let properties: Map<String, Value> =
        fields.iter().map(|(name, field)| ((*name).clone(), of(field))).collect();
    let required: Vec<&String> =
        fields.iter().filter(|(_, field)| is_required(field)).map(|(name, _)| *name).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let any_of = marks.iter().find(|(name, _)| *name == "_anyOf").and_then(|(_, of)| of.as_array());
    if let Some(kinds) = any_of {
        schema.insert("anyOf".to_owned(), kinds.iter().map(of).collect());
    }
    schema
}

/// Says something of the whole instead of naming a field (as `_any_` and `_all_` do).
fn is_mark(name: &str) -> bool {
    matches!(name, "_open" | "_closed" | "_anyOf" | "_type")
}

fn is_required(field: &Value) -> bool {
    field.get("required") == Some(&Value::Bool(true))
}

/// The schema of a field that only a handler knows.
fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Any => json!({}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Number => json!({"type": "number"}),
        Kind::String(words) if words.is_empty() => json!({"type": "string"}),
        Kind::String(words) => json!({"type": "string", "enum": words}),
        Kind::List(item) => json!({"type": "array", "items": of_kind(&item.kind)}),
        Kind::MapOf(kind) => json!({"type": "object", "additionalProperties": of_kind(kind)}),
        Kind::Object(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|field| (field.name.clone(), of_kind(&field.kind))).collect();
            json!({"type": "object", "properties": properties})
        }
    }
}

/// Adds what the handler refuses beyond the type.
fn limit(property: &mut Value, field: &Field) {
    // Limits are whole numbers; written as such they read better.
    let number = |limit: f64| Value::from(limit as i64);
    let is_list = matches!(field.kind, Kind::List(_));
    let shortest = if is_list { "minItems" } else { "minLength" };
    let limits = [
        ("minimum", field.min.map(number)),
        ("maximum", field.max.map(number)),
        (shortest, field.min_length.map(Value::from)),
    ];
    for (key, limit) in limits {
        if let Some(limit) = limit {
            property[key] = limit;
        }
    }
}

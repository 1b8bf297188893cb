//! A value of a declared type.

use super::lab::{Data, Lab};
use arno_wire::endpoints::Schemas;
use serde_json::{Map, Value, json};

/// Says something of the whole instead of naming a field (as `_any_` and `_all_` do).
pub fn is_mark(name: &str) -> bool {
    matches!(name, "_open" | "_closed" | "_anyOf" | "_type")
}

/// A value for this field of this endpoint's request.
pub fn value(
    data: &Data,
    lab: &Lab,
    schemas: &Schemas,
    endpoint: &str,
    field: &str,
    declared: &Value,
) -> Value {
    let sampler = Sampler { data, lab, schemas, endpoint };
    sampler.value(field, declared)
}

struct Sampler<'a> {
    data: &'a Data,
    lab: &'a Lab,
    schemas: &'a Schemas,
    endpoint: &'a str,
}

impl Sampler<'_> {
    fn value(&self, field: &str, declared: &Value) -> Value {
        if let Some(name) = declared["$ref"].as_str() {
            return self.value(field, &self.schemas.definitions[name]);
        }
        let kind = declared["type"].as_str().unwrap_or_default();
        let place = format!("{}.{field}", self.endpoint);
        if let Some(known) = self.data.values.get(&place).or_else(|| self.data.values.get(field)) {
            let known = self.lab.fill(self.endpoint, known);
            match (kind, known.is_array(), known.is_object()) {
                ("array", false, _) => return json!([known]),
                ("array", true, _) | ("object", false, true) | ("", ..) => return known,
                ("string" | "integer" | "number" | "boolean", false, false) => return known,
                // A name that means another type here.
                _ => {}
            }
        }
        if let Some(words) = declared["enum"].as_array() {
            return words.first().cloned().unwrap_or_default();
        }
        match kind {
            "string" if declared["format"] == "date-time" => json!("2026-01-02T03:04:05.678Z"),
            "string" => json!("text"),
            "integer" => json!(declared["minimum"].as_i64().unwrap_or(1).max(1)),
            "number" => json!(1),
            "boolean" => json!(true),
            "array" => json!([self.value(field, &declared["items"])]),
            _ => self.object(declared),
        }
    }

    fn object(&self, declared: &Value) -> Value {
        if !declared["map_of"].is_null() {
            return json!({"key": self.value("key", &declared["map_of"])});
        }
        let fields = declared["fields"].as_object().into_iter().flatten();
        let fields: Map<String, Value> =
            fields.map(|(name, field)| (name.clone(), self.value(name, field))).collect();
        fields.into()
    }
}

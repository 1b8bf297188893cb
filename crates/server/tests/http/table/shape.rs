//! Whether an answer holds what is declared and nothing else.

use super::sample::is_mark;
use arno_wire::endpoints::Schemas;
use serde_json::{Map, Value};

pub struct Shape<'a> {
    pub schemas: &'a Schemas,
    /// References are looked up, so that an object stands where an id is declared.
    pub joined: bool,
}

impl Shape<'_> {
    /// Places that differ, with what is there.
    pub fn differences(
        &self,
        declared: &Map<String, Value>,
        found: &Value,
    ) -> Vec<(String, String)> {
        let mut differences = Vec::new();
        if declared.contains_key("$ref") {
            self.value(&Value::Object(declared.clone()), found, "", &mut differences);
        } else if !declared.contains_key("_open") && declared.keys().any(|key| !is_mark(key)) {
            self.fields(declared, found, "", &mut differences);
        }
        differences
    }

    fn fields(
        &self,
        declared: &Map<String, Value>,
        found: &Value,
        place: &str,
        differences: &mut Vec<(String, String)>,
    ) {
        for (name, value) in found.as_object().into_iter().flatten() {
            let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            match declared.get(name) {
                Some(field) => self.value(field, value, &place, differences),
                None => differences.push((place, "not declared".to_owned())),
            }
        }
    }

    fn value(
        &self,
        declared: &Value,
        found: &Value,
        place: &str,
        differences: &mut Vec<(String, String)>,
    ) {
        if let Some(name) = declared["$ref"].as_str() {
            return self.value(&self.schemas.definitions[name], found, place, differences);
        }
        let kind = declared["type"].as_str().unwrap_or_default();
        let is_reference = self.joined && kind == "string" && found["id"].is_string();
        // What is not set may be null.
        if found.is_null() || is_reference {
            return;
        }
        let fits = match kind {
            "string" => found.is_string(),
            "integer" => found.as_f64().is_some_and(|number| number.fract() == 0.0),
            "number" => found.is_number(),
            "boolean" => found.is_boolean(),
            "array" => found.is_array(),
            "object" => found.is_object(),
            _ => true,
        };
        let is_listed = |words: &Vec<Value>| words.contains(found) || !found.is_string();
        if !fits {
            differences.push((place.to_owned(), format!("{found} where {kind} is declared")));
        } else if declared["enum"].as_array().is_some_and(|words| !is_listed(words)) {
            differences.push((place.to_owned(), format!("{found} is no declared word")));
        }
        for item in found.as_array().into_iter().flatten() {
            self.value(&declared["items"], item, &format!("{place}[]"), differences);
        }
        if let Some(fields) = declared["fields"].as_object() {
            if declared["additional"] != true {
                self.fields(fields, found, place, differences);
            }
        } else if !declared["map_of"].is_null() {
            for item in found.as_object().into_iter().flat_map(Map::values) {
                self.value(&declared["map_of"], item, &format!("{place}{{}}"), differences);
            }
        }
    }
}

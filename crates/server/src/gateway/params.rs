//! Parameters of a call as the task sees them: section `General`, nested keys joined with `/`, every
//! value as text with the name of its Python type (gateway.md §3).

use super::{Failure, Outcome};
use serde_json::{Map, Value, json};

/// The section all parameters go into.
const SECTION: &str = "General";
/// Most parameters of a call.
const MAX_PARAMS: usize = 2_000;
/// Deepest nesting.
const MAX_DEPTH: usize = 32;

/// The parameters of a request's field `params`: an object, or the text of one.
///
/// # Errors
/// 400 for anything else.
pub(crate) fn read(given: Option<&Value>) -> Outcome<Map<String, Value>> {
    let wrong = || Failure::bad("params must be an object");
    match given {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(params)) => Ok(params.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        // The block sends what was typed into its configuration box.
        Some(Value::String(text)) => match arno_wire::json::parse(text.as_bytes()) {
            Ok(Value::Object(params)) => Ok(params),
            _ => Err(wrong()),
        },
        Some(_) => Err(wrong()),
    }
}

/// The parameters as hyperparameters of a task.
///
/// # Errors
/// 400 when they are too many, too deep, or have an empty name.
pub(super) fn hyperparams(params: &Map<String, Value>) -> Outcome<Vec<Value>> {
    let mut found = Vec::new();
    flatten("", params, 1, &mut found)?;
    Ok(found)
}

fn flatten(
    prefix: &str,
    params: &Map<String, Value>,
    depth: usize,
    found: &mut Vec<Value>,
) -> Outcome<()> {
    if depth > MAX_DEPTH {
        return Err(Failure::bad(format!("params are nested more than {MAX_DEPTH} deep")));
    }
    for (key, value) in params {
        if key.trim().is_empty() {
            return Err(Failure::bad("a parameter has an empty name"));
        }
        let name = format!("{prefix}{key}");
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                flatten(&format!("{name}/"), inner, depth + 1, found)?;
            }
            value => {
                let (text, kind) = typed(value);
                found.push(json!({"section": SECTION, "name": name, "value": text, "type": kind}));
            }
        }
        if found.len() > MAX_PARAMS {
            return Err(Failure::bad(format!("there are more than {MAX_PARAMS} parameters")));
        }
    }
    Ok(())
}

/// A value's text and Python type.
fn typed(value: &Value) -> (String, &'static str) {
    match value {
        Value::Null => (String::new(), "NoneType"),
        Value::Bool(_) => (literal(value), "bool"),
        Value::Number(number) if number.is_f64() => (number.to_string(), "float"),
        Value::Number(number) => (number.to_string(), "int"),
        Value::String(text) => (text.clone(), "str"),
        Value::Array(_) => (list(value), "list"),
        Value::Object(_) => (list(value), "dict"),
    }
}

/// A list, so that Python's literals and the SDK's YAML both read it; the SDK itself writes JSON when
/// there is a null inside.
fn list(value: &Value) -> String {
    if has_null(value) { value.to_string() } else { literal(value) }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(items) => items.values().any(has_null),
        _ => false,
    }
}

/// The value as a Python literal. Texts are written as in JSON, which Python reads alike.
fn literal(value: &Value) -> String {
    match value {
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        Value::Object(items) => {
            let pair = |(key, value): (&String, &Value)| {
                format!("{}: {}", Value::from(key.as_str()), literal(value))
            };
            format!("{{{}}}", items.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_are_an_object_or_its_text() {
        for (given, expected) in [
            (None, Some(json!({}))),
            (Some(json!(null)), Some(json!({}))),
            (Some(json!("")), Some(json!({}))),
            (Some(json!({"a": 1})), Some(json!({"a": 1}))),
            (Some(json!("{\"a\": 1}")), Some(json!({"a": 1}))),
            (Some(json!("[1]")), None),
            (Some(json!("{")), None),
            (Some(json!([1])), None),
            (Some(json!(5)), None),
            (Some(json!(true)), None),
        ] {
            let read = read(given.as_ref());
            assert_eq!(read.clone().ok().map(Value::Object), expected, "{given:?}");
            assert!(read.is_ok() || read.is_err_and(|failure| failure.status == 400));
        }
    }

    #[test]
    fn parameters_are_flat_typed_text() {
        let params = json!({"city": "Firenze", "n": 3, "x": 0.5, "big": 1e300, "on": true, "no": null,
            "list": [1, "a\"b", true], "holes": [1, null], "empty": {}, "deep": {"a": {"b": -1}, "c/d": false}});
        let found = hyperparams(params.as_object().expect("a map")).expect("parameters");
        let shown: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|item| {
                assert_eq!(item["section"], "General");
                let text = |key: &str| item[key].as_str().expect("text");
                (text("name"), text("value"), text("type"))
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("big", "1e+300", "float"),
                ("city", "Firenze", "str"),
                ("deep/a/b", "-1", "int"),
                ("deep/c/d", "False", "bool"),
                ("empty", "{}", "dict"),
                ("holes", "[1,null]", "list"),
                ("list", "[1, \"a\\\"b\", True]", "list"),
                ("n", "3", "int"),
                ("no", "", "NoneType"),
                ("on", "True", "bool"),
                ("x", "0.5", "float"),
            ]
        );
    }

    #[test]
    fn parameters_are_bounded() {
        let deep = (0..40).fold(json!({"a": 1}), |inner, _| json!({"a": inner}));
        let many: Map<String, Value> = (0..3_000).map(|n| (n.to_string(), json!(n))).collect();
        for params in [deep, many.into(), json!({" ": 1}), json!({"a": {"": 1}})] {
            let failure = hyperparams(params.as_object().expect("a map")).expect_err("refused");
            assert_eq!(failure.status, 400);
        }
    }
}

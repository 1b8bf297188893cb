//! Checks and completes the fields a handler declares, the way the reference server's typed
//! handlers do.

use serde_json::{Map, Value};

use crate::endpoints::{Field, Handler, Item, Kind};
use crate::error::{Code, Error, Result};
use crate::json;
use crate::request::kind;

/// Returns the request with declared fields coerced and defaults filled in; other fields pass
/// untouched.
///
/// - Integers accept digits in text and truncate floats; numbers accept only numbers; booleans take
///   the truth of any value; texts and lists need that very type.
/// - An absent field gets its default. An explicit null of an optional field stays null (a list
///   becomes `[]`).
///
/// # Errors
/// 400/11 for a key that must be present, 400/12 naming the field and what it expects.
pub fn validate(handler: &Handler, mut fields: Map<String, Value>) -> Result<Map<String, Value>> {
    let missing: Vec<&String> =
        handler.required_fields.iter().filter(|name| !fields.contains_key(*name)).collect();
    if !missing.is_empty() {
        return Err(Error::new(Code::MissingRequiredFields).with_list("fields", missing));
    }
    check_fields(&handler.fields, &mut fields, "")?;
    Ok(fields)
}

fn check_fields(declared: &[Field], fields: &mut Map<String, Value>, parent: &str) -> Result<()> {
    for field in declared {
        let path = join(parent, &field.name);
        match fields.get_mut(&field.name) {
            Some(value) => check_field(field, value, &path)?,
            None if field.required => return Err(invalid(&path, "is required")),
            None => {
                if let Some(default) = &field.default {
                    fields.insert(field.name.clone(), default.clone());
                } else if matches!(field.kind, Kind::List(_)) {
                    check_length(field, 0, &path)?;
                }
            }
        }
    }
    Ok(())
}

fn check_field(field: &Field, value: &mut Value, path: &str) -> Result<()> {
    if value.is_null() {
        if field.required {
            return Err(invalid(path, "is required and may not be null"));
        }
        if !matches!(field.kind, Kind::List(_)) {
            return Ok(());
        }
        *value = Value::Array(Vec::new());
    }
    check_kind(&field.kind, value, path)?;
    match value {
        Value::Array(items) => check_length(field, items.len(), path),
        Value::String(text) if matches!(field.kind, Kind::String(_)) => {
            check_length(field, text.chars().count(), path)
        }
        number => check_range(field, number, path),
    }
}

fn check_kind(expected: &Kind, value: &mut Value, path: &str) -> Result<()> {
    match expected {
        Kind::Any => Ok(()),
        Kind::Boolean => {
            *value = Value::Bool(is_true(value));
            Ok(())
        }
        Kind::Integer => {
            *value = integer(value).ok_or_else(|| expects(path, "an integer", value))?;
            Ok(())
        }
        Kind::Number if json::is_number(value) => Ok(()),
        Kind::Number => Err(expects(path, "a number", value)),
        Kind::String(words) => {
            let text = json::as_str(value).ok_or_else(|| expects(path, "a string", value))?;
            if words.is_empty() || words.iter().any(|word| word == text) {
                return Ok(());
            }
            Err(invalid(path, &format!("must be one of {}, got '{text}'", words.join(", "))))
        }
        Kind::List(item) => match value {
            Value::Array(items) => check_items(item, items, path),
            other => Err(expects(path, "a list", other)),
        },
        Kind::Object(declared) => match value {
            Value::Object(fields) => check_fields(declared, fields, path),
            other => Err(expects(path, "an object", other)),
        },
        Kind::MapOf(of) => match value {
            Value::Object(entries) => entries
                .iter_mut()
                .try_for_each(|(key, entry)| check_kind(of, entry, &join(path, key))),
            other => Err(expects(path, "an object", other)),
        },
    }
}

fn check_items(item: &Item, items: &mut [Value], path: &str) -> Result<()> {
    for (index, value) in items.iter_mut().enumerate() {
        if !(item.nullable && value.is_null()) {
            check_kind(&item.kind, value, &format!("{path}[{index}]"))?;
        }
    }
    Ok(())
}

fn check_length(field: &Field, length: usize, path: &str) -> Result<()> {
    match field.min_length {
        Some(least) if length < least => {
            let unit = if matches!(field.kind, Kind::String(_)) { "characters" } else { "items" };
            Err(invalid(path, &format!("needs at least {least} {unit}, got {length}")))
        }
        _ => Ok(()),
    }
}

fn check_range(field: &Field, value: &Value, path: &str) -> Result<()> {
    let Some(number) = json::as_f64(value) else { return Ok(()) };
    // NaN is neither within nor beyond a limit, and no rule with a limit can use it.
    if let Some(min) = field.min
        && (number < min || number.is_nan())
    {
        return Err(invalid(path, &format!("must be at least {min}")));
    }
    if let Some(max) = field.max
        && (number > max || number.is_nan())
    {
        return Err(invalid(path, &format!("must be at most {max}")));
    }
    Ok(())
}

/// Python's truth of a value: empty and zero are false, everything else, `"false"` too, is true.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// Python's `int(value)` for what JSON can hold; None where that fails or 64 bits do not suffice.
fn integer(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(truth) => Some(Value::from(i64::from(*truth))),
        Value::Number(number) if number.is_f64() => truncated(number.as_f64()?),
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

fn truncated(number: f64) -> Option<Value> {
    // 2^63 is the first float beyond the range; every float below it and from -2^63 on converts
    // exactly.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let whole = number.trunc();
    (-LIMIT..LIMIT).contains(&whole).then(|| Value::from(whole as i64))
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

fn expects(path: &str, expected: &str, found: &Value) -> Error {
    invalid(path, &format!("expects {expected}, got {}", kind(found)))
}

fn invalid(path: &str, reason: &str) -> Error {
    Error::new(Code::ValidationError).extra(format!("field '{path}' {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::table;
    use crate::version::Version;
    use serde_json::json;

    fn check(endpoint: &str, request: Value) -> Result<Value> {
        let handler = table().get(endpoint).and_then(|e| e.handler(Version::MAX)).expect(endpoint);
        let Value::Object(fields) = request else { panic!("an object") };
        validate(handler, fields).map(Value::Object)
    }

    fn refusal(endpoint: &str, request: Value) -> String {
        check(endpoint, request).expect_err(endpoint).to_string()
    }

    #[test]
    fn values_are_coerced_as_the_reference_does() {
        let histogram = "events.scalar_metrics_iter_histogram";
        for (given, expected) in [
            (json!("12"), json!(12)),
            (json!(" 12 "), json!(12)),
            (json!(3.9), json!(3)),
            (json!(true), json!(1)),
            (json!(null), json!(null)),
        ] {
            let answer = check(histogram, json!({"task": "t", "samples": given})).expect("valid");
            assert_eq!(answer["samples"], expected, "{given}");
        }
        for (given, expected) in [
            (json!("false"), true),
            (json!(""), false),
            (json!(0), false),
            (json!(0.0), false),
            (json!([0]), true),
            (json!({}), false),
            (json::number(f64::NAN), true),
        ] {
            let answer = check("tasks.delete", json!({"task": "t", "force": given}));
            assert_eq!(answer.expect("valid")["force"], json!(expected), "{given}");
        }
    }

    #[test]
    fn defaults_are_for_absent_fields_only() {
        let absent = check("tasks.delete", json!({"task": "t", "unknown": [1]})).expect("valid");
        assert_eq!(absent["delete_output_models"], json!(true));
        assert_eq!(absent["unknown"], json!([1]));
        let null = json!({"task": "t", "delete_output_models": null});
        assert_eq!(
            check("tasks.delete", null).expect("valid")["delete_output_models"],
            json!(null)
        );
        let lists = check("tasks.update_tags", json!({"ids": ["a"], "add_tags": null}));
        assert_eq!(lists.expect("valid")["add_tags"], json!([]));
    }

    #[test]
    fn refusals_name_the_field_and_the_expectation() {
        let histogram = "events.scalar_metrics_iter_histogram";
        for (endpoint, request, expected) in [
            ("tasks.delete", json!({}), "field 'task' is required"),
            ("tasks.delete", json!({"task": null}), "field 'task' is required and may not be null"),
            ("tasks.delete", json!({"task": 1}), "field 'task' expects a string, got a number"),
            (
                "tasks.delete",
                json!({"task": json::number(f64::NAN)}),
                "field 'task' expects a string, got a number",
            ),
            (histogram, json!({"task": "t", "samples": 0}), "field 'samples' must be at least 1"),
            (
                histogram,
                json!({"task": "t", "samples": 6001}),
                "field 'samples' must be at most 6000",
            ),
            (
                histogram,
                json!({"task": "t", "samples": "3.5"}),
                "field 'samples' expects an integer, got a string",
            ),
            (
                histogram,
                json!({"task": "t", "samples": 1e300}),
                "field 'samples' expects an integer, got a number",
            ),
            (
                histogram,
                json!({"task": "t", "key": "epoch"}),
                "field 'key' must be one of iter, timestamp, iso_time, got 'epoch'",
            ),
            (
                histogram,
                json!({"task": "t", "metrics": [{"metric": "m"}, {"variants": []}]}),
                "field 'metrics[1].metric' is required",
            ),
            (
                "queues.get_queue_metrics",
                json!({"from_date": "1", "to_date": 2, "interval": 1}),
                "field 'from_date' expects a number, got a string",
            ),
            ("tasks.archive_many", json!({}), "field 'ids' needs at least 1 items, got 0"),
            (
                "tasks.archive_many",
                json!({"ids": null}),
                "field 'ids' needs at least 1 items, got 0",
            ),
            ("tasks.archive_many", json!({"ids": "a"}), "field 'ids' expects a list, got a string"),
            (
                "tasks.archive_many",
                json!({"ids": [{}]}),
                "field 'ids[0]' expects a string, got an object",
            ),
            (
                "reports.update",
                json!({"task": "t", "name": "ab"}),
                "field 'name' needs at least 3 characters, got 2",
            ),
            (
                "models.create",
                json!({"name": "abc", "uri": "u", "metadata": {"k": {"key": "k", "type": "t"}}}),
                "field 'metadata.k.value' is required",
            ),
        ] {
            let error = refusal(endpoint, request);
            assert_eq!(error, format!("Validation error ({expected})"), "{endpoint}");
        }
        assert_eq!(refusal("projects.create", json!({})), "Missing required fields: fields=(name)");
        assert!(check("projects.create", json!({"name": null})).is_ok());
    }

    #[test]
    fn some_lists_hold_nulls() {
        let answer = check("projects.get_task_parents", json!({"projects": [null, "p"]}));
        assert_eq!(answer.expect("valid")["projects"], json!([null, "p"]));
        let refused = refusal("tasks.archive_many", json!({"ids": [null]}));
        assert!(refused.contains("field 'ids[0]' expects a string, got null"), "{refused}");
    }
}

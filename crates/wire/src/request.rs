//! Request payloads: a JSON object, JSON lines, and what query strings and forms add to an object.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::error::{Code, Error, Result};
use crate::json;

/// The content type of a batch; compared exactly, as the reference server does.
pub const JSON_LINES: &str = "application/json-lines";

const FORM: &str = "application/x-www-form-urlencoded";

/// A request's payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// One object; an empty body is `{}`, and so is null, which the official pages send.
    Object(Map<String, Value>),
    /// The items of a JSON-lines body, in order.
    Batch(Vec<Map<String, Value>>),
}

/// Reads a request's body. Any content type but JSON lines is read as JSON; a form (unless it turns
/// out to be JSON, which is what `curl -d` sends) is read as a query string.
///
/// # Errors
/// 400/0 for malformed JSON or JSON that is not an object, 400/18 naming the item for a bad line.
pub fn body(content_type: Option<&str>, bytes: &[u8]) -> Result<Body> {
    let content_type = content_type.unwrap_or_default();
    if content_type == JSON_LINES {
        return json_lines(bytes).map(Body::Batch);
    }
    let trimmed = bytes.trim_ascii();
    if trimmed.is_empty() {
        return Ok(Body::Object(Map::new()));
    }
    if content_type.starts_with(FORM) && trimmed[0] != b'{' {
        let mut fields = Map::new();
        merge_query(&mut fields, &String::from_utf8_lossy(trimmed))?;
        return Ok(Body::Object(fields));
    }
    match json::parse(trimmed) {
        Ok(Value::Object(fields)) => Ok(Body::Object(fields)),
        Ok(Value::Null) => Ok(Body::Object(Map::new())),
        Ok(other) => Err(Error::new(Code::Plain400)
            .extra(format!("the request body must be a JSON object, found {}", kind(&other)))),
        Err(error) => Err(Error::new(Code::Plain400).extra(error.to_string())),
    }
}

/// Reads a JSON-lines body: one object a line, empty lines skipped.
///
/// # Errors
/// 400/18 with the index (from 0) of the first item that is not a JSON object.
pub fn json_lines(bytes: &[u8]) -> Result<Vec<Map<String, Value>>> {
    lines(bytes)
        .enumerate()
        .map(|(index, line)| match json::parse(line) {
            Ok(Value::Object(item)) => Ok(item),
            Ok(other) => {
                Err(bad_item(index, format!("expected an object, found {}", kind(&other))))
            }
            Err(error) => Err(bad_item(index, error.to_string())),
        })
        .collect()
}

/// The lines of a JSON-lines body that hold an item, for callers that read items into types of
/// their own.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

/// The error for a batch item that cannot be read.
pub fn bad_item(index: usize, reason: impl Into<String>) -> Error {
    Error::new(Code::BatchValidationError).extra(reason).with("item", index)
}

/// Lays a query string over a request's fields. Dotted names nest, a repeated name or one that ends
/// in `[]` becomes a list, values are typed by [`query_value`].
///
/// # Errors
/// 400/0 when a dotted name nests deeper than JSON may.
pub fn merge_query(fields: &mut Map<String, Value>, query: &str) -> Result<()> {
    for (name, values) in group_by_name(query) {
        let (path, is_list) = match name.strip_suffix("[]") {
            Some(path) => (path, true),
            None => (name.as_str(), values.len() > 1),
        };
        if path.split('.').count() > json::MAX_DEPTH {
            return Err(Error::new(Code::Plain400).extra("a query name nests too deep"));
        }
        let mut typed: Vec<Value> = values.iter().map(|text| query_value(text)).collect();
        let value = if is_list { Value::Array(typed) } else { typed.pop().unwrap_or_default() };
        insert_at(fields, path, value);
    }
    Ok(())
}

/// Names and values of a query string in their order, percent-decoded, plus signs read as spaces.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decode =
        |text: &str| json::clean(&percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy());
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// Names and their values in order of first appearance.
fn group_by_name(query: &str) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut positions = std::collections::HashMap::new();
    for (name, value) in query_pairs(query) {
        let position = *positions.entry(name.clone()).or_insert_with(|| {
            groups.push((name, Vec::new()));
            groups.len() - 1
        });
        groups[position].1.push(value);
    }
    groups
}

/// Types a value of a query string: digits are an integer, digits with one dot a float,
/// `true/True/TRUE` and `false/False/FALSE` booleans, anything else stays text.
pub fn query_value(text: &str) -> Value {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if is_digits(text)
        && let Ok(integer) = text.parse::<u64>()
    {
        return Value::from(integer);
    }
    if is_digits(&text.replacen('.', "", 1))
        && let Ok(float) = text.parse::<f64>()
    {
        return json::number(float);
    }
    Value::from(text)
}

/// Sets the field at a dotted path; what stands in the way and is not an object is replaced by one.
fn insert_at(fields: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        fields.insert(path.to_owned(), value);
        return;
    };
    let slot = fields.entry(first).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        insert_at(inner, rest, value);
    }
}

/// What a JSON value is, in the words of error messages.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
        value if json::is_number(value) => "a number",
        _ => "a string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn object(content_type: Option<&str>, bytes: &[u8]) -> Value {
        match body(content_type, bytes) {
            Ok(Body::Object(fields)) => Value::Object(fields),
            other => panic!("expected an object, got {other:?}"),
        }
    }

    fn merged(start: Value, query: &str) -> Value {
        let Value::Object(mut fields) = start else { panic!("an object") };
        merge_query(&mut fields, query).expect(query);
        Value::Object(fields)
    }

    #[test]
    fn bodies_are_json_whatever_the_content_type() {
        for content_type in [None, Some("application/json"), Some("text/plain"), Some(FORM)] {
            assert_eq!(object(content_type, br#" {"a":1} "#), json!({"a": 1}));
            assert_eq!(object(content_type, b""), json!({}));
            assert_eq!(object(content_type, b" \n"), json!({}));
        }
        assert_eq!(object(None, b"null"), json!({}));
        assert_eq!(object(Some("application/json-lines; charset=utf-8"), b"{}"), json!({}));
        assert_eq!(object(Some(FORM), b"a=1&b.c=x"), json!({"a": 1, "b": {"c": "x"}}));
    }

    #[test]
    fn other_bodies_are_refused() {
        for (source, words) in [
            ("[1]", "Bad request (the request body must be a JSON object, found a list)"),
            ("NaN", "Bad request (the request body must be a JSON object, found a number)"),
            ("{\"a\":", "Bad request (invalid JSON: expected a value at byte 5)"),
        ] {
            let error = body(None, source.as_bytes()).expect_err(source);
            assert_eq!((error.code, error.to_string().as_str()), (Code::Plain400, words));
        }
    }

    #[test]
    fn batches_are_lines_of_objects() {
        let batch = body(Some(JSON_LINES), b"{\"a\":1}\n\n{\"a\":NaN}\r\n").expect("two items");
        let Body::Batch(items) = batch else { panic!("a batch") };
        assert_eq!(items.len(), 2);
        assert!(json::is_number(&items[1]["a"]));
        assert_eq!(body(Some(JSON_LINES), b"").expect("empty"), Body::Batch(vec![]));

        let error = json_lines(b"{}\n\n{\"a\":}\n{}").expect_err("a bad line");
        assert_eq!(
            error.to_string(),
            "Batch item is invalid (invalid JSON: expected a value at byte 5): item=1"
        );
        let error = json_lines(b"[]").expect_err("not an object");
        assert_eq!(
            error.to_string(),
            "Batch item is invalid (expected an object, found a list): item=0"
        );
    }

    #[test]
    fn queries_are_typed_nested_and_listed() {
        for (query, expected) in [
            ("", json!({})),
            (
                "a=1&b=1.5&c=.5&d=5.&e=1.2.3&f=-1&g=",
                json!({"a": 1, "b": 1.5, "c": 0.5, "d": 5.0, "e": "1.2.3", "f": "-1", "g": ""}),
            ),
            (
                "a=true&b=True&c=TRUE&d=tRUE&e=False",
                json!({"a": true, "b": true, "c": true, "d": "tRUE", "e": false}),
            ),
            ("a.b.c=1&a.b.d=2", json!({"a": {"b": {"c": 1, "d": 2}}})),
            ("a=1&a=x&b[]=2", json!({"a": [1, "x"], "b": [2]})),
            ("a.b[]=1&a.b[]=2", json!({"a": {"b": [1, 2]}})),
            ("na%6De=a+b%20c%C3%A9&flag", json!({"name": "a b cé", "flag": ""})),
            ("a=99999999999999999999", json!({"a": 1e20})),
            ("a=%00&b=%FF&&", json!({"a": "\u{FFFD}", "b": "\u{FFFD}"})),
            ("a=1&a.b=2", json!({"a": {"b": 2}})),
        ] {
            assert_eq!(merged(json!({}), query), expected, "{query}");
        }
        let start = json!({"a": 1, "b": {"c": 2}, "d": [1]});
        let expected = json!({"a": 5, "b": {"c": 2, "x": 3}, "d": [1]});
        assert_eq!(merged(start, "a=5&b.x=3"), expected);
    }

    #[test]
    fn names_may_not_nest_without_limit() {
        let error = merge_query(&mut Map::new(), &"a.".repeat(200)).expect_err("too deep");
        assert_eq!(error.code, Code::Plain400);
    }

    proptest! {
        #[test]
        fn arbitrary_queries_never_panic(query in "([a-c.=&%+\\[\\]0-9]|\\PC){0,80}") {
            merge_query(&mut Map::new(), &query).expect("shallow");
        }
    }
}

//! The writer, for files that people read and edit.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A value as HOCON text; an object without its outermost braces. What [`super::parse`] reads back
/// is the same object, except that a number that is not finite comes back as text.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(fields) => write_fields(fields, 0, &mut out),
        other => write_value(other, 0, &mut out),
    }
    out
}

fn write_fields(fields: &Map<String, Value>, level: usize, out: &mut String) {
    for (key, value) in fields {
        indent(level, out);
        write_key(key, out);
        if !value.is_object() {
            out.push(':');
        }
        out.push(' ');
        write_value(value, level, out);
        out.push('\n');
    }
}

fn write_value(value: &Value, level: usize, out: &mut String) {
    match value {
        Value::Object(fields) if fields.is_empty() => out.push_str("{}"),
        Value::Object(fields) => {
            out.push_str("{\n");
            write_fields(fields, level + 1, out);
            indent(level, out);
            out.push('}');
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            out.push_str("[\n");
            for item in items {
                indent(level + 1, out);
                write_value(item, level + 1, out);
                out.push('\n');
            }
            indent(level, out);
            out.push(']');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(item, level, out);
            }
            out.push(']');
        }
        scalar => write_scalar(scalar, out),
    }
}

fn write_scalar(scalar: &Value, out: &mut String) {
    match crate::json::as_f64(scalar) {
        Some(number) if !number.is_finite() => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\"{number}\"");
        }
        _ => {
            let _ = write!(out, "{scalar}");
        }
    }
}

fn write_key(key: &str, out: &mut String) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key != "include" && key.chars().all(is_plain) {
        out.push_str(key);
    } else {
        write_scalar(&Value::from(key), out);
    }
}

fn indent(level: usize, out: &mut String) {
    for _ in 0..level {
        out.push_str("    ");
    }
}

//! The writer: compact, ASCII only, `NaN` and infinities bare.

use std::io::Write as _;

use serde_json::Value;

use super::non_finite;

/// The JSON text of a value.
pub fn to_vec(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

/// Appends the JSON text of a value.
pub fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_display(number, out),
        Value::String(text) => match non_finite(text) {
            Some(number) => write_f64(number, out),
            None => write_str(text, out),
        },
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (index, (key, field)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_str(key, out);
                out.push(b':');
                write(field, out);
            }
            out.push(b'}');
        }
    }
}

/// Appends a number; one that is not finite is written as Python writes it.
pub fn write_f64(number: f64, out: &mut Vec<u8>) {
    match serde_json::Number::from_f64(number) {
        Some(finite) => write_display(&finite, out),
        None if number.is_nan() => out.extend_from_slice(b"NaN"),
        None if number > 0.0 => out.extend_from_slice(b"Infinity"),
        None => out.extend_from_slice(b"-Infinity"),
    }
}

/// Appends a string in quotes, everything beyond ASCII escaped.
pub fn write_str(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(needs_escape) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let mut letters = rest[at..].chars();
        if let Some(letter) = letters.next() {
            write_escaped(letter, out);
        }
        rest = letters.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

fn needs_escape(byte: u8) -> bool {
    !matches!(byte, b' '..=b'~') || byte == b'"' || byte == b'\\'
}

fn write_escaped(letter: char, out: &mut Vec<u8>) {
    let short = match letter {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        _ => {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write_display(&format_args!("\\u{unit:04x}"), out);
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

fn write_display(value: &dyn std::fmt::Display, out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = write!(out, "{value}");
}

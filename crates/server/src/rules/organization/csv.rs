//! Comma-separated values as spreadsheets read them: UTF-8 with a byte order mark, texts quoted and
//! never taken for formulas.

use arno_wire::json;
use serde_json::Value;
use std::fmt::Write;

/// The mark by which spreadsheets know UTF-8.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Appends a row.
pub(crate) fn push_row<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a Value>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push_cell(out, cell);
    }
    out.push_str("\r\n");
}

fn push_cell(out: &mut String, cell: &Value) {
    match cell {
        Value::Null => {}
        number if json::is_number(number) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{number}");
        }
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(text).collect();
            push_text(out, &texts.join(", "));
        }
        other => push_text(out, &text(other)),
    }
}

fn text(value: &Value) -> String {
    json::as_str(value).map_or_else(|| value.to_string(), str::to_owned)
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells() {
        for (cell, expected) in [
            (json!(null), ""),
            (json!(1.5), "1.5"),
            (json!(-2), "-2"),
            (json!("plain"), "\"plain\""),
            (json!("a \"b\", c\nd"), "\"a \"\"b\"\", c\nd\""),
            (json!("=1+1"), "\"'=1+1\""),
            (json!("-x"), "\"'-x\""),
            (json!("@x"), "\"'@x\""),
            (json!("\tx"), "\"'\tx\""),
            (json!("a=b"), "\"a=b\""),
            (json!(true), "\"true\""),
            (json!(["a", "b", 1]), "\"a, b, 1\""),
            (json!(["=a"]), "\"'=a\""),
            (json!({"a": 1}), "\"{\"\"a\"\":1}\""),
        ] {
            let mut out = String::new();
            push_row(&mut out, [&cell]);
            assert_eq!(out, format!("{expected}\r\n"), "{cell}");
        }
    }
}

//! Spellings that Python and PCRE accept and Rust's `regex` does not, rewritten before compiling.

use std::iter::Peekable;
use std::str::Chars;

/// `pattern` as `regex` and `fancy-regex` read it. What is not known to differ stays as it is.
pub fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, &mut out),
            '[' => class(&mut chars, &mut out),
            '(' => group(&mut chars, &mut out),
            '{' => braces(&mut chars, &mut out),
            _ => out.push(c),
        }
    }
    out
}

/// After a backslash, outside a class.
fn escape(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    match chars.next() {
        Some('Z') => out.push_str("\\z"),
        Some('Q') => quoted(chars, out),
        Some('E') => {}
        Some(c) => escaped(c, out),
        None => out.push('\\'),
    }
}

/// An escaped character: letters and digits keep their meaning, everything else is itself.
fn escaped(c: char, out: &mut String) {
    if c == '0' {
        out.push_str("\\x00");
        return;
    }
    if c.is_ascii_alphanumeric() || regex_syntax_needs_escape(c) {
        out.push('\\');
    }
    out.push(c);
}

/// `\Q…\E`: everything between stands for itself.
fn quoted(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    while let Some(c) = chars.next() {
        if c == '\\' && chars.peek() == Some(&'E') {
            chars.next();
            return;
        }
        if regex_syntax_needs_escape(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

fn regex_syntax_needs_escape(c: char) -> bool {
    matches!(
        c,
        '\\' | '.'
            | '+'
            | '*'
            | '?'
            | '('
            | ')'
            | '|'
            | '['
            | ']'
            | '{'
            | '}'
            | '^'
            | '$'
            | '#'
            | '&'
            | '-'
            | '~'
    )
}

/// A character class: what Rust would read as a set operation stands for itself.
fn class(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('[');
    if chars.peek() == Some(&'^') {
        out.push('^');
        chars.next();
    }
    let mut first = true;
    while let Some(c) = chars.next() {
        match c {
            ']' if first => out.push_str("\\]"),
            ']' => {
                out.push(']');
                return;
            }
            '[' if chars.peek() == Some(&':') => posix_class(chars, out),
            '[' | '&' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => match chars.next() {
                Some('b') => out.push_str("\\x08"),
                Some(next) => escaped(next, out),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
        first = false;
    }
}

/// `[:alpha:]` inside a class; without its end the bracket stands for itself.
fn posix_class(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    let ahead: String = chars.clone().take(12).collect();
    match ahead.find(":]").filter(|end| *end > 1) {
        Some(end) => {
            out.push('[');
            out.push_str(&ahead[..end + 2]);
            for _ in 0..ahead[..end + 2].chars().count() {
                chars.next();
            }
        }
        None => out.push_str("\\["),
    }
}

/// After an opening parenthesis: comments go.
fn group(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    let mut ahead = chars.clone();
    if ahead.next() == Some('?') && ahead.next() == Some('#') {
        for c in chars.by_ref() {
            if c == ')' {
                return;
            }
        }
        return;
    }
    out.push('(');
}

/// An opening brace that begins no repetition stands for itself; `{,n}` is `{0,n}`.
fn braces(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    let inner: String = chars.clone().take_while(|c| *c != '}').take(12).collect();
    let closed = chars.clone().nth(inner.chars().count()) == Some('}');
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    match inner.split_once(',') {
        _ if !closed => out.push_str("\\{"),
        Some(("", max)) if is_number(max) && !max.is_empty() => out.push_str("{0"),
        Some((min, max)) if !min.is_empty() && is_number(min) && is_number(max) => out.push('{'),
        None if !inner.is_empty() && is_number(&inner) => out.push('{'),
        _ => out.push_str("\\{"),
    }
}

//! Text to [`Node`]s.

use serde_json::Value;

use super::Fault;
use super::tree::{Fields, Node, append, assign};
use crate::json::{self, MAX_DEPTH};

pub(super) fn document(text: &str) -> Result<Fields, Fault> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.skip("\u{FEFF}");
    reader.skip_blank();
    if !reader.skip("{") {
        return reader.fields(None);
    }
    let fields = reader.fields(Some(reader.at - 1))?;
    reader.skip_blank();
    if reader.peek().is_some() {
        return Err(reader.fault("unexpected text after the closing '}'"));
    }
    Ok(fields)
}

struct Reader<'a> {
    text: &'a str,
    /// Bytes read so far; always on a character boundary.
    at: usize,
    depth: usize,
}

/// A piece of a value: pieces on one line are joined.
enum Piece {
    /// Unquoted text, white space included.
    Bare(String),
    /// What stands for itself.
    Whole(Node),
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.at, message)
    }

    /// Steps over white space, line ends and comments.
    fn skip_blank(&mut self) {
        loop {
            let trimmed = self.rest().trim_start();
            self.at = self.text.len() - trimmed.len();
            if !trimmed.starts_with('#') && !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn skip_blank_and_commas(&mut self) {
        self.skip_blank();
        while self.skip(",") {
            self.skip_blank();
        }
    }

    fn enter(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// Fields up to the brace that closes the one at `opened`, or to the end of the text.
    fn fields(&mut self, opened: Option<usize>) -> Result<Fields, Fault> {
        self.enter()?;
        let mut fields = Fields::new();
        loop {
            self.skip_blank_and_commas();
            match (self.peek(), opened) {
                (None, None) => break,
                (None, Some(at)) => return Err(Fault::new(at, "this '{' is not closed")),
                (Some('}'), Some(_)) => {
                    self.skip("}");
                    break;
                }
                (Some('}'), None) => return Err(self.fault("this '}' closes nothing")),
                _ => self.field(&mut fields)?,
            }
        }
        self.depth -= 1;
        Ok(fields)
    }

    fn field(&mut self, fields: &mut Fields) -> Result<(), Fault> {
        let start = self.at;
        let path = self.path(&['{', '}', '[', ']', ',', ':', '=', '+', '"', '#', '\n'])?;
        if path.len() + self.depth > MAX_DEPTH {
            return Err(Fault::new(start, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.skip_blank();
        if path[0] == "include" && self.peek() == Some('"') || path[0].starts_with("include ") {
            let message = "'include' is not supported; write the included settings here";
            return Err(Fault::new(start, message));
        }
        // The levels that a dotted key opens count like braces.
        self.depth += path.len() - 1;
        if self.skip("+=") {
            let value = self.value()?;
            append(fields, &path, value, start)?;
        } else if self.skip(":") || self.skip("=") || self.peek() == Some('{') {
            let value = self.value()?;
            assign(fields, &path, value, start)?;
        } else {
            return Err(self.fault("expected '=', ':' or '{' after the key"));
        }
        self.depth -= path.len() - 1;
        Ok(())
    }

    /// A dotted path; `ends` are the characters that no unquoted part of it can hold.
    fn path(&mut self, ends: &[char]) -> Result<Vec<String>, Fault> {
        let mut parts = Vec::new();
        loop {
            let part = if self.peek() == Some('"') {
                let quoted = self.quoted()?;
                let rest = self.rest().trim_start_matches([' ', '\t']);
                self.at = self.text.len() - rest.len();
                quoted
            } else {
                let rest = self.rest();
                let end = rest.find(|c| c == '.' || ends.contains(&c)).unwrap_or(rest.len());
                let part = rest[..end].trim();
                if part.is_empty() {
                    return Err(self.fault("expected a key"));
                }
                self.at += end;
                part.to_owned()
            };
            parts.push(part);
            if !self.skip(".") {
                return Ok(parts);
            }
        }
    }

    fn value(&mut self) -> Result<Node, Fault> {
        self.skip_blank();
        let start = self.at;
        let mut pieces = Vec::new();
        while let Some(piece) = self.piece()? {
            pieces.push(piece);
        }
        trim_ends(&mut pieces);
        let is_text = |piece: &Piece| {
            matches!(piece, Piece::Bare(_) | Piece::Whole(Node::Scalar(Value::String(_))))
        };
        match pieces.as_slice() {
            [] => Err(Fault::new(start, "expected a value")),
            [Piece::Bare(text)] => Ok(Node::Scalar(bare_value(text))),
            [Piece::Whole(node)] => Ok(node.clone()),
            several if several.iter().all(is_text) => {
                let text: String = several.iter().map(piece_text).collect();
                Ok(Node::Scalar(Value::from(text)))
            }
            _ => {
                let parts = pieces.into_iter().map(|piece| match piece {
                    Piece::Bare(text) => Node::Scalar(Value::from(text)),
                    Piece::Whole(node) => node,
                });
                Ok(Node::Join { parts: parts.collect(), at: start })
            }
        }
    }

    /// The next piece of a value; None where the value ends.
    fn piece(&mut self) -> Result<Option<Piece>, Fault> {
        let whole = match self.peek() {
            None | Some('\n' | ',' | '}' | ']' | '#') => return Ok(None),
            Some('"') => Node::Scalar(Value::from(self.quoted()?)),
            Some('{') => {
                self.at += 1;
                Node::Object(self.fields(Some(self.at - 1))?)
            }
            Some('[') => Node::Array(self.array()?),
            _ if self.rest().starts_with("${") => self.substitution()?,
            _ => {
                let text = self.bare()?;
                return Ok((!text.is_empty()).then_some(Piece::Bare(text)));
            }
        };
        Ok(Some(Piece::Whole(whole)))
    }

    fn array(&mut self) -> Result<Vec<Node>, Fault> {
        let opened = self.at;
        self.at += 1;
        self.enter()?;
        let mut items = Vec::new();
        loop {
            self.skip_blank_and_commas();
            match self.peek() {
                None => return Err(Fault::new(opened, "this '[' is not closed")),
                Some(']') => break,
                Some('}') => return Err(self.fault("expected ']' before this '}'")),
                _ => items.push(self.value()?),
            }
        }
        self.skip("]");
        self.depth -= 1;
        Ok(items)
    }

    fn substitution(&mut self) -> Result<Node, Fault> {
        let at = self.at;
        self.skip("${");
        let optional = self.skip("?");
        let path = self.path(&['{', '}', '$', '"', '\n'])?;
        if !self.skip("}") {
            return Err(Fault::new(at, "this substitution is not closed"));
        }
        Ok(Node::Substitution { path, optional, at })
    }

    /// Unquoted text up to what ends it. A comment starts only at a word's beginning, so that URLs
    /// stay whole.
    fn bare(&mut self) -> Result<String, Fault> {
        let rest = self.rest();
        let mut after_space = true;
        let mut end = rest.len();
        for (at, letter) in rest.char_indices() {
            let following = &rest[at + letter.len_utf8()..];
            let is_end = matches!(letter, '\n' | ',' | '{' | '}' | '[' | ']' | '"' | '#')
                || (letter == '$' && following.starts_with('{'))
                || (after_space && letter == '/' && following.starts_with('/'));
            if is_end {
                end = at;
                break;
            }
            let is_separator = letter == '='
                || (letter == ':' && following.chars().next().is_none_or(char::is_whitespace));
            if is_separator {
                let message = format!("text with '{letter}' must be in double quotes");
                return Err(Fault::new(self.at + at, message));
            }
            after_space = letter.is_whitespace();
        }
        self.at += end;
        Ok(json::clean(&rest[..end]))
    }

    fn quoted(&mut self) -> Result<String, Fault> {
        let opened = self.at;
        if self.skip("\"\"\"") {
            return self.triple_quoted(opened);
        }
        self.at += 1;
        let unclosed = || Fault::new(opened, "this text in quotes is not closed");
        let mut escaped = false;
        let mut length = None;
        for (at, byte) in self.rest().bytes().enumerate() {
            match byte {
                b'\n' => return Err(unclosed()),
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    length = Some(at + 1);
                    break;
                }
                _ => {}
            }
        }
        self.at += length.ok_or_else(unclosed)?;
        // Only tabs and other control characters stand in the way of reading it as JSON text.
        let inner = &self.text[opened + 1..self.at - 1];
        let source = format!("\"{}\"", inner.replace('\t', "\\t").replace('\r', "\\r"));
        match json::parse(source.as_bytes()) {
            Ok(Value::String(text)) => Ok(text),
            _ => Err(Fault::new(
                opened,
                "invalid escape in this text; write a backslash as \\\\ or use triple quotes",
            )),
        }
    }

    /// Text up to the last three of the next row of quotes, as it is.
    fn triple_quoted(&mut self, opened: usize) -> Result<String, Fault> {
        let rest = self.rest();
        let close = rest
            .find("\"\"\"")
            .ok_or_else(|| Fault::new(opened, "this text in triple quotes is not closed"))?;
        let quotes = rest[close..].bytes().take_while(|b| *b == b'"').count();
        self.at += close + quotes;
        Ok(json::clean(&rest[..close + quotes - 3]))
    }
}

/// Takes the white space at both ends of a value away; it belongs to the line, not to the value.
fn trim_ends(pieces: &mut Vec<Piece>) {
    if let Some(Piece::Bare(text)) = pieces.first_mut() {
        *text = text.trim_start().to_owned();
    }
    if let Some(Piece::Bare(text)) = pieces.last_mut() {
        text.truncate(text.trim_end().len());
    }
    pieces.retain(|piece| !matches!(piece, Piece::Bare(text) if text.is_empty()));
}

fn piece_text(piece: &Piece) -> &str {
    match piece {
        Piece::Bare(text) | Piece::Whole(Node::Scalar(Value::String(text))) => text,
        Piece::Whole(_) => "",
    }
}

/// What unquoted text means: a boolean, null, a number (unless it has leading zeros) or itself.
fn bare_value(text: &str) -> Value {
    match text.to_ascii_lowercase().as_str() {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        "null" => return Value::Null,
        _ => {}
    }
    match serde_json::from_str::<serde_json::Number>(text) {
        Ok(number) => Value::Number(number),
        Err(_) => Value::from(text),
    }
}

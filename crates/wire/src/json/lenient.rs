//! A reader for what strict readers refuse and Python accepts. Slower than `serde_json`, so used
//! second.

use serde_json::{Map, Value};

use super::{JsonError, MAX_DEPTH, clean, number};

pub(super) fn parse(text: &str) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.skip("\u{FEFF}");
    let value = reader.value()?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.error("unexpected text after the value"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    /// Bytes read so far; always on a character boundary.
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a literal if it comes next.
    fn skip(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Steps over the bytes that satisfy a test for ASCII characters and returns how many.
    fn skip_while(&mut self, test: impl Fn(u8) -> bool) -> usize {
        let count = self.rest().bytes().take_while(|b| b.is_ascii() && test(*b)).count();
        self.at += count;
        count
    }

    fn skip_space(&mut self) {
        self.skip_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn error(&self, what: &'static str) -> JsonError {
        JsonError::Syntax { what, at: self.at }
    }

    fn value(&mut self) -> Result<Value, JsonError> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.literal(),
        }
    }

    fn nested(
        &mut self,
        read: impl Fn(&mut Self) -> Result<Value, JsonError>,
    ) -> Result<Value, JsonError> {
        if self.depth == MAX_DEPTH {
            return Err(JsonError::TooDeep);
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, JsonError> {
        let mut fields = Map::new();
        self.skip_space();
        if self.skip("}") {
            return Ok(Value::Object(fields));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.error("expected a property name in double quotes"));
            }
            let key = self.string()?;
            self.skip_space();
            if !self.skip(":") {
                return Err(self.error("expected ':'"));
            }
            fields.insert(key, self.value()?);
            self.skip_space();
            if self.skip("}") {
                return Ok(Value::Object(fields));
            }
            if !self.skip(",") {
                return Err(self.error("expected ',' or '}'"));
            }
        }
    }

    fn array(&mut self) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        self.skip_space();
        if self.skip("]") {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.skip("]") {
                return Ok(Value::Array(items));
            }
            if !self.skip(",") {
                return Err(self.error("expected ',' or ']'"));
            }
        }
    }

    fn literal(&mut self) -> Result<Value, JsonError> {
        let literals = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", number(f64::NAN)),
            ("Infinity", number(f64::INFINITY)),
        ];
        for (literal, value) in literals {
            if self.skip(literal) {
                return Ok(value);
            }
        }
        Err(self.error("expected a value"))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        let start = self.at;
        let negative = self.skip("-");
        if negative && self.skip("Infinity") {
            return Ok(number(f64::NEG_INFINITY));
        }
        if !self.skip("0") && self.skip_while(|b| b.is_ascii_digit()) == 0 {
            return Err(self.error("expected a digit"));
        }
        let integer_end = self.at;
        if self.skip(".") && self.skip_while(|b| b.is_ascii_digit()) == 0 {
            return Err(self.error("expected a digit after the decimal point"));
        }
        if self.skip("e") || self.skip("E") {
            let _sign = self.skip("+") || self.skip("-");
            if self.skip_while(|b| b.is_ascii_digit()) == 0 {
                return Err(self.error("expected a digit in the exponent"));
            }
        }
        let text = &self.text[start..self.at];
        let is_integer = integer_end == self.at && text != "-0";
        if is_integer && let Ok(integer) = text.parse::<i64>() {
            return Ok(Value::from(integer));
        }
        if is_integer && let Ok(integer) = text.parse::<u64>() {
            return Ok(Value::from(integer));
        }
        text.parse().map(number).map_err(|_| self.error("expected a number"))
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let plain =
                self.rest().bytes().position(|b| b == b'"' || b == b'\\' || b < b' ').ok_or(
                    JsonError::Syntax { what: "unterminated string", at: self.text.len() },
                )?;
            text.push_str(&self.rest()[..plain]);
            self.at += plain;
            if self.skip("\"") {
                return Ok(clean(&text));
            }
            if !self.skip("\\") {
                return Err(self.error("control character in a string"));
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let letter = self.peek().ok_or_else(|| self.error("unterminated string"))?;
        let character = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.error("invalid escape")),
        };
        self.at += 1;
        Ok(character)
    }

    /// Four hexadecimal digits, or a surrogate pair; a lone surrogate becomes U+FFFD.
    fn unicode(&mut self) -> Result<char, JsonError> {
        let unit = self.four_digits()?;
        let Some(Ok(character)) = char::decode_utf16([unit]).next() else {
            return self.second_of_pair(unit);
        };
        Ok(character)
    }

    fn second_of_pair(&mut self, first: u16) -> Result<char, JsonError> {
        let after_first = self.at;
        if self.skip("\\u") {
            let second = self.four_digits()?;
            if let Some(Ok(character)) = char::decode_utf16([first, second]).next() {
                return Ok(character);
            }
            self.at = after_first;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u16, JsonError> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.error("expected four hexadecimal digits"))?;
        self.at += 4;
        Ok(digits)
    }
}

//! Regular expressions of requests. They never run in the database: a pattern is read once, and
//! what it says about plain text (`^name$` is equality, `^name` a prefix, `name` a part) goes into
//! SQL; the rest is matched here, by `regex` or, for what that refuses, by `fancy-regex` with a
//! limit on its work.

use super::python;
use arno_wire::error::{Code, Error, Result};

/// Longest pattern accepted, in bytes.
const MAX_PATTERN: usize = 32 * 1024;
/// Memory a compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 4 * 1024 * 1024;
/// Steps `fancy-regex` may take on one text.
const MAX_STEPS: usize = 200_000;

/// A pattern ready to match.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    shape: Shape,
    matcher: Matcher,
}

/// What a pattern says about plain text. Unless [`Shape::is_exact`], only a necessary condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The text is this.
    Equals(String),
    /// The text is this when letters A–Z count as a–z; always ASCII.
    EqualsIgnoringCase(String),
    /// The text begins with this; `true`: and that is all the pattern asks.
    Prefix(String, bool),
    /// The text contains this; `true`: and that is all the pattern asks.
    Part(String, bool),
    /// Nothing that is of use.
    Anything,
}

impl Shape {
    /// Whether the shape alone decides.
    pub fn is_exact(&self) -> bool {
        match self {
            Shape::Equals(_) | Shape::EqualsIgnoringCase(_) => true,
            Shape::Prefix(_, exact) | Shape::Part(_, exact) => *exact,
            Shape::Anything => false,
        }
    }
}

#[derive(Clone, Debug)]
enum Matcher {
    Shape,
    Fast(regex::Regex),
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Reads a pattern as Python and PCRE spell them.
    ///
    /// # Errors
    /// 400/21 when it is no regular expression or too large.
    pub fn new(source: &str, ignore_case: bool) -> Result<Pattern> {
        let invalid = |why: String| {
            Error::new(Code::InvalidRegexError).extra(why).with("pattern", shortened(source))
        };
        if source.len() > MAX_PATTERN {
            return Err(invalid(format!("longer than {MAX_PATTERN} bytes")));
        }
        let spelled = python::translate(source);
        let shape = shape(&spelled, ignore_case);
        let matcher = if shape.is_exact() {
            Matcher::Shape
        } else {
            compile(&spelled, ignore_case).map_err(invalid)?
        };
        Ok(Pattern { source: source.to_owned(), shape, matcher })
    }

    /// What is known about the texts that match.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Whether the pattern is found in `text`.
    ///
    /// # Errors
    /// 400/21 when matching takes too many steps.
    pub fn is_match(&self, text: &str) -> Result<bool> {
        match &self.matcher {
            Matcher::Shape => Ok(match &self.shape {
                Shape::Equals(literal) => text == literal,
                Shape::EqualsIgnoringCase(literal) => text.eq_ignore_ascii_case(literal),
                Shape::Prefix(literal, _) => text.starts_with(literal.as_str()),
                Shape::Part(literal, _) => text.contains(literal.as_str()),
                Shape::Anything => true,
            }),
            Matcher::Fast(regex) => Ok(regex.is_match(text)),
            Matcher::Backtracking(regex) => regex.is_match(text).map_err(|_| {
                Error::new(Code::InvalidRegexError)
                    .extra("matching takes too long; make the pattern simpler")
                    .with("pattern", shortened(&self.source))
            }),
        }
    }
}

fn compile(spelled: &str, ignore_case: bool) -> std::result::Result<Matcher, String> {
    let fast = regex::RegexBuilder::new(spelled)
        .case_insensitive(ignore_case)
        .size_limit(MAX_COMPILED)
        .build();
    match fast {
        Ok(regex) => Ok(Matcher::Fast(regex)),
        Err(regex::Error::CompiledTooBig(_)) => Err("the pattern is too large".to_owned()),
        Err(_) => {
            let slow = fancy_regex::RegexBuilder::new(spelled)
                .case_insensitive(ignore_case)
                .backtrack_limit(MAX_STEPS)
                .delegate_size_limit(MAX_COMPILED)
                .build();
            let refused = |e: fancy_regex::Error| e.to_string();
            slow.map(|regex| Matcher::Backtracking(Box::new(regex))).map_err(refused)
        }
    }
}

/// Reads the literal text a pattern begins with.
fn shape(pattern: &str, ignore_case: bool) -> Shape {
    if has_alternatives(pattern) {
        return Shape::Anything;
    }
    let (anchored, body) = match pattern.strip_prefix('^') {
        Some(body) => (true, body),
        None => (false, pattern),
    };
    let (literal, rest) = leading_literal(body);
    let to_end = matches!(rest, "$" | "\\z");
    match (anchored, rest.is_empty()) {
        (true, _) if to_end && !ignore_case => Shape::Equals(literal),
        (true, _) if to_end && literal.is_ascii() => Shape::EqualsIgnoringCase(literal),
        _ if ignore_case => Shape::Anything,
        (true, all) => Shape::Prefix(literal, all),
        (false, all) => Shape::Part(literal, all),
    }
}

/// Whether there may be an alternative anywhere; then the beginning says nothing.
fn has_alternatives(pattern: &str) -> bool {
    let mut escaped = false;
    pattern.chars().any(|c| {
        let bar = c == '|' && !escaped;
        escaped = c == '\\' && !escaped;
        bar
    })
}

/// The text `pattern` begins with when read as plain text, and what follows.
fn leading_literal(pattern: &str) -> (String, &str) {
    let mut literal = String::new();
    // Where the last character of the literal began: a quantifier takes it back.
    let mut last = 0;
    let mut at = 0;
    while let Some(c) = pattern[at..].chars().next() {
        let after = at + c.len_utf8();
        let (plain, next) = match c {
            '\\' => match pattern[after..].chars().next() {
                Some(escaped) if !escaped.is_alphanumeric() => {
                    (escaped, after + escaped.len_utf8())
                }
                _ => break,
            },
            '*' | '?' | '+' | '{' => {
                literal.pop();
                return (literal, &pattern[last..]);
            }
            '.' | '[' | '(' | ')' | '$' | '^' | '|' => break,
            _ => (c, after),
        };
        literal.push(plain);
        last = at;
        at = next;
    }
    (literal, &pattern[at..])
}

fn shortened(source: &str) -> String {
    source.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(source: &str) -> Pattern {
        Pattern::new(source, false).expect(source)
    }

    #[test]
    fn literal_text_is_recognised() {
        let (equals, prefix, part) = (
            |text: &str| Shape::Equals(text.to_owned()),
            |text: &str, all| Shape::Prefix(text.to_owned(), all),
            |text: &str, all| Shape::Part(text.to_owned(), all),
        );
        for (source, expected) in [
            ("^my\\ name\\-1$", equals("my name-1")),
            ("^a/b\\/c\\Z", equals("a/b/c")),
            ("^$", equals("")),
            ("^ab", prefix("ab", true)),
            ("^ab.*$", prefix("ab", false)),
            ("^abc?", prefix("ab", false)),
            ("^a+", prefix("", false)),
            ("ab", part("ab", true)),
            ("", part("", true)),
            ("ab$", part("ab", false)),
            ("ab[cd]", part("ab", false)),
            ("^a|b$", Shape::Anything),
            ("^a\\|b$", equals("a|b")),
            ("^\\d$", prefix("", false)),
            ("^тест😀$", equals("тест😀")),
        ] {
            assert_eq!(*pattern(source).shape(), expected, "{source}");
        }
        let loose = |source| Pattern::new(source, true).expect(source).shape().clone();
        assert_eq!(loose("^AbC$"), Shape::EqualsIgnoringCase("AbC".to_owned()));
        assert_eq!(loose("^Ж$"), Shape::Anything);
        assert_eq!(loose("abc"), Shape::Anything);
    }

    #[test]
    fn patterns_of_other_dialects_match() {
        for (source, text, expected) in [
            ("^a\\ b$", "a b", true),
            ("(?P<x>a)(?P=x)", "aa", true),
            ("a++b", "aaab", true),
            ("^(?!\\.).*x", ".x", false),
            ("(?i)ABC", "xabcx", true),
            ("[[]x", "[x", true),
            ("a{b", "a{b", true),
            ("^x{,2}$", "xxx", false),
            ("\\Qa.b\\E", "axb", false),
            ("a(?#comment)b", "ab", true),
            ("\\<b\\>", "<b>", true),
            ("^[\\w\\-\\.]+$", "a-b.c", true),
        ] {
            assert_eq!(pattern(source).is_match(text).expect("a match"), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let long = "a".repeat(MAX_PATTERN + 1);
        for source in ["(", "[a", "*a", "a\\", "(?<x", "(((((a{1000}){1000}){1000}){1000}))", &long]
        {
            let error = Pattern::new(source, false).expect_err("an error");
            assert_eq!(error.code, Code::InvalidRegexError);
        }
        let endless = Pattern::new("^(?:(a+)+b?)+\\1x$", false).expect("a pattern");
        let error = endless.is_match(&"a".repeat(40)).expect_err("an end");
        assert_eq!(error.code, Code::InvalidRegexError);
    }
}

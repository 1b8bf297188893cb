//! List expressions and filter objects (api.md §5.2). Both end in the same [`Groups`].

use super::ast::Cond;
use super::path::Path;
use arno_wire::error::{Code, Error, Result};
use serde_json::{Map, Value as Json};

/// How the groups of an expression are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    And,
    Or,
}

impl Join {
    fn of(self, parts: Vec<Cond>) -> Cond {
        match self {
            Join::And => Cond::All(parts),
            Join::Or => Cond::Any(parts),
        }
    }
}

/// Where a value without `__$not` goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Any,
    All,
}

enum Token {
    Enter(Context),
    Not,
    Leave,
}

fn token(field: &str, name: &str) -> Result<Token> {
    match name {
        "any" | "or" => Ok(Token::Enter(Context::Any)),
        "all" | "and" => Ok(Token::Enter(Context::All)),
        "not" => Ok(Token::Not),
        "nop" => Ok(Token::Leave),
        _ => Err(Error::new(Code::FieldsValueError)
            .extra("unknown list operator")
            .with("field", field)
            .with("value", format_args!("__${name}"))),
    }
}

/// The condition of a list parameter. A scalar is a list of one; an empty list does not filter.
///
/// # Errors
/// 400/16 for elements that are not texts, unknown operators and a `__$not` without a value.
pub fn expression(path: &Path, field: &str, value: &Json) -> Result<Cond> {
    let items = match value {
        Json::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let (mut any, mut all, mut none) = (Vec::new(), Vec::new(), Vec::new());
    let mut or_empty = false;
    let mut context = Context::Any;
    let mut join = None;
    let mut negate_next = false;
    let mut minus_excludes = true;
    for item in items {
        let text = match item {
            Json::Null => {
                or_empty = true;
                continue;
            }
            Json::String(text) => text.as_str(),
            other => return Err(not_a_text(field, other)),
        };
        if let Some(name) = text.strip_prefix("__$") {
            minus_excludes = false;
            match token(field, name)? {
                Token::Enter(entered) => {
                    context = entered;
                    let joined = if entered == Context::Any { Join::Or } else { Join::And };
                    join.get_or_insert(joined);
                }
                Token::Not => {
                    negate_next = true;
                    join.get_or_insert(Join::And);
                }
                Token::Leave => {
                    context = Context::Any;
                    minus_excludes = true;
                }
            }
            continue;
        }
        match text.strip_prefix('-').filter(|_| minus_excludes) {
            _ if std::mem::take(&mut negate_next) => none.push(text.to_owned()),
            Some(excluded) => none.push(excluded.to_owned()),
            None if context == Context::All => all.push(text.to_owned()),
            None => any.push(text.to_owned()),
        }
    }
    if negate_next {
        return Err(Error::new(Code::FieldsValueError)
            .extra("a value must follow __$not")
            .with("field", field));
    }
    let mut groups = Vec::new();
    if !any.is_empty() {
        groups.push(Cond::has(path.clone(), any));
    }
    if !all.is_empty() {
        groups.push(has_all(path, all));
    }
    if !none.is_empty() {
        groups.push(Cond::has(path.clone(), none).negate());
    }
    let joined = match groups.is_empty() {
        true => None,
        false => Some(join.unwrap_or(Join::And).of(groups)),
    };
    Ok(match (joined, or_empty) {
        (None, false) => Cond::always(),
        (None, true) => Cond::empty(path.clone()),
        (Some(cond), false) => cond,
        (Some(cond), true) => Cond::Any(vec![cond, Cond::empty(path.clone())]),
    })
}

/// The condition of one entry of `filters`: `{any: {include, exclude}, all: {…}, op}`.
///
/// # Errors
/// 400/12 when it has another form.
pub fn filter(path: &Path, field: &str, value: &Json) -> Result<Cond> {
    let object = value.as_object().ok_or_else(|| malformed(field, "an object is expected"))?;
    if let Some(unknown) = object.keys().find(|key| !["any", "all", "op"].contains(&key.as_str())) {
        return Err(malformed(field, &format!("unknown key {unknown}")));
    }
    let join = match object.get("op") {
        None | Some(Json::Null) => Join::And,
        Some(Json::String(op)) if op == "and" => Join::And,
        Some(Json::String(op)) if op == "or" => Join::Or,
        Some(_) => return Err(malformed(field, "op is \"and\" or \"or\"")),
    };
    let mut parts = Vec::new();
    if let Some(side) = Side::read(field, object, "any")? {
        let mut either = Vec::new();
        if !side.include.is_empty() || side.include_empty {
            either.push(has_any(path, side.include, side.include_empty));
        }
        if !side.exclude.is_empty() || side.exclude_empty {
            let has_every = with_empty(path, has_all(path, side.exclude), side.exclude_empty);
            either.push(has_every.negate());
        }
        parts.push(Cond::Any(either));
    }
    if let Some(side) = Side::read(field, object, "all")? {
        let mut both = Vec::new();
        if !side.include.is_empty() || side.include_empty {
            both.push(with_empty(path, has_all(path, side.include), side.include_empty));
        }
        if !side.exclude.is_empty() || side.exclude_empty {
            both.push(has_any(path, side.exclude, side.exclude_empty).negate());
        }
        parts.push(Cond::All(both));
    }
    if parts.is_empty() { Ok(Cond::always()) } else { Ok(join.of(parts)) }
}

/// `any` or `all` of a filter object; None when it asks for nothing.
struct Side {
    include: Vec<String>,
    include_empty: bool,
    exclude: Vec<String>,
    exclude_empty: bool,
}

impl Side {
    fn read(field: &str, object: &Map<String, Json>, name: &str) -> Result<Option<Side>> {
        let side = match object.get(name) {
            None | Some(Json::Null) => return Ok(None),
            Some(Json::Object(side)) => side,
            Some(_) => return Err(malformed(field, &format!("{name} must be an object"))),
        };
        if let Some(unknown) =
            side.keys().find(|key| !["include", "exclude"].contains(&key.as_str()))
        {
            return Err(malformed(field, &format!("unknown key {name}.{unknown}")));
        }
        let (include, include_empty) = texts(field, side.get("include"))?;
        let (exclude, exclude_empty) = texts(field, side.get("exclude"))?;
        let asks = include_empty || exclude_empty || !include.is_empty() || !exclude.is_empty();
        Ok(asks.then_some(Side { include, include_empty, exclude, exclude_empty }))
    }
}

/// The texts of a list, and whether null is among them.
fn texts(field: &str, value: Option<&Json>) -> Result<(Vec<String>, bool)> {
    let items = match value {
        None | Some(Json::Null) => return Ok((Vec::new(), false)),
        Some(Json::Array(items)) => items,
        Some(_) => return Err(malformed(field, "include and exclude must be lists")),
    };
    let mut texts = Vec::with_capacity(items.len());
    let mut null = false;
    for item in items {
        match item {
            Json::Null => null = true,
            Json::String(text) => texts.push(text.clone()),
            _ => return Err(malformed(field, "elements must be texts or null")),
        }
    }
    Ok((texts, null))
}

fn has_any(path: &Path, values: Vec<String>, or_empty: bool) -> Cond {
    let empty = || Cond::empty(path.clone());
    match (values.is_empty(), or_empty) {
        (true, false) => Cond::never(),
        (true, true) => empty(),
        (false, false) => Cond::has(path.clone(), values),
        (false, true) => Cond::Any(vec![Cond::has(path.clone(), values), empty()]),
    }
}

fn has_all(path: &Path, values: Vec<String>) -> Cond {
    Cond::All(values.into_iter().map(|value| Cond::has(path.clone(), [value])).collect())
}

fn with_empty(path: &Path, cond: Cond, also_empty: bool) -> Cond {
    if also_empty { cond.and(Cond::empty(path.clone())) } else { cond }
}

fn not_a_text(field: &str, value: &Json) -> Error {
    Error::new(Code::FieldsValueError)
        .extra("a list of texts is expected")
        .with("field", field)
        .with("value", value)
}

fn malformed(field: &str, why: &str) -> Error {
    Error::new(Code::ValidationError).extra(why).with("field", format_args!("filters.{field}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::eval::{Whole, holds};
    use serde_json::json;

    /// Whether records with these tags meet the condition.
    fn met(cond: &Cond) -> Vec<bool> {
        let records = [
            json!([]),
            json!(["a"]),
            json!(["b"]),
            json!(["a", "b"]),
            json!(["a", "b", "c"]),
            json!(null),
        ];
        let check = |tags: Json| {
            let document = json!({"tags": tags}).as_object().cloned().unwrap_or_default();
            holds(cond, &Whole(1, &document)).expect("an evaluation")
        };
        records.into_iter().map(check).collect()
    }

    #[test]
    fn expressions() {
        let (yes, no) = (true, false);
        // In the order: none, a, b, a b, a b c, null.
        for (expression, expected) in [
            (json!([]), [yes, yes, yes, yes, yes, yes]),
            (json!("a"), [no, yes, no, yes, yes, no]),
            (json!(["a", "b"]), [no, yes, yes, yes, yes, no]),
            (json!(["-a"]), [yes, no, yes, no, no, yes]),
            (json!(["b", "-a"]), [no, no, yes, no, no, no]),
            (json!(["__$all", "a", "b", "__$not", "c"]), [no, no, no, yes, no, no]),
            (json!(["__$and", "a", "b"]), [no, no, no, yes, yes, no]),
            (json!(["__$or", "a", "__$not", "b"]), [yes, yes, no, yes, yes, yes]),
            (json!(["__$any", "-a"]), [no, no, no, no, no, no]),
            (json!(["__$any", "a", "__$nop", "-b"]), [yes, yes, no, yes, yes, yes]),
            (json!(["__$not", "a", "b"]), [no, no, yes, no, no, no]),
            (json!(["__$not", "a", "__$not", "b"]), [yes, no, no, no, no, yes]),
            (json!([null]), [yes, no, no, no, no, yes]),
            (json!(["a", null]), [yes, yes, no, yes, yes, yes]),
            (json!(["__$all", "a", "b", null]), [yes, no, no, yes, yes, yes]),
        ] {
            let cond = super::expression(&Path::of(["tags"]), "tags", &expression).expect("a list");
            assert_eq!(met(&cond), expected, "{expression}");
        }
        for refused in
            [json!([1]), json!(["__$x", "a"]), json!(["a", "__$not"]), json!({}), json!([["a"]])]
        {
            let error =
                super::expression(&Path::of(["tags"]), "tags", &refused).expect_err("refused");
            assert_eq!(error.code, Code::FieldsValueError, "{refused}");
        }
    }

    #[test]
    fn filter_objects() {
        let (yes, no) = (true, false);
        let any = |side: Json| json!({"any": side});
        let all = |side: Json| json!({"all": side});
        for (object, expected) in [
            (json!({}), [yes, yes, yes, yes, yes, yes]),
            (any(json!({"include": [], "exclude": []})), [yes, yes, yes, yes, yes, yes]),
            (any(json!({"include": ["a", "c"]})), [no, yes, no, yes, yes, no]),
            (any(json!({"exclude": ["a", "b"]})), [yes, yes, yes, no, no, yes]),
            (any(json!({"include": ["c"], "exclude": ["a", "b"]})), [yes, yes, yes, no, yes, yes]),
            (all(json!({"include": ["a", "b"]})), [no, no, no, yes, yes, no]),
            (all(json!({"exclude": ["b", "c"]})), [yes, yes, no, no, no, yes]),
            (all(json!({"include": ["a"], "exclude": ["c"]})), [no, yes, no, yes, no, no]),
            (any(json!({"include": [null, "b"]})), [yes, no, yes, yes, yes, yes]),
            (all(json!({"exclude": [null]})), [no, yes, yes, yes, yes, no]),
            (
                json!({"any": {"include": ["c"]}, "all": {"include": ["a"]}, "op": "or"}),
                [no, yes, no, yes, yes, no],
            ),
            (
                json!({"any": {"include": ["c"]}, "all": {"include": ["a"]}}),
                [no, no, no, no, yes, no],
            ),
        ] {
            let cond = filter(&Path::of(["tags"]), "tags", &object).expect("a filter");
            assert_eq!(met(&cond), expected, "{object}");
        }
        for refused in [
            json!([]),
            json!({"some": {}}),
            json!({"any": []}),
            json!({"any": {"include": "a"}}),
            json!({"any": {"include": [1]}}),
            json!({"any": {"with": []}}),
            json!({"op": "xor"}),
        ] {
            let error = filter(&Path::of(["tags"]), "tags", &refused).expect_err("refused");
            assert_eq!(error.code, Code::ValidationError, "{refused}");
        }
    }
}

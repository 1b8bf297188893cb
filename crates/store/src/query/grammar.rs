//! Reads the parameters of `*.get_all` and `*.get_all_ex` into a [`Request`] (api.md §5).

use super::ast::{Cond, Test};
use super::fields::{self, Filter};
use super::order::Order;
use super::paging::Paging;
use super::path::{Path, check_parts};
use super::pattern::Pattern;
use super::projection::Projection;
use super::text::Words;
use super::{list, range};
use crate::document::Document;
use crate::schema::{Entity, Kind};
use arno_wire::error::{Code, Error, Result};
use arno_wire::json;
use serde_json::Value as Json;
use std::sync::Arc;

/// What a caller asks for, read from the parameters of his call.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which records.
    pub condition: Cond,
    /// In which order.
    pub order: Order,
    /// Which part of them.
    pub paging: Paging,
    /// Which of their fields.
    pub projection: Projection,
    /// Whether public records count.
    pub public: bool,
}

impl Request {
    /// Reads the parameters of a query for `entity`; `ex` tells `get_all_ex` from `get_all`.
    /// Parameters that are not of the grammar, and null ones, are ignored.
    ///
    /// # Errors
    /// 400/11, 400/12, 400/14, 400/16 and 400/21, each naming the parameter.
    pub fn parse(entity: &'static Entity, call: &Document, ex: bool) -> Result<Request> {
        let natural_filter =
            given(call).any(|(name, _)| fields::is_natural(&Path::parse(entity, name)));
        let words = words(call)?;
        let order = Order::parse(entity, call, natural_filter, words.clone())?;
        let mut condition = condition(entity, call)?;
        if let Some(words) = words {
            condition = condition.and(Cond::Text(words));
        }
        Ok(Request {
            condition,
            order,
            paging: Paging::parse(call)?,
            projection: Projection::parse(entity, call, ex)?,
            public: !ex || shows_public(entity, call),
        })
    }

    /// Every record the caller sees, in storage order, whole.
    pub fn everything() -> Request {
        Request {
            condition: Cond::always(),
            order: Order::default(),
            paging: Paging::all(),
            projection: Projection::default(),
            public: true,
        }
    }

    /// Adds a condition of the rule's own.
    #[must_use]
    pub fn and(mut self, cond: Cond) -> Request {
        self.condition = self.condition.and(cond);
        self
    }
}

/// The condition the parameters of a call stand for; no text search, paging or order.
///
/// # Errors
/// 400/12, 400/16 and 400/21, each naming the parameter.
pub fn condition(entity: &'static Entity, call: &Document) -> Result<Cond> {
    let filters = filters(call)?;
    let mut cond = Cond::always();
    for (name, value) in given(call) {
        let is_replaced = filters.is_some_and(|filters| filters.contains_key(name));
        if let Some(path) = filtered(entity, name)?
            && !is_replaced
        {
            let kind = fields::filter(entity, &path);
            cond = cond.and(parameter(entity, name, path, kind, value, call)?);
        }
    }
    for (name, value) in filters.into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let path = filtered(entity, name)?
            .filter(|path| fields::filter(entity, path) == Some(Filter::List));
        let path = path.ok_or_else(|| {
            Error::new(Code::ValidationError)
                .extra("filters are for list fields")
                .with("field", format_args!("filters.{name}"))
        })?;
        let filter = list::filter(&target(entity, &path, call), name, value)?;
        cond = cond.and(with_subprojects(entity, call, filter));
    }
    for (name, all) in [("_any_", false), ("_or_", false), ("_all_", true), ("_and_", true)] {
        if let Some(value) = call.get(name).filter(|value| !value.is_null()) {
            cond = cond.and(multi_field(entity, name, value, all)?);
        }
    }
    Ok(cond.and(visibility(entity, call)))
}

/// The parameters that are not null.
fn given(call: &Document) -> impl Iterator<Item = (&String, &Json)> {
    call.iter().filter(|(_, value)| !value.is_null())
}

fn filters(call: &Document) -> Result<Option<&Document>> {
    match call.get("filters") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Object(filters)) => Ok(Some(filters)),
        Some(_) => Err(Error::new(Code::ValidationError)
            .extra("an object is expected")
            .with("field", "filters")),
    }
}

/// The path of a parameter that filters this entity.
fn filtered(entity: &Entity, name: &str) -> Result<Option<Path>> {
    let path = Path::parse(entity, name);
    if fields::filter(entity, &path).is_none() {
        return Ok(None);
    }
    check_parts(name)?;
    Ok(Some(path))
}

fn parameter(
    entity: &'static Entity,
    name: &str,
    path: Path,
    kind: Option<Filter>,
    value: &Json,
    call: &Document,
) -> Result<Cond> {
    match kind {
        Some(Filter::Pattern) => Ok(Cond::Field(path, matches(name, value, false)?)),
        Some(Filter::List) => {
            let cond = list::expression(&target(entity, &path, call), name, value)?;
            Ok(with_subprojects(entity, call, cond))
        }
        Some(Filter::Range) => {
            let field = path.locate(entity).map_or(Kind::Object, |(field, _)| field.kind);
            range::range(&path, name, field, value)
        }
        Some(Filter::Date) => Ok(range::dates(&path, value)),
        Some(Filter::Exact) => Ok(Cond::Field(path, Test::Is(value.clone()))),
        None => Ok(Cond::always()),
    }
}

/// The field a list parameter looks at: `parent` of a project means any ancestor, unless the
/// search is shallow.
fn target(entity: &Entity, path: &Path, call: &Document) -> Path {
    let any_ancestor =
        entity.name == "project" && path.head() == "parent" && !is_on(call, "shallow_search");
    if any_ancestor { Path::of(["path"]) } else { path.clone() }
}

/// With `include_subprojects` a project in a list stands for itself and all below it.
fn with_subprojects(entity: &Entity, call: &Document, cond: Cond) -> Cond {
    let applies = matches!(entity.name, "task" | "model") && is_on(call, "include_subprojects");
    if applies { below_projects(cond) } else { cond }
}

fn below_projects(cond: Cond) -> Cond {
    let each = |parts: Vec<Cond>| parts.into_iter().map(below_projects).collect();
    match cond {
        Cond::Field(path, Test::Has(ids)) if path.keys() == ["project"] => {
            Cond::Field(path, Test::Under(ids))
        }
        Cond::All(parts) => Cond::All(each(parts)),
        Cond::Any(parts) => Cond::Any(each(parts)),
        Cond::Not(part) => below_projects(*part).negate(),
        other => other,
    }
}

fn matches(name: &str, value: &Json, ignore_case: bool) -> Result<Test> {
    // A pattern of digits in a query string arrives as a number.
    let source = match value {
        Json::Number(number) => number.to_string(),
        _ => json::as_str(value).map(str::to_owned).ok_or_else(|| {
            Error::new(Code::ValidationError).extra("a pattern is expected").with("field", name)
        })?,
    };
    Ok(Test::Matches(Arc::new(Pattern::new(&source, ignore_case)?)))
}

/// `_any_`, `_all_` and their other names.
fn multi_field(entity: &'static Entity, name: &str, value: &Json, all: bool) -> Result<Cond> {
    let malformed = |why: &str| Error::new(Code::ValidationError).extra(why).with("field", name);
    let object = value.as_object().ok_or_else(|| malformed("an object is expected"))?;
    let names: Vec<&str> = match object.get("fields") {
        Some(Json::Array(fields)) => fields
            .iter()
            .map(|field| field.as_str().ok_or_else(|| malformed("fields must be texts")))
            .collect::<Result<_>>()?,
        Some(Json::String(field)) => vec![field.as_str()],
        None | Some(Json::Null) => Vec::new(),
        Some(_) => return Err(malformed("fields must be a list")),
    };
    let given = |key: &str| object.get(key).filter(|value| !value.is_null());
    let paths = names.iter().map(|name| Path::parse(entity, name));
    let conds: Vec<Cond> = match (given("pattern"), given("datetime")) {
        (Some(pattern), None) => {
            let test = matches(name, pattern, true)?;
            paths.map(|path| on_text(entity, path, &test)).collect()
        }
        (None, Some(moments)) => paths
            .filter(|path| is_date(entity, path))
            .map(|path| range::dates(&path, moments))
            .collect(),
        _ => return Err(malformed("either pattern or datetime must be given")),
    };
    match (conds.is_empty(), all) {
        (true, _) => Ok(Cond::always()),
        (false, true) => Ok(Cond::All(conds)),
        (false, false) => Ok(Cond::Any(conds)),
    }
}

/// A pattern never matches numbers, dates and booleans.
fn on_text(entity: &Entity, path: Path, test: &Test) -> Cond {
    match path.locate(entity) {
        Some((field, _)) if matches!(field.kind, Kind::Int | Kind::Date | Kind::Bool) => {
            Cond::never()
        }
        Some(_) => Cond::Field(path, test.clone()),
        None => Cond::never(),
    }
}

fn is_date(entity: &Entity, path: &Path) -> bool {
    path.locate(entity).is_some_and(|(field, rest)| field.kind == Kind::Date && rest.is_empty())
}

fn words(call: &Document) -> Result<Option<Arc<Words>>> {
    match call.get("search_text") {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match json::as_str(value) {
            Some("") => Ok(None),
            Some(text) => Ok(Some(Arc::new(Words::parse(text)))),
            None => Err(Error::new(Code::ValidationError)
                .extra("a text is expected")
                .with("field", "search_text")),
        },
    }
}

/// What is skipped unless asked for (api.md §5.5).
fn visibility(entity: &Entity, call: &Document) -> Cond {
    let has = |name: &str| match call.get(name) {
        None | Some(Json::Null) => false,
        Some(Json::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    let skipped = match entity.name {
        "task" | "project" if !has("id") => "hidden",
        "queue" if !has("id") && !has("name") => "k8s-glue",
        _ => return below_root(entity, call),
    };
    if is_on(call, "search_hidden") {
        return below_root(entity, call);
    }
    let hidden = Cond::has(Path::of(["system_tags"]), [skipped]);
    hidden.negate().and(below_root(entity, call))
}

/// A shallow search without a parent looks at the root.
fn below_root(entity: &Entity, call: &Document) -> Cond {
    let has_parent = call.get("parent").is_some_and(|parent| !parent.is_null());
    if entity.name == "project" && is_on(call, "shallow_search") && !has_parent {
        Cond::empty(Path::of(["parent"]))
    } else {
        Cond::always()
    }
}

fn shows_public(entity: &Entity, call: &Document) -> bool {
    let legacy_off = entity.name == "project" && is_on(call, "non_public");
    !legacy_off && call.get("allow_public").is_none_or(|value| value.is_null() || truth(value))
}

fn is_on(call: &Document, name: &str) -> bool {
    call.get(name).is_some_and(truth)
}

/// The truth of a value as Python sees it.
fn truth(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(flag) => *flag,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(object) => !object.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{PROJECT, QUEUE, TASK};
    use serde_json::json;

    fn parse(entity: &'static Entity, call: Json, ex: bool) -> Result<Request> {
        Request::parse(entity, call.as_object().expect("a call"), ex)
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (call, code) in [
            (json!({"name": []}), Code::ValidationError),
            (json!({"name": "("}), Code::InvalidRegexError),
            (json!({"status": [1]}), Code::FieldsValueError),
            (json!({"created": ["1970-01-01"]}), Code::ValidationError),
            (json!({"created": [null, null]}), Code::ValidationError),
            (json!({"last_metrics.a.b.value": ["x", 1]}), Code::ValidationError),
            (json!({"hyperparams.a": "x", "hyperparams.a.b.c.d": "x"}), Code::ValidationError),
            (json!({"hyperparams..b.value": "x"}), Code::ValidationError),
            (json!({"filters": []}), Code::ValidationError),
            (json!({"filters": {"name": {}}}), Code::ValidationError),
            (json!({"_any_": "x"}), Code::ValidationError),
            (json!({"_any_": {"fields": ["name"]}}), Code::ValidationError),
            (
                json!({"_all_": {"fields": ["name"], "pattern": "a", "datetime": "b"}}),
                Code::ValidationError,
            ),
            (json!({"_or_": {"fields": ["name"], "pattern": "["}}), Code::InvalidRegexError),
            (json!({"order_by": 1}), Code::ValidationError),
            (json!({"order_by": "@text_score"}), Code::FieldsValueError),
            (json!({"only_fields": ["nonsense"]}), Code::InvalidFields),
            (json!({"search_text": 1}), Code::ValidationError),
            (json!({"page": 0, "page_size": null}), Code::MissingRequiredFields),
        ] {
            assert_eq!(parse(&TASK, call.clone(), true).expect_err("refused").code, code, "{call}");
        }
    }

    #[test]
    fn what_is_unknown_or_null_is_ignored() {
        let nothing = format!("{:?}", condition(&TASK, &Document::new()).expect("a condition"));
        for call in [
            json!({"nonsense": 1, "runtime": {"a": 1}, "scroll": []}),
            json!({"name": null, "status": null, "created": null, "_any_": null, "filters": null}),
            json!({"tags": [], "id": [], "user": []}),
            json!({"_any_": {"fields": [], "pattern": "a"}}),
            json!({"last_update": "soon"}),
        ] {
            let cond = condition(&TASK, call.as_object().expect("a call")).expect("a condition");
            assert_eq!(format!("{cond:?}"), nothing, "{call}");
        }
    }

    #[test]
    fn switches() {
        let shown = |entity, call: Json| {
            let call = call.as_object().expect("a call").clone();
            format!("{:?}", condition(entity, &call).expect("a condition"))
        };
        assert!(shown(&TASK, json!({})).contains("hidden"));
        assert!(shown(&TASK, json!({"id": []})).contains("hidden"));
        assert!(!shown(&TASK, json!({"id": ["x"]})).contains("hidden"));
        assert!(!shown(&TASK, json!({"search_hidden": true})).contains("hidden"));
        assert!(shown(&QUEUE, json!({})).contains("k8s-glue"));
        assert!(!shown(&QUEUE, json!({"name": "q"})).contains("k8s-glue"));
        assert!(shown(&PROJECT, json!({"parent": ["p"]})).contains("\"path\""));
        assert!(
            shown(&PROJECT, json!({"parent": ["p"], "shallow_search": true}))
                .contains("\"parent\"")
        );
        assert!(shown(&PROJECT, json!({"shallow_search": true})).contains("\"parent\"]), Empty"));
        assert!(!shown(&PROJECT, json!({"path": ["p"]})).contains("\"path\""));
        assert!(
            shown(&TASK, json!({"project": "p", "include_subprojects": true})).contains("Under")
        );
        assert!(!shown(&TASK, json!({"project": "p"})).contains("Under"));
        for (call, ex, public) in [
            (json!({}), true, true),
            (json!({"allow_public": false}), true, false),
            (json!({"allow_public": false}), false, true),
            (json!({"allow_public": null}), true, true),
        ] {
            assert_eq!(parse(&TASK, call.clone(), ex).expect("a request").public, public, "{call}");
        }
        assert!(!parse(&PROJECT, json!({"non_public": true}), true).expect("a request").public);
    }
}

//! Which fields an answer shows (`only_fields`, also called `projection`; api.md §5.4).

use super::fields::{self, Target};
use super::path::{Path, check_parts};
use crate::document::Document;
use crate::schema::Entity;
use arno_wire::error::{Code, Error, Result};
use serde_json::Value as Json;

/// Which fields to show; by default all that are not hidden, references as plain ids.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    /// Only these, when there are any.
    include: Vec<Path>,
    /// Of these references every field.
    whole: Vec<Path>,
    /// Not these.
    exclude: Vec<Path>,
    /// References become objects.
    joined: bool,
}

/// A reference to be replaced by an object.
pub(super) struct Join {
    /// Where the id is.
    pub(super) at: &'static [&'static str],
    /// What it is an id of.
    pub(super) target: Target,
    /// What to show of it besides the id; None: the id alone.
    pub(super) show: Option<Projection>,
}

impl Projection {
    /// Reads `only_fields` or `projection`.
    ///
    /// # Errors
    /// 400/12 when it is no list of texts, 400/14 for a field the entity does not have.
    pub fn parse(entity: &Entity, call: &Document, ex: bool) -> Result<Projection> {
        let given = call.get("only_fields").filter(|value| !value.is_null());
        let names = match given.or_else(|| call.get("projection")) {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::String(name)) => vec![name.as_str()],
            Some(Json::Array(names)) => names
                .iter()
                .map(|name| name.as_str().ok_or_else(malformed))
                .collect::<Result<_>>()?,
            Some(_) => return Err(malformed()),
        };
        let mut projection = Projection { joined: ex, ..Projection::default() };
        for name in names.into_iter().map(str::trim).filter(|name| !name.is_empty()) {
            projection.add(entity, name)?;
        }
        if ex && !projection.include.is_empty() {
            projection.include.push(Path::of(["id"]));
        }
        Ok(projection)
    }

    /// Exactly these fields; references stay ids.
    pub fn only<'a>(entity: &Entity, names: impl IntoIterator<Item = &'a str>) -> Projection {
        let include = names.into_iter().map(|name| Path::parse(entity, name)).collect();
        Projection { include, ..Projection::default() }
    }

    fn add(&mut self, entity: &Entity, name: &str) -> Result<()> {
        let (name, excluded) = match name.strip_prefix('-') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (name, star) = match name.strip_suffix(".*") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let path = Path::parse(entity, name);
        let is_known = |field: &str| field.split('.').next() == Some(path.head());
        if !entity.fields.iter().any(|field| is_known(field.path)) {
            return Err(Error::new(Code::InvalidFields).with("field", name));
        }
        check_parts(name)?;
        if excluded {
            self.exclude.push(path);
            return Ok(());
        }
        let is_reference = fields::references(entity).iter().any(|(at, _)| path.keys() == *at);
        if star && is_reference {
            self.whole.push(path.clone());
        }
        self.include.push(path);
        Ok(())
    }

    /// Adds a field that the rule itself needs to show.
    pub fn also(&mut self, entity: &Entity, name: &str) {
        if !self.include.is_empty() {
            self.include.push(Path::parse(entity, name));
        }
    }

    /// Whether this field (or a part of it) will be shown.
    pub fn shows(&self, entity: &Entity, name: &str) -> bool {
        let path = Path::parse(entity, name);
        let included = self.include.is_empty() || self.include.iter().any(|p| overlap(p, &path));
        included && !self.exclude.iter().any(|p| path.is_within(p))
    }

    /// What has to be read for it, as dotted paths; None for everything that is not hidden.
    pub(super) fn reads(&self, entity: &Entity) -> Option<Vec<String>> {
        if !self.include.is_empty() {
            return Some(self.include.iter().map(Path::escaped).collect());
        }
        if self.exclude.is_empty() {
            return None;
        }
        let shown = entity.fields.iter().filter(|field| {
            let path = Path::of(field.path.split('.'));
            !field.hidden && !self.exclude.iter().any(|excluded| path.is_within(excluded))
        });
        Some(shown.map(|field| field.path.to_owned()).collect())
    }

    /// The references to be replaced by objects.
    pub(super) fn joins(&self, entity: &Entity) -> Vec<Join> {
        if !self.joined {
            return Vec::new();
        }
        let mut joins = Vec::new();
        for (at, target) in fields::references(entity) {
            let reference = Path::of(at.iter().copied());
            let shown =
                self.include.is_empty() || self.include.iter().any(|p| overlap(p, &reference));
            if shown {
                joins.push(Join { at, target: *target, show: self.below(&reference) });
            }
        }
        joins
    }

    /// What is asked of the object behind a reference.
    fn below(&self, reference: &Path) -> Option<Projection> {
        if self.whole.contains(reference) {
            return Some(Projection::default());
        }
        let depth = reference.keys().len();
        let parts = self.include.iter().filter(|p| p.is_within(reference) && *p != reference);
        let mut include: Vec<Path> =
            parts.map(|path| Path::of(path.keys()[depth..].iter().cloned())).collect();
        if include.is_empty() {
            return None;
        }
        include.push(Path::of(["id"]));
        Some(Projection { include, joined: true, ..Projection::default() })
    }

    /// Takes away what is not to be shown. References have been joined before.
    pub(super) fn prune(&self, entity: &Entity, document: &mut Document) {
        if !self.include.is_empty() {
            let references = fields::references(entity);
            let cut = |path: &Path| match references.iter().find(|(at, _)| starts_with(path, at)) {
                Some((at, _)) if self.joined => path.keys()[..at.len()].to_vec(),
                _ => path.keys().to_vec(),
            };
            let kept: Vec<Vec<String>> = self.include.iter().map(cut).collect();
            let kept: Vec<&[String]> = kept.iter().map(Vec::as_slice).collect();
            keep_in(document, &kept);
        }
        for path in &self.exclude {
            remove(document, path.keys());
        }
    }
}

fn malformed() -> Error {
    Error::new(Code::ValidationError)
        .extra("a list of field names is expected")
        .with("field", "only_fields")
}

fn overlap(one: &Path, other: &Path) -> bool {
    one.is_within(other) || other.is_within(one)
}

fn starts_with(path: &Path, keys: &[&str]) -> bool {
    path.keys().len() >= keys.len() && keys.iter().zip(path.keys()).all(|(a, b)| a == b)
}

/// Keeps of an object what lies on the paths.
fn keep_in(document: &mut Document, paths: &[&[String]]) {
    document.retain(|name, value| {
        let below: Vec<&[String]> =
            paths.iter().filter(|path| path[0] == *name).map(|path| &path[1..]).collect();
        !below.is_empty() && keep(value, &below)
    });
}

/// Whether anything of the value stays.
fn keep(value: &mut Json, paths: &[&[String]]) -> bool {
    if paths.iter().any(|path| path.is_empty()) {
        return true;
    }
    match value {
        Json::Object(object) => {
            keep_in(object, paths);
            true
        }
        Json::Array(items) => {
            items.retain_mut(|item| keep(item, paths));
            true
        }
        _ => false,
    }
}

fn remove(document: &mut Document, keys: &[String]) {
    let Some((first, rest)) = keys.split_first() else { return };
    if rest.is_empty() {
        document.remove(first);
        return;
    }
    match document.get_mut(first) {
        Some(Json::Object(inner)) => remove(inner, rest),
        Some(Json::Array(items)) => {
            items.iter_mut().filter_map(Json::as_object_mut).for_each(|item| remove(item, rest));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TASK;
    use serde_json::json;

    fn shown(only: Json, ex: bool, document: Json) -> Json {
        let call = json!({"only_fields": only});
        let projection =
            Projection::parse(&TASK, call.as_object().expect("a call"), ex).expect("fields");
        let mut document = document.as_object().expect("a document").clone();
        projection.prune(&TASK, &mut document);
        Json::Object(document)
    }

    #[test]
    fn shows_exactly_what_is_asked_for() {
        let task = || {
            json!({
                "id": "1", "name": "n", "project": "p",
                "runtime": {"a.b": 1, "c": 2}, "execution": {"queue": "q", "framework": "f"},
                "models": {"input": [{"model": "m", "name": "x"}]},
            })
        };
        for (only, ex, expected) in [
            (json!(["name"]), false, json!({"name": "n"})),
            (json!(["name"]), true, json!({"id": "1", "name": "n"})),
            (json!("runtime.a%2Eb"), false, json!({"runtime": {"a.b": 1}})),
            (
                json!(["execution.queue", "execution"]),
                false,
                json!({"execution": {"queue": "q", "framework": "f"}}),
            ),
            (json!(["models.input.model"]), false, json!({"models": {"input": [{"model": "m"}]}})),
            (json!(["runtime.*", "runtime.none"]), false, json!({"runtime": {"a.b": 1, "c": 2}})),
            (json!(["name.x", "runtime.none"]), false, json!({"runtime": {}})),
            (
                json!(["-runtime.c", "-models", "-execution", "-project"]),
                false,
                json!({"id": "1", "name": "n", "runtime": {"a.b": 1}}),
            ),
        ] {
            assert_eq!(shown(only.clone(), ex, task()), expected, "{only}");
        }
    }

    #[test]
    fn refuses_unknown_fields_and_other_types() {
        for (only, code) in [
            (json!(["nonsense"]), Code::InvalidFields),
            (json!(["-nonsense.x"]), Code::InvalidFields),
            (json!([1]), Code::ValidationError),
            (json!({}), Code::ValidationError),
        ] {
            let call = json!({"only_fields": only});
            let error = Projection::parse(&TASK, call.as_object().expect("a call"), true);
            assert_eq!(error.expect_err("refused").code, code, "{only}");
        }
    }

    #[test]
    fn reads_and_joins_what_is_asked_for() {
        let joined = |only: Json| {
            let call = json!({"only_fields": only});
            let projection =
                Projection::parse(&TASK, call.as_object().expect("a call"), true).expect("fields");
            let joins = projection.joins(&TASK);
            let names = joins.iter().map(|join| {
                let reads = join.show.as_ref().map(|show| show.reads(&TASK).unwrap_or_default());
                format!("{}:{reads:?}", join.at.join("."))
            });
            names.collect::<Vec<_>>()
        };
        assert_eq!(joined(json!([])).len(), 7);
        assert_eq!(joined(json!(["name"])), Vec::<String>::new());
        assert_eq!(joined(json!(["project"])), ["project:None"]);
        assert_eq!(joined(json!(["project.name"])), ["project:Some([\"name\", \"id\"])"]);
        assert_eq!(joined(json!(["project.*"])), ["project:Some([])"]);
        assert_eq!(joined(json!(["execution"])), ["execution.queue:None"]);
    }
}

//! A document before its substitutions are resolved, and their resolution.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Fault;
use crate::json::MAX_DEPTH;

/// How many substitutions one document may have, counted where they are used: a bound on its final
/// size.
const MAX_SUBSTITUTIONS: usize = 10_000;

/// How many [`Node::Join`] and [`Node::Layers`] may start with each other: a bound on recursion.
const MAX_CHAIN: usize = 8;

pub(super) type Fields = BTreeMap<String, Node>;

/// A value as it is written.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Text, a number, a boolean or null.
    Scalar(Value),
    Array(Vec<Node>),
    Object(Fields),
    /// `${path}`, or `${?path}` when optional.
    Substitution {
        path: Vec<String>,
        optional: bool,
        at: usize,
    },
    /// Several values on one line: texts join, arrays append, objects merge.
    Join {
        parts: Vec<Node>,
        at: usize,
    },
    /// Values given to one field in turn, whose effect on each other depends on substitutions.
    Layers(Vec<Node>),
}

impl Node {
    /// Whether what the node is shows only once substitutions are resolved.
    fn is_open(&self) -> bool {
        matches!(self, Node::Substitution { .. } | Node::Join { .. } | Node::Layers(_))
    }

    /// How many open nodes start with each other, outermost to innermost.
    fn chain(&self) -> usize {
        match self {
            Node::Join { parts, .. } | Node::Layers(parts) => {
                1 + parts.first().map_or(0, Node::chain)
            }
            _ => 0,
        }
    }
}

/// Assigns a value at a path: objects merge, anything else replaces. `at` is where the field
/// stands.
pub(super) fn assign(
    fields: &mut Fields,
    path: &[String],
    value: Node,
    at: usize,
) -> Result<(), Fault> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    let new = rest
        .iter()
        .rev()
        .fold(value, |inner, name| Node::Object(BTreeMap::from([(name.clone(), inner)])));
    let combined = match fields.remove(first) {
        Some(old) => combine(old, new, at)?,
        None => new,
    };
    fields.insert(first.clone(), combined);
    Ok(())
}

fn combine(old: Node, new: Node, at: usize) -> Result<Node, Fault> {
    match (old, new) {
        (Node::Object(mut old), Node::Object(new)) => {
            for (name, value) in new {
                assign(&mut old, &[name], value, at)?;
            }
            Ok(Node::Object(old))
        }
        (old, new) if new.is_open() || (old.is_open() && matches!(new, Node::Object(_))) => {
            match old {
                Node::Layers(mut layers) => {
                    layers.push(new);
                    Ok(Node::Layers(layers))
                }
                old => checked(Node::Layers(vec![old, new]), at),
            }
        }
        (_, new) => Ok(new),
    }
}

/// Appends a value to the array at a path (`+=`).
pub(super) fn append(
    fields: &mut Fields,
    path: &[String],
    value: Node,
    at: usize,
) -> Result<(), Fault> {
    let appended = match remove(fields, path) {
        Some(Node::Array(mut items)) => {
            items.push(value);
            Node::Array(items)
        }
        Some(Node::Join { mut parts, at }) => {
            parts.push(Node::Array(vec![value]));
            Node::Join { parts, at }
        }
        Some(old) => checked(Node::Join { parts: vec![old, Node::Array(vec![value])], at }, at)?,
        None => Node::Array(vec![value]),
    };
    assign(fields, path, appended, at)
}

/// Refuses a field that is given values so often, in turns of `=` and `+=`, that resolving it would
/// not end soon.
fn checked(node: Node, at: usize) -> Result<Node, Fault> {
    if node.chain() > MAX_CHAIN {
        return Err(Fault::new(
            at,
            "this field is given too many values that depend on each other",
        ));
    }
    Ok(node)
}

fn remove(fields: &mut Fields, path: &[String]) -> Option<Node> {
    match path {
        [] => None,
        [name] => fields.remove(name),
        [name, rest @ ..] => match fields.get_mut(name)? {
            Node::Object(inner) => remove(inner, rest),
            _ => None,
        },
    }
}

/// Resolves a document.
pub(super) fn resolve(
    document: &Fields,
    outside: &dyn Fn(&str) -> Option<String>,
) -> Result<Value, Fault> {
    let mut resolver = Resolver { document, outside, substitutions: 0 };
    resolver.object(document, 1).map(Value::Object)
}

struct Resolver<'a> {
    document: &'a Fields,
    outside: &'a dyn Fn(&str) -> Option<String>,
    substitutions: usize,
}

impl Resolver<'_> {
    /// The value of a node; None when it consists of optional substitutions that nothing defines.
    /// `depth` counts levels of nesting and of substitution, so that a circle ends.
    fn value(&mut self, node: &Node, depth: usize) -> Result<Option<Value>, Fault> {
        match node {
            Node::Scalar(value) => Ok(Some(value.clone())),
            Node::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.extend(self.value(item, depth + 1)?);
                }
                Ok(Some(Value::Array(values)))
            }
            Node::Object(fields) => {
                self.object(fields, depth + 1).map(|map| Some(Value::Object(map)))
            }
            Node::Substitution { path, optional, at } => {
                self.substitution(path, *optional, *at, depth)
            }
            Node::Join { parts, at } => self.join(parts, *at, depth),
            Node::Layers(layers) => self.layers(layers, depth),
        }
    }

    /// Each value replaces the one before, except that objects merge and an undefined one changes
    /// nothing.
    fn layers(&mut self, layers: &[Node], depth: usize) -> Result<Option<Value>, Fault> {
        let mut current = None;
        for layer in layers {
            current = match (current, self.value(layer, depth)?) {
                (Some(Value::Object(mut old)), Some(Value::Object(new))) => {
                    merge(&mut old, new);
                    Some(Value::Object(old))
                }
                (old, new) => new.or(old),
            };
        }
        Ok(current)
    }

    fn object(&mut self, fields: &Fields, depth: usize) -> Result<Map<String, Value>, Fault> {
        let mut values = Map::new();
        for (name, node) in fields {
            if let Some(value) = self.value(node, depth)? {
                values.insert(name.clone(), value);
            }
        }
        Ok(values)
    }

    fn substitution(
        &mut self,
        path: &[String],
        optional: bool,
        at: usize,
        depth: usize,
    ) -> Result<Option<Value>, Fault> {
        let name = path.join(".");
        self.substitutions += 1;
        if depth > MAX_DEPTH || self.substitutions > MAX_SUBSTITUTIONS {
            let message = format!("${{{name}}} refers to itself or to too many others");
            return Err(Fault::new(at, message));
        }
        let inside = match find(self.document, path) {
            Some(node) => self.value(node, depth + 1)?,
            None => None,
        };
        match inside.or_else(|| (self.outside)(&name).map(Value::from)) {
            None if !optional => {
                let message = format!("${{{name}}} is not defined; ${{?{name}}} would be optional");
                Err(Fault::new(at, message))
            }
            value => Ok(value),
        }
    }

    fn join(&mut self, parts: &[Node], at: usize, depth: usize) -> Result<Option<Value>, Fault> {
        let mut values = Vec::with_capacity(parts.len());
        for part in parts {
            values.extend(self.value(part, depth)?);
        }
        if values.iter().any(|value| value.is_object() || value.is_array()) {
            values.retain(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
        }
        let mut values = values.into_iter();
        let Some(mut joined) = values.next() else { return Ok(None) };
        for value in values {
            joined = match (joined, value) {
                (Value::Object(mut old), Value::Object(new)) => {
                    merge(&mut old, new);
                    Value::Object(old)
                }
                (Value::Array(mut old), Value::Array(new)) => {
                    old.extend(new);
                    Value::Array(old)
                }
                (Value::Object(_) | Value::Array(_), _)
                | (_, Value::Object(_) | Value::Array(_)) => {
                    return Err(Fault::new(at, "only values of one kind can stand side by side"));
                }
                (old, new) => Value::String(text_of(&old) + &text_of(&new)),
            };
        }
        Ok(Some(joined))
    }
}

fn find<'a>(fields: &'a Fields, path: &[String]) -> Option<&'a Node> {
    let (first, rest) = path.split_first()?;
    match fields.get(first)? {
        node if rest.is_empty() => Some(node),
        Node::Object(inner) => find(inner, rest),
        _ => None,
    }
}

fn merge(old: &mut Map<String, Value>, new: Map<String, Value>) {
    for (name, value) in new {
        match (old.get_mut(&name), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => merge(inner, value),
            (_, value) => {
                old.insert(name, value);
            }
        }
    }
}

fn text_of(scalar: &Value) -> String {
    scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned)
}

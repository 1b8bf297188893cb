//! What old API versions send and expect, converted to and from today's shape.
//!
//! Requests are upgraded before a rule sees them ([`upgrade_tags`], [`upgrade_task`],
//! [`upgrade_query`]); entities are downgraded after they were read ([`downgrade`]). Each function
//! looks at the requested version itself, so callers apply it always. The official agent speaks
//! 2.5, so these paths are everyday ones.

mod parameters;
mod query;
mod shapes;

use serde_json::{Map, Value};

use crate::version::Version;

pub use parameters::{LEGACY_TYPE, upgrade_parameters};
pub use query::{rewrite_path, upgrade_query};
pub use shapes::{upgrade_container, upgrade_models};

/// Since this version system tags are apart from tags.
const SYSTEM_TAGS_SINCE: Version = Version::new(2, 3);
/// Since this version tasks have `hyperparams` and `configuration`.
const HYPERPARAMS_SINCE: Version = Version::new(2, 9);
/// Since this version tasks have `models` and `container`.
const MODELS_SINCE: Version = Version::new(2, 13);
/// The last version that knows no metadata.
const NO_METADATA_UNTIL: Version = Version::new(2, 16);

/// The entities that have legacy forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// A task.
    Task,
    /// A model.
    Model,
    /// A project.
    Project,
    /// A queue.
    Queue,
}

impl Entity {
    /// Whether a tag was a system tag before these were apart; in queries it may carry a leading
    /// `-`.
    fn is_system_tag(self, tag: &str) -> bool {
        let name = tag.strip_prefix('-').unwrap_or(tag);
        match self {
            Entity::Task => {
                matches!(name, "active" | "archived" | "development") || name.starts_with("annotat")
            }
            Entity::Model => matches!(name, "active" | "archived"),
            Entity::Project => matches!(name, "archived" | "public" | "default"),
            Entity::Queue => name == "default",
        }
    }
}

/// Below 2.3, moves known system tags of `tags` to `system_tags`, unless the request names some
/// itself.
pub fn upgrade_tags(entity: Entity, requested: Version, fields: &mut Map<String, Value>) {
    if requested >= SYSTEM_TAGS_SINCE || has_items(fields.get("system_tags")) {
        return;
    }
    let Some(Value::Array(tags)) = fields.get_mut("tags") else { return };
    let is_system = |tag: &Value| tag.as_str().is_some_and(|tag| entity.is_system_tag(tag));
    let (system, plain): (Vec<Value>, Vec<Value>) = tags.drain(..).partition(is_system);
    *tags = plain;
    if !system.is_empty() {
        fields.insert("system_tags".to_owned(), Value::Array(system));
    }
}

/// Upgrades the fields of a task that is created or edited: legacy parameters and model
/// descriptions at any version, models and container below 2.13, tags below 2.3. `stored` is the
/// task as it was, if there is one. Model entries come without `updated`; the rule that knows the
/// time sets it.
pub fn upgrade_task(
    requested: Version,
    fields: &mut Map<String, Value>,
    stored: Option<&Map<String, Value>>,
) {
    upgrade_parameters(fields, stored);
    if requested < MODELS_SINCE {
        upgrade_models(fields);
        upgrade_container(fields);
    }
    upgrade_tags(Entity::Task, requested, fields);
}

/// Adds to an entity that was read what the requested version expects.
pub fn downgrade(entity: Entity, requested: Version, fields: &mut Map<String, Value>) {
    if requested < SYSTEM_TAGS_SINCE {
        merge_tags(fields);
    }
    match entity {
        Entity::Task => {
            if requested < HYPERPARAMS_SINCE {
                parameters::downgrade_parameters(fields);
            }
            if requested < MODELS_SINCE {
                shapes::downgrade_models(fields);
                shapes::downgrade_container(fields);
            }
        }
        Entity::Model | Entity::Queue => {
            if requested <= NO_METADATA_UNTIL && fields.contains_key("metadata") {
                fields.insert("metadata".to_owned(), Value::Array(Vec::new()));
            }
        }
        Entity::Project => {}
    }
}

/// Adds the system tags to the tags, sorted and each once.
fn merge_tags(fields: &mut Map<String, Value>) {
    let texts = |name: &str| {
        let items = fields.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let system = texts("system_tags");
    if system.is_empty() {
        return;
    }
    let mut merged = texts("tags");
    merged.extend(system);
    merged.sort();
    merged.dedup();
    fields.insert("tags".to_owned(), Value::from(merged));
}

fn has_items(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// Takes a field out of an embedded object, and the object too when nothing else is in it.
fn take(fields: &mut Map<String, Value>, parent: &str, name: &str) -> Option<Value> {
    let inner = fields.get_mut(parent)?.as_object_mut()?;
    let taken = inner.remove(name);
    if taken.is_some() && inner.is_empty() {
        fields.remove(parent);
    }
    taken
}

/// Sets a field of an embedded object, making the object where there is none.
fn set(fields: &mut Map<String, Value>, parent: &str, name: &str, value: Value) {
    let slot = fields.entry(parent).or_insert(Value::Null);
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        inner.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests;

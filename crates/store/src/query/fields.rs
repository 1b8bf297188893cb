//! Which parameters filter which entity, and how (api.md §5.1); what refers to what (§5.4).

use super::path::Path;
use crate::schema::{Entity, MODEL, PROJECT, QUEUE, TASK, USER};

/// How a parameter filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Regular expression.
    Pattern,
    /// List expression.
    List,
    /// `[min, max]`.
    Range,
    /// Date comparisons.
    Date,
    /// Equality.
    Exact,
}

use Filter::{Date, Exact, List, Pattern, Range};

type Table = &'static [(Filter, &'static [&'static str])];

const TASK_FILTERS: Table = &[
    (Pattern, &["name", "comment", "report"]),
    (
        List,
        &[
            "id",
            "user",
            "tags",
            "system_tags",
            "type",
            "status",
            "project",
            "parent",
            "hyperparams.*",
            "execution.queue",
            "models.input.model",
        ],
    ),
    (Range, &["created", "started", "active_duration", "last_metrics.*", "last_iteration"]),
    (Date, &["status_changed", "last_update", "last_change"]),
    (Exact, &["runtime.*"]),
];

const MODEL_FILTERS: Table = &[
    (Pattern, &["name", "comment"]),
    (
        List,
        &[
            "tags",
            "system_tags",
            "framework",
            "uri",
            "id",
            "user",
            "project",
            "task",
            "parent",
            "metadata.*",
        ],
    ),
    (Range, &["created", "last_metrics.*", "last_iteration"]),
    (Date, &["last_update", "last_change"]),
    (Exact, &["ready"]),
];

// `path` is the server's own: requests may not filter by it.
const PROJECT_FILTERS: Table = &[
    (Pattern, &["name", "basename", "description"]),
    (List, &["tags", "system_tags", "id", "parent"]),
    (Range, &["last_update"]),
];

const QUEUE_FILTERS: Table =
    &[(Pattern, &["name"]), (List, &["tags", "system_tags", "id", "metadata.*"])];

const USER_FILTERS: Table = &[(List, &["id"])];

/// How the parameter at `path` filters `entity`; None when it does not.
pub fn filter(entity: &Entity, path: &Path) -> Option<Filter> {
    let table = match entity.name {
        "task" => TASK_FILTERS,
        "model" => MODEL_FILTERS,
        "project" => PROJECT_FILTERS,
        "queue" => QUEUE_FILTERS,
        "user" => USER_FILTERS,
        _ => &[],
    };
    let (filter, _) =
        table.iter().find(|(_, names)| names.iter().any(|name| covers(name, path.keys())))?;
    Some(*filter)
}

/// Whether `name`, which may end in `.*`, names the path.
fn covers(name: &str, keys: &[String]) -> bool {
    match name.strip_suffix(".*") {
        Some(map) => keys.len() > 1 && keys[0] == map,
        None => name.split('.').eq(keys.iter().map(String::as_str)),
    }
}

/// Maps whose texts compare in natural numeric order.
pub fn is_natural(path: &Path) -> bool {
    matches!(path.head(), "hyperparams" | "last_metrics" | "metadata") && path.keys().len() > 1
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// One of the entities.
    Entity(&'static Entity),
    /// The company, of which only id and name are shown.
    Company,
}

type References = &'static [(&'static [&'static str], Target)];

static TASK_REFERENCES: References = &[
    (&["user"], Target::Entity(&USER)),
    (&["company"], Target::Company),
    (&["project"], Target::Entity(&PROJECT)),
    (&["parent"], Target::Entity(&TASK)),
    (&["execution", "queue"], Target::Entity(&QUEUE)),
    (&["models", "input", "model"], Target::Entity(&MODEL)),
    (&["models", "output", "model"], Target::Entity(&MODEL)),
];

static MODEL_REFERENCES: References = &[
    (&["user"], Target::Entity(&USER)),
    (&["company"], Target::Company),
    (&["project"], Target::Entity(&PROJECT)),
    (&["task"], Target::Entity(&TASK)),
    (&["parent"], Target::Entity(&MODEL)),
];

static PROJECT_REFERENCES: References = &[
    (&["user"], Target::Entity(&USER)),
    (&["company"], Target::Company),
    (&["parent"], Target::Entity(&PROJECT)),
];

static QUEUE_REFERENCES: References = &[
    (&["user"], Target::Entity(&USER)),
    (&["company"], Target::Company),
    (&["entries", "task"], Target::Entity(&TASK)),
];

static USER_REFERENCES: References = &[(&["company"], Target::Company)];

/// The fields of `entity` that hold an id of something else.
pub fn references(entity: &Entity) -> References {
    match entity.name {
        "task" => TASK_REFERENCES,
        "model" => MODEL_REFERENCES,
        "project" => PROJECT_REFERENCES,
        "queue" => QUEUE_REFERENCES,
        "user" => USER_REFERENCES,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_find_their_kind() {
        for (entity, name, expected) in [
            (&TASK, "name", Some(Pattern)),
            (&TASK, "hyperparams.Args.lr.value", Some(List)),
            (&TASK, "execution.parameters.lr", Some(List)),
            (&TASK, "execution.queue", Some(List)),
            (&TASK, "execution", None),
            (&TASK, "runtime.x", Some(Exact)),
            (&TASK, "runtime", None),
            (&MODEL, "ready", Some(Exact)),
            (&PROJECT, "path", None),
            (&QUEUE, "name", Some(Pattern)),
            (&USER, "name", None),
        ] {
            assert_eq!(filter(entity, &Path::parse(entity, name)), expected, "{name}");
        }
    }
}

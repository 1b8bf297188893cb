//! What the entities of the wire consist of and where each field lies. These tables drive loading,
//! storing, filtering, ordering and projection; api.md §4 is where the fields come from.

/// Where a field is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A column of the entity's own table.
    Column(&'static str),
    /// In the JSON document (`doc`) at the field's path.
    Document,
    /// `<prefix>_tags`; `true` for system tags.
    Tags(bool),
    /// `task_texts`: a long text or JSON value of its own, compressed.
    LongText,
    /// `task_params`.
    Params,
    /// `task_configs`.
    Configs,
    /// `<prefix>_maps`: a free-form map, one row a key.
    Map,
    /// `task_artifacts`.
    Artifacts,
    /// `task_models`, this direction.
    Models,
    /// `project_ancestors`.
    Ancestors,
    /// `queue_entries`.
    Entries,
    /// Last metrics, kept with the events.
    LastMetrics,
    /// Names of the metrics (`metric/variant`), kept with the events.
    UniqueMetrics,
    /// Latest event times by metric, kept with the events.
    MetricStats,
}

/// What a field holds, which decides how it is compared and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A 64-bit integer.
    Int,
    /// A time: milliseconds inside, ISO-8601 on the wire.
    Date,
    /// A boolean: 0 or 1 inside.
    Bool,
    /// A list.
    List,
    /// An object.
    Object,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Dotted path on the wire.
    pub path: &'static str,
    /// Where it lies.
    pub place: Place,
    /// What it holds.
    pub kind: Kind,
    /// Whether it is left out unless asked for by name.
    pub hidden: bool,
    /// Its owner's alone: never part of a document, whatever is asked for.
    pub secret: bool,
}

/// A kind of object with its tables.
#[derive(Debug)]
pub struct Entity {
    /// Singular name on the wire: `task`.
    pub name: &'static str,
    /// Key of lists in answers, and the table: `tasks`.
    pub table: &'static str,
    /// Prefix of the side tables: `task`.
    pub prefix: &'static str,
    /// The fields, parents before their parts.
    pub fields: &'static [Field],
}

impl Entity {
    /// The field at exactly this path.
    pub fn field(&self, path: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.path == path)
    }

    /// The fields that lie below this path.
    pub fn below<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'static Field> + 'a {
        self.fields.iter().filter(move |field| {
            field.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
        })
    }
}

const fn column(path: &'static str, name: &'static str, kind: Kind) -> Field {
    Field { path, place: Place::Column(name), kind, hidden: false, secret: false }
}

const fn hidden_column(path: &'static str, name: &'static str, kind: Kind) -> Field {
    Field { path, place: Place::Column(name), kind, hidden: true, secret: false }
}

const fn field(path: &'static str, place: Place, kind: Kind) -> Field {
    Field { path, place, kind, hidden: false, secret: false }
}

const fn hidden(path: &'static str, place: Place, kind: Kind) -> Field {
    Field { path, place, kind, hidden: true, secret: false }
}

const fn secret(path: &'static str, place: Place, kind: Kind) -> Field {
    Field { path, place, kind, hidden: true, secret: true }
}

use Kind::{Bool, Date, Int, List, Object, Text};
use Place::Document;

/// Tasks (api.md §4.1).
pub static TASK: Entity = Entity {
    name: "task",
    table: "tasks",
    prefix: "task",
    fields: &[
        column("id", "id", Text),
        column("company", "company", Text),
        hidden_column("company_origin", "company_origin", Text),
        column("user", "user_id", Text),
        column("project", "project", Text),
        column("parent", "parent", Text),
        column("name", "name", Text),
        column("type", "type", Text),
        column("status", "status", Text),
        column("status_reason", "status_reason", Text),
        column("status_message", "status_message", Text),
        column("status_changed", "status_changed", Date),
        column("comment", "comment", Text),
        column("created", "created", Date),
        column("started", "started", Date),
        column("completed", "completed", Date),
        column("published", "published", Date),
        column("last_update", "last_update", Date),
        column("last_change", "last_change", Date),
        column("last_worker_report", "last_worker_report", Date),
        column("last_changed_by", "last_changed_by", Text),
        column("last_worker", "last_worker", Text),
        column("active_duration", "active_duration", Int),
        column("last_iteration", "last_iteration", Int),
        hidden_column("enqueue_status", "enqueue_status", Text),
        field("tags", Place::Tags(false), List),
        field("system_tags", Place::Tags(true), List),
        field("output", Document, Object),
        field("execution", Document, Object),
        column("execution.queue", "execution_queue", Text),
        field("execution.artifacts", Place::Artifacts, List),
        field("script", Document, Object),
        field("script.diff", Place::LongText, Text),
        field("script.requirements", Place::LongText, Object),
        field("report", Place::LongText, Text),
        field("report_assets", Document, List),
        field("hyperparams", Place::Params, Object),
        field("configuration", Place::Configs, Object),
        field("runtime", Place::Map, Object),
        field("container", Place::Map, Object),
        field("models.input", Place::Models, List),
        field("models.output", Place::Models, List),
        field("last_metrics", Place::LastMetrics, Object),
        field("metric_stats", Place::MetricStats, Object),
        hidden("unique_metrics", Place::UniqueMetrics, List),
    ],
};

/// Models (api.md §4.2).
pub static MODEL: Entity = Entity {
    name: "model",
    table: "models",
    prefix: "model",
    fields: &[
        column("id", "id", Text),
        column("company", "company", Text),
        hidden_column("company_origin", "company_origin", Text),
        column("user", "user_id", Text),
        column("project", "project", Text),
        column("parent", "parent", Text),
        column("task", "task", Text),
        column("name", "name", Text),
        column("uri", "uri", Text),
        column("framework", "framework", Text),
        column("ready", "ready", Bool),
        column("comment", "comment", Text),
        column("created", "created", Date),
        column("last_update", "last_update", Date),
        column("last_change", "last_change", Date),
        column("last_changed_by", "last_changed_by", Text),
        column("last_iteration", "last_iteration", Int),
        field("tags", Place::Tags(false), List),
        field("system_tags", Place::Tags(true), List),
        field("design", Document, Object),
        field("labels", Document, Object),
        field("metadata", Place::Map, Object),
        hidden("ui_cache", Document, Object),
        field("last_metrics", Place::LastMetrics, Object),
        hidden("unique_metrics", Place::UniqueMetrics, List),
    ],
};

/// Projects (api.md §4.3).
pub static PROJECT: Entity = Entity {
    name: "project",
    table: "projects",
    prefix: "project",
    fields: &[
        column("id", "id", Text),
        column("company", "company", Text),
        hidden_column("company_origin", "company_origin", Text),
        column("user", "user_id", Text),
        column("name", "name", Text),
        column("basename", "basename", Text),
        column("parent", "parent", Text),
        column("description", "description", Text),
        column("default_output_destination", "default_output_destination", Text),
        column("featured", "featured", Int),
        column("created", "created", Date),
        column("last_update", "last_update", Date),
        field("tags", Place::Tags(false), List),
        field("system_tags", Place::Tags(true), List),
        field("logo_url", Document, Text),
        hidden("logo_blob", Document, Text),
        hidden("path", Place::Ancestors, List),
    ],
};

/// Queues (api.md §4.4).
pub static QUEUE: Entity = Entity {
    name: "queue",
    table: "queues",
    prefix: "queue",
    fields: &[
        column("id", "id", Text),
        column("company", "company", Text),
        column("user", "user_id", Text),
        column("name", "name", Text),
        column("display_name", "display_name", Text),
        column("created", "created", Date),
        column("last_update", "last_update", Date),
        field("tags", Place::Tags(false), List),
        field("system_tags", Place::Tags(true), List),
        field("entries", Place::Entries, List),
        field("metadata", Place::Map, Object),
        field("resources", Document, Object),
    ],
};

/// Users as others see them (api.md §4.4); access is in `crate::users`.
pub static USER: Entity = Entity {
    name: "user",
    table: "users",
    prefix: "user",
    fields: &[
        column("id", "id", Text),
        column("company", "company", Text),
        column("name", "name", Text),
        column("created", "created", Date),
        hidden_column("role", "role", Text),
        field("family_name", Document, Text),
        field("given_name", Document, Text),
        field("avatar", Document, Text),
        field("created_in_version", Document, Text),
        secret("preferences", Document, Object),
    ],
};

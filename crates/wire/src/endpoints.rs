//! The endpoint table: names, who may call, handlers by version and the fields each handler checks.
//! It is data (`data/endpoints.json`, and `data/newer.json` for what newer web apps call), read once.

mod load;
mod schemas;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::version::Version;

pub use load::TableError;
pub use schemas::{Declared, Schemas, schemas};

/// Every endpoint of the protocol.
#[derive(Debug)]
pub struct Table {
    endpoints: BTreeMap<String, Endpoint>,
}

/// One endpoint.
#[derive(Debug)]
pub struct Endpoint {
    /// `service.action`.
    pub name: String,
    /// Whether a caller must say who they are.
    pub authorize: Authorize,
    /// Informational; not enforced.
    pub internal: bool,
    /// Roles that may call; `*` is any.
    pub allow_roles: Vec<String>,
    /// By ascending minimum version.
    pub handlers: Vec<Handler>,
    /// Whether the body is a batch of items.
    pub batch: bool,
}

/// Whether a call needs authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorize {
    /// Nobody is asked.
    Never,
    /// Without it the call is refused.
    Mandatory,
    /// It is tried and its failure ignored.
    Attempted,
}

/// What serves an endpoint from a version on.
#[derive(Debug)]
pub struct Handler {
    /// The first version it serves; reported as `actual_version`.
    pub min_version: Version,
    /// The fields it checks and completes. Others pass untouched.
    pub fields: Vec<Field>,
    /// Keys that must be present whatever their value.
    pub required_fields: Vec<String>,
}

/// A field that is checked before its rule runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its key.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Absent or null is refused.
    pub required: bool,
    /// What an absent field becomes. A default that a setting gives is left to the rule.
    pub default: Option<Value>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number. A maximum that a setting gives is left to the rule.
    pub max: Option<f64>,
    /// Fewest items or characters.
    pub min_length: Option<usize>,
}

/// What a field or an item of a list holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Anything: the table does not say.
    Any,
    /// Truth of any value.
    Boolean,
    /// A whole number, also from digits or a float.
    Integer,
    /// A number.
    Number,
    /// Text, one of the given words unless there are none.
    String(Vec<String>),
    /// A list.
    List(Box<Item>),
    /// An object with the given checked fields.
    Object(Vec<Field>),
    /// An object whose values all are of one kind.
    MapOf(Box<Kind>),
}

/// What a list holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Kind of each item.
    pub kind: Kind,
    /// Whether an item may be null.
    pub nullable: bool,
}

/// The table this crate carries.
pub fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the data is compiled in and a test reads it")]
        Table::load().expect("the endpoint table is valid")
    });
    &TABLE
}

impl Table {
    /// The endpoint of a name.
    pub fn get(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.get(name)
    }

    /// All endpoints by name.
    pub fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.values()
    }

    /// How many endpoints there are.
    pub fn len(&self) -> usize {
        self.endpoints.len()
    }

    /// Whether the table is empty (it is not).
    pub fn is_empty(&self) -> bool {
        self.endpoints.is_empty()
    }
}

impl Endpoint {
    /// The handler for a requested version: the one with the highest minimum not above it.
    pub fn handler(&self, requested: Version) -> Option<&Handler> {
        self.handlers.iter().rev().find(|handler| handler.min_version <= requested)
    }

    /// Whether a role may call.
    pub fn allows(&self, role: &str) -> bool {
        self.allow_roles.iter().any(|allowed| allowed == "*" || allowed == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        let table = table();
        assert_eq!(table.len(), 208);
        assert_eq!(table.iter().filter(|e| e.authorize == Authorize::Mandatory).count(), 204);
        assert_eq!(table.iter().filter(|e| e.authorize == Authorize::Never).count(), 2);
        let batches: Vec<_> = table.iter().filter(|e| e.batch).map(|e| e.name.as_str()).collect();
        assert_eq!(batches, ["events.add_batch", "tasks.update_batch"]);
        let fields = |h: &Handler| h.fields.len();
        let checked: usize = table.iter().flat_map(|e| &e.handlers).map(fields).sum();
        assert_eq!(checked, 688);
        assert!(table.iter().all(|e| !e.handlers.is_empty()));
    }

    #[test]
    fn a_default_that_a_setting_gives_is_none() {
        for name in ["workers.register", "serving.register_container"] {
            let handler = table().get(name).and_then(|e| e.handler(Version::MAX)).expect(name);
            let timeout = handler.fields.iter().find(|field| field.name == "timeout").expect(name);
            assert_eq!(timeout.default, None, "{name}");
        }
    }

    #[test]
    fn handlers_are_chosen_by_version() {
        let table = table();
        let minimum = |name: &str, version| {
            let endpoint = table.get(name).expect(name);
            endpoint.handler(version).map(|handler| handler.min_version)
        };
        let v = Version::new;
        assert_eq!(minimum("events.get_task_log", v(1, 6)), Some(v(1, 0)));
        assert_eq!(minimum("events.get_task_log", v(2, 5)), Some(v(1, 7)));
        assert_eq!(minimum("events.get_task_log", v(2, 9)), Some(v(2, 9)));
        assert_eq!(minimum("events.get_task_log", v(2, 13)), Some(v(2, 9)));
        assert_eq!(minimum("events.get_task_log", v(9, 0)), Some(v(2, 9)));
        assert_eq!(minimum("auth.logout", v(2, 1)), None);
        assert!(table.get("datasets.create").is_none());
    }

    #[test]
    fn roles_and_kinds() {
        let table = table();
        let edit = table.get("auth.edit_user").expect("an endpoint");
        assert!(edit.allows("admin") && !edit.allows("user"));
        assert!(table.get("tasks.create").expect("an endpoint").allows("user"));

        let field = |endpoint: &str, name: &str| {
            let handler = table.get(endpoint).and_then(|e| e.handler(Version::MAX));
            let field = handler.and_then(|h| h.fields.iter().find(|f| f.name == name));
            field.expect(name).clone()
        };
        let samples = field("events.scalar_metrics_iter_histogram", "samples");
        assert_eq!((samples.min, samples.max), (Some(1.0), Some(6000.0)));
        let key = field("events.scalar_metrics_iter_histogram", "key");
        assert_eq!(
            key.kind,
            Kind::String(["iter", "timestamp", "iso_time"].map(str::to_owned).into())
        );
        let Kind::MapOf(metadata) = field("models.create", "metadata").kind else {
            panic!("a map")
        };
        let Kind::Object(item) = *metadata else { panic!("of objects") };
        assert_eq!(item.len(), 3);
        assert_eq!(field("auth.login", "expiration_sec").max, None);
        let Kind::List(keys) = field("storage.reset_settings", "keys").kind else {
            panic!("a list")
        };
        assert_eq!(keys.kind, Kind::String(["aws", "google", "azure"].map(str::to_owned).into()));
    }
}

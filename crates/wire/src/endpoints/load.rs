//! Reads the table's files into its types, resolving the names of nested types.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Authorize, Endpoint, Field, Handler, Item, Kind, Table};
use crate::version::Version;

/// The reference server's endpoints with their definitions and types.
pub(super) const DATA: &str = include_str!("../../data/endpoints.json");
/// What newer web apps call besides.
pub(super) const NEWER: &str = include_str!("../../data/newer.json");

/// Why the table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file is not what its types say.
    #[error("endpoint table: {0}")]
    Format(#[from] serde_json::Error),
    /// A handler's key is not a version.
    #[error("endpoint table: {0:?} is not a version")]
    Version(String),
    /// A field is of a type the table does not define.
    #[error("endpoint table: unknown type {0}")]
    Type(String),
}

/// Stands in the table where a setting gives the value.
const BY_SETTING: &str = "config";

#[derive(Deserialize)]
struct RawTable {
    endpoints: BTreeMap<String, RawEndpoint>,
    handler_types: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct RawNewer {
    endpoints: BTreeMap<String, RawEndpoint>,
}

#[derive(Deserialize)]
struct RawEndpoint {
    authorize: Option<bool>,
    internal: bool,
    allow_roles: Vec<String>,
    handlers: BTreeMap<String, RawHandler>,
    versions: BTreeMap<String, RawVersion>,
}

#[derive(Deserialize)]
struct RawVersion {
    batch_request: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RawHandler {
    #[serde(default)]
    validated: BTreeMap<String, RawField>,
    #[serde(default)]
    required_fields: Vec<String>,
}

#[derive(Deserialize)]
struct RawField {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    of: Value,
    #[serde(default)]
    required: bool,
    /// A value, or [`BY_SETTING`].
    default: Option<Value>,
    min: Option<f64>,
    /// A number, or [`BY_SETTING`].
    max: Option<Value>,
    min_length: Option<usize>,
    #[serde(rename = "enum", default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
struct RawEnum {
    #[serde(rename = "enum")]
    words: Vec<String>,
}

impl Table {
    /// Reads the table that is compiled into this crate; [`super::table`] keeps the result.
    ///
    /// # Errors
    /// When the compiled-in files are inconsistent, which a test excludes.
    pub fn load() -> Result<Self, TableError> {
        let raw: RawTable = serde_json::from_str(DATA)?;
        let newer: RawNewer = serde_json::from_str(NEWER)?;
        let types = Types(raw.handler_types);
        let endpoints = raw
            .endpoints
            .into_iter()
            .chain(newer.endpoints)
            .map(|(name, endpoint)| Ok((name.clone(), read_endpoint(name, endpoint, &types)?)))
            .collect::<Result<_, TableError>>()?;
        Ok(Self { endpoints })
    }
}

fn read_endpoint(name: String, raw: RawEndpoint, types: &Types) -> Result<Endpoint, TableError> {
    let mut handlers = raw
        .handlers
        .into_iter()
        .map(|(version, handler)| read_handler(&version, handler, types))
        .collect::<Result<Vec<_>, _>>()?;
    handlers.sort_by_key(|handler| handler.min_version);
    let authorize = match raw.authorize {
        Some(true) => Authorize::Mandatory,
        Some(false) => Authorize::Never,
        None => Authorize::Attempted,
    };
    let batch = raw.versions.values().any(|version| version.batch_request.is_some());
    Ok(Endpoint {
        name,
        authorize,
        internal: raw.internal,
        allow_roles: raw.allow_roles,
        handlers,
        batch,
    })
}

fn read_handler(version: &str, raw: RawHandler, types: &Types) -> Result<Handler, TableError> {
    let min_version =
        Version::parse(version).ok_or_else(|| TableError::Version(version.to_owned()))?;
    let fields = types.fields(raw.validated)?;
    Ok(Handler { min_version, fields, required_fields: raw.required_fields })
}

/// The nested types that fields name.
struct Types(BTreeMap<String, Value>);

impl Types {
    fn fields(&self, raw: BTreeMap<String, RawField>) -> Result<Vec<Field>, TableError> {
        raw.into_iter().map(|(name, field)| self.field(name, field)).collect()
    }

    fn field(&self, name: String, raw: RawField) -> Result<Field, TableError> {
        Ok(Field {
            name,
            kind: self.kind(&raw)?,
            required: raw.required,
            default: raw.default.filter(|value| value != BY_SETTING),
            min: raw.min,
            max: raw.max.as_ref().and_then(Value::as_f64),
            min_length: raw.min_length,
        })
    }

    fn kind(&self, raw: &RawField) -> Result<Kind, TableError> {
        Ok(match (raw.kind.as_str(), &raw.of) {
            ("scalar", _) => Kind::Any,
            ("boolean", _) => Kind::Boolean,
            ("integer", _) => Kind::Integer,
            ("number", _) => Kind::Number,
            ("string", Value::String(name)) => self.named(name)?,
            ("string", _) => Kind::String(raw.words.clone()),
            ("array", of) => Kind::List(Box::new(self.item(of, &raw.words)?)),
            ("object", Value::String(name)) => self.named(name)?,
            ("object", of) => Kind::MapOf(Box::new(self.item(of, &[])?.kind)),
            (other, _) => return Err(TableError::Type(other.to_owned())),
        })
    }

    /// What `of` says of items: a name, a list of names (null among them where items may be null),
    /// or nothing.
    fn item(&self, of: &Value, words: &[String]) -> Result<Item, TableError> {
        let names = of.as_array().map_or(std::slice::from_ref(of), Vec::as_slice);
        let nullable = of.is_array() && names.iter().any(Value::is_null);
        let kind = match names.iter().find_map(Value::as_str) {
            None => Kind::Any,
            Some("str" | "string_types") => Kind::String(words.to_vec()),
            Some("list") => Kind::List(Box::new(Item { kind: Kind::Any, nullable: true })),
            Some(name) => self.named(name)?,
        };
        Ok(Item { kind, nullable })
    }

    fn named(&self, name: &str) -> Result<Kind, TableError> {
        let definition = self.0.get(name).ok_or_else(|| TableError::Type(name.to_owned()))?;
        if definition.get("enum").is_some_and(Value::is_array) {
            let RawEnum { words } = RawEnum::deserialize(definition)?;
            return Ok(Kind::String(words));
        }
        let fields = BTreeMap::deserialize(definition)?;
        Ok(Kind::Object(self.fields(fields)?))
    }
}

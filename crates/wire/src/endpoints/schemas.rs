//! What requests and answers are declared to hold. Declarations are not enforced; documentation
//! and tests read them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::load::{DATA, NEWER};
use crate::version::Version;

/// The declarations of every endpoint. They are many times larger than the table, so nobody keeps
/// them.
#[derive(Debug)]
pub struct Schemas {
    newest: BTreeMap<String, Declared>,
    /// What declarations refer to by name.
    pub definitions: BTreeMap<String, Value>,
}

/// What one version of an endpoint takes and answers: fields by name, and marks that begin with
/// `_`.
#[derive(Debug, Deserialize)]
pub struct Declared {
    /// Fields of the request, or of each item of a batch.
    #[serde(default)]
    pub request: Map<String, Value>,
    /// Fields of the answer's `data`.
    #[serde(default)]
    pub response: Map<String, Value>,
    batch_request: Option<Batch>,
}

#[derive(Debug, Deserialize)]
struct Batch {
    item_of: String,
}

#[derive(Deserialize)]
struct Raw {
    endpoints: BTreeMap<String, RawEndpoint>,
    #[serde(default)]
    definitions: BTreeMap<String, BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
struct RawEndpoint {
    versions: Newest,
}

/// The declaration of the highest version; the others are not kept.
struct Newest(Declared);

impl<'de> Deserialize<'de> for Newest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Versions)
    }
}

struct Versions;

impl<'de> Visitor<'de> for Versions {
    type Value = Newest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("declarations by version")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut versions: A) -> Result<Newest, A::Error> {
        let mut newest = None;
        while let Some((text, declared)) = versions.next_entry::<String, Declared>()? {
            let version = Version::parse(&text)
                .ok_or_else(|| A::Error::custom(format!("{text:?} is not a version")))?;
            if newest.as_ref().is_none_or(|(known, _)| *known < version) {
                newest = Some((version, declared));
            }
        }
        let none = || A::Error::custom("an endpoint without a version");
        newest.map(|(_, declared)| Newest(declared)).ok_or_else(none)
    }
}

/// Reads the declarations that this crate carries.
pub fn schemas() -> Schemas {
    #[expect(clippy::expect_used, reason = "the data is compiled in and a test reads it")]
    Schemas::load().expect("the declarations are valid")
}

impl Schemas {
    fn load() -> Result<Self, serde_json::Error> {
        let (mut newest, mut definitions) = (BTreeMap::new(), BTreeMap::new());
        for file in [DATA, NEWER] {
            let raw: Raw = serde_json::from_str(file)?;
            newest.extend(raw.endpoints.into_iter().map(|(name, raw)| (name, raw.versions.0)));
            // One name means the same in every service, which a test checks.
            definitions.extend(raw.definitions.into_values().flatten());
        }
        Ok(Self { newest, definitions })
    }

    /// What the newest version of an endpoint takes and answers.
    pub fn newest(&self, name: &str) -> Option<&Declared> {
        self.newest.get(name)
    }

    /// Fields of the request, or of each item where the endpoint takes a batch.
    pub fn request<'a>(&'a self, declared: &'a Declared) -> &'a Map<String, Value> {
        let item = declared.batch_request.as_ref().and_then(|batch| self.newest(&batch.item_of));
        &item.unwrap_or(declared).request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::table;

    #[test]
    fn every_endpoint_is_declared() {
        let schemas = schemas();
        for endpoint in table().iter() {
            let declared = schemas.newest(&endpoint.name).expect(&endpoint.name);
            assert_eq!(declared.batch_request.is_some(), endpoint.batch, "{}", endpoint.name);
            if endpoint.batch {
                assert!(!schemas.request(declared).is_empty(), "{}", endpoint.name);
            }
        }
    }

    #[test]
    fn a_name_means_the_same_in_every_service() {
        let raw: Raw = serde_json::from_str(DATA).expect("the table");
        let known = schemas().definitions;
        for (service, definitions) in raw.definitions {
            for (name, definition) in definitions {
                assert_eq!(known[&name], definition, "{service} means something else by {name}");
            }
        }
    }
}

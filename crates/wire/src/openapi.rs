//! The API as an OpenAPI 3.1 document, made from the endpoint table, its declarations, and the
//! descriptions beside it (`data/descriptions.json`).

mod schema;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::endpoints::{Authorize, Declared, Endpoint, Handler, Schemas, schemas, table};
use crate::version::Version;

const DESCRIPTIONS: &str = include_str!("../data/descriptions.json");
const ABOUT: &str = "Arno answers ClearML's protocol. Every call is `service.action`, by any \
    method, with a JSON object as its body; a version in the path (`/v2.23/tasks.get_all`) asks \
    for the behaviour of that version, none for the newest. Every answer is an envelope: `meta` \
    says how the call went and `data` holds what was asked for. Unknown request fields are \
    ignored, and null stands for a field that is not given.";

#[derive(Deserialize)]
struct Descriptions {
    services: BTreeMap<String, String>,
    endpoints: BTreeMap<String, String>,
}

/// The document, as JSON text. `api_url` is where clients reach the API and `version` the
/// program's own; `rest` are paths beside the protocol's, each with its description.
pub fn document(api_url: &str, version: &str, rest: &[(String, Value)]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "the data is compiled in and a test reads it")]
    let words: Descriptions = serde_json::from_str(DESCRIPTIONS).expect("the descriptions");
    let schemas = schemas();
    let paths = Lazily(|| {
        let protocol = table().iter().filter_map(|endpoint| {
            let declared = schemas.newest(&endpoint.name)?;
            let words = words.endpoints.get(&endpoint.name).map_or("", String::as_str);
            let post = operation(endpoint, declared, &schemas, words);
            Some((format!("/{}", endpoint.name), json!({"post": post})))
        });
        protocol.chain(rest.iter().cloned())
    });
    let known = Lazily(|| {
        let declared = schemas.definitions.iter();
        let declared = declared.map(|(name, declared)| (name.clone(), schema::of(declared)));
        declared.chain([("Meta".to_owned(), meta())])
    });
    let tags = words.services.iter();
    let document = Document {
        openapi: "3.1.0",
        info: json!({
            "title": "Arno", "version": version, "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        }),
        servers: json!([{"url": format!("{}/v{}", api_url.trim_end_matches('/'), Version::MAX)}]),
        security: json!([{"bearer": []}, {"basic": []}, {"cookie": []}]),
        tags: tags.map(|(name, words)| json!({"name": name, "description": words})).collect(),
        paths,
        components: Components {
            schemas: known,
            responses: json!({"Refused": refused()}),
            security_schemes: security_schemes(),
        },
    };
    #[expect(clippy::expect_used, reason = "JSON values with text keys, written to memory")]
    serde_json::to_vec(&document).expect("the document")
}

#[derive(Serialize)]
struct Document<P, S> {
    openapi: &'static str,
    info: Value,
    servers: Value,
    security: Value,
    tags: Value,
    paths: P,
    components: Components<S>,
}

#[derive(Serialize)]
struct Components<S> {
    schemas: S,
    responses: Value,
    #[serde(rename = "securitySchemes")]
    security_schemes: Value,
}

/// A map whose values are made one by one while it is written: the document as a tree would take
/// many times the memory of its text.
struct Lazily<F>(F);

impl<F, I> Serialize for Lazily<F>
where
    F: Fn() -> I,
    I: Iterator<Item = (String, Value)>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}

fn operation(endpoint: &Endpoint, declared: &Declared, schemas: &Schemas, words: &str) -> Value {
    let service = endpoint.name.split('.').next().unwrap_or_default();
    let newest = endpoint.handler(Version::MAX);
    let mut operation = json!({
        "operationId": endpoint.name.replace('.', "_"),
        "summary": endpoint.name,
        "description": description(endpoint, newest, words),
        "tags": [service],
        "requestBody": request_body(endpoint, newest, schemas.request(declared)),
        "responses": {
            "200": answer(&declared.response),
            "default": {"$ref": "#/components/responses/Refused"},
        },
        "x-roles": endpoint.allow_roles,
    });
    match endpoint.authorize {
        Authorize::Mandatory => {}
        Authorize::Never => operation["security"] = json!([]),
        Authorize::Attempted => {
            operation["security"] = json!([{}, {"bearer": []}, {"basic": []}, {"cookie": []}]);
        }
    }
    operation
}

fn description(endpoint: &Endpoint, newest: Option<&Handler>, words: &str) -> String {
    let mut text = words.to_owned();
    if !endpoint.allow_roles.iter().any(|role| role == "*") {
        text.push_str("\n\nOnly for administrators.");
    }
    let oldest = endpoint.handlers.first().map_or(Version::MAX, |handler| handler.min_version);
    if oldest > Version::new(1, 0) {
        text.push_str(&format!("\n\nSince version {oldest} of the protocol."));
    }
    let actual = newest.map_or(oldest, |handler| handler.min_version);
    if actual > oldest {
        text.push_str(&format!(" Behaves as described since {actual}."));
    }
    text
}

fn request_body(
    endpoint: &Endpoint,
    newest: Option<&Handler>,
    declared: &Map<String, Value>,
) -> Value {
    let fields = schema::request(declared, newest);
    let required = fields.get("required").is_some();
    let mut content = json!({"application/json": {"schema": fields}});
    if endpoint.batch {
        let words = "One JSON object a line, each as described for a single one.";
        content["application/json-lines"] =
            json!({"schema": {"type": "string", "description": words}});
    }
    json!({"content": content, "required": required})
}

/// The envelope around the declared fields, or a file.
fn answer(declared: &Map<String, Value>) -> Value {
    if declared.contains_key("_type") {
        let file = json!({"schema": {"type": "string"}});
        return json!({
            "description": "A file, without an envelope.",
            "content": {"text/plain": file, "text/csv": file},
        });
    }
    json!({
        "description": "What was asked for.",
        "content": {"application/json": {"schema": {
            "type": "object",
            "required": ["meta", "data"],
            "properties": {
                "meta": {"$ref": "#/components/schemas/Meta"},
                "data": schema::answer(declared),
            },
        }}},
    })
}

fn refused() -> Value {
    json!({
        "description": "The call was refused or failed. The HTTP status is `result_code`; \
            `result_subcode` tells the reason and `result_msg` says it in words.",
        "content": {"application/json": {"schema": {
            "type": "object",
            "required": ["meta", "data"],
            "properties": {
                "meta": {"$ref": "#/components/schemas/Meta"},
                "data": {"type": "object", "description": "Empty."},
            },
        }}},
    })
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A token from `auth.login`.",
        },
        "basic": {
            "type": "http", "scheme": "basic",
            "description": "Access key and secret key, or a user's name and password.",
        },
        "cookie": {
            "type": "apiKey", "in": "cookie", "name": "clearml_token_basic",
            "description": "A browser's token. It reads; it changes things only by POST from \
                Arno's own pages.",
        },
    })
}

fn meta() -> Value {
    json!({
        "type": "object",
        "description": "How a call went.",
        "required": ["id", "trx", "endpoint", "result_code", "result_subcode", "result_msg"],
        "properties": {
            "id": {"type": "string", "description": "New for every call."},
            "trx": {
                "type": "string",
                "description": "The header X-Clearml-Trx, or the same as `id`.",
            },
            "endpoint": {"type": "object", "properties": {
                "name": {"type": "string"},
                "requested_version": {
                    "type": ["string", "number"],
                    "description": "What the path asked for; a number below 2.1.",
                },
                "actual_version": {
                    "type": ["string", "number"],
                    "description": "Since when the endpoint behaves as it did.",
                },
            }},
            "result_code": {"type": "integer", "description": "The HTTP status."},
            "result_subcode": {
                "type": "integer",
                "description": "The reason of a refusal; 0 for success and for reasons of no kind.",
            },
            "result_msg": {"type": "string", "description": "`OK`, or the reason in words."},
            "error_stack": {"type": "null"},
            "error_data": {"type": "object", "description": "Empty."},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn parsed() -> Value {
        serde_json::from_slice(&document("http://lab:8008/", "1.2.3", &[])).expect("JSON")
    }

    #[test]
    fn every_endpoint_and_service_is_described_and_nothing_else() {
        let words: Descriptions = serde_json::from_str(DESCRIPTIONS).expect("the descriptions");
        let names: BTreeSet<_> = table().iter().map(|e| e.name.as_str()).collect();
        let services: BTreeSet<_> = names.iter().filter_map(|n| n.split('.').next()).collect();
        assert_eq!(words.endpoints.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
        assert_eq!(words.services.keys().map(String::as_str).collect::<BTreeSet<_>>(), services);
        for (name, text) in words.endpoints.iter().chain(&words.services) {
            assert!(text.ends_with('.') && text.len() > 10, "{name}: {text}");
        }
        assert_eq!(parsed()["paths"].as_object().map(Map::len), Some(names.len()));
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = parsed();
        let mut open = vec![&document];
        let mut found = 0;
        while let Some(node) = open.pop() {
            if let Some(target) = node.get("$ref").and_then(Value::as_str) {
                found += 1;
                let target = target.strip_prefix('#').expect("a place in this document");
                assert!(document.pointer(target).is_some(), "{target}");
            }
            match node {
                Value::Object(fields) => open.extend(fields.values()),
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        assert!(found > 500, "only {found} references");
    }

    #[test]
    fn callers_learn_who_may_call_what_with_what() {
        let document = parsed();
        let post = |name: &str| &document["paths"][format!("/{name}")]["post"];
        assert_eq!(document["servers"][0]["url"], "http://lab:8008/v2.34");
        assert_eq!(post("debug.ping")["security"], json!([]));
        assert_eq!(post("login.logout")["security"][0], json!({}));
        assert!(post("tasks.get_all").get("security").is_none(), "the default holds");
        assert_eq!(post("auth.edit_user")["x-roles"], json!(["system", "root", "admin"]));
        let words = post("auth.edit_user")["description"].as_str().expect("words");
        assert!(words.contains("Only for administrators"), "{words}");
        let body = |name: &str| &post(name)["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(body("tasks.create")["required"], json!(["name", "type"]));
        assert_eq!(body("auth.revoke_credentials")["required"], json!(["access_key"]));
        let samples = &body("events.scalar_metrics_iter_histogram")["properties"]["samples"];
        assert_eq!((&samples["minimum"], &samples["maximum"]), (&json!(1), &json!(6000)));
        assert_eq!(body("models.create")["properties"]["metadata"]["type"], "object");
        let lines = &post("events.add_batch")["requestBody"]["content"]["application/json-lines"];
        assert_eq!(lines["schema"]["type"], "string");
        assert!(body("events.add_batch")["anyOf"].is_array());
        let data = |name: &str| {
            let answer = &post(name)["responses"]["200"]["content"]["application/json"];
            &answer["schema"]["properties"]["data"]
        };
        assert_eq!(data("events.plots")["$ref"], "#/components/schemas/plots_response");
        assert_eq!(data("tasks.create")["properties"]["id"]["type"], "string");
        let file = &post("events.download_task_log")["responses"]["200"]["content"]["text/plain"];
        assert_eq!(file["schema"]["type"], "string");
    }
}

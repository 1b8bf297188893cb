//! Objects that requests can name, and the data file with what the table cannot say.

use crate::support::TestServer;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// `requests.json`.
pub struct Data {
    /// Smallest granted requests of endpoints whose required fields do not suffice.
    pub bodies: BTreeMap<String, Value>,
    /// Values of fields by their names, where the type does not suffice.
    pub values: BTreeMap<String, Value>,
    /// The version to ask, where it is not the newest.
    pub versions: BTreeMap<String, String>,
    /// `endpoint.field` → why a value of the declared type may be refused beside the others.
    pub refused: BTreeMap<String, String>,
    /// A field's name, or an endpoint and a place in its answer → where the contract says other
    /// than the declaration.
    undeclared: BTreeMap<String, String>,
}

impl Data {
    /// Whether the contract says what is there, though the declaration does not.
    pub fn knows(&self, endpoint: &str, place: &str) -> bool {
        let field = place.rsplit('.').next().unwrap_or(place);
        self.undeclared.contains_key(field)
            || self.undeclared.contains_key(&format!("{endpoint} {place}"))
    }
}

/// Reads the data file.
pub fn data() -> Data {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/table/requests.json");
    let text = std::fs::read_to_string(path).expect(path);
    let mut file: Map<String, Value> = serde_json::from_str(&text).expect(path);
    let mut take = |key: &str| file.remove(key).expect(key);
    fn typed<T: for<'de> serde::Deserialize<'de>>(value: Value) -> T {
        T::deserialize(value).expect("the data file's types")
    }
    Data {
        bodies: typed(take("bodies")),
        values: typed(take("values")),
        versions: typed(take("versions")),
        refused: typed(take("refused")),
        undeclared: typed(take("undeclared")),
    }
}

/// Some of everything, related to each other. Values of requests name them by `$task` and so on.
pub struct Lab {
    names: BTreeMap<&'static str, String>,
}

impl Lab {
    pub async fn make(server: &TestServer, token: &str) -> Lab {
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let id = async |endpoint: &str, body: Value| {
            let made = server.ok(token, endpoint, body).await;
            made["id"].as_str().expect("an id").to_owned()
        };
        let project = id("projects.create", json!({"name": format!("P {unique}")})).await;
        let task = json!({
            "name": "a task", "type": "controller", "project": project, "tags": ["a"],
            "hyperparams": {"Args": {"a": {"section": "Args", "name": "a", "value": "1"}}},
            "configuration": {"c": {"name": "c", "value": "1"}}, "script": {"repository": "git"},
        });
        let task = id("tasks.create", task).await;
        let waiting = json!({"name": "waiting", "type": "training", "parent": task});
        let waiting = id("tasks.create", waiting).await;
        let model = json!({
            "name": "a model", "uri": "http://x/m", "ready": false, "project": project,
            "task": task, "metadata": {"k": {"key": "k", "type": "str", "value": "v"}},
        });
        let model = id("models.create", model).await;
        let queue = id("queues.create", json!({"name": format!("q {unique}")})).await;
        server.ok(token, "tasks.enqueue", json!({"task": waiting, "queue": queue})).await;
        report(server, token, &task).await;
        let run = json!({"name": "another run", "type": "controller", "project": project});
        let run = id("tasks.create", run).await;
        let output = json!({"task": run, "name": "a model", "model": model, "type": "output"});
        server.ok(token, "tasks.add_or_update_model", output).await;
        let written = id("reports.create", json!({"name": "a report", "project": project})).await;
        let destination = json!({"name": format!("D {unique}")});
        let destination = id("projects.create", destination).await;
        let target = id("queues.create", json!({"name": format!("r {unique}")})).await;
        let table = json!({
            "entity_type": "task", "only_fields": ["id"], "field_mappings": [{"field": "id"}],
        });
        let table = server.ok(token, "organization.prepare_download_for_get_all", table).await;
        let container = json!({
            "container_id": format!("c:{unique}"), "endpoint_name": "e", "model_name": "m",
            "endpoint_url": format!("u:{unique}"),
        });
        server.ok(token, "serving.container_status_report", container).await;
        let machine = json!({
            "worker": format!("w:{unique}"), "timestamp": 1_700_000_000_000_i64,
            "machine_stats": {"cpu_usage": [1]},
        });
        server.ok(token, "workers.status_report", machine).await;
        let user = server.ok(token, "users.get_current_user", json!({})).await["user"].clone();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        // Not the caller, for some requests take a user's access away.
        let other = json!({
            "name": unique, "email": format!("{unique}@lab.org"), "company": user["company"]["id"],
        });
        let other = id("auth.create_user", other).await;
        let keys = server.ok(token, "auth.create_credentials", json!({})).await;
        let sample = json!({"task": task, "metric": "m", "variant": "v"});
        let image = server.ok(token, "events.get_debug_image_sample", sample.clone()).await;
        let plot = server.ok(token, "events.get_plot_sample", sample).await;
        let names = [
            ("unique", unique),
            ("other", other),
            ("project", project),
            ("task", task),
            ("waiting", waiting),
            ("model", model),
            ("queue", queue),
            ("company", text(&user["company"]["id"])),
            ("token", token.to_owned()),
            ("run", run),
            ("report", written),
            ("destination", destination),
            ("target", target),
            ("prepare_id", text(&table["prepare_id"])),
            ("access_key", text(&keys["credentials"]["access_key"])),
            ("image_scroll", text(&image["scroll_id"])),
            ("plot_scroll", text(&plot["scroll_id"])),
        ];
        Lab { names: names.into() }
    }

    /// A value with every `$name` replaced, `$own` by the id of the endpoint's own kind of object.
    pub fn fill(&self, endpoint: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(endpoint, text).into(),
            Value::Array(items) => items.iter().map(|item| self.fill(endpoint, item)).collect(),
            Value::Object(fields) => {
                let filled = fields
                    .iter()
                    .map(|(key, item)| (self.text(endpoint, key), self.fill(endpoint, item)));
                Value::Object(filled.collect())
            }
            other => other.clone(),
        }
    }

    fn text(&self, endpoint: &str, text: &str) -> String {
        let service = endpoint.split('.').next().unwrap_or_default();
        let own = self.names.get(service.trim_end_matches('s')).unwrap_or(&self.names["task"]);
        let mut filled = text.replace("$own", own);
        for (name, id) in &self.names {
            filled = filled.replace(&format!("${name}"), id);
        }
        filled
    }
}

/// One event of each kind.
async fn report(server: &TestServer, token: &str, task: &str) {
    let event = |kind: &str, more: Value| {
        let mut event =
            json!({"task": task, "type": kind, "metric": "m", "variant": "v", "iter": 1});
        for (key, value) in more.as_object().into_iter().flatten() {
            event[key] = value.clone();
        }
        event.to_string()
    };
    let lines = [
        event("training_stats_scalar", json!({"value": 1.5})),
        event("training_stats_vector", json!({"values": [1.5]})),
        event("training_debug_image", json!({"key": "k", "url": "http://x/1.png"})),
        event("plot", json!({"plot_str": "{}"})),
        event("log", json!({"msg": "hello", "level": "info"})),
    ];
    let call = server.api("POST", "/events.add_batch").bearer(token);
    let call = call.header("content-type", "application/json-lines").body(lines.join("\n"));
    let reply = call.send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

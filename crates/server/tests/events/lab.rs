//! A server with a signed-in user, and events in a few words.

use crate::support::{Call, Engine, Reply, TestServer};
use serde_json::{Value, json};

pub struct Lab {
    pub server: TestServer,
    pub token: String,
}

impl Lab {
    pub async fn start(engine: Engine) -> Lab {
        let server = TestServer::start(engine).await;
        let token = server.token().await;
        Lab { server, token }
    }

    /// A new task; its id.
    pub async fn task(&self, name: &str) -> String {
        let made = self.ok("tasks.create", json!({"name": name, "type": "training"})).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// A new model; its id.
    pub async fn model(&self, name: &str) -> String {
        let body =
            json!({"name": name, "uri": "file:///model.bin", "framework": "x", "ready": false});
        let made = self.ok("models.create", body).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Reports events; all of them must be stored.
    pub async fn report(&self, events: Vec<Value>) {
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        let call = self.call("events.add_batch").header("content-type", "application/json-lines");
        let reply = call.body(lines.join("\n")).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.json()["data"]["added"], events.len(), "{}", reply.text());
    }

    /// The answer's data.
    pub async fn ok(&self, endpoint: &str, body: Value) -> Value {
        self.server.ok(&self.token, endpoint, body).await
    }

    /// Code and subcode of the answer.
    pub async fn code(&self, endpoint: &str, body: Value) -> (u16, u64) {
        self.send(endpoint, body).await.code()
    }

    pub async fn send(&self, endpoint: &str, body: Value) -> Reply {
        self.call(endpoint).json(&body).send().await
    }

    fn call(&self, endpoint: &str) -> Call {
        self.server.api("POST", &format!("/{endpoint}")).bearer(&self.token)
    }

    /// Publishes a task.
    pub async fn publish(&self, task: &str) {
        for endpoint in ["tasks.started", "tasks.stopped", "tasks.publish"] {
            self.ok(endpoint, json!({"task": task})).await;
        }
    }
}

pub fn scalar(task: &str, metric: &str, variant: &str, iter: i64, value: f64) -> Value {
    json!({
        "type": "training_stats_scalar", "task": task, "metric": metric, "variant": variant,
        "iter": iter, "value": value, "timestamp": 1_000_000 + iter.max(0) * 10, "worker": "w",
    })
}

pub fn single(task: &str, variant: &str, value: f64) -> Value {
    scalar(task, "Summary", variant, -2_147_483_648, value)
}

pub fn line(task: &str, timestamp: i64, msg: &str) -> Value {
    json!({"type": "log", "task": task, "timestamp": timestamp, "level": "INFO", "worker": "w", "msg": msg})
}

pub fn plot(task: &str, metric: &str, variant: &str, iter: i64) -> Value {
    json!({
        "type": "plot", "task": task, "metric": metric, "variant": variant, "iter": iter,
        "plot_str": format!("{metric}/{variant}/{iter}"), "timestamp": 1_000_000 + iter,
    })
}

pub fn image(task: &str, metric: &str, variant: &str, iter: i64, url: &str) -> Value {
    json!({
        "type": "training_debug_image", "task": task, "metric": metric, "variant": variant,
        "iter": iter, "url": url, "key": url, "timestamp": 1_000_000 + iter,
    })
}

/// A field of every item of a list.
pub fn all<'a>(list: &'a Value, field: &str) -> Vec<&'a Value> {
    list.as_array().unwrap_or_else(|| panic!("a list: {list}")).iter().map(|e| &e[field]).collect()
}

//! A site with a template, a queue and a caller, and what one does with the gateway.

use crate::support::{Call, Engine, Reply, TestServer};
use arno_server::Options;
use arno_store::Clock;
use serde_json::{Value, json};

/// The time at the start of each test.
pub const START: i64 = 1_800_000_000_000;

pub struct Lab {
    pub server: TestServer,
    pub clock: Clock,
    /// The administrator's.
    pub admin: String,
    /// A caller's token made here, and the user it stands for.
    pub token: String,
    pub user: String,
    /// A template with its hash, its entry and its queue.
    pub template: String,
    pub hash: String,
    pub entry: String,
    pub queue: String,
}

impl Lab {
    pub async fn start(engine: Engine) -> Lab {
        Lab::with(engine, |_| {}).await
    }

    pub async fn with(engine: Engine, change: impl FnOnce(&mut Options)) -> Lab {
        let clock = Clock::fixed(START);
        let own = clock.clone();
        let server = TestServer::start_with(engine, |options| {
            options.clock = own;
            options.gateway.callback_networks = "127.0.0.1".parse().expect("a network");
            change(options);
        })
        .await;
        let admin = server.token().await;
        let (_, user) = server.user("anna", "user").await;
        let queue = server.make(&admin, "queues.create", json!({"name": "services"})).await;
        let lr = json!({"section": "Args", "name": "lr", "value": "0.1", "type": "float"});
        let body = json!({
            "name": "heatmap", "type": "application", "hyperparams": {"Args": {"lr": lr}},
            "configuration": {"General": {"name": "General", "value": "a: 1"}},
            "container": {"image": "python:3.11", "arguments": "--ipc=host"},
        });
        let template = server.make(&admin, "tasks.create", body).await;
        let mut lab = Lab {
            server,
            clock,
            admin,
            token: String::new(),
            user,
            template,
            hash: String::new(),
            entry: String::new(),
            queue,
        };
        let entry = json!({"task": lab.template, "queue": "services"});
        let made = lab.registered("tasks", entry).await;
        lab.hash = made["hash"].as_str().expect("a hash").to_owned();
        lab.entry = made["id"].as_str().expect("an id").to_owned();
        lab.token = lab.token_for(json!({"user": lab.user})).await;
        lab
    }

    /// A request to the interface by the administrator.
    pub fn interface(&self, method: &str, path: &str) -> Call {
        self.server.api(method, &format!("/api/v1/gateway/{path}")).bearer(&self.admin)
    }

    /// What is registered; anything but 201 fails the test.
    pub async fn registered(&self, kind: &str, fields: Value) -> Value {
        let reply = self.interface("POST", kind).json(&fields).send().await;
        assert_eq!(reply.status, 201, "{kind} {fields}: {}", reply.text());
        reply.json()
    }

    pub async fn seen(&self, path: &str) -> Value {
        let reply = self.interface("GET", path).send().await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()
    }

    /// The text of a new token.
    pub async fn token_for(&self, fields: Value) -> String {
        let made = self.registered("tokens", fields).await;
        made["token"].as_str().expect("a token").to_owned()
    }

    /// A call of the gateway, as it is sent by the original blocks.
    pub async fn call(&self, path: &str, body: Value) -> Reply {
        self.server.web("POST", &format!("/clearml/serve/{path}")).json(&body).send().await
    }

    /// Starts a run; its answer.
    pub async fn enqueue(&self, more: Value) -> Value {
        let reply = self.enqueued(&self.token, more).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    pub async fn enqueued(&self, token: &str, more: Value) -> Reply {
        let mut body = json!({"access_token": token, "task_id": self.hash});
        body.as_object_mut().expect("a map").extend(more.as_object().cloned().expect("a map"));
        self.call("enqueue_task", body).await
    }

    pub async fn task(&self, id: &Value) -> Value {
        self.server.ok(&self.admin, "tasks.get_by_id", json!({"task": id})).await["task"].clone()
    }

    /// Registers a machine with an endpoint `digits`; the machine's hash and the endpoint's entry.
    pub async fn machine(&self, url: &str) -> (String, String) {
        let task = uuid::Uuid::new_v4().simple().to_string();
        let url = format!("{url}/serve");
        let made = self.registered("machines", json!({"task": task, "url": url})).await;
        let endpoint = json!({"machine": task, "endpoint": "digits"});
        let endpoint = self.registered("endpoints", endpoint).await;
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (text(&made["hash"]), text(&endpoint["id"]))
    }

    /// A call of the record that is as wanted, once there is one: rows are written after the answer.
    pub async fn recorded(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut found = self.seen("calls").await;
            let items = found["items"].as_array_mut().expect("calls");
            if let Some(at) = items.iter().position(&wanted) {
                return items.swap_remove(at);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns when there are so many calls in the record.
    pub async fn counted(&self, count: i64) {
        while self.seen("calls").await["total"] != count {
            tokio::task::yield_now().await;
        }
    }
}

//! The whole table, endpoint by endpoint: each is answered, takes every field it declares, answers
//! only what it declares, and is open to exactly the roles it names (api.md §§1.2, 3.1).

mod lab;
mod sample;
mod shape;

use crate::support::{Engine, TestServer, on_both_engines};
use arno_wire::endpoints::{Authorize, Declared, Endpoint, Schemas, schemas, table};
use lab::{Data, Lab};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

on_both_engines![
    tasks_take_and_answer_what_is_declared,
    events_and_models_take_and_answer_what_is_declared,
    all_others_take_and_answer_what_is_declared,
    every_endpoint_is_open_to_the_roles_it_names,
];

/// Words in the names of endpoints after which an object is no longer what it was, so that each
/// request needs new ones.
const SPENDS: &[&str] = &[
    "archive",
    "clear",
    "close",
    "completed",
    "delete",
    "dequeue",
    "enqueue",
    "failed",
    "make_p",
    "merge",
    "next_task",
    "publish",
    "remove",
    "reset",
    "revoke",
    "set_ready",
    "start",
    "stop",
];

/// For administrators only, though the protocol lets everybody: these credentials delete files of all.
const STRICTER: [&str; 2] = ["storage.reset_settings", "storage.set_settings"];

#[test]
fn every_endpoint_is_answered_in_every_version() {
    let registry = arno_server::rules::registry();
    let answered: BTreeSet<_> = registry.names().collect();
    let missing: BTreeSet<&str> = table()
        .iter()
        .filter(|endpoint| {
            let name = endpoint.name.as_str();
            !endpoint.handlers.iter().all(|handler| answered.contains(&(name, handler.min_version)))
        })
        .map(|endpoint| endpoint.name.as_str())
        .collect();
    assert!(missing.is_empty(), "not registered: {missing:?}");
}

async fn tasks_take_and_answer_what_is_declared(engine: Engine) {
    walk(engine, |service| service == "tasks").await;
}

async fn events_and_models_take_and_answer_what_is_declared(engine: Engine) {
    walk(engine, |service| matches!(service, "events" | "models")).await;
}

async fn all_others_take_and_answer_what_is_declared(engine: Engine) {
    walk(engine, |service| !matches!(service, "tasks" | "events" | "models")).await;
}

async fn walk(engine: Engine, is_asked: fn(&str) -> bool) {
    let server = TestServer::start(engine).await;
    let walk = Walk { token: server.token().await, server, schemas: schemas(), data: lab::data() };
    let mut problems = Vec::new();
    for endpoint in table().iter() {
        if is_asked(endpoint.name.split('.').next().unwrap_or_default()) {
            walk.endpoint(endpoint, &mut problems).await;
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

struct Walk {
    server: TestServer,
    token: String,
    schemas: Schemas,
    data: Data,
}

impl Walk {
    async fn endpoint(&self, endpoint: &Endpoint, problems: &mut Vec<String>) {
        let name = endpoint.name.as_str();
        let declared = self.schemas.newest(name).expect(name);
        let mut lab = Lab::make(&self.server, &self.token).await;
        let body = self.smallest(endpoint, declared, &lab);
        self.answers(name, declared, &body, problems).await;
        let spends = SPENDS.iter().any(|word| name.contains(word));
        for (field, schema) in self.schemas.request(declared) {
            if sample::is_mark(field) || body.contains_key(field) {
                continue;
            }
            if spends {
                lab = Lab::make(&self.server, &self.token).await;
            }
            let mut body = self.smallest(endpoint, declared, &lab);
            let value = sample::value(&self.data, &lab, &self.schemas, name, field, schema);
            body.insert(field.clone(), value);
            self.takes(name, field, &body, problems).await;
        }
    }

    /// The smallest request that the endpoint grants.
    fn smallest(&self, endpoint: &Endpoint, declared: &Declared, lab: &Lab) -> Map<String, Value> {
        let name = endpoint.name.as_str();
        if let Some(body) = self.data.bodies.get(name) {
            return lab.fill(name, body).as_object().expect(name).clone();
        }
        let handler = endpoint.handlers.last().expect(name);
        let required = |field: &str| {
            handler.fields.iter().any(|f| f.name == field && f.required)
                || handler.required_fields.iter().any(|f| f == field)
        };
        let fields = self.schemas.request(declared).iter();
        fields
            .filter(|(field, schema)| schema["required"] == true || required(field))
            .map(|(field, schema)| {
                let value = sample::value(&self.data, lab, &self.schemas, name, field, schema);
                (field.clone(), value)
            })
            .collect()
    }

    /// The answer holds what is declared and nothing else.
    async fn answers(
        &self,
        name: &str,
        declared: &Declared,
        body: &Map<String, Value>,
        problems: &mut Vec<String>,
    ) {
        let reply = self.send(name, body).await;
        if reply.status != 200 {
            problems.push(format!("{name} {body:?} is refused: {}", reply.text()));
        } else if !declared.response.contains_key("_type") {
            let joined = name.ends_with("_ex") || name == "reports.get_task_data";
            let shape = shape::Shape { schemas: &self.schemas, joined };
            let found = shape.differences(&declared.response, &reply.json()["data"]);
            let told = found.iter().filter(|(place, _)| !self.data.knows(name, place));
            problems.extend(told.map(|(place, what)| format!("{name} answers {place}: {what}")));
        }
    }

    /// A value of the declared type is not refused for its type.
    async fn takes(
        &self,
        name: &str,
        field: &str,
        body: &Map<String, Value>,
        problems: &mut Vec<String>,
    ) {
        let reply = self.send(name, body).await;
        let place = format!("{name}.{field}");
        if reply.status == 200 || self.data.refused.contains_key(&place) {
            return;
        }
        if reply.status >= 500 || reply.code() == (400, 12) {
            problems.push(format!("{place} {}: {}", body[field], reply.text()));
        }
    }

    async fn send(&self, name: &str, body: &Map<String, Value>) -> crate::support::Reply {
        let version = self.data.versions.get(name).map(|v| format!("/v{v}")).unwrap_or_default();
        // Signing out is not to end the session of the others.
        let token = match name.ends_with(".logout") {
            true => self.server.token().await,
            false => self.token.clone(),
        };
        let call = self.server.api("POST", &format!("{version}/{name}")).bearer(&token);
        call.json(&Value::Object(body.clone())).send().await
    }
}

async fn every_endpoint_is_open_to_the_roles_it_names(engine: Engine) {
    let server = TestServer::start(engine).await;
    let refused = (403, 20);
    for endpoint in table().iter() {
        let name = endpoint.name.as_str();
        let path = format!("/{name}");
        let call = || server.api("POST", &path).json(&json!({}));
        let anonymous = call().send().await;
        let nobody = anonymous.status == 401;
        assert_eq!(nobody, endpoint.authorize == Authorize::Mandatory, "{name} without a token");
        // Where nobody has to say who he is, no role is asked for.
        if endpoint.authorize != Authorize::Mandatory {
            continue;
        }
        // New tokens, because some of these calls end a session or a user's access.
        let admin = server.token().await;
        let reply = call().bearer(&admin).send().await;
        assert_ne!((reply.status, subcode(&reply)), refused, "{name} by an administrator");
        let (user, _) = server.user(&format!("user-{name}"), "user").await;
        let reply = call().bearer(&user).send().await;
        let is_refused = (reply.status, subcode(&reply)) == refused;
        let expected = !endpoint.allows("user") || STRICTER.contains(&name);
        assert_eq!(is_refused, expected, "{name} by a user: {}", reply.text());
    }
}

/// The subcode of an envelope; files have none.
fn subcode(reply: &crate::support::Reply) -> u64 {
    let envelope: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    envelope["meta"]["result_subcode"].as_u64().unwrap_or(0)
}

//! Under private visibility nobody reaches what is another user's, by any endpoint that takes an
//! id (design.md §2).

use crate::support::{Engine, TestServer, on_both_engines};
use arno_store::Visibility;
use serde_json::{Value, json};

on_both_engines![foreign_objects_do_not_exist_under_private_visibility,];

async fn foreign_objects_do_not_exist_under_private_visibility(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let (anna, _) = server.user("anna", "user").await;
    let (ben, _) = server.user("ben", "user").await;
    let project =
        server.ok(&anna, "projects.create", json!({"name": "Secret"})).await["id"].clone();
    let task = json!({"name": "hers", "type": "training", "project": project});
    let task = server.ok(&anna, "tasks.create", task).await["id"].clone();
    let model = json!({"name": "hers", "uri": "http://x/m", "task": task});
    let model = server.ok(&anna, "models.create", model).await["id"].clone();

    let registry = arno_server::rules::registry();
    let mut tried = 0;
    for (name, _) in registry.names() {
        let Some((noun, verb)) = name.split_once('.') else { continue };
        let body = match noun {
            "tasks" => with_ids("task", &task, &model, &project),
            "models" => with_ids("model", &task, &model, &project),
            "projects" => with_ids("project", &task, &model, &project),
            "events" | "queues" | "reports" | "pipelines" | "organization" => {
                with_ids("task", &task, &model, &project)
            }
            _ => continue,
        };
        // These make something of the caller's own, or list what he may see.
        if verb.starts_with("get_all") || matches!(verb, "create" | "validate") {
            continue;
        }
        let before = state(&server, &anna, &task, &model, &project).await;
        let call = server.api("POST", &format!("/{name}")).bearer(&ben).json(&body);
        let reply = call.send().await;
        let text = reply.text();
        tried += 1;
        assert!(!text.contains("hers"), "{name} shows another user's object: {text}");
        let after = state(&server, &anna, &task, &model, &project).await;
        assert_eq!(before, after, "{name} changed another user's object: {text}");
    }
    assert!(tried > 100, "only {tried} endpoints were tried");
    for (endpoint, key) in [
        ("tasks.get_all", "tasks"),
        ("models.get_all_ex", "models"),
        ("projects.get_all", "projects"),
    ] {
        let found = server.ok(&ben, endpoint, json!({"search_hidden": true})).await;
        assert_eq!(found[key], json!([]), "{endpoint}");
        let found = server.ok(&server.token().await, endpoint, json!({})).await;
        assert_ne!(found[key], json!([]), "an administrator sees everything: {endpoint}");
    }
}

/// A request that names the objects in every way the endpoints know.
fn with_ids(own: &str, task: &Value, model: &Value, project: &Value) -> Value {
    let mut body = json!({
        "task": task, "tasks": [task], "model": model, "project": project, "projects": [project],
        "force": true, "name": "taken", "type": "input", "key": "iter", "metric": "m",
        "metrics": [{"task": task, "metric": "m"}], "event_type": "log", "add_tags": ["taken"],
        "hyperparams": [{"section": "A", "name": "b", "value": "c"}], "requirements": {"pip": ""},
        "configuration": [], "add_or_update": {"taken": 1}, "artifacts": [{"key": "k", "type": "t"}],
        "metadata": [{"key": "k", "type": "t", "value": "v"}], "keys": ["k"], "msg": "taken",
        "new_project_name": "Secret", "destination_project": project, "message": "taken",
        "queue": "none", "target_queue": "none", "tasks_state": "active", "entity": "task",
        "section": "A", "from_date": "2020-01-01", "to_date": "2021-01-01", "report": "taken",
        "entity_type": "task", "only_fields": ["name"], "field_mappings": [{"field": "name"}],
        "models": [], "new_location": "Elsewhere", "threshold_sec": 0, "new_status": "stopped",
    });
    let id = match own {
        "model" => model,
        "project" => project,
        _ => task,
    };
    body["id"] = json!([id]);
    body["ids"] = json!([id]);
    body
}

async fn state(
    server: &TestServer,
    token: &str,
    task: &Value,
    model: &Value,
    project: &Value,
) -> Value {
    json!([
        server.ok(token, "tasks.get_by_id", json!({"task": task})).await,
        server.ok(token, "models.get_by_id", json!({"model": model})).await,
        server.ok(token, "projects.get_by_id", json!({"project": project})).await,
    ])
}

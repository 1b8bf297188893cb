//! Every pair of statuses, and what each change of status does besides (api.md §6.1–6.6).

use crate::support::{Engine, TestServer, on_both_engines};
use serde_json::{Value, json};

on_both_engines![
    every_pair_of_statuses_is_permitted_or_refused_as_the_table_says,
    a_run_notes_its_times_and_reasons,
    queues_hold_tasks_once_and_give_them_their_status_back,
    waiting_tasks_are_taken_in_order_and_can_be_reordered,
    a_reset_empties_what_the_run_made_and_keeps_what_it_was_given,
];

const STATUSES: [&str; 9] = [
    "created",
    "queued",
    "in_progress",
    "stopped",
    "closed",
    "failed",
    "completed",
    "publishing",
    "published",
];

/// Endpoints that lead to a status, with the statuses they may come from (itself always).
const CHANGES: [(&str, &str, &[&str]); 6] = [
    ("tasks.started", "in_progress", &["created", "queued", "stopped", "completed"]),
    ("tasks.stopped", "stopped", &["queued", "in_progress", "closed", "failed"]),
    ("tasks.failed", "failed", &["in_progress", "stopped", "closed"]),
    ("tasks.completed", "completed", &["in_progress", "stopped"]),
    ("tasks.close", "closed", &["stopped"]),
    ("tasks.publish", "published", &["stopped", "closed", "failed", "completed", "publishing"]),
];

struct Tasks {
    server: TestServer,
    token: String,
}

impl Tasks {
    async fn start(engine: Engine) -> Tasks {
        let server = TestServer::start(engine).await;
        let token = server.token().await;
        Tasks { server, token }
    }

    async fn call(&self, endpoint: &str, body: Value) -> Value {
        self.server.ok(&self.token, endpoint, body).await
    }

    /// Codes of a refused call.
    async fn refused(&self, endpoint: &str, body: Value) -> (u64, u64) {
        let path = format!("/{endpoint}");
        let call = self.server.api("POST", &path).bearer(&self.token).json(&body);
        let reply = call.send().await;
        let meta = &reply.json()["meta"];
        let codes = (meta["result_code"].as_u64(), meta["result_subcode"].as_u64());
        assert_ne!(codes.0, Some(200), "{endpoint} {body} was not refused");
        (codes.0.unwrap_or(0), codes.1.unwrap_or(0))
    }

    /// A new task in this status, written there by force.
    async fn task(&self, status: &str) -> String {
        let made = self.call("tasks.create", json!({"name": "one", "type": "training"})).await;
        let id = made["id"].as_str().expect("an id").to_owned();
        self.call("tasks.edit", json!({"task": id, "force": true, "status": status})).await;
        id
    }

    async fn get(&self, id: &str) -> Value {
        self.call("tasks.get_by_id", json!({"task": id})).await["task"].clone()
    }
}

async fn every_pair_of_statuses_is_permitted_or_refused_as_the_table_says(engine: Engine) {
    let tasks = Tasks::start(engine).await;
    for (endpoint, to, from) in CHANGES {
        for status in STATUSES {
            let id = tasks.task(status).await;
            if status == to || from.contains(&status) {
                let answer = tasks.call(endpoint, json!({"task": id})).await;
                assert_eq!(answer["fields"]["status"], to, "{status} → {to}");
                assert_eq!(tasks.get(&id).await["status"], to);
            } else {
                let codes = tasks.refused(endpoint, json!({"task": id})).await;
                assert_eq!(codes, (400, 110), "{status} → {to}");
                assert_eq!(tasks.get(&id).await["status"], status);
                tasks.call(endpoint, json!({"task": id, "force": true})).await;
                assert_eq!(tasks.get(&id).await["status"], to, "{status} → {to} by force");
            }
        }
    }
}

async fn a_run_notes_its_times_and_reasons(engine: Engine) {
    let tasks = Tasks::start(engine).await;
    let id = tasks.task("created").await;
    let body = json!({"task": id, "status_reason": "why", "status_message": "in words"});
    let answer = tasks.call("tasks.started", body).await;
    assert_eq!(answer["started"], 1);
    let task = tasks.get(&id).await;
    assert_eq!(
        (&task["status_reason"], &task["status_message"]),
        (&json!("why"), &json!("in words"))
    );
    let started = task["started"].clone();
    assert!(started.as_str().is_some_and(|date| date.ends_with("+00:00")), "{started}");
    tasks.call("tasks.started", json!({"task": id})).await;
    assert_eq!(tasks.get(&id).await["started"], started, "a second start keeps the first time");
    tasks.call("tasks.ping", json!({"task": id})).await;
    assert!(tasks.get(&id).await["active_duration"].is_u64());
    tasks.call("tasks.completed", json!({"task": id})).await;
    assert!(tasks.get(&id).await["completed"].is_string());
}

async fn queues_hold_tasks_once_and_give_them_their_status_back(engine: Engine) {
    let tasks = Tasks::start(engine).await;
    let id = tasks.task("created").await;
    let answer = tasks.call("tasks.enqueue", json!({"task": id, "queue_name": "gpu farm"})).await;
    assert_eq!(answer["queued"], 1);
    let queue = answer["fields"]["execution.queue"].as_str().expect("a queue").to_owned();
    let codes = tasks.refused("tasks.enqueue", json!({"task": id, "queue": queue})).await;
    assert_eq!(codes, (400, 706));
    assert_eq!(tasks.call("queues.get_num_entries", json!({"queue": queue})).await["num"], 1);

    // To another queue: it leaves the first.
    tasks.call("tasks.enqueue", json!({"task": id})).await;
    assert_eq!(tasks.call("queues.get_num_entries", json!({"queue": queue})).await["num"], 0);
    let codes = tasks.refused("queues.remove_task", json!({"queue": queue, "task": id})).await;
    assert_eq!(codes, (400, 703));

    let answer = tasks.call("tasks.dequeue", json!({"task": id})).await;
    assert_eq!((&answer["dequeued"], &answer["updated"]), (&json!(1), &json!(1)));
    assert_eq!(tasks.get(&id).await["status"], "created");
    let answer = tasks.call("tasks.dequeue", json!({"task": id})).await;
    assert_eq!(answer["updated"], 0);

    for (body, codes) in [
        (json!({"task": id, "queue": "nowhere"}), (400, 701)),
        (json!({"task": id, "queue": queue, "queue_name": "gpu farm"}), (400, 12)),
        (json!({"task": id, "update_execution_queue": false}), (400, 12)),
    ] {
        assert_eq!(tasks.refused("tasks.enqueue", body.clone()).await, codes, "{body}");
        assert_eq!(tasks.get(&id).await["status"], "created", "a refusal changes nothing");
    }
}

async fn waiting_tasks_are_taken_in_order_and_can_be_reordered(engine: Engine) {
    let tasks = Tasks::start(engine).await;
    let queue = tasks.call("queues.create", json!({"name": "line"})).await["id"].clone();
    let mut ids = Vec::new();
    for _ in 0..4 {
        let id = tasks.task("created").await;
        tasks.call("tasks.enqueue", json!({"task": id, "queue": queue})).await;
        ids.push(id);
    }
    for (endpoint, index, count, position) in [
        ("queues.move_task_to_front", 3, 1, 0),
        ("queues.move_task_backward", 3, 2, 2),
        ("queues.move_task_forward", 3, 99, 0),
        ("queues.move_task_to_back", 0, 1, 3),
    ] {
        let body = json!({"queue": queue, "task": ids[index], "count": count});
        assert_eq!(tasks.call(endpoint, body).await["position"], position, "{endpoint}");
    }
    let mut taken = Vec::new();
    loop {
        let next = tasks.call("queues.get_next_task", json!({"queue": queue})).await;
        let Some(task) = next["entry"]["task"].as_str() else { break };
        taken.push(task.to_owned());
    }
    assert_eq!(taken, [&ids[3], &ids[1], &ids[2], &ids[0]].map(String::clone));
}

async fn a_reset_empties_what_the_run_made_and_keeps_what_it_was_given(engine: Engine) {
    let tasks = Tasks::start(engine).await;
    let id = tasks.task("created").await;
    let model = tasks
        .call(
            "models.create",
            json!({"name": "net", "uri": "http://x/net", "ready": false, "task": id}),
        )
        .await;
    tasks.call("tasks.started", json!({"task": id})).await;
    for artifact in [
        json!({"key": "in", "type": "custom", "mode": "input", "uri": "http://x/in"}),
        json!({"key": "out", "type": "custom", "uri": "http://x/out"}),
    ] {
        let body = json!({"task": id, "artifacts": [artifact]});
        tasks.call("tasks.add_or_update_artifacts", body).await;
    }
    let body =
        json!({"task": id, "name": "net", "model": model["id"], "type": "output", "iteration": 7});
    tasks.call("tasks.add_or_update_model", body).await;
    let event = json!({"type": "training_stats_scalar", "task": id, "metric": "loss",
                       "variant": "train", "iter": 9, "value": 0.5});
    assert_eq!(tasks.call("events.add", event).await["added"], 1);
    tasks.call("tasks.edit_runtime", json!({"task": id, "add_or_update": {"a.b": 1}})).await;
    let before = tasks.get(&id).await;
    assert_eq!((&before["last_iteration"], &before["runtime"]["a.b"]), (&json!(9), &json!(1)));
    assert_eq!(before["last_metrics"].as_object().map(|m| m.len()), Some(1));

    tasks.call("tasks.stopped", json!({"task": id})).await;
    let answer = tasks.call("tasks.reset", json!({"task": id, "return_file_urls": true})).await;
    assert_eq!(answer["deleted_models"], 1);
    assert_eq!(answer["urls"]["model_urls"], json!(["http://x/net"]));
    assert_eq!(answer["urls"]["artifact_urls"], json!(["http://x/out"]));
    let after = tasks.get(&id).await;
    assert_eq!(after["status"], "created");
    assert_eq!(after["last_iteration"], 0);
    assert_eq!((&after["last_metrics"], &after["runtime"]), (&json!({}), &json!({})));
    assert_eq!(after["models"], json!({"input": [], "output": []}));
    let artifacts = after["execution"]["artifacts"].as_array().expect("artifacts");
    assert_eq!(artifacts.iter().map(|a| a["key"].clone()).collect::<Vec<_>>(), ["in"]);
    assert!(after.get("started").is_none() && after.get("completed").is_none());
    assert_eq!(tasks.refused("models.get_by_id", json!({"model": model["id"]})).await, (400, 201));
}

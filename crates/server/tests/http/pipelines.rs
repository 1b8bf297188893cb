//! Pipelines (api.md §12.2) and the queue endpoints of newer web apps.

use crate::support::{Engine, TestServer, on_both_engines};
use serde_json::{Value, json};

on_both_engines![
    a_run_is_started_from_another_with_other_arguments,
    a_run_is_started_in_a_pipeline_of_another_name,
    runs_are_deleted_with_their_steps_and_one_stays,
    a_waiting_task_is_found_and_moved_to_another_queue,
];

struct Pipeline {
    server: TestServer,
    token: String,
    project: String,
    run: String,
    queue: String,
}

impl Pipeline {
    async fn start(engine: Engine) -> Pipeline {
        let server = TestServer::start(engine).await;
        let token = server.token().await;
        let body =
            json!({"name": "lab/.pipelines/train + test", "system_tags": ["pipeline", "hidden"]});
        let project = server.make(&token, "projects.create", body).await;
        let queue = server.make(&token, "queues.create", json!({"name": "services"})).await;
        let mut made = Pipeline { server, token, project, run: String::new(), queue };
        made.run = made.controller("by hand").await;
        made
    }

    async fn call(&self, endpoint: &str, body: Value) -> Value {
        self.server.ok(&self.token, endpoint, body).await
    }

    async fn codes(&self, endpoint: &str, body: Value) -> (u16, u64) {
        self.server.codes(&self.token, endpoint, body).await
    }

    async fn controller(&self, name: &str) -> String {
        let arg = |name: &str, value: &str| json!({"section": "Args", "name": name, "value": value, "type": "int"});
        let body = json!({
            "name": name, "type": "controller", "system_tags": ["pipeline"],
            "project": self.project,
            "hyperparams": {"Args": {"epochs": arg("epochs", "3"), "kept": arg("kept", "k")}},
        });
        self.server.make(&self.token, "tasks.create", body).await
    }

    async fn task(&self, id: &Value) -> Value {
        self.call("tasks.get_by_id", json!({"task": id})).await["task"].clone()
    }
}

async fn a_run_is_started_from_another_with_other_arguments(engine: Engine) {
    let p = Pipeline::start(engine).await;
    let body = json!({
        "task": p.run, "queue": p.queue, "verify_watched_queue": true,
        "args": [{"name": "epochs", "value": "5"}, {"name": "fresh", "value": "f"}],
    });
    let started = p.call("pipelines.start_pipeline", body).await;
    assert_eq!((&started["enqueued"], &started["queue_watched"]), (&json!(true), &json!(false)));
    let run = p.task(&started["pipeline"]).await;
    assert_eq!(run["name"], "train + test");
    assert_eq!((&run["status"], &run["type"]), (&json!("queued"), &json!("controller")));
    assert_eq!(run["status_message"], "Starting pipeline");
    assert_eq!(run["execution"]["queue"], json!(p.queue));
    let args = &run["hyperparams"]["Args"];
    assert_eq!((&args["epochs"]["value"], &args["epochs"]["type"]), (&json!("5"), &json!("int")));
    assert_eq!((&args["kept"]["value"], &args["fresh"]["value"]), (&json!("k"), &json!("f")));
    let source = p.task(&json!(p.run)).await;
    assert_eq!(source["hyperparams"]["Args"]["epochs"]["value"], "3");

    for number in 1..3 {
        let next = json!({"task": p.run, "queue": p.queue});
        let next = p.call("pipelines.start_pipeline", next).await;
        let name = format!("train + test #{number}");
        assert_eq!(p.task(&next["pipeline"]).await["name"], json!(name));
        assert!(next.get("queue_watched").is_none());
    }
    let count = async || {
        let body = json!({"project": [p.project], "search_hidden": true});
        p.call("tasks.get_all", body).await["tasks"].as_array().map(Vec::len)
    };
    let before = count().await;
    for (body, codes) in [
        (json!({"task": p.run}), (400, 12)),
        (json!({"task": "none", "queue": p.queue}), (400, 101)),
        (json!({"task": p.run, "queue": "none"}), (400, 701)),
        (json!({"task": p.run, "queue": p.queue, "args": [{"name": "x"}]}), (400, 12)),
    ] {
        assert_eq!(p.codes("pipelines.start_pipeline", body.clone()).await, codes, "{body}");
    }
    assert_eq!(count().await, before, "a refused start leaves no run");
}

async fn a_run_is_started_in_a_pipeline_of_another_name(engine: Engine) {
    let p = Pipeline::start(engine).await;
    let check = json!({"task": p.run, "new_project_name": "other", "new_pipeline_name": "mine"});
    assert_eq!(p.call("pipelines.check_new_run", check.clone()).await, json!({}));
    let body = json!({
        "task": p.run, "queue": p.queue, "new_project_name": "other",
        "new_pipeline_name": "mine", "new_pipeline_version": "2.0",
    });
    let started = p.call("pipelines.start_pipeline", body).await;
    let run = p.task(&started["pipeline"]).await;
    assert_eq!((&run["name"], &run["runtime"]["version"]), (&json!("mine"), &json!("2.0")));
    assert_eq!(run["project"], started["new_project"]["id"]);
    let project = p.call("projects.get_by_id", json!({"project": run["project"]})).await;
    assert_eq!(project["project"]["name"], "other/.pipelines/mine");
    assert_eq!(project["project"]["system_tags"], json!(["hidden", "pipeline"]));
    let found = p.call("pipelines.check_new_run", check).await;
    assert_eq!(found["existing_project"]["id"], run["project"]);
    let by_task = json!({"task": p.run, "new_project_name": "other"});
    assert_eq!(p.call("pipelines.check_new_run", by_task).await, json!({}));
    let bad = json!({"task": p.run});
    assert_eq!(p.codes("pipelines.check_new_run", bad).await, (400, 12));
    let bad = json!({"task": "none", "new_project_name": "other"});
    assert_eq!(p.codes("pipelines.check_new_run", bad).await, (400, 101));
}

async fn runs_are_deleted_with_their_steps_and_one_stays(engine: Engine) {
    let p = Pipeline::start(engine).await;
    let second = p.controller("second").await;
    let step = json!({"name": "step", "type": "training", "parent": second, "project": p.project});
    let step = p.server.make(&p.token, "tasks.create", step).await;
    p.call("tasks.started", json!({"task": step})).await;
    let both = json!({"project": p.project, "ids": [p.run, second]});
    assert_eq!(p.codes("pipelines.delete_runs", both).await, (400, 160));
    for (body, codes) in [
        (json!({"project": "none", "ids": [second]}), (400, 401)),
        (json!({"project": p.project, "ids": []}), (400, 12)),
    ] {
        assert_eq!(p.codes("pipelines.delete_runs", body.clone()).await, codes, "{body}");
    }
    let body = json!({"project": p.project, "ids": [second, step]});
    let answer = p.call("pipelines.delete_runs", body).await;
    assert_eq!(answer["succeeded"][0]["id"], json!(second));
    assert_eq!(answer["succeeded"][0]["deleted"], true);
    assert_eq!(answer["failed"][0]["id"], json!(step), "a step is no run");
    assert_eq!(answer["failed"][0]["error"]["codes"], json!([400, 101]));
    for id in [second, step] {
        assert_eq!(p.codes("tasks.get_by_id", json!({"task": id})).await, (400, 101));
    }
    p.task(&json!(p.run)).await;
}

async fn a_waiting_task_is_found_and_moved_to_another_queue(engine: Engine) {
    let p = Pipeline::start(engine).await;
    let body = json!({"name": "second", "display_name": "Second queue"});
    let other = p.server.make(&p.token, "queues.create", body).await;
    assert_eq!(p.codes("queues.get_by_task_id", json!({"task": p.run})).await, (400, 703));
    p.call("tasks.enqueue", json!({"task": p.run, "queue": p.queue})).await;
    let found = p.call("queues.get_by_task_id", json!({"task": p.run})).await;
    assert_eq!(found, json!({"id": p.queue, "name": "services"}));

    let to =
        |queue: &str, target: &str| json!({"queue": queue, "task": p.run, "target_queue": target});
    let moved = p.call("queues.move_task_to_queue", to(&p.queue, &other)).await;
    assert_eq!(moved, json!({"moved": 1}));
    let found = p.call("queues.get_by_task_id", json!({"task": p.run})).await;
    assert_eq!(found, json!({"id": other, "name": "second", "display_name": "Second queue"}));
    let task = p.task(&json!(p.run)).await;
    assert_eq!((&task["status"], &task["execution"]["queue"]), (&json!("queued"), &json!(other)));
    for (body, codes) in [
        (to(&p.queue, &other), (400, 703)),
        (to(&other, "none"), (400, 701)),
        (to("none", &other), (400, 701)),
        (json!({"queue": other, "task": "none", "target_queue": p.queue}), (400, 101)),
        (json!({"queue": other, "task": p.run}), (400, 12)),
    ] {
        assert_eq!(p.codes("queues.move_task_to_queue", body.clone()).await, codes, "{body}");
        let number = p.call("queues.get_num_entries", json!({"queue": other})).await;
        assert_eq!(number["num"], 1, "{body}");
    }
    let mut quiet = to(&other, &p.queue);
    quiet["update_execution_queue"] = false.into();
    p.call("queues.move_task_to_queue", quiet).await;
    assert_eq!(p.task(&json!(p.run)).await["execution"]["queue"], json!(other));
    assert_eq!(p.codes("queues.get_by_task_id", json!({"task": "none"})).await, (400, 101));
}

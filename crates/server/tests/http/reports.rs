//! Reports (api.md §12.1).

use crate::support::{Engine, TestServer, on_both_engines};
use serde_json::{Value, json};

on_both_engines![
    a_report_lives_in_a_hidden_folder_of_its_project,
    a_report_is_written_until_it_is_published,
    a_report_moves_and_its_empty_folder_goes,
    only_reports_are_treated_as_reports,
    frames_get_their_data_at_once,
];

async fn lab(engine: Engine) -> (TestServer, String) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    (server, token)
}

async fn hidden_projects(server: &TestServer, token: &str) -> Vec<String> {
    let body = json!({"search_hidden": true, "order_by": "name", "name": "reports$"});
    let found = server.ok(token, "projects.get_all", body).await;
    let projects = found["projects"].as_array().expect("projects");
    projects.iter().map(|p| p["name"].as_str().expect("a name").to_owned()).collect()
}

async fn a_report_lives_in_a_hidden_folder_of_its_project(engine: Engine) {
    let (server, token) = lab(engine).await;
    let desk = server.make(&token, "projects.create", json!({"name": "desk"})).await;
    let below = server.make(&token, "projects.create", json!({"name": "desk/below"})).await;
    let body = json!({"name": "first", "project": desk, "tags": ["b", "a"], "report": "# Hello",
                      "report_assets": ["http://x/a.png"], "comment": "c"});
    let made = server.ok(&token, "reports.create", body).await;
    let lower = json!({"name": "second", "project": below});
    let lower = server.make(&token, "reports.create", lower).await;
    let root = server.make(&token, "reports.create", json!({"name": "third"})).await;
    assert_eq!(
        hidden_projects(&server, &token).await,
        [".reports", "desk/.reports", "desk/below/.reports"]
    );
    let folder = json!({"project": made["project_id"]});
    let folder = server.ok(&token, "projects.get_by_id", folder).await["project"].clone();
    assert_eq!(folder["system_tags"], json!(["hidden", "reports"]));

    let task = server.ok(&token, "tasks.get_by_id", json!({"task": made["id"]})).await;
    let task = &task["task"];
    assert_eq!((&task["type"], &task["status"]), (&json!("report"), &json!("created")));
    assert_eq!(task["system_tags"], json!(["hidden", "reports"]));
    assert_eq!(task["project"], made["project_id"]);
    assert_eq!((&task["report"], &task["comment"]), (&json!("# Hello"), &json!("c")));
    assert_eq!(task["report_assets"], json!(["http://x/a.png"]));

    let listed = async |mut body: Value| -> Vec<String> {
        body["order_by"] = "name".into();
        let found = server.ok(&token, "reports.get_all_ex", body).await;
        let tasks = found["tasks"].as_array().expect("tasks").clone();
        tasks.iter().map(|t| t["name"].as_str().expect("a name").to_owned()).collect()
    };
    server
        .ok(&token, "tasks.create", json!({"name": "a task", "type": "training", "project": desk}))
        .await;
    assert_eq!(listed(json!({})).await, ["first", "second", "third"]);
    assert_eq!(listed(json!({"project": desk})).await, ["first"]);
    assert_eq!(
        listed(json!({"project": [desk], "include_subprojects": true})).await,
        ["first", "second"]
    );
    assert_eq!(listed(json!({"project": [made["project_id"]]})).await, ["first"]);
    assert_eq!(listed(json!({"project": ["none"]})).await, [""; 0]);
    assert_eq!(
        listed(json!({"tags": ["a"], "only_fields": ["name", "project.name"]})).await,
        ["first"]
    );
    assert_eq!(listed(json!({"id": [lower, root]})).await, ["second", "third"]);
    let tags = server.ok(&token, "reports.get_tags", json!({})).await;
    assert_eq!(tags, json!({"tags": ["a", "b"]}));
    for (body, codes) in [
        (json!({"name": "ab"}), (400, 12)),
        (json!({}), (400, 12)),
        (json!({"name": "good", "project": "none"}), (400, 401)),
        (json!({"name": "good", "tags": ["__$x"]}), (400, 16)),
    ] {
        assert_eq!(server.codes(&token, "reports.create", body.clone()).await, codes, "{body}");
    }
    assert_eq!(listed(json!({})).await, ["first", "second", "third"]);
}

async fn a_report_is_written_until_it_is_published(engine: Engine) {
    let (server, token) = lab(engine).await;
    let report = server.make(&token, "reports.create", json!({"name": "draft"})).await;
    let text = "x".repeat(300);
    let body = json!({"task": report, "report": text, "name": " better ", "tags": ["t"]});
    let answer = server.ok(&token, "reports.update", body).await;
    assert_eq!((&answer["updated"], &answer["fields"]["name"]), (&json!(1), &json!("better")));
    assert_eq!(answer["fields"]["report"], json!("x".repeat(100)));
    let get = async || {
        server.ok(&token, "tasks.get_by_id", json!({"task": report})).await["task"].clone()
    };
    assert_eq!(get().await["report"], json!(text));
    let answer = server.ok(&token, "reports.update", json!({"task": report})).await;
    assert_eq!(answer["updated"], 0);

    let answer =
        server.ok(&token, "reports.publish", json!({"task": report, "message": "done"})).await;
    assert_eq!(answer["fields"]["status"], "published");
    assert_eq!(get().await["status_message"], "done");
    let body = json!({"task": report, "report": "other"});
    assert_eq!(server.codes(&token, "reports.update", body).await, (400, 110));
    assert_eq!(get().await["report"], json!(text));
    server.ok(&token, "reports.update", json!({"task": report, "comment": "still"})).await;
    assert_eq!(get().await["comment"], "still");

    let answer = server.ok(&token, "reports.archive", json!({"task": report})).await;
    assert_eq!(answer, json!({"archived": 1}));
    assert!(get().await["system_tags"].as_array().is_some_and(|t| t.contains(&"archived".into())));
    let answer = server.ok(&token, "reports.unarchive", json!({"task": report})).await;
    assert_eq!(answer, json!({"unarchived": 1}));
    assert_eq!(get().await["system_tags"], json!(["hidden", "reports"]));
    assert_eq!(server.codes(&token, "reports.delete", json!({"task": report})).await, (400, 123));
    let answer = server.ok(&token, "reports.delete", json!({"task": report, "force": true})).await;
    assert_eq!(answer, json!({"deleted": 1}));
    assert_eq!(server.codes(&token, "reports.delete", json!({"task": report})).await, (400, 101));
    assert_eq!(hidden_projects(&server, &token).await, [""; 0], "the empty folder is gone");
}

async fn a_report_moves_and_its_empty_folder_goes(engine: Engine) {
    let (server, token) = lab(engine).await;
    let desk = server.make(&token, "projects.create", json!({"name": "desk"})).await;
    let report =
        server.make(&token, "reports.create", json!({"name": "one", "project": desk})).await;
    let other =
        server.make(&token, "reports.create", json!({"name": "two", "project": desk})).await;
    let body = json!({"task": report, "project_name": "new/place"});
    let moved = server.ok(&token, "reports.move", body).await;
    assert_eq!(hidden_projects(&server, &token).await, ["desk/.reports", "new/place/.reports"]);
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": report})).await;
    assert_eq!(task["task"]["project"], moved["project_id"]);
    server.ok(&token, "reports.move", json!({"task": other, "project": null})).await;
    assert_eq!(hidden_projects(&server, &token).await, [".reports", "new/place/.reports"]);
    for (body, codes) in [
        (json!({"task": report, "project": "none"}), (400, 401)),
        (json!({"task": report, "project_name": "x"}), (400, 12)),
        (json!({"task": "none", "project": desk}), (400, 101)),
    ] {
        assert_eq!(server.codes(&token, "reports.move", body.clone()).await, codes, "{body}");
    }
}

async fn only_reports_are_treated_as_reports(engine: Engine) {
    let (server, token) = lab(engine).await;
    let task = json!({"name": "a task", "type": "training"});
    let task = server.make(&token, "tasks.create", task).await;
    for endpoint in ["update", "publish", "archive", "unarchive", "move", "delete"] {
        let body = json!({"task": task, "name": "taken", "project_name": "elsewhere"});
        let codes = server.codes(&token, &format!("reports.{endpoint}"), body).await;
        assert_eq!(codes, (400, 150), "{endpoint}");
    }
    let after = server.ok(&token, "tasks.get_by_id", json!({"task": task})).await;
    assert_eq!(
        (&after["task"]["name"], &after["task"]["status"]),
        (&json!("a task"), &json!("created"))
    );
}

async fn frames_get_their_data_at_once(engine: Engine) {
    let (server, token) = lab(engine).await;
    let mut tasks = Vec::new();
    for name in ["first", "second"] {
        let task = json!({"name": name, "type": "training", "tags": ["framed"]});
        let task = server.make(&token, "tasks.create", task).await;
        for event in [
            json!({"type": "training_stats_scalar", "metric": "loss", "variant": "v", "iter": 3,
                   "value": 0.5}),
            json!({"type": "training_stats_scalar", "metric": "Summary", "variant": "best",
                   "iter": -2_147_483_648_i64, "value": 7}),
            json!({"type": "plot", "metric": "curve", "variant": "v", "iter": 1, "plot_str": "{}"}),
            json!({"type": "training_debug_image", "metric": "img", "variant": "v", "iter": 2,
                   "url": format!("http://x/{name}.png")}),
        ] {
            let mut event = event;
            event["task"] = task.as_str().into();
            assert_eq!(server.ok(&token, "events.add", event).await["added"], 1);
        }
        tasks.push(task);
    }
    let body = json!({
        "tags": ["framed"], "order_by": "name", "only_fields": ["name"],
        "debug_images": {"metrics": [{"metric": "img"}]}, "plots": {},
        "scalar_metrics_iter_histogram": {"metrics": [{"metric": "loss"}]},
        "single_value_metrics": {},
    });
    let data = server.ok(&token, "reports.get_task_data", body).await;
    assert_eq!(data["tasks"][1], json!({"id": tasks[1], "name": "second"}));
    for task in &tasks {
        let series = &data["scalar_metrics_iter_histogram"]["loss"]["v"][task.as_str()];
        assert_eq!((&series["x"], &series["y"]), (&json!([3]), &json!([0.5])));
        assert!(data["plots"]["curve"]["v"][task.as_str()]["1"]["plots"].is_array());
    }
    let images = data["debug_images"].as_array().expect("a list");
    assert_eq!(images.len(), 2);
    assert_eq!(images[0]["iterations"][0]["events"][0]["metric"], "img");
    let singles = data["single_value_metrics"].as_array().expect("a list");
    assert_eq!(singles[0]["values"][0]["variant"], "best");

    let plain = server.ok(&token, "reports.get_task_data", json!({"id": [tasks[0]]})).await;
    assert_eq!(plain.as_object().map(|map| map.len()), Some(1), "parts only when asked for");
    let bad = json!({"id": tasks, "plots": {"iters": 0}});
    assert_eq!(server.codes(&token, "reports.get_task_data", bad).await, (400, 12));
    let none = json!({"name": "^nothing$", "plots": {}});
    assert_eq!(
        server.ok(&token, "reports.get_task_data", none).await,
        json!({"tasks": [], "plots": {}})
    );
}

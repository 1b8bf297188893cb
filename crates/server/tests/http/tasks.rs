//! Fields, parameters, clones and deletion of tasks (api.md §6.7–6.11).

use crate::support::{Engine, TestServer, on_both_engines};
use serde_json::{Value, json};

on_both_engines![
    what_a_client_gives_a_task_comes_back,
    wrong_fields_are_refused_and_store_nothing,
    edits_merge_objects_and_replace_maps,
    parameters_are_edited_by_section_and_user_properties_always,
    a_clone_starts_from_what_its_source_was_given,
    a_deleted_task_leaves_its_children_and_nothing_else,
    long_values_are_kept_and_long_names_refused,
];

async fn draft(server: &TestServer, token: &str, body: Value) -> String {
    server.ok(token, "tasks.create", body).await["id"].as_str().expect("an id").to_owned()
}

async fn what_a_client_gives_a_task_comes_back(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let hostile = "a/b\\'\";DROP TABLE tasks;-- %$.__ 😀 \u{5e9}\u{5dc}";
    let id = draft(&server, &token, json!({
        "name": format!("  {hostile}  "), "type": "training", "tags": ["b", "a"], "comment": hostile,
        "hyperparams": {"Args": {hostile: {"section": "Args", "name": hostile, "value": "1e-3"}}},
        "configuration": {hostile: {"name": hostile, "value": hostile, "type": "text"}},
        "script": {"repository": " r ", "diff": " d \n", "requirements": {"pip": "x==1"}},
        "runtime": {hostile: {"deep": [1, null, 2.5]}}, "container": {"image": "i:1"},
        "output_dest": "s3://bucket",
    }))
    .await;
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": id})).await["task"].clone();
    assert_eq!(task["name"], hostile);
    assert_eq!(task["tags"], json!(["a", "b"]));
    assert_eq!(task["comment"], hostile);
    assert_eq!(task["hyperparams"]["Args"][hostile]["value"], "1e-3");
    assert_eq!(task["configuration"][hostile]["value"], hostile);
    assert_eq!(task["script"]["repository"], "r");
    assert_eq!(task["script"]["diff"], " d \n");
    assert_eq!(task["script"]["requirements"], json!({"pip": "x==1"}));
    assert_eq!(task["script"]["binary"], "python");
    assert_eq!(task["runtime"][hostile], json!({"deep": [1, null, 2.5]}));
    assert_eq!(task["container"], json!({"image": "i:1"}));
    assert_eq!(task["output"], json!({"destination": "s3://bucket"}));
    assert_eq!(task["status"], "created");
}

async fn wrong_fields_are_refused_and_store_nothing(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    for (body, expected) in [
        (json!({"type": "training"}), (400, 12)),
        (json!({"name": "abc"}), (400, 12)),
        (json!({"name": "abc", "type": "magic"}), (400, 12)),
        (json!({"name": "ab", "type": "training"}), (400, 800)),
        (json!({"name": "abc", "type": "training", "parent": "none"}), (400, 16)),
        (json!({"name": "abc", "type": "training", "project": "none"}), (400, 16)),
        (json!({"name": "abc", "type": "training", "tags": ["__$all"]}), (400, 16)),
        (json!({"name": "abc", "type": "training", "tags": "x"}), (400, 12)),
        (json!({"name": "abc", "type": "training", "script": {"nonsense": 1}}), (400, 12)),
        (
            json!({"name": "abc", "type": "training", "hyperparams": {"A": {"b": {"value": 1}}}}),
            (400, 12),
        ),
        (json!({"name": "abc", "type": "training", "hyperparams": {" ": {}}}), (400, 12)),
        (
            json!({"name": "abc", "type": "training", "models": {"input": [{"name": "m", "model": "none"}]}}),
            (400, 201),
        ),
    ] {
        assert_eq!(server.codes(&token, "tasks.create", body.clone()).await, expected, "{body}");
    }
    let all = server.ok(&token, "tasks.get_all", json!({})).await;
    assert_eq!(all["tasks"], json!([]));
}

async fn edits_merge_objects_and_replace_maps(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let id = draft(
        &server,
        &token,
        json!({
            "name": "one", "type": "training", "runtime": {"old": 1},
            "execution": {"framework": "torch", "model_labels": {"cat": 1}},
            "hyperparams": {"A": {"x": {"value": "1"}}, "B": {"y": {"value": "2"}}},
        }),
    )
    .await;
    let edit = json!({"task": id, "execution": {"framework": "jax"}, "runtime": {"new": 2},
                      "hyperparams": {"A": {"x": {"value": "3"}}}, "comment": null});
    assert_eq!(server.ok(&token, "tasks.edit", edit).await["updated"], 1);
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": id})).await["task"].clone();
    assert_eq!(task["execution"]["framework"], "jax");
    assert_eq!(task["execution"]["model_labels"], json!({"cat": 1}));
    assert_eq!(task["runtime"], json!({"new": 2}));
    assert_eq!(
        task["hyperparams"],
        json!({"A": {"x": {"section": "A", "name": "x", "value": "3"}}})
    );
    assert_eq!(server.ok(&token, "tasks.edit", json!({"task": id})).await, json!({"updated": 0}));
    server.ok(&token, "tasks.started", json!({"task": id})).await;
    let name = json!({"task": id, "name": "two"});
    assert_eq!(server.codes(&token, "tasks.edit", name.clone()).await, (400, 110));
    server.ok(&token, "tasks.update", name).await;
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": id})).await["task"].clone();
    assert_eq!(task["name"], "two");
}

async fn parameters_are_edited_by_section_and_user_properties_always(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let id = draft(&server, &token, json!({"name": "one", "type": "training"})).await;
    let edit = |items: Value, replace: &str| json!({"task": id, "hyperparams": items, "replace_hyperparams": replace});
    let item = |section: &str, name: &str, value: &str| json!({"section": section, "name": name, "value": value});
    server
        .ok(
            &token,
            "tasks.edit_hyper_params",
            edit(json!([item("A", "x", "1"), item("A", "y", "2"), item("B", "z", "3")]), "none"),
        )
        .await;
    server
        .ok(&token, "tasks.edit_hyper_params", edit(json!([item("A", "w", "4")]), "section"))
        .await;
    let read = server.ok(&token, "tasks.get_hyper_params", json!({"tasks": [id]})).await;
    assert_eq!(read["params"][0]["hyperparams"], json!([item("A", "w", "4"), item("B", "z", "3")]));
    let both =
        json!({"task": id, "hyperparams": [{"section": "A"}, {"section": "A", "name": "w"}]});
    assert_eq!(server.codes(&token, "tasks.delete_hyper_params", both).await, (400, 15));

    server.ok(&token, "tasks.started", json!({"task": id})).await;
    server.ok(&token, "tasks.completed", json!({"task": id})).await;
    let changed = edit(json!([item("A", "w", "5")]), "none");
    assert_eq!(server.codes(&token, "tasks.edit_hyper_params", changed).await, (400, 110));
    server
        .ok(
            &token,
            "tasks.edit_hyper_params",
            edit(json!([item("Properties", "note", "good")]), "none"),
        )
        .await;
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": id})).await["task"].clone();
    assert_eq!(task["hyperparams"]["properties"]["note"]["value"], "good");
}

async fn a_clone_starts_from_what_its_source_was_given(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let source = draft(&server, &token, json!({
        "name": "source", "type": "training", "tags": ["keep"], "system_tags": ["development"],
        "hyperparams": {"A": {"x": {"value": "1"}}}, "runtime": {"gone": 1}, "comment": "c",
        "execution": {"artifacts": [{"key": "o", "type": "t"}, {"key": "i", "type": "t", "mode": "input"}]},
    }))
    .await;
    server.ok(&token, "tasks.started", json!({"task": source})).await;
    let made = server
        .ok(
            &token,
            "tasks.clone",
            json!({"task": source, "new_task_name": "copy", "new_project_name": "Lab/Copies"}),
        )
        .await;
    assert_eq!(made["new_project"]["name"], "Lab/Copies");
    let clone =
        server.ok(&token, "tasks.get_by_id", json!({"task": made["id"]})).await["task"].clone();
    assert_eq!((&clone["name"], &clone["status"]), (&json!("copy"), &json!("created")));
    assert_eq!(clone["parent"], source.as_str());
    assert_eq!(clone["project"], made["new_project"]["id"]);
    assert_eq!((&clone["tags"], &clone["system_tags"]), (&json!(["keep"]), &json!([])));
    assert_eq!(clone["hyperparams"]["A"]["x"]["value"], "1");
    assert_eq!(clone["runtime"], json!({}));
    assert_eq!(clone["execution"]["artifacts"].as_array().map(Vec::len), Some(1));
    assert!(clone.get("started").is_none());
}

async fn a_deleted_task_leaves_its_children_and_nothing_else(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let parent = draft(&server, &token, json!({"name": "parent", "type": "training"})).await;
    let child =
        draft(&server, &token, json!({"name": "child", "type": "training", "parent": parent}))
            .await;
    server.ok(&token, "tasks.started", json!({"task": parent})).await;
    assert_eq!(server.codes(&token, "tasks.delete", json!({"task": parent})).await, (400, 123));
    let answer = server.ok(&token, "tasks.delete", json!({"task": parent, "force": true})).await;
    assert_eq!((&answer["deleted"], &answer["updated_children"]), (&json!(true), &json!(1)));
    assert_eq!(server.codes(&token, "tasks.get_by_id", json!({"task": parent})).await, (400, 101));
    let child = server.ok(&token, "tasks.get_by_id", json!({"task": child})).await["task"].clone();
    assert_eq!(child["parent"], format!("__DELETED__{parent}"));
    let event = json!({"type": "log", "task": parent, "msg": "late"});
    assert_eq!(server.codes(&token, "events.add", event).await, (400, 131));
    let many = server.ok(&token, "tasks.delete_many", json!({"ids": [child["id"], "none"]})).await;
    assert_eq!(many["succeeded"][0]["id"], child["id"]);
    assert_eq!(many["failed"][0]["error"]["codes"], json!([400, 101]));
}

async fn long_values_are_kept_and_long_names_refused(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    // No two parts alike, so that no index can squeeze it.
    let long: String =
        (0..20_000).map(|n| format!("{:x},", n * 2_654_435_761_u64 % 65_521)).collect();
    let id = draft(
        &server,
        &token,
        json!({
            "name": "one", "type": "training", "comment": long, "runtime": {"r": long},
            "hyperparams": {"A": {"x": {"value": long}}},
            "configuration": {"c": {"name": "c", "value": long}},
        }),
    )
    .await;
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": id})).await["task"].clone();
    assert_eq!(task["hyperparams"]["A"]["x"]["value"], long);
    assert_eq!((&task["runtime"]["r"], &task["comment"]), (&json!(long), &json!(long)));
    let found = server.ok(&token, "tasks.get_all", json!({"hyperparams.A.x.value": [long]})).await;
    assert_eq!(found["tasks"].as_array().map(Vec::len), Some(1));
    for body in [
        json!({"name": long, "type": "training"}),
        json!({"name": "one", "type": "training", "tags": [long]}),
        json!({"name": "one", "type": "training", "runtime": {long.clone(): 1}}),
        json!({"name": "one", "type": "training", "hyperparams": {"A": {long.clone(): {"value": "1"}}}}),
    ] {
        assert_eq!(server.codes(&token, "tasks.create", body).await, (400, 800));
    }
}

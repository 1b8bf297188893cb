//! Calls about several models and the old ones about a task's model.

use crate::lab::Lab;
use crate::support::{Engine, on_both_engines};
use arno_store::Visibility;
use serde_json::{Value, json};

on_both_engines!(
    many_are_published_with_their_tasks,
    old_clients_save_the_model_of_a_task,
    a_batch_updates_tasks,
    anothers_models_do_not_exist_under_private_visibility,
);

async fn model(lab: &Lab, fields: Value) -> String {
    let mut fields = fields;
    fields["uri"] = "http://elsewhere/m".into();
    let made = lab.ok("models.create", fields).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn many_are_published_with_their_tasks(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.running("task").await;
    lab.ok("tasks.completed", json!({"task": task})).await;
    let running = lab.running("running").await;
    let of_task = model(&lab, json!({"name": "one", "task": task, "ready": false})).await;
    let of_running = model(&lab, json!({"name": "two", "task": running, "ready": false})).await;
    let ready = model(&lab, json!({"name": "three"})).await;
    let ids = json!([of_task, of_running, ready, "none"]);
    let answer = lab.ok("models.publish_many", json!({"ids": ids})).await;
    assert_eq!(answer["succeeded"].as_array().expect("a list").len(), 1);
    assert_eq!(answer["succeeded"][0]["id"], of_task);
    assert_eq!(answer["succeeded"][0]["published_task"]["id"], task);
    let codes: Vec<&Value> = answer["failed"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| &item["error"]["codes"])
        .collect();
    assert_eq!(codes, [&json!([400, 110]), &json!([400, 203]), &json!([400, 201])]);
    assert_eq!(lab.task(&task).await["status"], "published");
    let body = json!({"ids": [of_running], "publish_task": false});
    assert_eq!(lab.ok("models.publish_many", body).await["failed"], json!([]));
    assert_eq!(lab.task(&running).await["status"], "in_progress");
    for body in [json!({}), json!({"ids": []}), json!({"ids": "x"})] {
        for endpoint in ["models.publish_many", "models.delete_many"] {
            assert_eq!(lab.refused(&lab.token, endpoint, body.clone()).await, (400, 12), "{body}");
        }
    }
}

async fn old_clients_save_the_model_of_a_task(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.running("task").await;
    let old = |endpoint: &str| format!("v2.13/{endpoint}");
    let save = old("models.update_for_task");
    let get = old("models.get_by_task_id");
    let one = json!({"task": task});
    assert_eq!(lab.refused(&lab.token, &get, one.clone()).await, (400, 122), "no model yet");
    let body = json!({"task": task, "uri": "s3://bucket/first", "iteration": 7});
    let made = lab.ok(&save, body).await;
    assert_eq!(made["created"], true);
    let shown = lab.ok(&get, one.clone()).await["model"].clone();
    assert_eq!(shown["id"], made["id"]);
    assert_eq!(shown["name"], "task");
    assert_eq!(shown["uri"], "s3://bucket/first");
    assert_eq!(lab.task(&task).await["last_iteration"], 7);

    let body = json!({"task": task, "uri": "s3://bucket/second", "comment": "better"});
    let updated = lab.ok(&save, body).await;
    assert_eq!((&updated["id"], &updated["created"]), (&made["id"], &json!(false)));
    assert_eq!(lab.ok(&get, one.clone()).await["model"]["uri"], "s3://bucket/second");

    let other = model(&lab, json!({"name": "other"})).await;
    let body = json!({"task": task, "override_model_id": other});
    assert_eq!(lab.ok(&save, body).await, json!({"id": other, "created": false}));
    assert_eq!(lab.ok(&get, one.clone()).await["model"]["id"], other);

    for (body, refused) in [
        (json!({"task": task}), (400, 11)),
        (json!({"task": task, "uri": "x", "override_model_id": other}), (400, 11)),
        (json!({"task": task, "override_model_id": "none"}), (400, 201)),
        (json!({"task": "none", "uri": "x"}), (400, 101)),
        (json!({"uri": "x"}), (400, 12)),
    ] {
        assert_eq!(lab.refused(&lab.token, &save, body.clone()).await, refused, "{body}");
    }
    for endpoint in ["models.update_for_task", "models.get_by_task_id"] {
        let newer = format!("v2.14/{endpoint}");
        let body = json!({"task": task, "uri": "x"});
        assert_eq!(lab.refused(&lab.token, &newer, body).await, (301, 1));
    }
    lab.ok("tasks.completed", one).await;
    let body = json!({"task": task, "uri": "x"});
    assert_eq!(lab.refused(&lab.token, &save, body).await, (400, 110));
}

async fn a_batch_updates_tasks(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (one, two) = (lab.draft("one").await, lab.draft("two").await);
    let send = async |lines: &[Value]| {
        let body = lines.iter().map(|line| line.to_string() + "\n").collect::<String>();
        let call = lab.server.api("POST", "/tasks.update_batch").bearer(&lab.token);
        call.header("content-type", "application/json-lines").body(body).send().await
    };
    let reply = send(&[
        json!({"task": one, "comment": "first"}),
        json!({"task": two, "name": "second", "tags": ["t"]}),
    ])
    .await;
    assert_eq!(reply.json()["data"], json!({"updated": 2}));
    assert_eq!(lab.task(&one).await["comment"], "first");
    assert_eq!(lab.task(&two).await["name"], "second");
    let reply =
        send(&[json!({"task": one, "comment": "undone"}), json!({"task": "none", "comment": "x"})])
            .await;
    assert_eq!(reply.code(), (400, 101));
    assert_eq!(lab.task(&one).await["comment"], "first", "all or nothing");
    assert_eq!(send(&[]).await.code(), (400, 17));
    assert_eq!(send(&[json!({"comment": "x"})]).await.code(), (400, 12));
}

async fn anothers_models_do_not_exist_under_private_visibility(engine: Engine) {
    let lab = Lab::with(engine, Visibility::Private).await;
    let (ada, _) = lab.server.user("ada", "user").await;
    let (eve, _) = lab.server.user("eve", "user").await;
    let task = lab.draft_of(&ada, json!({"name": "of ada"})).await;
    let body = json!({"name": "model", "uri": "http://elsewhere/m", "ready": false});
    let made = lab.server.ok(&ada, "models.create", body).await["id"].clone();
    for endpoint in ["models.delete_many", "models.publish_many"] {
        let answer = lab.server.ok(&eve, endpoint, json!({"ids": [made]})).await;
        assert_eq!(answer["failed"][0]["error"]["codes"], json!([400, 201]), "{endpoint}");
    }
    for (endpoint, body) in [
        ("v2.13/models.get_by_task_id", json!({"task": task})),
        ("v2.13/models.update_for_task", json!({"task": task, "uri": "x"})),
        ("tasks.update_batch", json!({"task": task, "comment": "x"})),
    ] {
        assert_eq!(lab.refused(&eve, endpoint, body).await, (400, 101), "{endpoint}");
    }
    let own = lab.draft_of(&eve, json!({"name": "of eve"})).await;
    let body = json!({"task": own, "override_model_id": made});
    assert_eq!(lab.refused(&eve, "v2.13/models.update_for_task", body).await, (400, 201));
}

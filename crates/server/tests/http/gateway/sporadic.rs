//! `POST …/enqueue_task`: what is started, and what is refused.

use super::lab::Lab;
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    a_call_clones_the_template_with_its_parameters_and_queues_it,
    tokens_come_in_the_body_or_as_bearer_on_every_path,
    what_cannot_be_is_refused_in_the_contract_s_words,
    the_first_gateway_s_errors_are_answered_on_request,
    the_image_is_kept_cleared_or_replaced,
    a_call_sent_again_starts_nothing,
    identical_calls_share_a_run_where_the_api_says_so,
    templates_that_changed_since_are_refused,
    the_caller_s_token_is_handed_on_as_a_secret,
);

async fn a_call_clones_the_template_with_its_parameters_and_queues_it(engine: Engine) {
    let lab = Lab::start(engine).await;
    let params = json!({"city": "Firenze", "days": 3, "box": {"north": 43.8, "tags": ["a", true]}});
    let answer = lab.enqueue(json!({"params": params})).await;
    assert_eq!((&answer["status"], &answer["queue"]), (&json!("queued"), &json!("services")));
    assert_eq!(answer["fields"]["status"], "queued");
    let clone = &answer["task_id"];
    let place = answer["status_url"].as_str().expect("a URL");
    assert!(place.ends_with(&format!("/clearml/serve/task/{}", clone.as_str().expect("an id"))));

    let task = lab.task(clone).await;
    assert_eq!(task["name"], "heatmap_20270115_080000");
    assert_eq!((&task["status"], &task["type"]), (&json!("queued"), &json!("application")));
    assert_eq!(task["user"], lab.user.as_str(), "the run is the caller's");
    assert_eq!(task["parent"], lab.template.as_str());
    assert_eq!(task["container"]["image"], "python:3.11", "the template's image is kept");
    assert_eq!(task["hyperparams"]["Args"]["lr"]["value"], "0.1");
    assert_eq!(task["configuration"]["General"]["value"], "a: 1", "another thing of that name");
    let general = task["hyperparams"]["General"].as_object().expect("a section");
    let shown: Vec<_> = general
        .iter()
        .map(|(name, item)| format!("{name}={} ({})", item["value"], item["type"]))
        .collect();
    assert_eq!(
        shown,
        [
            r#"box/north="43.8" ("float")"#,
            r#"box/tags="[\"a\", True]" ("list")"#,
            r#"city="Firenze" ("str")"#,
            r#"days="3" ("int")"#,
        ]
    );
    let waiting = lab.server.ok(&lab.admin, "queues.get_by_id", json!({"queue": lab.queue})).await;
    assert_eq!(waiting["queue"]["entries"][0]["task"], *clone);
    let template = lab.task(&json!(lab.template)).await;
    assert_eq!(template["status"], "created", "the template stays as it was");
    assert!(template["hyperparams"].get("General").is_none());

    let call = lab.recorded(|_| true).await;
    assert_eq!((&call["clone"], &call["target"]), (clone, &json!(lab.template)));
    assert_eq!((&call["status"], &call["caller"]), (&json!(200), &json!(lab.user)));
}

async fn tokens_come_in_the_body_or_as_bearer_on_every_path(engine: Engine) {
    let lab = Lab::start(engine).await;
    for path in ["enqueue_task", "Enqueue/Sporadic_task", "Task.Enqueue/Sporadic"] {
        let body =
            json!({"access_token": lab.token, "task_id": lab.hash, "params": "{}", "queue": ""});
        let reply = lab.call(path, body).await;
        assert_eq!(
            (reply.status, reply.json()["status"].clone()),
            (200, json!("queued")),
            "{path}"
        );
        let call = lab.server.web("POST", &format!("/clearml/serve/{path}"));
        let body = json!({"task_id": lab.hash.to_uppercase(), "params": {}});
        let reply = call.bearer(&lab.token).json(&body).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let session = lab.server.token_of("admin", crate::support::PASSWORD).await;
    let reply = lab.enqueued(&session, json!({})).await;
    assert_eq!(reply.status, 200, "a session of the site counts, too: {}", reply.text());
}

async fn what_cannot_be_is_refused_in_the_contract_s_words(engine: Engine) {
    let lab = Lab::start(engine).await;
    let unknown = "0".repeat(64);
    let deep = (0..40).fold(json!({"a": 1}), |inner, _| json!({"a": inner}));
    let no_task = json!({"task_id": null});
    for (more, status, text) in [
        (no_task, 400, "Error: Task ID is missing".to_owned()),
        (json!({"task_id": " "}), 400, "Error: Task ID is missing".to_owned()),
        (json!({"task_id": 5}), 400, "Error: task_id must be text".to_owned()),
        (json!({"task_id": unknown}), 404, format!("Error: Invalid Task ID: {unknown}")),
        (
            json!({"task_id": lab.template}),
            404,
            format!("Error: Invalid Task ID: {}", lab.template),
        ),
        (json!({"params": [1]}), 400, "Error: params must be an object".to_owned()),
        (json!({"params": "no JSON"}), 400, "Error: params must be an object".to_owned()),
        (json!({"params": {"": 1}}), 400, "Error: a parameter has an empty name".to_owned()),
        (json!({"params": deep}), 400, "Error: params are nested more than 32 deep".to_owned()),
        (json!({"queue": "nowhere"}), 404, "Error: Invalid queue: nowhere".to_owned()),
        (json!({"queue": ["x"]}), 400, "Error: queue must be text".to_owned()),
        (json!({"wait": "long"}), 400, "Error: wait must be a number of seconds".to_owned()),
        (json!({"access_token": null}), 401, "Error: Access token is missing".to_owned()),
        (json!({"access_token": 5}), 400, "Error: access_token must be text".to_owned()),
        (json!({"access_token": "rubbish"}), 401, "Error: Access token is invalid".to_owned()),
        (json!({"access_token": "arno_x_y"}), 401, "Error: Access token is invalid".to_owned()),
        (
            json!({"access_token": "x".repeat(20_000)}),
            401,
            "Error: Access token is too long".to_owned(),
        ),
        (
            json!({"callback_url": "ftp://x/"}),
            400,
            "Error: The callback URL must begin with https:// or http://".to_owned(),
        ),
        (
            json!({"callback_url": "http://10.0.0.1/x"}),
            400,
            "Error: The callback URL leads to an internal address".to_owned(),
        ),
        (
            json!({"callback_url": "http://[::1]/x"}),
            400,
            "Error: The callback URL leads to an internal address".to_owned(),
        ),
        (
            json!({"callback_url": "http://169.254.169.254/latest"}),
            400,
            "Error: The callback URL leads to an internal address".to_owned(),
        ),
        (
            json!({"idempotency_key": "k".repeat(201)}),
            400,
            "Error: The idempotency key is too long".to_owned(),
        ),
    ] {
        let reply = lab.enqueued(&lab.token, more.clone()).await;
        assert_eq!((reply.status, &reply.json()["error"]), (status, &json!(text)), "{more}");
        let id = reply.header("x-arno-call").expect("the call's id");
        let call = loop {
            let found = lab.interface("GET", &format!("calls/{id}")).send().await;
            if found.status == 200 {
                break found.json();
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(call["status"], status, "{more}");
        assert!(call["error"].as_str().is_some_and(|told| told.starts_with(&text)), "{call}");
    }
    for (body, status) in [("[]", 400), ("{", 400), ("", 400), ("5", 400)] {
        let call = lab.server.web("POST", "/clearml/serve/enqueue_task").body(body);
        assert_eq!(call.send().await.status, status, "{body}");
    }
    let tasks = lab.server.ok(&lab.admin, "tasks.get_all", json!({})).await;
    assert_eq!(tasks["tasks"].as_array().map(Vec::len), Some(1), "nothing was started");
}

async fn the_first_gateway_s_errors_are_answered_on_request(engine: Engine) {
    let lab = Lab::start(engine).await;
    let body = json!({"access_token": lab.token});
    let reply = lab.call("enqueue_task?compat=1", body.clone()).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "\"Error: Task ID is missing\""));
    let reply = lab.call("ondemand?compat=1", body).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "\"Error: Machine id is missing\""));
    let legacy = Lab::with(Engine::Sqlite, |options| options.gateway.legacy_errors = true).await;
    let unknown = json!({"access_token": legacy.token, "task_id": "abc"});
    let reply = legacy.call("enqueue_task", unknown.clone()).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "\"Error: Invalid Task ID: abc\""));
    assert_eq!(legacy.call("enqueue_task?compat=0", unknown).await.status, 404);
}

async fn the_image_is_kept_cleared_or_replaced(engine: Engine) {
    let lab = Lab::start(engine).await;
    let path = format!("tasks/{}", lab.entry);
    for (image, expected) in [
        (json!(""), json!("")),
        (json!("gpu:2"), json!("gpu:2")),
        (json!(null), json!("python:3.11")),
    ] {
        let reply = lab.interface("PATCH", &path).json(&json!({"image": image})).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let clone = lab.enqueue(json!({})).await["task_id"].clone();
        let container = lab.task(&clone).await["container"].clone();
        assert_eq!(
            (&container["image"], &container["arguments"]),
            (&expected, &json!("--ipc=host"))
        );
    }
}

async fn a_call_sent_again_starts_nothing(engine: Engine) {
    let lab = Lab::start(engine).await;
    let first = lab.enqueue(json!({"idempotency_key": "k1", "params": {"a": 1}})).await;
    let again = lab.enqueue(json!({"idempotency_key": "k1", "params": {"a": 1}})).await;
    assert_eq!((&again["task_id"], &again["again"]), (&first["task_id"], &json!(true)));
    assert_eq!(again["status"], "queued");
    let other = lab.enqueue(json!({"idempotency_key": "k2"})).await;
    assert_ne!(other["task_id"], first["task_id"]);
    let (_, bob) = lab.server.user("bob", "user").await;
    let bob = lab.token_for(json!({"user": bob})).await;
    let his = lab.enqueued(&bob, json!({"idempotency_key": "k1"})).await.json();
    assert_ne!(his["task_id"], first["task_id"], "keys are each caller's own");
}

async fn identical_calls_share_a_run_where_the_api_says_so(engine: Engine) {
    let lab = Lab::start(engine).await;
    let api = json!({"path": "heat", "target": lab.entry, "mode": "sporadic", "open": true, "share": true});
    lab.registered("apis", api).await;
    let (_, bob) = lab.server.user("bob", "user").await;
    let bob = lab.token_for(json!({"user": bob})).await;
    let first = lab.enqueue(json!({"params": {"area": 1}})).await["task_id"].clone();
    let shared = lab.enqueued(&bob, json!({"params": {"area": 1}})).await.json();
    assert_eq!(shared["task_id"], first);
    let other = lab.enqueued(&bob, json!({"params": {"area": 2}})).await.json();
    assert_ne!(other["task_id"], first);
    let place = format!("/clearml/serve/task/{}", first.as_str().expect("an id"));
    for token in [&lab.token, &bob] {
        let reply = lab.server.web("GET", &place).bearer(token).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let refused = lab.server.web("DELETE", &place).bearer(&bob).send().await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    lab.server.ok(&lab.admin, "tasks.dequeue", json!({"task": first})).await;
    let anew = lab.enqueue(json!({"params": {"area": 1}})).await["task_id"].clone();
    assert_ne!(anew, first, "what does not run any more is not shared");
}

async fn templates_that_changed_since_are_refused(engine: Engine) {
    let lab = Lab::start(engine).await;
    let error = async |more: Value| {
        let reply = lab.enqueued(&lab.token, more).await;
        (reply.status, reply.json()["error"].as_str().expect("a text").to_owned())
    };
    lab.server.ok(&lab.admin, "tasks.archive", json!({"tasks": [lab.template]})).await;
    assert_eq!(error(json!({})).await, (409, "Error: The task template is archived".to_owned()));
    let body = json!({"ids": [lab.template]});
    lab.server.ok(&lab.admin, "tasks.unarchive_many", body).await;
    lab.server.ok(&lab.admin, "queues.delete", json!({"queue": lab.queue})).await;
    let text = "Error: The queue of the task template is gone";
    assert_eq!(error(json!({})).await, (409, text.to_owned()));
    let body = json!({"task": lab.template, "force": true});
    lab.server.ok(&lab.admin, "tasks.delete", body).await;
    let text = format!("Error: Invalid Task ID: {}", lab.hash);
    assert_eq!(error(json!({})).await, (404, text));
}

async fn the_caller_s_token_is_handed_on_as_a_secret(engine: Engine) {
    let lab = Lab::start(engine).await;
    let api = json!({"path": "heat", "target": lab.entry, "open": true, "forward_token": true});
    lab.registered("apis", api).await;
    let clone = lab.enqueue(json!({"params": {"a": 1}})).await["task_id"].clone();
    let place = format!("/clearml/serve/task/{}/secret", clone.as_str().expect("an id"));
    let ask = async |token: &str| lab.server.api("GET", &place).bearer(token).send().await;
    let told = ask(&lab.admin).await;
    assert_eq!((told.status, told.json()["token"].clone()), (200, json!(lab.token)));
    assert_eq!(ask(&lab.token).await.status, 401, "a caller's token opens nothing else");
    let task = lab.task(&clone).await.to_string();
    let calls = lab.seen("calls").await["items"][0]["id"].clone();
    let call = lab.seen(&format!("calls/{}", calls.as_str().expect("an id"))).await.to_string();
    // A secret may have underscores itself.
    let secret = lab.token.splitn(3, '_').nth(2).expect("a secret");
    assert!(!task.contains(secret) && !call.contains(secret), "it is nowhere else");
    lab.server.ok(&lab.admin, "tasks.started", json!({"task": clone})).await;
    assert_eq!(ask(&lab.admin).await.status, 200);
    lab.server.ok(&lab.admin, "tasks.completed", json!({"task": clone})).await;
    assert_eq!(ask(&lab.admin).await.status, 404, "it is forgotten at the end");
}

//! Runs: state, waiting, events, results, stopping, and telling the end to a URL.

use super::lab::{Lab, START};
use super::upstream::{Does, Upstream};
use crate::support::{Engine, Reply, on_both_engines};
use arno_server::jobs::run_due;
use arno_store::jobs::PAUSE;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

on_both_engines!(
    a_run_is_seen_by_its_caller_alone,
    waiting_ends_with_the_run,
    events_tell_every_change_until_the_end,
    results_are_handed_out,
    a_run_is_stopped_by_its_caller,
    the_end_is_told_signed_and_told_again_until_it_is_heard,
);

fn place(run: &Value) -> String {
    format!("/clearml/serve/task/{}", run["task_id"].as_str().expect("an id"))
}

async fn ask(lab: &Lab, token: &str, method: &str, place: &str) -> Reply {
    lab.server.web(method, place).bearer(token).send().await
}

async fn a_run_is_seen_by_its_caller_alone(engine: Engine) {
    let lab = Lab::start(engine).await;
    let run = lab.enqueue(json!({})).await;
    let (session, bob) = lab.server.user("bob", "user").await;
    let bob = lab.token_for(json!({"user": bob})).await;
    let state = ask(&lab, &lab.token, "GET", &place(&run)).await.json();
    assert_eq!((&state["status"], &state["task_id"]), (&json!("queued"), &run["task_id"]));
    for (token, status) in [(&bob, 404), (&session, 404), (&lab.admin, 200)] {
        assert_eq!(ask(&lab, token, "GET", &place(&run)).await.status, status);
        let events = format!("{}/events", place(&run));
        if status == 404 {
            assert_eq!(ask(&lab, token, "GET", &events).await.status, 404);
            assert_eq!(ask(&lab, token, "DELETE", &place(&run)).await.status, 404);
        }
    }
    assert_eq!(lab.server.web("GET", &place(&run)).send().await.status, 404, "nobody");
    let template = format!("/clearml/serve/task/{}", lab.template);
    assert_eq!(ask(&lab, &lab.admin, "GET", &template).await.status, 404, "it is no run");
    let ok = async |endpoint: &str, body: Value| lab.server.ok(&lab.admin, endpoint, body).await;
    let task = &run["task_id"];
    ok("tasks.started", json!({"task": task})).await;
    ok("tasks.edit_runtime", json!({"task": task, "add_or_update": {"progress": "42"}})).await;
    for n in 0..30 {
        let line = json!({"type": "log", "task": task, "msg": format!("line {n}"), "level": "info",
            "timestamp": START + n});
        ok("events.add", line).await;
    }
    let state = ask(&lab, &lab.token, "GET", &format!("{}?lines=2", place(&run))).await.json();
    assert_eq!((&state["status"], &state["progress"]), (&json!("in_progress"), &json!(42.0)));
    assert_eq!(state["last_lines"], json!(["line 28", "line 29"]));
    let body = json!({"task": task, "status_message": "no data"});
    ok("tasks.failed", body).await;
    let state = ask(&lab, &lab.token, "GET", &place(&run)).await.json();
    assert_eq!((&state["status"], &state["error"]), (&json!("failed"), &json!("no data")));
    let stored = ok("tasks.get_by_id", json!({"task": task})).await["task"].clone();
    for moment in ["created", "started", "completed"] {
        assert!(stored[moment].is_string(), "{moment}: {stored}");
        assert_eq!(state[moment], stored[moment], "{moment}");
    }
    let call = lab.seen("calls").await["items"][0].clone();
    assert_eq!(call["ended"], "failed");
    ok("tasks.delete", json!({"task": task, "force": true})).await;
    assert_eq!(ask(&lab, &lab.token, "GET", &place(&run)).await.status, 410);
}

async fn waiting_ends_with_the_run(engine: Engine) {
    let lab = Lab::start(engine).await;
    let run = lab.enqueue(json!({})).await;
    let waiting = format!("{}?wait=60", place(&run));
    let end = async {
        lab.server.ok(&lab.admin, "tasks.started", json!({"task": run["task_id"]})).await;
        lab.server.ok(&lab.admin, "tasks.completed", json!({"task": run["task_id"]})).await;
    };
    let (reply, ()) = tokio::join!(ask(&lab, &lab.token, "GET", &waiting), end);
    assert_eq!(reply.json()["status"], "completed");
    let again = ask(&lab, &lab.token, "GET", &waiting).await;
    assert_eq!(again.json()["status"], "completed", "at once");
}

async fn events_tell_every_change_until_the_end(engine: Engine) {
    let lab = Lab::start(engine).await;
    let run = lab.enqueue(json!({})).await;
    let events = format!("{}/events?access_token={}", place(&run), lab.token);
    let end = async {
        lab.server.ok(&lab.admin, "tasks.started", json!({"task": run["task_id"]})).await;
        lab.server.ok(&lab.admin, "tasks.completed", json!({"task": run["task_id"]})).await;
    };
    let (reply, ()) = tokio::join!(lab.server.web("GET", &events).send(), end);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/event-stream")));
    let text = reply.text();
    let last = text.trim_end().rsplit("\n\n").nth(1).expect("events").to_owned();
    assert!(last.starts_with("event: status\ndata: {"), "{text}");
    assert!(
        last.contains("\"status\":\"completed\"") && text.ends_with("event: end\ndata: {}\n\n")
    );
}

async fn results_are_handed_out(engine: Engine) {
    let lab = Lab::start(engine).await;
    let run = lab.enqueue(json!({})).await;
    let task = run["task_id"].as_str().expect("an id");
    let path = format!("p/heatmap.{task}/artifacts/summary/sum mary.json");
    let upload = lab.server.files("POST", "/").bearer(&lab.admin).form(&[(&path, b"{\"n\": 3}")]);
    assert_eq!(upload.send().await.status, 200);
    let url = format!("{}/{}", lab.server.running.files_url, path.replace(' ', "%20"));
    let artifacts = json!([
        {"key": "sum/mary", "type": "dict", "uri": url, "type_data": {"preview": "n: 3"}},
        {"key": "far", "type": "custom", "uri": "s3://bucket/x"},
        {"key": "given", "type": "custom", "uri": url, "mode": "input"},
    ]);
    let body = json!({"task": task, "artifacts": artifacts, "force": true});
    lab.server.ok(&lab.admin, "tasks.add_or_update_artifacts", body).await;
    let state = ask(&lab, &lab.token, "GET", &place(&run)).await.json();
    let keys: Vec<&Value> =
        state["artifacts"].as_array().expect("a list").iter().map(|a| &a["key"]).collect();
    assert_eq!(keys, ["far", "sum/mary"]);
    assert_eq!(state["artifacts"][1]["preview"], "n: 3");
    let got = ask(&lab, &lab.token, "GET", &format!("{}/artifacts/sum%2Fmary", place(&run))).await;
    assert_eq!((got.status, got.text().as_str()), (200, "{\"n\": 3}"));
    assert_eq!(got.header("content-security-policy"), Some("sandbox allow-scripts"));
    let far = ask(&lab, &lab.token, "GET", &format!("{}/artifacts/far", place(&run))).await;
    assert_eq!((far.status, far.header("location")), (303, Some("s3://bucket/x")));
    for (token, key) in [(&lab.token, "other"), (&lab.token, "given")] {
        let reply = ask(&lab, token, "GET", &format!("{}/artifacts/{key}", place(&run))).await;
        assert_eq!(reply.status, 404, "{key}");
    }
    let (_, bob) = lab.server.user("bob", "user").await;
    let bob = lab.token_for(json!({"user": bob})).await;
    let reply = ask(&lab, &bob, "GET", &format!("{}/artifacts/sum%2Fmary", place(&run))).await;
    assert_eq!(reply.status, 404);
}

async fn a_run_is_stopped_by_its_caller(engine: Engine) {
    let lab = Lab::start(engine).await;
    let run = lab.enqueue(json!({})).await;
    let stopped = ask(&lab, &lab.token, "DELETE", &place(&run)).await.json();
    assert_eq!((&stopped["status"], &stopped["cancelled"]), (&json!("stopped"), &json!(true)));
    let queue = lab.server.ok(&lab.admin, "queues.get_by_id", json!({"queue": lab.queue})).await;
    assert_eq!(queue["queue"]["entries"], json!([]));
    let again = ask(&lab, &lab.token, "DELETE", &place(&run)).await.json();
    assert_eq!(again["cancelled"], false);
}

async fn the_end_is_told_signed_and_told_again_until_it_is_heard(engine: Engine) {
    let lab = Lab::start(engine).await;
    let tries = AtomicUsize::new(0);
    let receiver = Upstream::start(move |_| match tries.fetch_add(1, Ordering::Relaxed) {
        0 => Does::Answers(500, "text/plain", String::new()),
        _ => Does::Answers(200, "text/plain", String::new()),
    })
    .await;
    let url = format!("{}/told", receiver.url);
    let run = lab.enqueue(json!({"callback_url": url})).await;
    let secret = run["callback_secret"].as_str().expect("a secret").to_owned();
    lab.server.ok(&lab.admin, "tasks.started", json!({"task": run["task_id"]})).await;
    lab.server.ok(&lab.admin, "tasks.completed", json!({"task": run["task_id"]})).await;
    receiver.heard(1).await;
    let site = &lab.server.running.site;
    run_due(site).await.expect("the work");
    lab.clock.set(START + PAUSE);
    run_due(site).await.expect("the work");
    let told = receiver.heard(2).await;
    let second = &told[1];
    assert_eq!(second.path, "/told");
    let state = second.json();
    assert_eq!((&state["status"], &state["task_id"]), (&json!("completed"), &run["task_id"]));
    assert_eq!(state["call"], run["call"]);
    let header = second.header("arno-signature").expect("a signature");
    let (time, signature) = header.split_once(",v1=").expect("two parts");
    let time = time.strip_prefix("t=").expect("a time");
    let body = String::from_utf8(second.body.clone()).expect("text");
    assert_eq!(signature, hmac(&secret, &format!("{time}.{body}")));
    lab.clock.set(START + 10 * PAUSE);
    run_due(site).await.expect("the work");
    assert_eq!(receiver.asked().len(), 2, "what was heard is told no more");
}

fn hmac(key: &str, message: &str) -> String {
    use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
    let key = EncodingKey::from_secret(key.as_bytes());
    sign(message.as_bytes(), &key, Algorithm::HS256).expect("a signature")
}

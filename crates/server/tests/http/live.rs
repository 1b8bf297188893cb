//! Live changes: told once they are committed, to those who may know, and by every server of a
//! database.

use crate::support::{Call, Engine, Stream, TestServer, on_both_engines, options};
use arno_server::Server;
use arno_store::Visibility;
use serde_json::{Value, json};

on_both_engines![
    what_is_committed_is_told,
    a_narrowed_stream_tells_only_that,
    others_work_is_not_told,
    a_stream_ends_with_the_server,
];

async fn listen(server: &TestServer, token: &str, query: &str) -> Stream {
    let path = format!("/api/v1/live{query}");
    let mut stream = server.api("GET", &path).bearer(token).open().await;
    assert_eq!(stream.event().await, Some(("hello".into(), json!({}))), "{query}");
    stream
}

/// The next message about an object, as entity, what and project.
async fn about(stream: &mut Stream, id: &str) -> Value {
    loop {
        let (name, data) = stream.event().await.expect("an open stream");
        if name == "change" && data["id"] == id {
            return json!([data["entity"], data["what"], data["project"]]);
        }
    }
}

async fn what_is_committed_is_told(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let mut stream = listen(&server, &token, "").await;
    let project =
        server.ok(&token, "projects.create", json!({"name": "project", "description": ""})).await;
    let project = project["id"].as_str().expect("an id").to_owned();
    assert_eq!(about(&mut stream, &project).await, json!(["project", "created", project]));

    let body = json!({"name": "task", "type": "training", "project": project});
    let task = server.ok(&token, "tasks.create", body).await;
    let task = task["id"].as_str().expect("an id").to_owned();
    assert_eq!(about(&mut stream, &task).await, json!(["task", "created", project]));

    server.ok(&token, "tasks.edit", json!({"task": task, "name": "renamed"})).await;
    assert_eq!(about(&mut stream, &task).await, json!(["task", "changed", project]));

    let event = json!({"type": "log", "task": task, "msg": "line", "level": "INFO"});
    server.ok(&token, "events.add", event).await;
    assert_eq!(about(&mut stream, &task).await, json!(["events", "reported", project]));

    let queue = server.ok(&token, "queues.create", json!({"name": "queue"})).await;
    let queue = queue["id"].as_str().expect("an id").to_owned();
    assert_eq!(about(&mut stream, &queue).await, json!(["queue", "created", null]));
    server.ok(&token, "tasks.enqueue", json!({"task": task, "queue": queue})).await;
    assert_eq!(about(&mut stream, &queue).await, json!(["queue", "changed", null]));

    server.ok(&token, "tasks.delete", json!({"task": task, "force": true})).await;
    loop {
        if about(&mut stream, &task).await == json!(["task", "deleted", project]) {
            break;
        }
    }
}

async fn a_narrowed_stream_tells_only_that(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let body = |name: &str| json!({"name": name, "type": "training"});
    let followed = server.ok(&token, "tasks.create", body("followed")).await;
    let other = server.ok(&token, "tasks.create", body("other")).await;
    let id = followed["id"].as_str().expect("an id");
    let mut stream = listen(&server, &token, &format!("?task={id}")).await;
    server.ok(&token, "tasks.edit", json!({"task": other["id"], "name": "one"})).await;
    server.ok(&token, "tasks.edit", json!({"task": id, "name": "two"})).await;
    loop {
        // PostgreSQL's listener tells of its start at any time.
        let (name, data) = stream.event().await.expect("an open stream");
        if name == "change" {
            assert_eq!(data["id"], id);
            break;
        }
    }
    let wrong = server.api("GET", "/api/v1/live?tasks=1").bearer(&token).send().await;
    assert_eq!(wrong.status, 400);
    assert_eq!(server.api("GET", "/api/v1/live").send().await.status, 401);
}

async fn others_work_is_not_told(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let (user, _) = server.user("ana", "user").await;
    let (other, _) = server.user("ben", "user").await;
    let mut stream = listen(&server, &user, "").await;
    let body = |name: &str| json!({"name": name, "type": "training"});
    let hidden = server.ok(&other, "tasks.create", body("hidden")).await;
    let own = server.ok(&user, "tasks.create", body("own")).await;
    server.ok(&other, "tasks.delete", json!({"task": hidden["id"], "force": true})).await;
    server.ok(&user, "tasks.edit", json!({"task": own["id"], "name": "renamed"})).await;
    let mut told = Vec::new();
    loop {
        let (name, data) = stream.event().await.expect("an open stream");
        if name != "change" {
            continue;
        }
        told.push(data["id"].clone());
        // Both of the own task's changes may come as one.
        if told.len() == 2 || data["what"] == "changed" {
            break;
        }
        let ping = server.ok(&user, "tasks.edit", json!({"task": own["id"], "comment": "x"})).await;
        assert_eq!(ping["updated"], 1);
    }
    assert!(told.iter().all(|id| *id == own["id"]), "{told:?}");
}

async fn a_stream_ends_with_the_server(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let mut stream = listen(&server, &token, "").await;
    server.running.shutdown().await;
    while stream.event().await.is_some() {}
}

#[tokio::test]
async fn other_servers_tell_it_too() {
    let Some(engine) = Engine::postgres() else { return };
    let mut database = None;
    let first = TestServer::start_with(engine, |o| database = Some(o.database.clone())).await;
    let token = first.token().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path());
    options.database = database.expect("a database");
    let second = Server::start(options).await.expect("a second server");
    let stream = Call::new(&second.api_url, "GET", "/api/v1/live").bearer(&token);
    let mut stream = stream.open().await;
    // What happens before the listener is connected is told as a gap.
    loop {
        let made = first.make(&token, "tasks.create", json!({"name": "task", "type": "training"}));
        let made = made.await;
        let (name, data) = stream.event().await.expect("an open stream");
        if name == "change" {
            assert_eq!((&data["entity"], &data["what"]), (&json!("task"), &json!("created")));
            assert!(!made.is_empty());
            break;
        }
    }
    second.shutdown().await;
}

//! Queues: their metadata, clearing, and how long they were over time.

use crate::support::{Engine, TestServer, on_both_engines};
use arno_server::jobs::run_due;
use arno_store::{Clock, Scope, Visibility};
use serde_json::{Value, json};

on_both_engines![
    metadata_is_added_replaced_and_deleted,
    a_cleared_queue_gives_its_tasks_their_status_back,
    waiting_tasks_have_names_for_those_who_may_see_them,
    lengths_and_waiting_times_are_kept_over_time,
    queues_nobody_touches_are_looked_at,
    metrics_refuse_what_cannot_be_answered,
];

/// A multiple of every period's length, in ms.
const START: i64 = 1_800_000_000_000 / 21_600_000 * 21_600_000;

async fn queue(server: &TestServer, token: &str, name: &str) -> String {
    let made = server.ok(token, "queues.create", json!({"name": name})).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn task(server: &TestServer, token: &str, name: &str) -> String {
    let body = json!({"name": name, "type": "training"});
    let made = server.ok(token, "tasks.create", body).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn refused(server: &TestServer, token: &str, endpoint: &str, body: Value) -> (u16, u64) {
    let call = server.api("POST", &format!("/{endpoint}")).bearer(token).json(&body);
    call.send().await.code()
}

async fn metadata_is_added_replaced_and_deleted(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let queue = queue(&server, &token, "cards").await;
    let item = |key: &str, value: &str| json!({"key": key, "type": "t", "value": value});
    let stored = async || {
        let found = server.ok(&token, "queues.get_by_id", json!({"queue": queue})).await;
        found["queue"]["metadata"].clone()
    };
    for (replace, items, expected) in [
        (
            false,
            vec![item("a", "1"), item("b", "2")],
            json!({"a": item("a", "1"), "b": item("b", "2")}),
        ),
        (false, vec![item("b", "3")], json!({"a": item("a", "1"), "b": item("b", "3")})),
        (
            true,
            vec![item("c", "4"), item("d", "5")],
            json!({"c": item("c", "4"), "d": item("d", "5")}),
        ),
    ] {
        let body = json!({"queue": queue, "metadata": items, "replace_metadata": replace});
        let answer = server.ok(&token, "queues.add_or_update_metadata", body).await;
        assert_eq!((answer, stored().await), (json!({"updated": 1}), expected));
    }
    let body = json!({"queue": queue, "keys": ["c", "missing"]});
    let answer = server.ok(&token, "queues.delete_metadata", body).await;
    assert_eq!((answer, stored().await), (json!({"updated": 1}), json!({"d": item("d", "5")})));
    for (endpoint, body, code) in [
        (
            "queues.add_or_update_metadata",
            json!({"queue": "x", "metadata": [item("a", "1")]}),
            (400, 701),
        ),
        ("queues.add_or_update_metadata", json!({"queue": queue, "metadata": []}), (400, 12)),
        (
            "queues.add_or_update_metadata",
            json!({"queue": queue, "metadata": [{"key": "a"}]}),
            (400, 12),
        ),
        ("queues.delete_metadata", json!({"queue": "x", "keys": ["a"]}), (400, 701)),
        ("queues.delete_metadata", json!({"queue": queue, "keys": []}), (400, 12)),
        ("v2.12/queues.delete_metadata", json!({"queue": queue, "keys": ["a"]}), (404, 0)),
    ] {
        assert_eq!(
            refused(&server, &token, endpoint, body.clone()).await,
            code,
            "{endpoint} {body}"
        );
    }
    assert_eq!(stored().await, json!({"d": item("d", "5")}));
    server.running.shutdown().await;
}

async fn a_cleared_queue_gives_its_tasks_their_status_back(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let cleared = queue(&server, &token, "cleared").await;
    let other = queue(&server, &token, "other").await;
    let tasks = [task(&server, &token, "one").await, task(&server, &token, "two").await];
    for task in &tasks {
        server.ok(&token, "tasks.enqueue", json!({"task": task, "queue": cleared})).await;
    }
    // Waits there too, but was sent elsewhere: its status is the other queue's affair.
    let guest = task(&server, &token, "three").await;
    server.ok(&token, "tasks.enqueue", json!({"task": guest, "queue": other})).await;
    let body = json!({"queue": cleared, "task": guest, "update_execution_queue": false});
    server.ok(&token, "queues.add_task", body).await;
    let answer = server.ok(&token, "queues.clear_queue", json!({"queue": cleared})).await;
    assert_eq!(answer, json!({"removed_tasks": [tasks[0], tasks[1], guest]}));
    let again = server.ok(&token, "queues.clear_queue", json!({"queue": cleared})).await;
    assert_eq!(again, json!({"removed_tasks": []}));
    for (task, status) in [(&tasks[0], "created"), (&tasks[1], "created"), (&guest, "queued")] {
        let found = server.ok(&token, "tasks.get_by_id", json!({"task": task})).await;
        assert_eq!(found["task"]["status"], status, "{task}");
    }
    let left = server.ok(&token, "queues.get_num_entries", json!({"queue": other})).await;
    assert_eq!(left, json!({"num": 1}));
    assert_eq!(
        refused(&server, &token, "queues.clear_queue", json!({"queue": "x"})).await,
        (400, 701)
    );
    server.running.shutdown().await;
}

async fn waiting_tasks_have_names_for_those_who_may_see_them(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let (anna, _) = server.user("anna", "user").await;
    let (ben, _) = server.user("ben", "user").await;
    let queue = queue(&server, &anna, "shared").await;
    let hers = task(&server, &anna, "hers").await;
    let his = task(&server, &ben, "his").await;
    server.ok(&anna, "tasks.enqueue", json!({"task": hers, "queue": queue})).await;
    server.ok(&ben, "tasks.enqueue", json!({"task": his, "queue": queue})).await;
    let ids = [json!({"id": hers}), json!({"id": his})];
    let named = [json!({"id": hers, "name": "hers"}), json!({"id": his, "name": "his"})];
    for (token, expected) in [(&anna, [&named[0], &ids[1]]), (&ben, [&ids[0], &named[1]])] {
        let found = server.ok(token, "queues.get_all_ex", json!({"name": "shared"})).await;
        let entries = found["queues"][0]["entries"].as_array().expect("entries");
        let tasks: Vec<&Value> = entries.iter().map(|entry| &entry["task"]).collect();
        assert_eq!(tasks, expected);
    }
    server.running.shutdown().await;
}

/// Keeps the server from looking at the queues by itself.
async fn hold_samples(server: &TestServer) {
    let site = &server.running.site;
    run_due(site).await.expect("the work");
    let hold = |tx: &arno_store::Tx<'_>| {
        let sql = "UPDATE recurring_jobs SET due = $1, holder = $2 WHERE name = 'queue samples'";
        tx.execute(sql, &[i64::MAX.into(), "the test".into()])
    };
    let held = site.db.write(Scope::system(""), hold).await.expect("to hold it");
    assert_eq!(held, 1);
}

async fn queues_nobody_touches_are_looked_at(engine: Engine) {
    let clock = Clock::fixed(START);
    let server = TestServer::start_with(engine, |o| o.clock = clock.clone()).await;
    let token = server.token().await;
    let id = queue(&server, &token, "idle").await;
    for minutes in [10, 15] {
        clock.set(START + minutes * 60_000);
        run_due(&server.running.site).await.expect("the work");
    }
    let (from, to) = ((START + 300_000) / 1000, (START + 960_000) / 1000);
    let body = json!({"from_date": from, "to_date": to, "interval": 60, "queue_ids": [id]});
    let found = server.ok(&token, "queues.get_queue_metrics", body).await;
    let dates = json!([START + 600_000, START + 900_000]);
    assert_eq!(found["queues"][0]["dates"], dates, "{found}");
    server.running.shutdown().await;
}

async fn lengths_and_waiting_times_are_kept_over_time(engine: Engine) {
    let clock = Clock::fixed(START);
    let server = TestServer::start_with(engine, |o| o.clock = clock.clone()).await;
    hold_samples(&server).await;
    let token = server.token().await;
    let (first, second) =
        (queue(&server, &token, "first").await, queue(&server, &token, "second").await);
    let minute = |n: i64| START + n * 60_000;
    let tasks = [task(&server, &token, "one").await, task(&server, &token, "two").await];
    let add = async |queue: &str, task: &str| {
        server.ok(&token, "queues.add_task", json!({"queue": queue, "task": task})).await
    };
    add(&first, &tasks[0]).await;
    clock.set(minute(1));
    add(&first, &tasks[1]).await;
    add(&second, &tasks[1]).await;
    clock.set(minute(3));
    server.ok(&token, "queues.get_next_task", json!({"queue": first})).await;
    clock.set(minute(4));
    server.ok(&token, "queues.clear_queue", json!({"queue": first})).await;
    clock.set(minute(6));

    let seconds = |ms: i64| ms as f64 / 1000.0;
    let asked = json!({"from_date": seconds(START), "to_date": seconds(minute(6)), "interval": 60});
    let metrics = async |more: Value| {
        let mut body = asked.clone();
        body.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        server.ok(&token, "queues.get_queue_metrics", body).await["queues"].clone()
    };
    let curve = |queue: &str, minutes: &[i64], waiting: Value, lengths: Value| {
        let dates: Vec<i64> = minutes.iter().map(|n| minute(*n)).collect();
        json!({"queue": queue, "dates": dates, "avg_waiting_times": waiting, "queue_lengths": lengths})
    };
    // When the second task came, the first had waited a minute; then one of them was left for two.
    let of_first =
        curve(&first, &[0, 1, 3, 4], json!([0.0, 30.0, 120.0, 0.0]), json!([1, 2, 1, 0]));
    assert_eq!(metrics(json!({"queue_ids": [first]})).await, json!([of_first]));
    let of_second = curve(&second, &[1], json!([0.0]), json!([1]));
    let mut both = [of_first, of_second];
    both.sort_by_key(|curve| curve["queue"].to_string());
    assert_eq!(metrics(json!({"queue_ids": [second, first, "unknown"]})).await, json!(both));
    // One that was not looked at counts as it was before; waiting times weigh by length.
    let total = curve(
        "total",
        &[0, 1, 2, 3, 4, 5],
        json!([0.0, 20.0, 20.0, 60.0, 0.0, 0.0]),
        json!([1, 3, 3, 2, 1, 1]),
    );
    assert_eq!(metrics(json!({})).await, json!([total]));
    // Seeded by what was known in the hour before.
    let later = json!({"from_date": seconds(minute(5))});
    let total = curve("total", &[5], json!([0.0]), json!([1]));
    assert_eq!(metrics(later).await, json!([total]));
    // As it is now.
    clock.set(minute(5));
    let now = json!({"queue_ids": [second], "refresh": true});
    let of_second = curve(&second, &[1, 5], json!([0.0, 240.0]), json!([1, 1]));
    assert_eq!(metrics(now).await, json!([of_second]));
    // A deleted queue's samples go with it.
    server.ok(&token, "queues.delete", json!({"queue": second, "force": true})).await;
    assert_eq!(metrics(json!({"queue_ids": [second]})).await, json!([]));
    server.running.shutdown().await;
}

async fn metrics_refuse_what_cannot_be_answered(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    for (body, code) in [
        (json!({"from_date": 10, "to_date": 10, "interval": 5}), (400, 16)),
        (json!({"from_date": 11, "to_date": 10, "interval": 5}), (400, 16)),
        (json!({"from_date": 0, "to_date": 1_800_000_000, "interval": 1}), (400, 16)),
        (
            json!({"from_date": 0, "to_date": 10, "interval": 5, "queue_ids": vec!["q"; 1001]}),
            (400, 16),
        ),
        (json!({"from_date": -1, "to_date": 10, "interval": 5}), (400, 12)),
        (json!({"from_date": 0, "to_date": 10, "interval": 0}), (400, 12)),
        (json!({"from_date": "0", "to_date": 10, "interval": 5}), (400, 12)),
        (json!({"from_date": 0, "to_date": 10}), (400, 12)),
    ] {
        let found = refused(&server, &token, "queues.get_queue_metrics", body.clone()).await;
        assert_eq!(found, code, "{body}");
    }
    let body = json!({"from_date": 0, "to_date": 1e300, "interval": i64::MAX});
    let found = server.ok(&token, "queues.get_queue_metrics", body).await;
    assert_eq!(found["queues"][0]["queue"], "total");
    server.running.shutdown().await;
}

//! What workers and serving containers measured, over time.

use crate::support::{Engine, TestServer, on_both_engines};
use arno_store::{Clock, Visibility};
use serde_json::{Value, json};

on_both_engines![
    workers_show_what_they_measured,
    workers_are_counted_over_time,
    worker_statistics_refuse_bad_input,
    old_measurements_are_found_at_their_time,
    endpoints_show_their_containers,
    endpoints_show_their_history,
    containers_are_their_owners_under_private_visibility,
];

/// A multiple of every period's length, in ms.
const START: i64 = 1_800_000_000_000 / 21_600_000 * 21_600_000;
const MINUTE: i64 = 60_000;

async fn start(engine: Engine) -> (TestServer, Clock, String) {
    let clock = Clock::fixed(START);
    let server = TestServer::start_with(engine, |o| o.clock = clock.clone()).await;
    let token = server.token().await;
    (server, clock, token)
}

/// A stretch of minutes after the start.
fn stretch(from: i64, to: i64, interval: i64, more: Value) -> Value {
    let seconds = |minutes: i64| (START + minutes * MINUTE) / 1000;
    let mut body =
        json!({"from_date": seconds(from), "to_date": seconds(to), "interval": interval});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
    body
}

async fn report(server: &TestServer, token: &str, worker: &str, at: i64, more: Value) {
    let mut body = json!({"worker": worker, "timestamp": at});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
    // Agents send it by GET.
    let reply = server.api("GET", "/workers.status_report").bearer(token).json(&body).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

async fn refused(server: &TestServer, token: &str, endpoint: &str, body: &Value) -> (u16, u64) {
    server.api("POST", &format!("/{endpoint}")).bearer(token).json(body).send().await.code()
}

async fn workers_show_what_they_measured(engine: Engine) {
    let (server, clock, token) = start(engine).await;
    assert_eq!(refused(&server, &token, "workers.get_metric_keys", &json!({})).await, (400, 1005));
    for (at, cpu, gpus) in
        [(0, json!(10.5), json!([50, 100])), (30_000, json!([20.5, 5]), json!([0, 90]))]
    {
        let stats =
            json!({"cpu_usage": cpu, "gpu_usage": gpus, "memory_free": 2048.125, "disk_read": 0});
        report(
            &server,
            &token,
            "m:gpu0",
            START + at,
            json!({"machine_stats": stats, "gpu_fraction": [1]}),
        )
        .await;
    }
    report(&server, &token, "idle", START, json!({})).await;
    let stats = json!({"network_tx": 1});
    report(&server, &token, "m:1", START + MINUTE, json!({"machine_stats": stats})).await;
    clock.set(START + 3 * MINUTE);

    let keys =
        server.ok(&token, "workers.get_metric_keys", json!({"worker_ids": ["m:gpu0"]})).await;
    let expected = json!([
        {"name": "cpu", "metric_keys": ["cpu_usage"]},
        {"name": "gpu", "metric_keys": ["gpu_usage"]},
        {"name": "memory", "metric_keys": ["memory_free"]},
    ]);
    assert_eq!(keys["categories"], expected);
    let idle = json!({"worker_ids": ["idle"]});
    assert_eq!(refused(&server, &token, "workers.get_metric_keys", &idle).await, (400, 1005));

    let items = json!([
        {"key": "cpu_usage"}, {"key": "gpu_usage", "aggregation": "max"}, {"key": "disk_read"},
        {"key": "cpu_usage", "aggregation": "min"},
    ]);
    let ask = json!({"items": items, "worker_ids": ["m:gpu0", "idle"], "split_by_resource": true});
    let found = server.ok(&token, "workers.get_stats", stretch(0, 2, 60, ask)).await;
    let dates = json!([START, START + MINUTE]);
    let expected = json!([{"worker": "m:gpu0", "metrics": [
        {"metric": "cpu_usage", "stats": [
            {"aggregation": "avg", "dates": dates, "values": [12.0, 0.0]},
            {"aggregation": "min", "dates": dates, "values": [5.0, 0.0]},
        ]},
        {"metric": "gpu_usage", "stats": [{
            "aggregation": "max", "dates": dates, "values": [100.0, 0.0],
            "resource_series": [
                {"name": "0", "values": [50.0, 0.0]}, {"name": "1", "values": [100.0, 0.0]},
            ],
        }]},
    ]}]);
    assert_eq!(found["workers"], expected);
    // Without the last interval unless nine tenths of it are over, and never shorter ones than 40 s.
    let ask = json!({"items": [{"key": "network_tx"}]});
    let found = server.ok(&token, "workers.get_stats", stretch(0, 3, 5, ask)).await;
    let stats = &found["workers"][0]["metrics"][0]["stats"][0];
    assert_eq!(stats["values"], json!([0.0, 1.0, 1.0, 0.0]), "{found}");
    assert!(stats.get("resource_series").is_none(), "{found}");
    server.running.shutdown().await;
}

async fn workers_are_counted_over_time(engine: Engine) {
    let (server, clock, token) = start(engine).await;
    let (ben, _) = server.user("ben", "user").await;
    let task = server.ok(&token, "tasks.create", json!({"name": "task", "type": "training"})).await;
    report(&server, &token, "a", START, json!({})).await;
    report(&server, &token, "a", START + 1, json!({"task": task["id"]})).await;
    report(&server, &token, "b", START, json!({})).await;
    // The same worker for another user.
    report(&server, &ben, "b", START, json!({})).await;
    report(&server, &token, "a", START + 2 * MINUTE, json!({})).await;
    clock.set(START + 4 * MINUTE);
    let found = server.ok(&ben, "workers.get_activity_report", stretch(0, 3, 60, json!({}))).await;
    let dates = json!([START, START + MINUTE, START + 2 * MINUTE]);
    assert_eq!(found["total"], json!({"dates": dates, "counts": [2, 0, 1]}));
    assert_eq!(found["active"], json!({"dates": dates, "counts": [1, 0, 0]}));
    let one = stretch(0, 3, 60, json!({"worker_ids": ["b"]}));
    let found = server.ok(&token, "workers.get_activity_report", one).await;
    assert_eq!(found["total"]["counts"], json!([1, 0, 0]));
    server.running.shutdown().await;
}

async fn worker_statistics_refuse_bad_input(engine: Engine) {
    let (server, _, token) = start(engine).await;
    let items = json!({"items": [{"key": "cpu_usage"}]});
    for (endpoint, body, code) in [
        ("workers.get_stats", stretch(1, 1, 60, items.clone()), (400, 16)),
        ("workers.get_stats", stretch(0, 1, 60, json!({"items": []})), (400, 12)),
        ("workers.get_stats", stretch(0, 1, 60, json!({"items": [{"key": "secrets"}]})), (400, 12)),
        (
            "workers.get_stats",
            stretch(0, 1, 60, json!({"items": [{"key": "cpu_usage", "aggregation": "sum"}]})),
            (400, 12),
        ),
        ("workers.get_stats", stretch(0, 1, 60, json!({})), (400, 12)),
        ("workers.get_stats", json!({"items": [], "to_date": 1, "interval": 1}), (400, 12)),
        ("workers.get_activity_report", stretch(2, 1, 60, json!({})), (400, 16)),
        (
            "workers.get_activity_report",
            json!({"from_date": 0, "to_date": 1e9, "interval": 1}),
            (400, 16),
        ),
        (
            "workers.get_activity_report",
            json!({"from_date": 0, "to_date": 1e9, "interval": -1}),
            (400, 12),
        ),
        ("workers.get_metric_keys", json!({"worker_ids": [1]}), (400, 12)),
        ("workers.status_report", json!({"worker": "w"}), (400, 12)),
        ("workers.status_report", json!({"worker": "w".repeat(5000), "timestamp": 1}), (400, 800)),
    ] {
        assert_eq!(refused(&server, &token, endpoint, &body).await, code, "{endpoint} {body}");
    }
    // What is no number is left out; the rest of the report counts.
    let stats =
        json!({"cpu_usage": ["x", null, {}, 1e308], "gpu_usage": "much", "disk_read": -1.5});
    report(&server, &token, "odd", START, json!({"machine_stats": stats})).await;
    let keys = server.ok(&token, "workers.get_metric_keys", json!({})).await;
    let expected = json!([
        {"name": "cpu", "metric_keys": ["cpu_usage"]}, {"name": "disk", "metric_keys": ["disk_read"]},
    ]);
    assert_eq!(keys["categories"], expected);
    server.running.shutdown().await;
}

async fn old_measurements_are_found_at_their_time(engine: Engine) {
    let (server, clock, _) = start(engine).await;
    let day = 24 * 60;
    clock.set(START + 30 * day * MINUTE);
    let token = server.token().await;
    let stats = |value: i64| json!({"machine_stats": {"cpu_usage": value}});
    for (at, value) in [(START, 10), (START + 20 * day * MINUTE, 20), (1_800_000_000, 30)] {
        report(&server, &token, "w", at, stats(value)).await;
    }
    let ask = json!({"items": [{"key": "cpu_usage"}]});
    // In days; what was told in seconds instead of milliseconds is from now.
    let body = stretch(0, 31 * day, 86_400, ask.clone());
    let found = server.ok(&token, "workers.get_stats", body).await;
    let stats = &found["workers"][0]["metrics"][0]["stats"][0];
    let measured: Vec<(i64, f64)> = std::iter::zip(
        stats["dates"].as_array().expect("dates").iter().filter_map(Value::as_i64),
        stats["values"].as_array().expect("values").iter().filter_map(Value::as_f64),
    )
    .filter(|(_, value)| *value != 0.0)
    .collect();
    let begins = |days: i64| {
        let at = START + days * day * MINUTE;
        at - at.rem_euclid(86_400_000)
    };
    assert_eq!(measured, [(begins(0), 10.0), (begins(20), 20.0), (begins(30), 30.0)]);
    // Of ten days ago there are hours, shown in every interval they overlap.
    let body = stretch(20 * day, 20 * day + 2, 60, ask);
    let found = server.ok(&token, "workers.get_stats", body).await;
    let stats = &found["workers"][0]["metrics"][0]["stats"][0];
    assert_eq!(stats["values"], json!([20.0, 20.0]), "{found}");
    server.running.shutdown().await;
}

fn container(id: &str, url: Option<&str>, requests: i64, more: Value) -> Value {
    let mut body = json!({
        "container_id": id, "endpoint_name": "iris", "model_name": "tree", "endpoint_url": url,
        "model_source": "s3://m", "model_version": "3", "preprocess_artifact": "py_code",
        "input_type": "float32", "input_size": 4, "uptime_sec": requests, "requests_num": requests,
        "requests_min": requests as f64 / 3.0, "latency_ms": requests * 10,
        "reference": [{"type": "task", "value": "t1"}],
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
    body
}

async fn endpoints_show_their_containers(engine: Engine) {
    let (server, clock, token) = start(engine).await;
    let nothing = server.ok(&token, "serving.get_endpoints", json!({})).await;
    assert_eq!(nothing, json!({"endpoints": []}));
    let loading = container("loading", None, 0, json!({}));
    server.ok(&token, "serving.register_container", loading).await;
    let gpus = json!({"machine_stats": {"cpu_usage": [1, 2, 3], "gpu_usage": [1, 2]}});
    for body in [
        container("c1", Some("http://e/1"), 4, gpus),
        container("c2", Some("http://e/1"), 7, json!({})),
    ] {
        server.ok(&token, "serving.container_status_report", body).await;
    }
    clock.set(START + 5000);
    let found = server.ok(&token, "serving.get_endpoints", json!({})).await;
    let date = arno_wire::date::format(START);
    assert_eq!(
        found["endpoints"],
        json!([{
            "endpoint": "iris", "model": "tree", "url": "http://e/1", "instances": 2,
            "uptime_sec": 7, "requests": 11, "requests_min": 1.83, "latency_ms": 55,
            "last_update": date,
        }])
    );
    let found = server.ok(&token, "serving.get_loading_instances", json!({})).await;
    assert_eq!(
        found["instances"],
        json!([{
            "id": "loading", "endpoint": "iris", "url": null, "model": "tree",
            "model_source": "s3://m", "model_version": "3", "preprocess_artifact": "py_code",
            "input_type": "float32", "input_size": "4",
            "uptime_sec": 0, "age_sec": 5, "last_update": date,
        }])
    );
    let ask = json!({"endpoint_url": "http://e/1"});
    let found = server.ok(&token, "serving.get_endpoint_details", ask).await;
    assert_eq!(
        (&found["endpoint"], &found["model_version"], &found["uptime_sec"], &found["url"]),
        (&json!("iris"), &json!("3"), &json!(7), &json!("http://e/1"))
    );
    let instance = |id: &str, requests: i64, minute: f64, cpus: i64, gpus: i64| {
        json!({
            "id": id, "uptime_sec": requests, "requests": requests, "requests_min": minute,
            "latency_ms": requests * 10, "last_update": date, "cpu_count": cpus,
            "gpu_count": gpus, "reference": [{"type": "task", "value": "t1"}],
        })
    };
    assert_eq!(
        found["instances"],
        json!([instance("c1", 4, 1.33, 3, 2), instance("c2", 7, 2.33, 0, 0)])
    );
    for url in ["http://e/2", ""] {
        let ask = json!({"endpoint_url": url});
        let code = refused(&server, &token, "serving.get_endpoint_details", &ask).await;
        assert_eq!(code, (400, 1052), "{url:?}");
    }
    // Silent containers are gone.
    clock.set(START + 601_000);
    let found = server.ok(&token, "serving.get_endpoints", json!({})).await;
    assert_eq!(found, json!({"endpoints": []}));
    server.running.shutdown().await;
}

async fn endpoints_show_their_history(engine: Engine) {
    let (server, clock, token) = start(engine).await;
    let stats = json!({"machine_stats": {
        "cpu_usage": [10, 30], "gpu_usage": [50], "memory_used": 1024, "memory_free": 3072,
        "gpu_memory_used": [512, 512], "network_rx": 1.5,
    }});
    for (minute, id, requests) in [(0, "c1", 4), (0, "c2", 8), (1, "c1", 6), (1, "c1", 10)] {
        clock.set(START + minute * MINUTE);
        let body = container(id, Some("http://e/1"), requests, stats.clone());
        server.ok(&token, "serving.container_status_report", body).await;
    }
    clock.set(START + 2 * MINUTE);
    let history = async |metric: &str, more: Value| {
        let mut ask =
            stretch(0, 2, 60, json!({"endpoint_url": "http://e/1", "metric_type": metric}));
        ask.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        server.ok(&token, "serving.get_endpoint_metrics_history", ask).await
    };
    for (metric, total, first) in [
        ("requests", json!([12.0, 10.0]), json!([4.0, 10.0])),
        ("requests_min", json!([4.0, 2.67]), json!([1.33, 2.67])),
        ("latency_ms", json!([60.0, 80.0]), json!([40.0, 80.0])),
        ("cpu_count", json!([4.0, 2.0]), json!([2.0, 2.0])),
        ("gpu_count", json!([2.0, 1.0]), json!([1.0, 1.0])),
        ("cpu_util", json!([20.0, 20.0]), json!([20.0, 20.0])),
        ("gpu_util", json!([50.0, 50.0]), json!([50.0, 50.0])),
        ("ram_total", json!([8.0, 4.0]), json!([4.0, 4.0])),
        ("ram_used", json!([2.0, 1.0]), json!([1.0, 1.0])),
        ("ram_free", json!([6.0, 3.0]), json!([3.0, 3.0])),
        ("gpu_ram_used", json!([2.0, 1.0]), json!([1.0, 1.0])),
        ("network_rx", json!([3.0, 1.5]), json!([1.5, 1.5])),
    ] {
        let found = history(metric, json!({})).await;
        assert_eq!(found["computed_interval"], 60);
        assert_eq!(found["total"]["dates"], json!([START, START + MINUTE]));
        assert_eq!(
            (&found["total"]["values"], &found["instances"]["c1"]["values"]),
            (&total, &first),
            "{metric}"
        );
        assert!(found["total"]["title"].is_string(), "{found}");
    }
    // Nothing was measured.
    for metric in ["gpu_ram_total", "gpu_ram_free", "network_tx"] {
        let found = history(metric, json!({})).await;
        assert_eq!(
            (&found["total"]["values"], &found["instances"]),
            (&json!([0.0, 0.0]), &json!({}))
        );
    }
    let found = history("requests", json!({"instance_charts": false, "interval": 1})).await;
    assert_eq!((&found["computed_interval"], &found["instances"]), (&json!(40), &json!({})));
    let found = history("requests", json!({"endpoint_url": "http://e/2"})).await;
    assert_eq!(found["total"]["values"], json!([0.0, 0.0]));
    for (more, code) in [
        (json!({"metric_type": "secrets"}), (400, 12)),
        (json!({"to_date": 1}), (400, 16)),
        (json!({"from_date": 0}), (400, 16)),
        (json!({"endpoint_url": null}), (400, 12)),
    ] {
        let mut ask = stretch(0, 2, 60, json!({"endpoint_url": "http://e/1"}));
        ask.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        let found = refused(&server, &token, "serving.get_endpoint_metrics_history", &ask).await;
        assert_eq!(found, code, "{more}");
    }
    server.running.shutdown().await;
}

async fn containers_are_their_owners_under_private_visibility(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let admin = server.token().await;
    let (anna, _) = server.user("anna", "user").await;
    let (ben, _) = server.user("ben", "user").await;
    let body = container("c1", Some("http://e/1"), 4, json!({}));
    server.ok(&anna, "serving.container_status_report", body).await;
    server.ok(&anna, "serving.register_container", container("c2", None, 4, json!({}))).await;
    let url = json!({"endpoint_url": "http://e/1"});
    let mut history = url.clone();
    history["from_date"] = 0.into();
    history["to_date"] = 4_000_000_000_i64.into();
    history["interval"] = 1_000_000_000.into();
    for (token, sees) in [(&anna, true), (&admin, true), (&ben, false)] {
        let found = server.ok(token, "serving.get_endpoints", json!({})).await;
        assert_eq!(found["endpoints"] != json!([]), sees, "{found}");
        let found = server.ok(token, "serving.get_loading_instances", json!({})).await;
        assert_eq!(found["instances"] != json!([]), sees, "{found}");
        let found = server.ok(token, "serving.get_endpoint_metrics_history", history.clone()).await;
        assert_eq!(found["instances"] != json!({}), sees, "{found}");
    }
    let code = refused(&server, &ben, "serving.get_endpoint_details", &url).await;
    assert_eq!(code, (400, 1052));
    server.ok(&anna, "serving.get_endpoint_details", url).await;
    server.running.shutdown().await;
}

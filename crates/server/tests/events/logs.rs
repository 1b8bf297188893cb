use crate::lab::{Lab, all, line};
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    pages_by_time_go_both_ways,
    old_forms_scroll_to_the_end,
    the_whole_log_downloads_as_json_or_text,
    clearing_takes_old_lines_of_some_metrics,
);

/// Lines `0` to `9`; three of them share the moment 50.
async fn lab(engine: Engine) -> (Lab, String) {
    let lab = Lab::start(engine).await;
    let task = lab.task("log").await;
    let times = [0, 10, 20, 30, 50, 50, 50, 70, 80, 90];
    let lines = times.iter().enumerate().map(|(n, ts)| line(&task, *ts, &n.to_string()));
    lab.report(lines.collect()).await;
    (lab, task)
}

fn messages(answer: &Value) -> String {
    all(&answer["events"], "msg").iter().filter_map(|msg| msg.as_str()).collect()
}

async fn pages_by_time_go_both_ways(engine: Engine) {
    let (lab, task) = lab(engine).await;
    for (request, expected) in [
        (json!({}), "9876543210"),
        (json!({"order": "asc"}), "0123456789"),
        (json!({"batch_size": 2}), "98"),
        (json!({"batch_size": 2, "order": "asc"}), "89"),
        (json!({"batch_size": 4}), "987654"),
        (json!({"batch_size": 2, "from_timestamp": 50}), "32"),
        (json!({"batch_size": 2, "from_timestamp": 0}), ""),
        (json!({"navigate_earlier": false}), "0123456789"),
        (json!({"navigate_earlier": false, "batch_size": 1}), "0"),
        (json!({"navigate_earlier": false, "batch_size": 1, "from_timestamp": 0}), "1"),
        (json!({"navigate_earlier": false, "batch_size": 1, "from_timestamp": 30}), "456"),
        (
            json!({"navigate_earlier": false, "batch_size": 2, "from_timestamp": 50, "order": "desc"}),
            "87",
        ),
        (json!({"navigate_earlier": false, "from_timestamp": 90}), ""),
        (json!({"batch_size": 0}), "9"),
        (json!({"batch_size": -5}), "9"),
        (json!({"metrics": [{"metric": "none"}]}), ""),
    ] {
        let mut body = request.clone();
        body["task"] = task.as_str().into();
        let answer = lab.ok("v2.23/events.get_task_log", body).await;
        assert_eq!(messages(&answer), expected, "{request}");
        assert_eq!(answer["returned"], expected.len(), "{request}");
        let total = if request.get("metrics").is_some() { 0 } else { 10 };
        assert_eq!(answer["total"], total, "{request}");
    }
    let answer = lab.ok("events.get_task_log", json!({"task": task, "batch_size": 1})).await;
    assert_eq!(
        answer["events"][0],
        json!({
            "type": "log", "task": task, "timestamp": 90, "@timestamp": "1970-01-01T00:00:00.090Z",
            "worker": "w", "level": "INFO", "msg": "9", "metric": "", "variant": "",
            "model_event": false,
        })
    );
    let unknown = lab.code("events.get_task_log", json!({"task": "none"})).await;
    assert_eq!(unknown, (400, 101));
}

async fn old_forms_scroll_to_the_end(engine: Engine) {
    let (lab, task) = lab(engine).await;
    for (version, request, pages) in [
        ("v1.5", json!({}), vec!["987", "654", "321", "0", ""]),
        ("v1.5", json!({"order": "asc"}), vec!["012", "3456", "789", ""]),
        ("v2.5", json!({}), vec!["210", "6543", "987", ""]),
        ("v2.5", json!({"order": "asc", "from": "head"}), vec!["012", "3456", "789", ""]),
        ("v2.5", json!({"order": "asc", "from": "tail"}), vec!["789", "456", "123", "0", ""]),
    ] {
        let endpoint = format!("{version}/events.get_task_log");
        let mut body = request.clone();
        body["task"] = task.as_str().into();
        body["batch_size"] = 3.into();
        for page in pages.into_iter().chain([""]) {
            let answer = lab.ok(&endpoint, body.clone()).await;
            assert_eq!(messages(&answer), page, "{version} {request}");
            assert_eq!(answer["total"], 10);
            body["scroll_id"] = answer["scroll_id"].clone();
        }
        let other = lab.task("other").await;
        for (task, scroll_id) in [(&other, body["scroll_id"].clone()), (&task, "FFFF".into())] {
            let body = json!({"task": task, "scroll_id": scroll_id});
            assert_eq!(lab.code(&endpoint, body).await, (400, 1104));
        }
    }
}

async fn the_whole_log_downloads_as_json_or_text(engine: Engine) {
    let (lab, task) = lab(engine).await;
    let download = |body: Value| lab.send("events.download_task_log", body);

    let reply = download(json!({"task": task})).await;
    assert_eq!(reply.status, 200);
    let name = format!("attachment; filename=\"task_{task}.log\"");
    assert_eq!(reply.header("content-disposition"), Some(name.as_str()));
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")));
    let text = reply.text();
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 10);
    assert_eq!(
        lines[4],
        json!({
            "asctime": "1970-01-01T00:00:00.050Z", "level": "INFO", "worker": "w", "msg": "4",
            "metric": "", "variant": "",
        })
    );

    let text = download(json!({"task": task, "line_type": "text"})).await.text();
    assert!(text.starts_with("1970-01-01T00:00:00.000Z w INFO 0\n"), "{text}");
    assert!(text.ends_with("w INFO 9\n"), "{text}");
    let format = "{timestamp}:{msg}\n";
    let body = json!({"task": task, "line_type": "text", "line_format": format});
    let text = download(body).await.text();
    assert_eq!(text, "0:0\n10:1\n20:2\n30:3\n50:4\n50:5\n50:6\n70:7\n80:8\n90:9\n");

    let body = json!({"task": task, "line_type": "text", "line_format": "{secret}"});
    assert_eq!(download(body).await.code(), (400, 16));
    assert_eq!(download(json!({"task": "none"})).await.code(), (400, 101));
    let path = format!("/events.download_task_log?line_type=text&task={task}");
    let reply = lab.server.api("GET", &path).bearer(&lab.token).send().await;
    assert_eq!(reply.text().lines().count(), 10);
}

async fn clearing_takes_old_lines_of_some_metrics(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("log").await;
    let mut lines: Vec<Value> = (0..6).map(|n| line(&task, 100 + n, &n.to_string())).collect();
    lines[1]["metric"] = "a".into();
    lines[2]["metric"] = "b".into();
    lines[5]["timestamp"] = Value::Null; // now
    lab.report(lines).await;

    let left = async || {
        let body = json!({"task": task, "order": "asc"});
        messages(&lab.ok("events.get_task_log", body).await)
    };
    for (request, deleted, expected) in [
        (json!({"threshold_sec": 4_000_000_000_u64}), 0, "012345"),
        (json!({"threshold_sec": 3600, "include_metrics": ["a"]}), 1, "02345"),
        (json!({"threshold_sec": 3600, "exclude_metrics": ["b"]}), 3, "25"),
        (json!({"threshold_sec": 3600}), 1, "5"),
        (json!({}), 1, ""),
    ] {
        let mut body = request.clone();
        body["task"] = task.as_str().into();
        let answer = lab.ok("events.clear_task_log", body).await;
        assert_eq!(answer, json!({"deleted": deleted}), "{request}");
        assert_eq!(left().await, expected, "{request}");
    }
}

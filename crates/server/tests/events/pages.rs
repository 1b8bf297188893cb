use crate::lab::{Lab, all, image, line, plot, scalar, single};
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    pages_never_split_an_iteration,
    a_position_at_iteration_0_is_a_position,
    every_kind_of_event_comes_back_whole,
    scroll_ids_are_checked,
    raw_scalars_come_as_columns,
    any_name_will_do,
);

/// Reads pages until one is empty: the field of each event, page by page.
async fn scroll(lab: &Lab, endpoint: &str, mut body: Value, field: &str) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    loop {
        let answer = lab.ok(endpoint, body.clone()).await;
        let page: Vec<i64> =
            all(&answer["events"], field).into_iter().filter_map(Value::as_i64).collect();
        assert_eq!(answer["returned"], page.len());
        if page.is_empty() {
            body["scroll_id"] = answer["scroll_id"].clone();
            let again = lab.ok(endpoint, body).await;
            assert_eq!(again["scroll_id"], answer["scroll_id"], "an exhausted scroll stays");
            return pages;
        }
        pages.push(page);
        assert!(pages.len() < 50, "the scroll does not end: {pages:?}");
        body["scroll_id"] = answer["scroll_id"].clone();
    }
}

async fn pages_never_split_an_iteration(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let mut events = Vec::new();
    for iter in -1..4 {
        events.push(scalar(&task, "loss", "train", iter, 1.0));
        events.push(scalar(&task, "loss", "test", iter, 2.0));
    }
    events.push(scalar(&task, "acc", "train", 2, 3.0));
    lab.report(events).await;

    let body = json!({"task": task, "event_type": "training_stats_scalar", "batch_size": 3});
    let pages = scroll(&lab, "events.get_task_events", body.clone(), "iter").await;
    assert_eq!(pages, [vec![-1, -1, 0, 0], vec![1, 1, 2, 2, 2], vec![3, 3]]);

    let mut descending = body.clone();
    descending["order"] = "desc".into();
    let pages = scroll(&lab, "events.get_task_events", descending, "iter").await;
    assert_eq!(pages, [vec![3, 3, 2, 2, 2], vec![1, 1, 0, 0], vec![-1, -1]]);

    let mut one = body.clone();
    one["metrics"] = json!([{"metric": "loss", "variants": ["test"]}]);
    let answer = lab.ok("events.get_task_events", one.clone()).await;
    assert_eq!(answer["total"], 5);
    assert_eq!(
        scroll(&lab, "events.get_task_events", one, "iter").await,
        [vec![-1, 0, 1], vec![2, 3]]
    );

    let mut uncounted = body;
    uncounted["count_total"] = false.into();
    assert_eq!(lab.ok("events.get_task_events", uncounted).await.get("total"), None);

    let body = json!({"task": task, "metric": "loss"});
    let pages = scroll(&lab, "events.get_scalar_metric_data", body, "iter").await;
    assert_eq!(pages, [vec![3, 3, 2, 2, 1, 1, 0, 0, -1, -1]]);
    let body = json!({"task": task, "metric": "loss", "no_scroll": true});
    let answer = lab.ok("events.get_scalar_metric_data", body).await;
    assert_eq!((answer["total"].as_u64(), answer.get("scroll_id")), (Some(10), None));
}

async fn a_position_at_iteration_0_is_a_position(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    lab.report(vec![scalar(&task, "m", "a", 0, 1.0), scalar(&task, "m", "b", 0, 2.0)]).await;
    for order in ["asc", "desc"] {
        let body = json!({"task": task, "order": order, "batch_size": 1});
        assert_eq!(scroll(&lab, "events.get_task_events", body, "iter").await, [vec![0, 0]]);
    }
    let nothing = lab.task("nothing").await;
    assert!(
        scroll(&lab, "events.get_task_events", json!({"task": nothing}), "iter").await.is_empty()
    );
}

async fn every_kind_of_event_comes_back_whole(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let mut with_source = plot(&task, "p", "v", 3);
    let text = r#"{"layout":{"images":[{"source":"s3://bucket/é.png"}]}}"#;
    with_source["plot_str"] = text.into();
    let vector = json!({
        "type": "training_stats_vector", "task": task, "metric": "x", "variant": "v", "iter": 5,
        "values": [1.5, -2], "timestamp": 5, "worker": "w",
    });
    lab.report(vec![
        single(&task, "auc", 0.9),
        scalar(&task, "loss", "train", 1, 0.25),
        image(&task, "i", "v", 2, "http://files/a.png"),
        with_source,
        line(&task, 4, "hello"),
        vector,
    ])
    .await;
    let answer = lab.ok("events.get_task_events", json!({"task": task, "event_type": "*"})).await;
    assert_eq!(answer["total"], 6);
    let events = answer["events"].as_array().expect("events");
    let kinds: Vec<&str> = events.iter().filter_map(|e| e["type"].as_str()).collect();
    let scalars = "training_stats_scalar";
    let expected =
        [scalars, "log", scalars, "training_debug_image", "plot", "training_stats_vector"];
    assert_eq!(kinds, expected);
    assert_eq!(
        events[2],
        json!({
            "type": scalars, "task": task, "metric": "loss", "variant": "train", "iter": 1,
            "value": 0.25, "timestamp": 1_000_010, "@timestamp": "1970-01-01T00:16:40.010Z",
            "worker": "w", "model_event": false,
        })
    );
    assert_eq!(events[3]["url"], "http://files/a.png");
    assert_eq!(events[3]["key"], "http://files/a.png");
    assert_eq!(events[4]["plot_str"], text);
    assert_eq!(events[4]["plot_len"], text.len());
    assert_eq!(events[4]["source_urls"], json!(["s3://bucket/é.png"]));
    assert_eq!(events[5]["value"], json!([1.5, -2.0]));

    for (kind, count) in [("log", 1), ("plot", 1), ("training_debug_image", 1), (scalars, 2)] {
        let body = json!({"task": task, "event_type": kind});
        assert_eq!(lab.ok("events.get_task_events", body).await["returned"], count, "{kind}");
    }
}

async fn scroll_ids_are_checked(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (task, other) = (lab.task("task").await, lab.task("other").await);
    lab.report(vec![scalar(&task, "m", "v", 1, 1.0)]).await;
    let answer = lab.ok("events.get_task_events", json!({"task": task})).await;
    let good = answer["scroll_id"].clone();
    for (endpoint, id, scroll_id) in [
        ("events.get_task_events", &task, json!("FFFF")),
        ("events.get_task_events", &task, json!("é{\u{0}")),
        ("events.get_task_events", &other, good.clone()),
        ("events.scalar_metrics_iter_raw", &task, good.clone()),
        ("events.get_task_plots", &task, good.clone()),
        ("events.next_plot_sample", &task, good.clone()),
    ] {
        let body = json!({"task": id, "metric": {"metric": "m"}, "scroll_id": scroll_id});
        assert_eq!(lab.code(endpoint, body).await, (400, 1104), "{endpoint} {scroll_id}");
    }
    for scroll_id in [good, json!("unknown")] {
        assert_eq!(lab.ok("events.clear_scroll", json!({"scroll_id": scroll_id})).await, json!({}));
    }
}

async fn raw_scalars_come_as_columns(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let mut events: Vec<Value> = (0..5).map(|n| scalar(&task, "m", "a", n, n as f64)).collect();
    events.push(scalar(&task, "m", "b", 1, 9.0));
    events.push(scalar(&task, "n", "a", 1, 9.0));
    lab.report(events).await;

    let raw = "events.scalar_metrics_iter_raw";
    let mut body = json!({
        "task": task, "metric": {"metric": "m"}, "batch_size": 2, "count_total": true,
    });
    let mut pages = Vec::new();
    loop {
        let answer = lab.ok(raw, body.clone()).await;
        assert_eq!(answer["total"], 6);
        if answer["returned"] == 0 {
            assert_eq!(answer["variants"], json!({}));
            break;
        }
        pages.push(answer["variants"].clone());
        assert!(pages.len() < 10);
        // The total was counted at the start and travels with the scroll.
        body = json!({
            "task": task, "metric": {"metric": "m"}, "batch_size": 2,
            "scroll_id": answer["scroll_id"],
        });
    }
    assert_eq!(
        pages,
        [
            json!({"a": {"iter": [0, 1], "y": [0.0, 1.0]}, "b": {"iter": [1], "y": [9.0]}}),
            json!({"a": {"iter": [2, 3], "y": [2.0, 3.0]}}),
            json!({"a": {"iter": [4], "y": [4.0]}}),
        ]
    );
    let body =
        json!({"task": task, "metric": {"metric": "m", "variants": ["b"]}, "key": "iso_time"});
    let answer = lab.ok(raw, body).await;
    let x = json!(["1970-01-01T00:16:40.010Z"]);
    assert_eq!(answer["variants"], json!({"b": {"iso_time": x, "y": [9.0]}}));
    assert_eq!(answer.get("total"), None);
    let body =
        json!({"task": task, "metric": {"metric": "m", "variants": ["b"]}, "key": "timestamp"});
    assert_eq!(lab.ok(raw, body).await["variants"]["b"]["timestamp"], json!([1_000_010]));
    assert_eq!(lab.code(raw, json!({"task": task})).await, (400, 12));
}

async fn any_name_will_do(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let names = [
        "",
        "a b",
        "a.b/c",
        "'; DROP TABLE x --",
        "\"%_*?[",
        "$1",
        "é🎉",
        "\u{202e}\u{5d0}",
        "\\n\n",
    ];
    let mut events = Vec::new();
    for name in names {
        events.push(scalar(&task, name, name, i64::MAX, 1.0));
        events.push(plot(&task, name, name, i64::MIN));
        events.push(image(&task, name, name, 0, "http://files/x y"));
        events.push(line(&task, i64::MIN, name));
    }
    lab.report(events).await;
    let answer = lab.ok("events.get_task_events", json!({"task": task})).await;
    assert_eq!(answer["returned"], 4 * names.len());
    for name in names {
        let wanted = json!([{"metric": name, "variants": [name]}]);
        let body = json!({"task": task, "metrics": wanted});
        let answer = lab.ok("events.scalar_metrics_iter_histogram", body.clone()).await;
        assert_eq!(answer[name][name]["x"], json!([i64::MAX]), "{name:?}");
        let answer = lab.ok("events.get_task_plots", body).await;
        assert_eq!((&answer["plots"][0]["metric"], &answer["total"]), (&json!(name), &json!(1)));
        let body = json!({"task": task, "metric": name, "variant": name});
        let sample = lab.ok("events.get_debug_image_sample", body).await;
        assert_eq!(sample["event"]["variant"], name);
        let body = json!({"task": task, "scroll_id": sample["scroll_id"]});
        assert_eq!(lab.ok("events.next_debug_image_sample", body).await["event"], Value::Null);
    }
}

use crate::lab::{Lab, image, plot, scalar, single};
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    short_series_are_shown_point_by_point,
    long_series_are_means_of_aligned_buckets,
    numbers_that_are_none_come_back_bare,
    tasks_are_compared_metric_by_metric,
    models_have_events_of_their_own,
    metrics_are_listed_by_kind,
    single_values_are_listed_by_task,
    latest_values_are_the_positive_ones,
);

async fn short_series_are_shown_point_by_point(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let mut events: Vec<Value> =
        (0..3).map(|n| scalar(&task, "loss", "train", n, n as f64 / 2.0)).collect();
    events.push(scalar(&task, "loss", "test", 7, 3.0));
    events.push(scalar(&task, "acc", "train", -4, 1.0));
    events.push(single(&task, "auc", 0.9));
    events[0]["x_axis_label"] = "epoch".into();
    lab.report(events).await;

    let histogram = async |extra: Value| {
        let mut body = extra;
        body["task"] = task.as_str().into();
        lab.ok("events.scalar_metrics_iter_histogram", body).await
    };
    assert_eq!(
        histogram(json!({})).await,
        json!({
            "loss": {
                "train": {"name": "train", "x": [0, 1, 2], "y": [0.0, 0.5, 1.0], "x_axis_label": "epoch"},
                "test": {"name": "test", "x": [7], "y": [3.0]},
            },
            "acc": {"train": {"name": "train", "x": [-4], "y": [1.0]}},
        })
    );
    let by_time = histogram(json!({"key": "timestamp", "metrics": [{"metric": "loss"}]})).await;
    assert_eq!(by_time["loss"]["train"]["x"], json!([1_000_000, 1_000_010, 1_000_020]));
    assert_eq!(by_time.get("acc"), None);
    let wanted = json!([{"metric": "loss", "variants": ["test"]}, {"metric": "Summary"}]);
    let by_date = histogram(json!({"key": "iso_time", "metrics": wanted})).await;
    let x = json!(["1970-01-01T00:16:40.070Z"]);
    assert_eq!(by_date, json!({"loss": {"test": {"name": "test", "x": x, "y": [3.0]}}}));

    for bad in [json!({"samples": 0}), json!({"samples": 6001}), json!({"key": "epoch"})] {
        let mut body = bad.clone();
        body["task"] = task.as_str().into();
        let code = lab.code("events.scalar_metrics_iter_histogram", body).await;
        assert_eq!(code, (400, 12), "{bad}");
    }
    let unknown = json!({"task": "none"});
    assert_eq!(lab.code("events.scalar_metrics_iter_histogram", unknown).await, (400, 101));
    let unknown = json!({"task": task, "model_events": true});
    assert_eq!(lab.code("events.scalar_metrics_iter_histogram", unknown).await, (400, 201));
}

async fn long_series_are_means_of_aligned_buckets(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let events = (0..100).map(|n| scalar(&task, "m", "v", 5 + n, n as f64));
    lab.report(events.collect()).await;
    let body = json!({"task": task, "samples": 10});
    let answer = lab.ok("events.scalar_metrics_iter_histogram", body).await;
    let series = &answer["m"]["v"];
    assert_eq!(series["x"], json!([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]));
    // Iterations 5 to 9 carry 0 to 4; the last bucket holds 100 to 104 with 95 to 99.
    let means = [2.0, 9.5, 19.5, 29.5, 39.5, 49.5, 59.5, 69.5, 79.5, 89.5, 97.0];
    assert_eq!(series["y"], json!(means));
    assert_eq!(series.get("min"), None);

    let body = json!({"task": task, "samples": 10, "extremes": true});
    let answer = lab.ok("events.scalar_metrics_iter_histogram", body).await;
    let (min, max) = (&answer["m"]["v"]["min"], &answer["m"]["v"]["max"]);
    assert_eq!(min, &json!([0., 5., 15., 25., 35., 45., 55., 65., 75., 85., 95.]));
    assert_eq!(max, &json!([4., 14., 24., 34., 44., 54., 64., 74., 84., 94., 99.]));

    let body = json!({"task": task, "samples": 10, "window": [20, 25]});
    let answer = lab.ok("events.scalar_metrics_iter_histogram", body).await;
    assert_eq!(answer["m"]["v"]["x"], json!([20, 21, 22, 23, 24, 25]));
    let body = json!({"task": task, "window": [200, 300]});
    assert_eq!(lab.ok("events.scalar_metrics_iter_histogram", body).await, json!({}));
    let body = json!({"task": task, "outline": true});
    let outline = lab.ok("events.scalar_metrics_iter_histogram", body).await;
    let expected = json!({"name": "v", "count": 100, "first": 5, "last": 104});
    assert_eq!(outline, json!({"m": {"v": expected}}));

    let body = json!({"task": task, "window": "here"});
    assert_eq!(lab.code("events.scalar_metrics_iter_histogram", body).await, (400, 12));
}

async fn numbers_that_are_none_come_back_bare(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let line = format!(
        r#"{{"type":"training_stats_scalar","task":"{task}","metric":"m","variant":"v","iter":1,"value":NaN}}"#
    );
    let call = lab.server.api("POST", "/events.add_batch").bearer(&lab.token);
    let reply = call.header("content-type", "application/json-lines").body(line).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let reply = lab.send("events.scalar_metrics_iter_histogram", json!({"task": task})).await;
    assert!(reply.text().contains(r#""y":[NaN]"#), "{}", reply.text());
    let reply = lab.send("events.get_task_events", json!({"task": task})).await;
    assert!(reply.text().contains(r#""value":NaN"#), "{}", reply.text());
}

async fn tasks_are_compared_metric_by_metric(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (a, b) = (lab.task("task A").await, lab.task("task B").await);
    lab.report(vec![
        scalar(&a, "loss", "train", 1, 1.0),
        scalar(&b, "loss", "train", 2, 2.0),
        scalar(&b, "acc", "train", 3, 3.0),
        single(&a, "auc", 0.9),
    ])
    .await;
    let compare = "events.multi_task_scalar_metrics_iter_histogram";
    let answer = lab.ok(compare, json!({"tasks": [a, b, a]})).await;
    assert_eq!(
        answer,
        json!({"metrics": {
            "loss": {"train": {
                &a: {"name": "task A", "x": [1], "y": [1.0]},
                &b: {"name": "task B", "x": [2], "y": [2.0]},
            }},
            "acc": {"train": {&b: {"name": "task B", "x": [3], "y": [3.0]}}},
        }})
    );
    let body = json!({"tasks": [a, b], "metrics": [{"metric": "acc"}]});
    assert_eq!(lab.ok(compare, body).await["metrics"].get("loss"), None);
    assert_eq!(lab.code(compare, json!({"tasks": [a, "none"]})).await, (400, 101));
    assert_eq!(lab.code(compare, json!({"tasks": []})).await, (400, 12));
    assert_eq!(lab.code(compare, json!({"tasks": vec![a.as_str(); 101]})).await, (400, 0));
}

async fn models_have_events_of_their_own(engine: Engine) {
    let lab = Lab::start(engine).await;
    let model = lab.model("model").await;
    let mut events = vec![scalar(&model, "loss", "v", 0, 1.0), single(&model, "auc", 0.5)];
    events.iter_mut().for_each(|event| event["model_event"] = true.into());
    lab.report(events).await;
    let body = json!({"task": model, "model_events": true});
    let answer = lab.ok("events.scalar_metrics_iter_histogram", body.clone()).await;
    assert_eq!(answer["loss"]["v"]["y"], json!([1.0]));
    let answer = lab.ok("events.get_task_events", body).await;
    assert_eq!(answer["total"], 2);
    assert_eq!(answer["events"][1]["task"], model.as_str());
    assert_eq!(answer["events"][1]["model_event"], true);
    let body = json!({"tasks": [model], "model_events": true});
    let answer = lab.ok("events.get_task_single_value_metrics", body).await;
    assert_eq!(answer["tasks"][0]["task_name"], "model");
    assert_eq!(lab.code("events.get_task_events", json!({"task": model})).await, (400, 101));
}

async fn metrics_are_listed_by_kind(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (a, b) = (lab.task("task A").await, lab.task("task B").await);
    lab.report(vec![
        scalar(&a, "loss", "train", 1, 1.0),
        scalar(&a, "loss", "test", 1, 1.0),
        scalar(&b, "loss", "valid", 1, 1.0),
        scalar(&a, "acc", "", 1, 1.0),
        single(&a, "auc", 0.9),
        plot(&a, "roc", "v", 1),
        image(&b, "cat", "v", 1, "http://files/cat"),
        json!({"type": "training_stats_vector", "task": a, "metric": "vec", "variant": "v", "iter": 1, "values": [1, 2]}),
    ])
    .await;
    let answer = lab.ok("events.get_scalar_metrics_and_variants", json!({"task": a})).await;
    assert_eq!(answer, json!({"metrics": {"acc": [""], "loss": ["test", "train"]}}));
    let answer = lab.ok("events.get_vector_metrics_and_variants", json!({"task": a})).await;
    assert_eq!(answer, json!({"metrics": {"vec": ["v"]}}));

    let scalars = json!({"tasks": [a, b], "event_type": "training_stats_scalar"});
    let answer = lab.ok("events.get_task_metrics", scalars.clone()).await;
    assert_eq!(
        answer,
        json!({"metrics": [
            {"task": a, "metrics": ["acc", "loss"]}, {"task": b, "metrics": ["loss"]},
        ]})
    );
    let answer = lab.ok("events.get_multi_task_metrics", scalars).await;
    assert_eq!(
        answer,
        json!({"metrics": [
            {"metric": "acc", "variants": [""]},
            {"metric": "loss", "variants": ["test", "train", "valid"]},
        ]})
    );
    let answer = lab.ok("events.get_multi_task_metrics", json!({"tasks": [a, b]})).await;
    let names: Vec<&str> = crate::lab::all(&answer["metrics"], "metric")
        .into_iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(names, ["acc", "cat", "loss", "roc", "vec"]);
    let body = json!({"tasks": [a], "event_type": "plot"});
    let answer = lab.ok("events.get_task_metrics", body).await;
    assert_eq!(answer, json!({"metrics": [{"task": a, "metrics": ["roc"]}]}));
    let body = json!({"tasks": [a], "event_type": "nonsense"});
    assert_eq!(lab.code("events.get_task_metrics", body).await, (400, 12));

    let body = json!({"task": a, "metric": "vec", "variant": "v"});
    let answer = lab.ok("events.vector_metrics_iter_histogram", body).await;
    let expected =
        json!({"metric": "vec", "variant": "v", "vectors": [[1.0, 2.0]], "iterations": [1]});
    assert_eq!(answer, expected);
}

async fn single_values_are_listed_by_task(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (a, b) = (lab.task("task A").await, lab.task("task B").await);
    lab.report(vec![single(&a, "auc", 0.8), single(&a, "f1", 0.5)]).await;
    lab.report(vec![single(&a, "auc", 0.9), scalar(&b, "loss", "v", 1, 1.0)]).await;
    let answer = lab.ok("events.get_task_single_value_metrics", json!({"tasks": [a, b]})).await;
    let value = |variant: &str, value: f64| json!({"metric": "Summary", "variant": variant, "value": value, "timestamp": 1_000_000});
    let expected =
        json!({"task": a, "task_name": "task A", "values": [value("auc", 0.9), value("f1", 0.5)]});
    assert_eq!(answer, json!({"tasks": [expected]}));
    let body = json!({"tasks": [a], "metrics": [{"metric": "Summary", "variants": ["f1"]}]});
    let answer = lab.ok("events.get_task_single_value_metrics", body).await;
    assert_eq!(answer["tasks"][0]["values"], json!([value("f1", 0.5)]));
}

async fn latest_values_are_the_positive_ones(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let mut events: Vec<Value> =
        (1..=20).map(|n| scalar(&task, "loss", "v", n, n as f64)).collect();
    events.push(scalar(&task, "loss", "v", 21, -1.0));
    events.push(scalar(&task, "gain", "v", 3, -1.0));
    lab.report(events).await;
    let answer = lab.ok("events.get_task_latest_scalar_values", json!({"task": task})).await;
    assert_eq!(
        answer,
        json!({
            "metrics": [{"name": "loss", "variants": [
                {"name": "v", "last_value": 20.0, "last_10_value": 15.5},
            ]}],
            "last_iter": 21, "name": "task", "status": "created", "last_timestamp": 1_000_200,
        })
    );
}

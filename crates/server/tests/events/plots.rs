use crate::lab::{Lab, all, plot};
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    the_latest_of_each_variant,
    large_plots_come_on_several_pages,
    plots_of_several_tasks_are_laid_side_by_side,
);

fn texts(answer: &Value) -> Vec<&str> {
    all(&answer["plots"], "plot_str").into_iter().filter_map(Value::as_str).collect()
}

async fn the_latest_of_each_variant(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let places = [("b", "v", 1), ("b", "v", 2), ("b", "v", 3), ("a", "y", 1), ("a", "x", 5)];
    lab.report(places.iter().map(|(m, v, i)| plot(&task, m, v, *i)).collect()).await;
    for (request, expected) in [
        (json!({}), vec!["a/x/5", "a/y/1", "b/v/3"]),
        (json!({"iters": 2}), vec!["a/x/5", "a/y/1", "b/v/3", "b/v/2"]),
        (json!({"metrics": [{"metric": "b"}], "iters": 9}), vec!["b/v/3", "b/v/2", "b/v/1"]),
        (json!({"metrics": [{"metric": "a", "variants": ["y"]}]}), vec!["a/y/1"]),
    ] {
        let mut body = request.clone();
        body["task"] = task.as_str().into();
        let answer = lab.ok("events.get_task_plots", body.clone()).await;
        assert_eq!(texts(&answer), expected, "{request}");
        assert_eq!(answer["returned"], expected.len());
        assert_eq!(answer["total"], expected.len());
        body["scroll_id"] = answer["scroll_id"].clone();
        let rest = lab.ok("events.get_task_plots", body).await;
        assert!(texts(&rest).is_empty(), "{rest}");
        assert_eq!(rest["scroll_id"], answer["scroll_id"]);
        assert_eq!(rest["total"], expected.len());
    }
    let body = json!({"task": task, "no_scroll": true});
    let answer = lab.ok("events.get_task_plots", body).await;
    assert_eq!((answer["returned"].as_u64(), answer.get("scroll_id")), (Some(3), None));

    let nothing = lab.task("nothing").await;
    let answer = lab.ok("events.get_task_plots", json!({"task": nothing})).await;
    assert_eq!(texts(&answer).len(), 0);
    assert!(answer["scroll_id"].is_string());
}

async fn large_plots_come_on_several_pages(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let text = "x".repeat(9 << 20);
    for n in 0..5 {
        let mut event = plot(&task, "m", &n.to_string(), 1);
        event["plot_str"] = text.as_str().into();
        lab.report(vec![event]).await;
    }
    let mut body = json!({"task": task});
    let mut seen = Vec::new();
    loop {
        let answer = lab.ok("events.get_task_plots", body.clone()).await;
        let page = all(&answer["plots"], "variant");
        if page.is_empty() {
            break;
        }
        seen.push(page.into_iter().cloned().collect::<Vec<_>>());
        body["scroll_id"] = answer["scroll_id"].clone();
    }
    assert_eq!(json!(seen), json!([["0", "1", "2", "3"], ["4"]]));
    body = json!({"task": task, "no_scroll": true});
    assert_eq!(lab.ok("events.get_task_plots", body).await["returned"], 5);
}

async fn plots_of_several_tasks_are_laid_side_by_side(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (a, b) = (lab.task("task A").await, lab.task("task B").await);
    lab.report(vec![
        plot(&a, "m", "x", 1),
        plot(&a, "m", "y", 2),
        plot(&a, "n", "x", 1),
        plot(&b, "m", "x", 7),
    ])
    .await;
    let plots = "events.get_multi_task_plots";
    let answer = lab.ok(plots, json!({"tasks": [a, b]})).await;
    // Of metric m of A only iteration 2 is the latest.
    assert_eq!(answer["plots"]["m"]["x"].get(&a), None);
    assert_eq!(answer["plots"]["m"]["y"][&a]["2"]["name"], "task A");
    assert_eq!(answer["plots"]["m"]["y"][&a]["2"]["plots"][0]["plot_str"], "m/y/2");
    assert_eq!(answer["plots"]["n"]["x"][&a]["1"]["plots"][0]["plot_str"], "n/x/1");
    assert_eq!(answer["plots"]["m"]["x"][&b]["7"]["name"], "task B");
    assert_eq!((answer["returned"].as_u64(), answer["total"].as_u64()), (Some(3), Some(3)));

    let body = json!({"tasks": [b, a], "scroll_id": answer["scroll_id"]});
    assert_eq!(lab.ok(plots, body).await["total"], 3);
    let body = json!({"tasks": [a, b], "scroll_id": answer["scroll_id"]});
    let rest = lab.ok(plots, body).await;
    assert_eq!((rest["returned"].as_u64(), &rest["plots"]), (Some(0), &json!({})));
    let body = json!({"tasks": [a], "scroll_id": answer["scroll_id"]});
    assert_eq!(lab.code(plots, body).await, (400, 1104));

    let body = json!({"tasks": [a, b], "last_iters_per_task_metric": false});
    let answer = lab.ok(plots, body).await;
    assert_eq!(answer["plots"].get("n"), None, "{answer}");
    let body =
        json!({"tasks": [a, b], "iters": 2, "metrics": [{"metric": "m", "variants": ["x"]}]});
    let answer = lab.ok(plots, body).await;
    assert_eq!(answer["returned"], 2);
}

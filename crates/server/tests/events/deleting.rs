use crate::lab::{Lab, image, line, plot, scalar, single};
use crate::support::{Engine, TestServer, on_both_engines};
use arno_store::Visibility;
use serde_json::{Value, json};

on_both_engines!(
    everything_of_a_task_goes_at_once,
    what_is_published_keeps_its_events_unless_forced,
    others_events_do_not_exist_under_private_visibility,
);

async fn everything_of_a_task_goes_at_once(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (task, other) = (lab.task("task").await, lab.task("other").await);
    let events = |task: &str| {
        vec![
            scalar(task, "loss", "train", 1, 0.5),
            single(task, "auc", 0.9),
            line(task, 1, "hello"),
            plot(task, "p", "v", 1),
            image(task, "i", "v", 1, "http://files/a"),
        ]
    };
    lab.report(events(&task)).await;
    lab.report(events(&other)).await;

    let total = async |task: &str| {
        lab.ok("events.get_task_events", json!({"task": task})).await["total"].clone()
    };
    assert_eq!(total(&task).await, 5);
    assert_eq!(
        lab.ok("events.delete_for_task", json!({"task": task})).await,
        json!({"deleted": true})
    );
    assert_eq!(total(&task).await, 0);
    assert_eq!(total(&other).await, 5);
    assert_eq!(
        lab.ok("events.delete_for_task", json!({"task": task})).await,
        json!({"deleted": false})
    );
}

async fn what_is_published_keeps_its_events_unless_forced(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (task, model) = (lab.task("task").await, lab.model("model").await);
    lab.report(vec![line(&task, 1, "hello"), line(&task, 2, "again")]).await;
    let mut event = scalar(&model, "loss", "train", 1, 0.5);
    event["model_event"] = true.into();
    lab.report(vec![event]).await;
    lab.publish(&task).await;
    lab.ok("models.set_ready", json!({"model": model})).await;

    for (endpoint, key, id, subcode) in [
        ("events.clear_task_log", "task", &task, 101),
        ("events.delete_for_task", "task", &task, 101),
        ("events.delete_for_model", "model", &model, 201),
    ] {
        assert_eq!(lab.code(endpoint, json!({key: id})).await, (400, subcode), "{endpoint}");
        assert_eq!(lab.code(endpoint, json!({key: "none"})).await, (400, subcode), "{endpoint}");
        let answer = lab.ok(endpoint, json!({key: id, "allow_locked": true})).await;
        let expected = if endpoint == "events.clear_task_log" { json!(2) } else { json!(true) };
        // Of the task nothing was left to delete.
        let expected = if endpoint == "events.delete_for_task" { json!(false) } else { expected };
        assert_eq!(answer["deleted"], expected, "{endpoint}");
    }
}

async fn others_events_do_not_exist_under_private_visibility(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let (owner, _) = server.user("owner", "user").await;
    let (stranger, _) = server.user("stranger", "user").await;
    let made = server.ok(&owner, "tasks.create", json!({"name": "task", "type": "training"})).await;
    let task = made["id"].as_str().expect("an id");
    server.ok(&owner, "events.add", scalar(task, "loss", "train", 1, 0.5)).await;

    let metric = json!({"metric": "loss"});
    let requests: Vec<(&str, Value)> = vec![
        ("events.get_task_log", json!({"task": task})),
        ("v2.5/events.get_task_log", json!({"task": task})),
        ("v1.5/events.get_task_log", json!({"task": task})),
        ("events.download_task_log", json!({"task": task})),
        ("events.clear_task_log", json!({"task": task})),
        ("events.get_task_events", json!({"task": task})),
        ("events.get_scalar_metric_data", json!({"task": task, "metric": "loss"})),
        ("events.scalar_metrics_iter_raw", json!({"task": task, "metric": metric})),
        ("events.scalar_metrics_iter_histogram", json!({"task": task})),
        ("events.multi_task_scalar_metrics_iter_histogram", json!({"tasks": [task]})),
        (
            "events.vector_metrics_iter_histogram",
            json!({"task": task, "metric": "", "variant": ""}),
        ),
        ("events.get_scalar_metrics_and_variants", json!({"task": task})),
        ("events.get_vector_metrics_and_variants", json!({"task": task})),
        ("events.get_task_metrics", json!({"tasks": [task], "event_type": "*"})),
        ("events.get_multi_task_metrics", json!({"tasks": [task]})),
        ("events.get_task_latest_scalar_values", json!({"task": task})),
        ("events.get_task_single_value_metrics", json!({"tasks": [task]})),
        ("events.get_task_plots", json!({"task": task})),
        ("events.get_multi_task_plots", json!({"tasks": [task]})),
        ("events.debug_images", json!({"metrics": [{"task": task}]})),
        ("v2.5/events.debug_images", json!({"task": task})),
        ("events.plots", json!({"metrics": [{"task": task}]})),
        ("events.get_debug_image_sample", json!({"task": task, "metric": "", "variant": ""})),
        ("events.next_debug_image_sample", json!({"task": task, "scroll_id": "x"})),
        ("events.get_plot_sample", json!({"task": task, "metric": ""})),
        ("events.next_plot_sample", json!({"task": task, "scroll_id": "x"})),
        ("events.delete_for_task", json!({"task": task})),
    ];
    for (endpoint, body) in requests {
        let call =
            |token: &str| server.api("POST", &format!("/{endpoint}")).bearer(token).json(&body);
        assert_eq!(call(&stranger).send().await.code(), (400, 101), "{endpoint}");
        let own = call(&owner).send().await;
        match body.get("scroll_id") {
            Some(_) => assert_eq!(own.code(), (400, 1104), "{endpoint}"),
            None => assert_eq!(own.status, 200, "{endpoint}: {}", own.text()),
        }
    }
}

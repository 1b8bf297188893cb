use crate::lab::{Lab, image, plot};
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    debug_images_are_walked_both_ways,
    overwritten_files_are_not_shown,
    old_debug_images_are_one_page,
    images_are_leafed_through,
    plots_are_walked_and_leafed_through,
);

/// `iter:variant variant|iter:…` of the first task of an answer.
fn frames(answer: &Value) -> String {
    let iterations = answer["metrics"][0]["iterations"].as_array().expect("iterations");
    let frame = |frame: &Value| {
        let events = frame["events"].as_array().expect("events");
        let names: Vec<String> = events
            .iter()
            .map(|e| {
                format!(
                    "{}/{}",
                    e["metric"].as_str().expect("text"),
                    e["variant"].as_str().expect("text")
                )
            })
            .collect();
        format!("{}:{}", frame["iter"], names.join(" "))
    };
    iterations.iter().map(frame).collect::<Vec<_>>().join("|")
}

async fn debug_images_are_walked_both_ways(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (task, other) = (lab.task("task").await, lab.task("other").await);
    let url = |n: i64| format!("http://files/{n}.png");
    let mut events = Vec::new();
    for n in 1..=5 {
        events.push(image(&task, "m", "b", n, &url(n)));
        events.push(image(&task, "m", "a", n, &url(n)));
    }
    events.push(image(&task, "n", "x", 5, "http://files/x.png"));
    events.push(image(&other, "m", "a", 1, &url(1)));
    lab.report(events).await;

    let images = "events.debug_images";
    let walk = async |scroll_id: &Value, extra: Value| {
        let mut body = json!({"metrics": [{"task": task, "metric": "m"}], "iters": 2});
        body["scroll_id"] = scroll_id.clone();
        body.as_object_mut().expect("fields").extend(extra.as_object().expect("fields").clone());
        lab.ok(images, body).await
    };
    let mut scroll_id = Value::Null;
    for (extra, expected) in [
        (json!({}), "5:m/a m/b|4:m/a m/b"),
        (json!({}), "3:m/a m/b|2:m/a m/b"),
        (json!({}), "1:m/a m/b"),
        (json!({}), ""),
        (json!({"navigate_earlier": false}), "3:m/a m/b|2:m/a m/b"),
        (json!({"navigate_earlier": false, "iters": 1}), "4:m/a m/b"),
        (json!({"refresh": true, "iters": 1}), "5:m/a m/b"),
        (json!({"iters": 1}), "4:m/a m/b"),
        (json!({"scroll_id": "unknown", "iters": 1}), "5:m/a m/b"),
        (json!({"navigate_earlier": false}), ""),
        (
            json!({"refresh": true, "iters": i64::MAX}),
            "5:m/a m/b|4:m/a m/b|3:m/a m/b|2:m/a m/b|1:m/a m/b",
        ),
    ] {
        let answer = walk(&scroll_id, extra.clone()).await;
        assert_eq!(frames(&answer), expected, "{extra}");
        scroll_id = answer["scroll_id"].clone();
    }

    let body = json!({"metrics": [{"task": other, "metric": "m"}, {"task": task}]});
    let answer = lab.ok(images, body).await;
    assert_eq!(answer["metrics"][0]["task"], other.as_str());
    assert_eq!(frames(&answer), "1:m/a");
    assert_eq!(answer["metrics"][1]["iterations"][0]["events"].as_array().map(Vec::len), Some(3));
    let body = json!({"metrics": [
        {"task": task, "metric": "n"}, {"task": task, "metric": "m", "variants": ["a"]},
    ]});
    let answer = lab.ok(images, body).await;
    assert_eq!(frames(&answer), "5:m/a n/x");
    assert_eq!(answer["metrics"].as_array().map(Vec::len), Some(1));
    assert_eq!(lab.code(images, json!({"metrics": []})).await, (400, 12));
    assert_eq!(lab.code(images, json!({"metrics": [{"task": "none"}]})).await, (400, 101));
}

async fn overwritten_files_are_not_shown(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    // Three files in turn: those of iterations 1 to 4 were overwritten by 4 to 7.
    let events = (1..=7).map(|n| image(&task, "m", "v", n, &format!("http://files/{}.png", n % 3)));
    lab.report(events.collect()).await;
    let body = json!({"metrics": [{"task": task, "metric": "m"}], "iters": 10});
    assert_eq!(frames(&lab.ok("events.debug_images", body).await), "7:m/v|6:m/v|5:m/v");

    let body = json!({"task": task, "metric": "m", "variant": "v"});
    let answer = lab.ok("events.get_debug_image_sample", body.clone()).await;
    assert_eq!((&answer["min_iteration"], &answer["max_iteration"]), (&json!(5), &json!(7)));
    let mut gone = body;
    gone["iteration"] = 4.into();
    assert_eq!(lab.ok("events.get_debug_image_sample", gone).await["event"], Value::Null);
}

async fn old_debug_images_are_one_page(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let events = (1..=3).map(|n| image(&task, "m", "v", n, &format!("http://files/{n}.png")));
    lab.report(events.collect()).await;
    let body = json!({"task": task, "iters": 2});
    for endpoint in ["v2.5/events.debug_images", "v1.5/events.debug_images"] {
        let answer = lab.ok(endpoint, body.clone()).await;
        assert_eq!(answer["task"], task.as_str());
        let iterations = crate::lab::all(&answer["images"], "iter");
        assert_eq!(iterations, [&json!(3), &json!(2)]);
        assert_eq!((answer["returned"].as_u64(), answer["total"].as_u64()), (Some(2), Some(2)));
        let mut again = body.clone();
        again["scroll_id"] = answer["scroll_id"].clone();
        assert_eq!(lab.ok(endpoint, again).await["images"], json!([]));
        let bad = json!({"task": task, "scroll_id": "x"});
        assert_eq!(lab.code(endpoint, bad).await, (400, 1104));
    }
}

/// `metric/variant@iter` of a sample's event.
fn spot(answer: &Value) -> String {
    let event = match answer.get("events") {
        Some(events) => &events[0],
        None => &answer["event"],
    };
    match event {
        Value::Null => "none".to_owned(),
        event => format!(
            "{}/{}@{}",
            event["metric"].as_str().expect("text"),
            event["variant"].as_str().expect("text"),
            event["iter"]
        ),
    }
}

async fn images_are_leafed_through(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let places = [("m", "a", 1), ("m", "b", 1), ("n", "a", 1), ("m", "b", 3), ("n", "c", 3)];
    let url = |m: &str, v: &str, i: i64| format!("http://files/{m}{v}{i}.png");
    lab.report(places.iter().map(|(m, v, i)| image(&task, m, v, *i, &url(m, v, *i))).collect())
        .await;

    let get = async |extra: Value| {
        let mut body = json!({"task": task, "metric": "m", "variant": "b"});
        body.as_object_mut().expect("fields").extend(extra.as_object().expect("fields").clone());
        lab.ok("events.get_debug_image_sample", body).await
    };
    for (extra, expected) in [
        (json!({}), "m/b@3"),
        (json!({"iteration": 2}), "m/b@1"),
        (json!({"iteration": 0}), "none"),
        (json!({"variant": "zzz"}), "none"),
        (json!({"iteration": i64::MAX}), "m/b@3"),
    ] {
        assert_eq!(spot(&get(extra.clone()).await), expected, "{extra}");
    }

    let earlier = json!({});
    let later = json!({"navigate_earlier": false});
    let steps_across = [
        (&earlier, "n/a@1"),
        (&earlier, "m/b@1"),
        (&earlier, "m/a@1"),
        (&earlier, "none"),
        (&later, "m/b@1"),
        (&later, "n/a@1"),
        (&later, "m/b@3"),
        (&later, "n/c@3"),
        (&later, "none"),
    ];
    let steps_within =
        [(&earlier, "m/b@1"), (&earlier, "m/a@1"), (&later, "m/b@1"), (&later, "m/b@3")];
    let skip_back = json!({"next_iteration": true});
    let skip_on = json!({"next_iteration": true, "navigate_earlier": false});
    let skips = [(&skip_back, "n/a@1"), (&skip_back, "none"), (&skip_on, "m/b@3")];
    for (within, steps) in
        [(false, &steps_across[..]), (true, &steps_within[..]), (false, &skips[..])]
    {
        let mut answer = get(json!({"navigate_current_metric": within})).await;
        assert_eq!((&answer["min_iteration"], &answer["max_iteration"]), (&json!(1), &json!(3)));
        for (step, expected) in steps {
            let mut body = (*step).clone();
            body["task"] = task.as_str().into();
            body["scroll_id"] = answer["scroll_id"].clone();
            answer = lab.ok("events.next_debug_image_sample", body).await;
            assert_eq!(spot(&answer), *expected, "{within} {step}");
        }
    }
    let other = lab.task("other").await;
    let scroll_id = get(json!({})).await["scroll_id"].clone();
    let next = "events.next_debug_image_sample";
    for (task, scroll_id) in [(&other, scroll_id), (&task, json!("FFFF")), (&task, Value::Null)] {
        let body = json!({"task": task, "scroll_id": scroll_id});
        assert_eq!(lab.code(next, body).await, (400, 1104));
    }
}

async fn plots_are_walked_and_leafed_through(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.task("task").await;
    let places = [("m", "a", 0), ("m", "b", 0), ("n", "a", 0), ("m", "a", 4)];
    lab.report(places.iter().map(|(m, v, i)| plot(&task, m, v, *i)).collect()).await;

    let mut body = json!({"metrics": [{"task": task}]});
    for expected in ["4:m/a", "0:m/a m/b n/a", "", ""] {
        let answer = lab.ok("events.plots", body.clone()).await;
        assert_eq!(frames(&answer), expected);
        body["scroll_id"] = answer["scroll_id"].clone();
    }

    let body =
        json!({"task": task, "metric": "m", "iteration": 3, "navigate_current_metric": false});
    let mut answer = lab.ok("events.get_plot_sample", body).await;
    assert_eq!(answer["events"].as_array().map(Vec::len), Some(2));
    assert_eq!(answer["events"][1]["plot_str"], "m/b/0");
    assert_eq!((&answer["min_iteration"], &answer["max_iteration"]), (&json!(0), &json!(4)));
    for (earlier, expected) in [
        (false, "n/a@0"),
        (false, "m/a@4"),
        (false, "none"),
        (true, "n/a@0"),
        (true, "m/a@0"),
        (true, "none"),
    ] {
        let body = json!({
            "task": task, "scroll_id": answer["scroll_id"], "navigate_earlier": earlier,
        });
        answer = lab.ok("events.next_plot_sample", body).await;
        assert_eq!(spot(&answer), expected);
    }
    let body = json!({"task": task, "metric": "none"});
    assert_eq!(lab.ok("events.get_plot_sample", body).await["events"], json!([]));
}

//! Deleting frees space, and never what is another's.

use crate::lab::{Lab, START};
use crate::support::{Engine, on_both_engines};
use arno_store::jobs::{self, PAUSE, TRIES};
use arno_store::{Scope, Visibility};
use serde_json::json;

on_both_engines!(
    a_deleted_task_takes_its_files_along,
    files_that_others_refer_to_stay,
    a_url_proves_nothing,
    a_reset_frees_outputs_and_spares_what_comes_after,
    a_deleted_model_takes_its_file_along,
    what_cannot_be_deleted_is_told_in_the_end,
);

static LARGE: [u8; 40_000] = [7; 40_000];

async fn a_deleted_task_takes_its_files_along(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (task, other) = (lab.draft("task").await, lab.draft("other").await);
    let folder = format!("lab/na%2Fme task.{task}");
    let upload = async |path: &str, byte: u8| {
        lab.upload(&lab.token, &format!("{folder}/{path}"), &[byte; 30_000]).await
    };
    let artifact = upload("artifacts/a/data.bin", 1).await;
    let sample = upload("metrics/m/v/image.png", 2).await;
    let shown = upload("metrics/plot image/p/p.png", 3).await;
    let weights = upload("models/weights.bin", 4).await;
    let unlisted = upload("artifacts/old/gone.bin", 5).await;
    let small = lab.upload(&lab.token, &format!("{folder}/small"), b"tiny").await;
    let others = lab.upload(&lab.token, &format!("lab/other.{other}/f"), &LARGE).await;
    lab.artifact(&lab.token, &task, "a", &artifact).await;
    let plot = json!({"layout": {"images": [{"source": shown}]}}).to_string();
    for event in [
        json!({"type": "training_debug_image", "task": task, "metric": "m", "variant": "v",
               "iter": 1, "url": sample}),
        json!({"type": "plot", "task": task, "metric": "p", "variant": "v", "plot_str": plot}),
    ] {
        lab.ok("events.add", event).await;
    }
    let model = json!({"name": "weights", "uri": weights, "task": task, "ready": false});
    lab.ok("models.create", model).await;

    let answer = lab.ok("tasks.delete", json!({"task": task, "return_file_urls": true})).await;
    assert_eq!(answer["urls"]["artifact_urls"], json!([artifact]));
    assert_eq!(answer["urls"]["model_urls"], json!([weights]));
    assert_eq!(answer["urls"]["event_urls"], json!([]));
    assert_eq!(answer["deleted_models"], 1);
    lab.work_at(START).await;
    for url in [&artifact, &sample, &shown, &weights, &unlisted, &small] {
        assert!(!lab.is_there(url).await, "{url}");
    }
    assert!(lab.is_there(&others).await);
    assert_eq!(lab.stored(), LARGE.len() as u64, "only the other task's file uses space");
    assert_eq!(lab.refused(&lab.token, "tasks.delete", json!({"task": task})).await, (400, 101));

    let kept = json!({"task": other, "delete_external_artifacts": false});
    lab.ok("tasks.delete", kept).await;
    lab.work_at(START + 1).await;
    assert!(lab.is_there(&others).await, "asked to stay");
}

async fn files_that_others_refer_to_stay(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (step, controller) = (lab.draft("step").await, lab.draft("controller").await);
    let upload = async |path: &str| {
        lab.upload(&lab.token, &format!("p/step.{step}/{path}"), path.as_bytes()).await
    };
    let shared = upload("artifacts/shared/f").await;
    let shown = upload("metrics/m/v/f.png").await;
    let published = upload("models/published").await;
    let imported = upload("models/imported").await;
    let own = upload("artifacts/own/f").await;
    lab.artifact(&lab.token, &step, "shared", &shared).await;
    lab.artifact(&lab.token, &step, "own", &own).await;
    // The other names the place differently; it is the same file.
    let running = &lab.server.running;
    let respelled = shared.replace(&running.files_url, &format!("{}/files", running.web_url));
    lab.artifact(&lab.token, &controller, "copy", &respelled).await;
    let sample = json!({"type": "training_debug_image", "task": controller, "metric": "m",
                        "variant": "v", "iter": 1, "url": shown});
    lab.ok("events.add", sample).await;
    for (name, uri, task, ready) in
        [("published", &published, Some(&step), true), ("imported", &imported, None, false)]
    {
        let model = json!({"name": name, "uri": uri, "task": task, "ready": ready});
        lab.ok("models.create", model).await;
    }
    lab.ok("tasks.delete", json!({"task": step, "force": true})).await;
    lab.work_at(START).await;
    assert!(!lab.is_there(&own).await);
    for url in [&shared, &shown, &published, &imported] {
        assert!(lab.is_there(url).await, "{url}");
    }
    // With the last that needs them they go.
    lab.ok("tasks.delete", json!({"task": controller})).await;
    lab.work_at(START).await;
    assert!(!lab.is_there(&shared).await);
    assert!(!lab.is_there(&shown).await);
    assert!(lab.is_there(&published).await);
}

async fn a_url_proves_nothing(engine: Engine) {
    let lab = Lab::with(engine, Visibility::Private).await;
    let (ada, _) = lab.server.user("ada", "user").await;
    let (eve, _) = lab.server.user("eve", "user").await;
    let task = lab.draft_of(&ada, json!({"name": "task of ada"})).await;
    let in_folder = lab.upload(&ada, &format!("p/task.{task}/artifacts/a/f"), b"of ada").await;
    let loose = lab.upload(&ada, "notes/ada.txt", b"loose").await;
    let own = lab.upload(&eve, "notes/eve.txt", b"eve's").await;

    let trap = lab.draft_of(&eve, json!({"name": "task of eve"})).await;
    let site = &lab.server.running.files_url;
    for (key, url) in [
        ("a", in_folder.as_str()),
        ("b", &loose),
        ("c", &own),
        ("d", &format!("{site}/../../etc/passwd")),
        ("e", "file:///etc/passwd"),
        ("f", "http://169.254.169.254/latest"),
    ] {
        lab.artifact(&eve, &trap, key, url).await;
    }
    assert_eq!(lab.refused(&eve, "tasks.delete", json!({"task": task})).await, (400, 101));
    lab.server.ok(&eve, "tasks.delete", json!({"task": trap})).await;
    lab.work_at(START).await;
    assert!(lab.is_there(&in_folder).await);
    assert!(lab.is_there(&loose).await);
    assert!(!lab.is_there(&own).await);
}

async fn a_reset_frees_outputs_and_spares_what_comes_after(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.draft("task").await;
    let upload = async |path: &str, content: &[u8]| {
        lab.upload(&lab.token, &format!("p/task.{task}/{path}"), content).await
    };
    let (output, input) =
        (upload("artifacts/o/f", b"1").await, upload("artifacts/i/f", b"2").await);
    let sample = upload("metrics/m/v/f.png", b"3").await;
    lab.artifact(&lab.token, &task, "output", &output).await;
    let given = json!({"key": "input", "type": "custom", "uri": input, "mode": "input"});
    let body = json!({"task": task, "artifacts": [given]});
    lab.ok("tasks.add_or_update_artifacts", body).await;
    let event = json!({"type": "training_debug_image", "task": task, "metric": "m", "variant": "v",
                       "iter": 1, "url": sample});
    lab.ok("events.add", event).await;

    let answer = lab.ok("tasks.reset", json!({"task": task, "return_file_urls": true})).await;
    assert_eq!(answer["urls"]["artifact_urls"], json!([output]));
    // The next run stores a file of the same name before the work is done.
    lab.clock.set(START + 1);
    let again = upload("metrics/m/v/f.png", b"3").await;
    assert_eq!(again, sample);
    lab.work_at(START + 2).await;
    assert!(!lab.is_there(&output).await);
    assert!(lab.is_there(&input).await);
}

async fn a_deleted_model_takes_its_file_along(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.draft("task").await;
    let weights = lab.upload(&lab.token, &format!("p/task.{task}/models/w"), &LARGE).await;
    let create = async |name: &str| {
        let model = json!({"name": name, "uri": weights, "task": task});
        lab.ok("models.create", model).await["id"].clone()
    };
    let (first, second) = (create("first").await, create("second").await);
    let answer = lab.ok("models.delete", json!({"model": first})).await;
    assert_eq!(answer, json!({"deleted": true, "url": weights}));
    lab.work_at(START).await;
    assert!(lab.is_there(&weights).await, "the second model is the same file");
    let body = json!({"ids": [second, first, "none"]});
    let answer = lab.ok("models.delete_many", body).await;
    assert_eq!(answer["succeeded"][0], json!({"id": second, "deleted": true, "url": weights}));
    assert_eq!(answer["failed"][0]["error"]["codes"], json!([400, 201]));
    assert_eq!(answer["failed"][1]["error"]["codes"], json!([400, 201]));
    lab.work_at(START).await;
    assert!(!lab.is_there(&weights).await);
    assert_eq!(lab.stored(), 0);
}

async fn what_cannot_be_deleted_is_told_in_the_end(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.draft("task").await;
    let url = format!("s3://bucket/p/task.{task}/artifacts/a/f");
    lab.artifact(&lab.token, &task, "a", &url).await;
    lab.ok("tasks.delete", json!({"task": task})).await;
    let site = &lab.server.running.site;
    let failed = async || site.db.read(Scope::system(""), jobs::failed).await.expect("a list");
    for attempt in 0..TRIES {
        assert!(failed().await.is_empty(), "not before try {attempt}");
        lab.work_at(START + attempt * PAUSE).await;
    }
    let told = failed().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].work.to_string(), format!("delete {url} of {task}"));
    assert_eq!(told[0].reason, format!("{url}: the storage settings have no credentials for it"));
    assert_eq!(told[0].since, START + (TRIES - 1) * PAUSE);
}

//! `projects.validate_delete` and `projects.delete`.

use crate::lab::{Lab, START};
use crate::support::{Engine, on_both_engines};
use arno_store::Visibility;
use serde_json::{Value, json};

on_both_engines!(
    a_project_with_live_contents_needs_force,
    contents_go_with_everything_of_theirs,
    contents_may_stay_without_a_project,
    nobody_deletes_what_another_has_in_it,
);

async fn project(lab: &Lab, name: &str, tags: &[&str]) -> String {
    let body = json!({"name": name, "system_tags": tags});
    lab.ok("projects.create", body).await["id"].as_str().expect("an id").to_owned()
}

async fn task_in(lab: &Lab, project: &str, kind: &str) -> String {
    let body = json!({"name": "a task", "type": kind, "project": project});
    lab.ok("tasks.create", body).await["id"].as_str().expect("an id").to_owned()
}

async fn a_project_with_live_contents_needs_force(engine: Engine) {
    let lab = Lab::start(engine).await;
    let top = project(&lab, "top", &[]).await;
    let below = project(&lab, "top/below", &[]).await;
    let pipeline = project(&lab, "top/.pipelines/train", &["pipeline", "hidden"]).await;
    let dataset = project(&lab, "top/.datasets/images", &["dataset", "hidden"]).await;
    let task = task_in(&lab, &below, "training").await;
    let run = task_in(&lab, &pipeline, "controller").await;
    let version = task_in(&lab, &dataset, "data_processing").await;
    let report = task_in(&lab, &top, "report").await;
    let model = json!({"name": "model", "uri": "http://elsewhere/m", "project": below});
    let model = lab.ok("models.create", model).await["id"].clone();

    let body = json!({"project": top});
    let counts = |changes: &[(&str, i64)]| {
        let mut counts = json!({
            "tasks": 1, "non_archived_tasks": 1, "models": 1, "non_archived_models": 1,
            "reports": 1, "non_archived_reports": 1, "pipelines": 1, "datasets": 1,
        });
        for (key, value) in changes {
            counts[*key] = (*value).into();
        }
        counts
    };
    assert_eq!(lab.ok("projects.validate_delete", body.clone()).await, counts(&[]));
    let refused = async || lab.refused(&lab.token, "projects.delete", body.clone()).await;
    let archive = async |task: &str| lab.ok("tasks.archive", json!({"tasks": [task]})).await;
    assert_eq!(refused().await, (400, 413));
    archive(&run).await;
    assert_eq!(refused().await, (400, 406));
    archive(&version).await;
    assert_eq!(refused().await, (400, 402));
    archive(&task).await;
    assert_eq!(refused().await, (400, 402), "the report");
    archive(&report).await;
    assert_eq!(refused().await, (400, 405));
    lab.ok("models.archive_many", json!({"ids": [model]})).await;
    let archived: Vec<(&str, i64)> = [
        "non_archived_tasks",
        "non_archived_models",
        "non_archived_reports",
        "pipelines",
        "datasets",
    ]
    .map(|key| (key, 0))
    .to_vec();
    assert_eq!(lab.ok("projects.validate_delete", body.clone()).await, counts(&archived));
    let answer = lab.ok("projects.delete", body.clone()).await;
    assert_eq!(answer["deleted"], 6, "with those between");
    assert_eq!(answer["disassociated_tasks"], 4);
    assert_eq!(refused().await, (400, 401), "it is gone");
    let gone = lab.refused(&lab.token, "projects.validate_delete", body).await;
    assert_eq!(gone, (400, 401));
}

async fn contents_go_with_everything_of_theirs(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (doomed, other) = (project(&lab, "doomed", &[]).await, project(&lab, "other", &[]).await);
    let task = task_in(&lab, &doomed, "training").await;
    lab.ok("tasks.started", json!({"task": task})).await;
    let folder = format!("doomed/a task.{task}");
    let own = lab.upload(&lab.token, &format!("{folder}/artifacts/a/f"), &[1; 20_000]).await;
    let weights = lab.upload(&lab.token, &format!("{folder}/models/w"), &[2; 20_000]).await;
    lab.artifact(&lab.token, &task, "own", &own).await;
    lab.artifact(&lab.token, &task, "far", "https://elsewhere/f").await;
    lab.say(&task).await;
    let create = async |name: &str, uri: &str| {
        let model = json!({"name": name, "uri": uri, "project": doomed, "task": task});
        lab.ok("models.create", model).await["id"].clone()
    };
    let (model, far) = (create("weights", &weights).await, create("far", "ftp://m").await);
    let user = json!({"name": "user", "type": "testing", "project": other, "parent": task,
                      "models": {"input": [{"name": "in", "model": model}]}});
    let user = lab.ok("tasks.create", user).await["id"].clone();

    let body = json!({"project": doomed, "delete_contents": true});
    assert_eq!(lab.refused(&lab.token, "projects.delete", body).await, (400, 402));
    let body = json!({"project": doomed, "delete_contents": true, "force": true});
    let answer = lab.ok("projects.delete", body).await;
    let expected = json!({
        "deleted": 1, "disassociated_tasks": 0, "deleted_models": 2, "deleted_tasks": 1,
        "urls": {"model_urls": ["ftp://m"], "artifact_urls": ["https://elsewhere/f"],
                 "event_urls": []},
    });
    assert_eq!(answer, expected);
    lab.work_at(START).await;
    assert!(!lab.is_there(&own).await && !lab.is_there(&weights).await);
    assert_eq!(lab.stored(), 0);
    assert_eq!(lab.refused(&lab.token, "tasks.get_by_id", json!({"task": task})).await, (400, 101));
    let gone = json!({"model": far});
    assert_eq!(lab.refused(&lab.token, "models.get_by_id", gone).await, (400, 201));
    let user = lab.task(user.as_str().expect("an id")).await;
    assert_eq!(user["parent"], format!("__DELETED__{task}"));
    let model = model.as_str().expect("an id");
    assert_eq!(user["models"]["input"][0]["model"], format!("__DELETED__{model}"));
}

async fn contents_may_stay_without_a_project(engine: Engine) {
    let lab = Lab::start(engine).await;
    let doomed = project(&lab, "doomed", &[]).await;
    let task = task_in(&lab, &doomed, "training").await;
    let url = lab.upload(&lab.token, &format!("doomed/a task.{task}/artifacts/a/f"), b"x").await;
    lab.artifact(&lab.token, &task, "a", &url).await;
    let answer = lab.ok("projects.delete", json!({"project": doomed, "force": true})).await;
    let expected = json!({"deleted": 1, "disassociated_tasks": 1, "deleted_models": 0,
                          "deleted_tasks": 0, "urls": null});
    assert_eq!(answer, expected);
    lab.work_at(START).await;
    assert!(lab.is_there(&url).await);
    assert_eq!(lab.task(&task).await.get("project"), None);
}

async fn nobody_deletes_what_another_has_in_it(engine: Engine) {
    let lab = Lab::with(engine, Visibility::Private).await;
    let (ada, _) = lab.server.user("ada", "user").await;
    let (eve, _) = lab.server.user("eve", "user").await;
    let made = lab.server.ok(&eve, "projects.create", json!({"name": "of eve"})).await;
    let project = made["id"].as_str().expect("an id");
    let task = lab.draft_of(&ada, json!({"name": "of ada"})).await;
    // The administrator put it there.
    lab.ok("tasks.move", json!({"ids": [task], "project": project})).await;

    for contents in [true, false] {
        let body = json!({"project": project, "force": true, "delete_contents": contents});
        assert_eq!(lab.refused(&ada, "projects.delete", body.clone()).await, (400, 401));
        let (code, _) = lab.refused(&eve, "projects.delete", body).await;
        assert!(matches!(code, 400 | 403), "{code}");
    }
    let hers = json!({"task": task});
    let kept: Value = lab.server.ok(&ada, "tasks.get_by_id", hers).await;
    assert_eq!(kept["task"]["project"], project);
    let viewer = lab.server.user("vic", "viewer").await.0;
    let body = json!({"project": project, "force": true});
    assert_eq!(lab.refused(&viewer, "projects.delete", body.clone()).await, (403, 20));
    lab.ok("projects.delete", body).await;
}

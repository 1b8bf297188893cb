//! `arno du`: what it counts is all there is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::path::Path;
use support::Place;

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let of = |entry: std::fs::DirEntry| match entry.metadata().unwrap() {
        found if found.is_dir() => size(&entry.path()),
        found => found.len(),
    };
    entries.map(of).sum()
}

fn data(answer: &str) -> serde_json::Value {
    serde_json::from_str::<serde_json::Value>(answer).unwrap()["data"].clone()
}

#[test]
fn the_sum_is_what_the_folder_holds() {
    let place = Place::new();
    let up = place.up();
    let token = up.token("admin", up.told("Password"));
    let api = |endpoint: &str, body: serde_json::Value| {
        let head = format!("POST /{endpoint}");
        data(&up.call("API", &head, &token, body.to_string().as_bytes()))
    };
    let project = api("projects.create", serde_json::json!({"name": "project"}));
    let task = api(
        "tasks.create",
        serde_json::json!({"name": "task", "type": "training", "project": project["id"]}),
    );
    let task = task["id"].as_str().unwrap().to_owned();
    api(
        "events.add",
        serde_json::json!({"type": "log", "task": task, "level": "info", "msg": "hello"}),
    );
    for (path, length) in [(format!("p/task.{task}/a"), 50_000), ("loose".to_owned(), 30_000)] {
        let mut form = format!(
            "--x0x\r\nContent-Disposition: form-data; name=\"{path}\"; filename=\"f\"\r\n\r\n"
        );
        form.extend(std::iter::repeat_n(if length > 40_000 { 'a' } else { 'b' }, length));
        form.push_str("\r\n--x0x--\r\n");
        up.call("Files", "POST /", &token, form.as_bytes());
    }
    assert_eq!(up.end("TERM"), 0);

    let told = place.run(&["du", "--json"]).good();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["total"], size(&place.path().join("arno-data")));
    let parts = ["database_overhead", "files_in_passing", "other"];
    let rests: i64 = parts.iter().map(|part| told[part].as_i64().unwrap()).sum();
    assert!(parts.iter().all(|part| told[part].as_i64().unwrap() >= 0), "{told}");
    assert_eq!(told["total"], told["content"]["total"].as_i64().unwrap() + rests);
    assert_eq!(told["content"]["files"], 80_000);
    assert_eq!(told["files_in_passing"], 0);
    for list in ["projects", "users"] {
        let items = told[list].as_array().unwrap();
        let sum: u64 = items.iter().map(|item| item["total"].as_u64().unwrap()).sum();
        assert_eq!(told["content"]["total"], sum, "{list}");
    }
    assert_eq!(told["tasks"][0]["id"], task);
    assert_eq!(told["tasks"][0]["files"], 50_000);
    assert!(told["tasks"][0]["events"].as_u64().unwrap() > 0);
    assert_eq!(told["projects"][0]["name"], "project");
    assert_eq!(told["projects"][1]["name"], "-");
    assert_eq!(told["projects"][1]["total"], 30_000);
    assert_eq!(told["users"][0]["name"], "admin");
    assert_eq!(told["failed_jobs"], 0);

    let text = place.run(&["du"]).good();
    for part in ["PROJECT\n", "USER\n", "TASK\n", &task, "together"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

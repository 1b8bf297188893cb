//! The organization: counts, downloads and accounts (api.md §12.3).

use crate::support::{Engine, TestServer, on_both_engines};
use arno_store::{Clock, Visibility};
use serde_json::{Value, json};

on_both_engines![
    everything_is_counted_by_its_kind,
    a_table_is_downloaded_as_it_was_prepared,
    nobody_downloads_what_another_prepared,
    running_times_are_accounted_by_day,
    the_company_names_its_users,
];

async fn lab(engine: Engine) -> (TestServer, String) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    (server, token)
}

async fn everything_is_counted_by_its_kind(engine: Engine) {
    let (server, token) = lab(engine).await;
    let (ben, ben_id) = server.user("ben", "user").await;
    let mut projects = Vec::new();
    for (name, tags) in [
        ("lab", vec![]),
        ("lab/.pipelines/pipe", vec!["hidden", "pipeline"]),
        ("lab/.datasets/data", vec!["hidden", "dataset"]),
    ] {
        let body = json!({"name": name, "system_tags": tags});
        projects.push(server.make(&token, "projects.create", body).await);
    }
    for (at, kind, tags) in [
        (0, "training", vec![]),
        (0, "training", vec!["hidden"]),
        (1, "controller", vec!["pipeline"]),
        (2, "data_processing", vec!["dataset"]),
    ] {
        let body =
            json!({"name": "one", "type": kind, "system_tags": tags, "project": projects[at]});
        server.ok(&token, "tasks.create", body).await;
    }
    server
        .ok(&ben, "tasks.create", json!({"name": "his", "type": "testing", "project": projects[0]}))
        .await;
    server.ok(&ben, "models.create", json!({"name": "net", "uri": "http://x/m"})).await;
    server.ok(&ben, "reports.create", json!({"name": "read me"})).await;

    let all = json!({"projects": {}, "tasks": {}, "models": {}, "pipelines": {}, "pipeline_runs": {},
                     "datasets": {}, "dataset_versions": {}, "reports": {}});
    let counted = async |more: Value| {
        let mut body = all.clone();
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        server.ok(&token, "organization.get_entities_count", body).await
    };
    let found = counted(json!({})).await;
    assert_eq!(
        found,
        json!({
            "projects": 3, "tasks": 4, "models": 1, "pipelines": 1, "pipeline_runs": 1,
            "datasets": 1, "dataset_versions": 1, "reports": 1, "errors": {},
        }),
        "lab and the folders that came with the rest are not hidden"
    );
    let found = counted(json!({"search_hidden": true})).await;
    assert_eq!((&found["projects"], &found["tasks"]), (&json!(6), &json!(6)));
    let found = counted(json!({"active_users": [ben_id]})).await;
    assert_eq!((&found["projects"], &found["tasks"]), (&json!(1), &json!(1)));
    assert_eq!((&found["pipelines"], &found["models"]), (&json!(0), &json!(1)));
    assert_eq!(counted(json!({"limit": 2})).await["tasks"], 2);
    let found = counted(json!({"tasks": {"type": ["testing"]}, "models": {"name": "("}})).await;
    assert_eq!(found["tasks"], 1);
    assert!(found.get("models").is_none());
    assert!(
        found["errors"]["models"].as_str().is_some_and(|why| why.contains("pattern")),
        "{found}"
    );
    let quirks = json!({"tasks": {"status": ["-draft"], "id": [], "user": [], "system_tags": [null],
        "_any_": {"pattern": "(?i)ONE", "fields": ["name", "id"]}}});
    let found = server.ok(&token, "organization.get_entities_count", quirks).await;
    assert_eq!(found, json!({"tasks": 1, "errors": {}}));
    let bad = json!({"tasks": []});
    assert_eq!(server.codes(&token, "organization.get_entities_count", bad).await, (400, 12));
}

async fn a_table_is_downloaded_as_it_was_prepared(engine: Engine) {
    let (server, token) = lab(engine).await;
    let project = server.make(&token, "projects.create", json!({"name": "lab/caf\u{e9}"})).await;
    for (name, lr) in [("=cmd()", "0.1"), ("plain, \"quoted\"", "-1")] {
        let body = json!({"name": name, "type": "training", "project": project, "tags": ["b", "a"],
            "hyperparams": {"Args": {"l.r": {"section": "Args", "name": "l.r", "value": lr}}}});
        server.ok(&token, "tasks.create", body).await;
    }
    let body = json!({
        "entity_type": "task", "project": [project], "order_by": "name",
        "only_fields": ["name", "status", "tags", "project.name", "hyperparams.Args.l%2Er.value",
                        "last_iteration", "comment"],
        "field_mappings": [
            {"field": "name", "name": "NAME"},
            {"field": "status", "values": [{"key": "created", "value": "Draft"}]},
            {"field": "tags"}, {"field": "project.name"},
            {"field": "hyperparams.Args.l%2Er.value"}, {"field": "last_iteration"},
            {"field": "comment"},
        ],
    });
    let prepared =
        server.ok(&token, "organization.prepare_download_for_get_all", body.clone()).await;
    let id = prepared["prepare_id"].as_str().expect("an id").to_owned();
    let path = format!("/organization.download_for_get_all?prepare_id={id}");
    let reply = server.api("GET", &path).cookie(&token).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("text/csv"));
    let disposition = "attachment; filename*=UTF-8''clearml%2Dcaf%C3%A9%2Dtasks%2Ecsv";
    assert_eq!(reply.header("content-disposition"), Some(disposition));
    let expected = "\u{feff}\"NAME\",\"status\",\"tags\",\"project.name\",\
        \"hyperparams.Args.l%2Er.value\",\"last_iteration\",\"comment\"\r\n\
        \"'=cmd()\",\"Draft\",\"a, b\",\"lab/caf\u{e9}\",\"0.1\",0,\r\n\
        \"plain, \"\"quoted\"\"\",\"Draft\",\"a, b\",\"lab/caf\u{e9}\",\"'-1\",0,\r\n";
    assert_eq!(reply.text(), expected);

    for (key, value, codes) in [
        ("entity_type", json!("queue"), (400, 12)),
        ("only_fields", json!([]), (400, 12)),
        ("only_fields", json!(["nonsense"]), (400, 14)),
        ("field_mappings", json!([]), (400, 12)),
        ("field_mappings", json!([{}]), (400, 12)),
        ("name", json!("("), (400, 21)),
    ] {
        let mut bad = body.clone();
        bad[key] = value;
        let found = server.codes(&token, "organization.prepare_download_for_get_all", bad).await;
        assert_eq!(found, codes, "{key}");
    }
    let unknown = json!({"prepare_id": "none"});
    assert_eq!(server.codes(&token, "organization.download_for_get_all", unknown).await, (400, 10));
}

async fn nobody_downloads_what_another_prepared(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let (anna, _) = server.user("anna", "user").await;
    let (ben, _) = server.user("ben", "user").await;
    let (guest, _) = server.user("guest", "guest").await;
    let model = json!({"name": "hers", "uri": "http://x/m"});
    server.ok(&anna, "models.create", model).await;
    let body = json!({"entity_type": "model", "only_fields": ["name"],
                      "field_mappings": [{"field": "name"}]});
    let file = async |prepared_by: &str, taken_by: &str| {
        let prepared =
            server.ok(prepared_by, "organization.prepare_download_for_get_all", body.clone()).await;
        let call = server.api("POST", "/organization.download_for_get_all").bearer(taken_by);
        call.json(&prepared).send().await
    };
    let reply = file(&anna, &anna).await;
    assert_eq!(reply.text(), "\u{feff}\"name\"\r\n\"hers\"\r\n");
    assert_eq!(
        reply.header("content-disposition"),
        Some("attachment; filename=\"clearml-models.csv\"")
    );
    assert_eq!(file(&anna, &ben).await.code(), (400, 10));
    assert_eq!(file(&ben, &ben).await.text(), "\u{feff}\"name\"\r\n");
    assert_eq!(file(&guest, &guest).await.text(), "\u{feff}\"name\"\r\n", "viewers may, too");
}

/// An hour before the end of 2026-01-01 UTC, ms.
const LATE: i64 = 1_767_308_400_000;
const HOUR: i64 = 3_600_000;

async fn running_times_are_accounted_by_day(engine: Engine) {
    let clock = Clock::fixed(LATE);
    let time = clock.clone();
    let server = TestServer::start_with(engine, move |options| options.clock = clock).await;
    let token = server.token().await;
    let top = server.make(&token, "projects.create", json!({"name": "top"})).await;
    let below = server.make(&token, "projects.create", json!({"name": "top/below"})).await;
    let queue = server.make(&token, "queues.create", json!({"name": "gpus"})).await;
    let mut tasks = Vec::new();
    for (project, kind, queued, tags, gpus) in [
        (&top, "training", true, vec![], 2),
        (&below, "training", true, vec![], 0),
        (&top, "training", false, vec![], 0),
        (&top, "controller", true, vec![], 0),
        (&top, "training", true, vec!["hidden"], 0),
    ] {
        let body = json!({"name": "one", "type": kind, "project": project, "system_tags": tags,
                          "runtime": {"gpu_count": gpus, "cpu_cores": "4"}});
        let task = server.make(&token, "tasks.create", body).await;
        if queued {
            server.ok(&token, "tasks.enqueue", json!({"task": task, "queue": queue})).await;
        }
        server.ok(&token, "tasks.started", json!({"task": task})).await;
        tasks.push(task);
    }
    time.set(LATE + HOUR * 3 / 2);
    for task in &tasks[1..] {
        server.ok(&token, "tasks.completed", json!({"task": task})).await;
    }
    // The first one still runs: it counts up to its last sign of life.
    server.ok(&token, "tasks.ping", json!({"task": tasks[0]})).await;

    let body = json!({"projects": [top], "from_date": "2026-01-01T00:00:00",
                      "to_date": "2026-01-03T00:00:00Z"});
    let (first, second) = (LATE - 23 * HOUR, LATE + HOUR);
    for endpoint in ["organization.get_project_usages", "organization.get_project_workloads"] {
        let found = server.ok(&token, endpoint, body.clone()).await;
        let of_top = json!({"id": top, "name": "top", "dates": [first, second],
            "duration": [3_600, 1_800], "cpu_usage": [14_400, 7_200],
            "gpu_usage": [7_200, 3_600]});
        let series = found["projects"]["series"].as_array().expect("a list");
        assert!(series.contains(&of_top), "{series:?}");
        assert_eq!(series.len(), 2);
        let queues = json!([{"id": queue, "name": "gpus", "duration": 10_800,
            "cpu_usage": 43_200, "gpu_usage": 10_800}]);
        assert_eq!(found["queues"]["total"], queues);
        assert_eq!(found["users"]["total"].as_array().map(Vec::len), Some(1));
    }
    let mut narrow = body.clone();
    narrow["from_date"] = "2026-01-02T00:00:00".into();
    narrow["to_date"] = "2026-01-02T00:15:00".into();
    narrow["breakdown_keys"] = json!(["user"]);
    narrow["usage_fields"] = json!(["duration"]);
    narrow["include_development"] = true.into();
    let found = server.ok(&token, "organization.get_project_usages", narrow).await;
    assert_eq!(found.as_object().map(|map| map.len()), Some(1));
    let series = &found["users"]["series"][0];
    assert_eq!((&series["duration"], &series["dates"]), (&json!([2_700]), &json!([second])));
    assert!(series.get("gpu_usage").is_none());

    for (key, value, codes) in [
        ("projects", json!([]), (400, 12)),
        ("from_date", json!("soon"), (400, 12)),
        ("to_date", body["from_date"].clone(), (400, 16)),
        ("from_date", json!("1900-01-01"), (400, 16)),
        ("breakdown_keys", json!(["team"]), (400, 12)),
        ("usage_fields", json!(["ram"]), (400, 12)),
    ] {
        let mut bad = body.clone();
        bad[key] = value.clone();
        let found = server.codes(&token, "organization.get_project_usages", bad).await;
        assert_eq!(found, codes, "{key} {value}");
    }
}

async fn the_company_names_its_users(engine: Engine) {
    let (server, token) = lab(engine).await;
    let (_, ben) = server.user("ben", "user").await;
    let found = server.ok(&token, "organization.get_user_companies", json!({})).await;
    let company = &found["companies"][0];
    assert_eq!(company["id"], "d1bd92a3b039400cbafc60a7a5b1e52b");
    assert_eq!(company["allocated"], 2);
    let owners = company["owners"].as_array().expect("users");
    assert!(owners.contains(&json!({"id": ben, "name": "ben"})), "{owners:?}");
}

//! Projects: their place in the tree, their statistics and what occurs in them (api.md §5.6, 11).

use crate::support::{Engine, TestServer, on_both_engines};
use arno_store::{Clock, Visibility};
use serde_json::{Value, json};

on_both_engines![
    a_project_moves_with_all_below_it,
    a_move_that_cannot_be_meant_is_refused,
    a_merge_empties_a_project_into_another,
    public_projects_are_seen_by_all_and_changed_by_none,
    a_name_of_somebody_else_s_project_is_not_used,
    statistics_count_tasks_by_status_with_those_below,
    statistics_heed_filters_users_and_hidden_projects,
    projects_are_found_by_the_kind_of_their_children,
    datasets_are_counted_and_measured,
    metrics_are_told_by_project,
    parameters_and_their_values_are_listed,
    metadata_of_models_is_listed,
    tags_are_told_by_kind_and_project,
    parents_and_owners_are_named,
];

/// A server and an administrator's token.
async fn lab(engine: Engine) -> (TestServer, String) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    (server, token)
}

impl TestServer {
    async fn project(&self, token: &str, name: &str) -> String {
        self.make(token, "projects.create", json!({"name": name})).await
    }

    async fn task(&self, token: &str, project: &str, more: Value) -> String {
        let mut body = json!({"name": "one", "type": "training", "project": project});
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        self.make(token, "tasks.create", body).await
    }

    /// The names of all projects, in order.
    async fn names(&self, token: &str) -> Vec<String> {
        let body = json!({"order_by": "name", "search_hidden": true, "only_fields": ["name"]});
        let found = self.ok(token, "projects.get_all", body).await;
        let projects = found["projects"].as_array().expect("projects");
        projects.iter().map(|p| p["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// What the extended query tells of a project.
    async fn told(&self, token: &str, project: &str, mut body: Value) -> Value {
        body["id"] = json!([project]);
        self.ok(token, "projects.get_all_ex", body).await["projects"][0].clone()
    }
}

async fn a_project_moves_with_all_below_it(engine: Engine) {
    let (server, token) = lab(engine).await;
    let moved = server.project(&token, "first/moved").await;
    server.project(&token, "first/moved/deep/deeper").await;
    let answer = server
        .ok(&token, "projects.move", json!({"project": moved, "new_location": " next / place "}))
        .await;
    assert_eq!(answer["moved"], 3);
    let expected = [
        "first",
        "next",
        "next/place",
        "next/place/moved",
        "next/place/moved/deep",
        "next/place/moved/deep/deeper",
    ];
    assert_eq!(server.names(&token).await, expected);
    let below = json!({"parent": [server.ok(&token, "projects.get_all", json!({"name": "^next$"})).await["projects"][0]["id"]]});
    let found = server.ok(&token, "projects.get_all_ex", below).await;
    assert_eq!(found["projects"].as_array().map(Vec::len), Some(4), "ancestors follow the move");
    server.ok(&token, "projects.move", json!({"project": moved, "new_location": ""})).await;
    let expected = ["first", "moved", "moved/deep", "moved/deep/deeper", "next", "next/place"];
    assert_eq!(server.names(&token).await, expected);
}

async fn a_move_that_cannot_be_meant_is_refused(engine: Engine) {
    let (server, token) = lab(engine).await;
    let project = server.project(&token, "place/thing").await;
    server.project(&token, "place/thing/below/lower").await;
    server.project(&token, "other/thing").await;
    server.project(&token, "one/two/three/four/five/six/seven/eight").await;
    let before = server.names(&token).await;
    for (location, codes) in [
        (json!("place"), (400, 410)),
        (json!("place/thing"), (400, 411)),
        (json!("place/thing/below"), (400, 411)),
        (json!("one/two/three/four/five/six/seven/eight"), (400, 409)),
        (json!("other"), (400, 801)),
        (json!("ab"), (400, 12)),
        (json!(7), (400, 12)),
    ] {
        let body = json!({"project": project, "new_location": location});
        assert_eq!(server.codes(&token, "projects.move", body).await, codes, "{location}");
        assert_eq!(server.names(&token).await, before, "{location}");
    }
    let unknown = json!({"project": "none", "new_location": "place"});
    assert_eq!(server.codes(&token, "projects.move", unknown).await, (400, 401));
}

async fn a_merge_empties_a_project_into_another(engine: Engine) {
    let (server, token) = lab(engine).await;
    let source = server.project(&token, "source").await;
    server.project(&token, "source/below/lower").await;
    let target = server.project(&token, "target").await;
    let task = server.task(&token, &source, json!({})).await;
    let archived = server.task(&token, &source, json!({})).await;
    server.ok(&token, "tasks.archive", json!({"tasks": [archived]})).await;
    let model = json!({"name": "net", "uri": "http://x/n", "project": source});
    let model = server.make(&token, "models.create", model).await;

    for (body, codes) in [
        (json!({"project": source, "destination_project": source}), (400, 410)),
        (json!({"project": "none", "destination_project": target}), (400, 401)),
        (json!({"project": source, "destination_project": "none"}), (400, 401)),
    ] {
        assert_eq!(server.codes(&token, "projects.merge", body.clone()).await, codes, "{body}");
    }
    let below = server.ok(&token, "projects.get_all", json!({"name": "^source/below$"})).await;
    let below = below["projects"][0]["id"].clone();
    let body = json!({"project": source, "destination_project": below});
    assert_eq!(server.codes(&token, "projects.merge", body).await, (400, 412));

    let body = json!({"project": source, "destination_project": target});
    let merged = server.ok(&token, "projects.merge", body).await;
    assert_eq!(merged, json!({"moved_entities": 2, "moved_projects": 2}));
    assert_eq!(server.names(&token).await, ["target", "target/below", "target/below/lower"]);
    let task = server.ok(&token, "tasks.get_by_id", json!({"task": task})).await;
    assert_eq!(task["task"]["project"], json!(target));
    let model = server.ok(&token, "models.get_by_id", json!({"model": model})).await;
    assert_eq!(model["model"]["project"], json!(target));
    let archived = server.ok(&token, "tasks.get_by_id", json!({"task": archived})).await;
    assert!(archived["task"].get("project").is_none());
    assert_eq!(
        server.codes(&token, "projects.get_by_id", json!({"project": source})).await,
        (400, 401)
    );

    let merged = server.ok(&token, "projects.merge", json!({"project": target})).await;
    assert_eq!(merged, json!({"moved_entities": 2, "moved_projects": 2}));
    assert_eq!(server.names(&token).await, ["below", "below/lower"]);
}

async fn public_projects_are_seen_by_all_and_changed_by_none(engine: Engine) {
    let (server, token) = lab(engine).await;
    let project = server.project(&token, "example").await;
    let updated = server.ok(&token, "projects.make_public", json!({"ids": [project]})).await;
    assert_eq!(updated["updated"], 1);
    let shown = server.ok(&token, "projects.get_by_id", json!({"project": project})).await;
    assert_eq!(shown["project"]["company"], "");
    for (endpoint, body) in [
        ("projects.update", json!({"project": project, "description": "mine"})),
        ("projects.move", json!({"project": project, "new_location": "elsewhere"})),
        ("projects.merge", json!({"project": project})),
        ("projects.make_public", json!({"ids": [project]})),
        ("tasks.create", json!({"name": "one", "type": "training", "project": project})),
    ] {
        assert_eq!(server.codes(&token, endpoint, body).await, (403, 21), "{endpoint}");
    }
    let same_name = json!({"name": "example"});
    assert_eq!(server.codes(&token, "projects.create", same_name).await, (400, 414));
    let found = server.ok(&token, "projects.get_all_ex", json!({"allow_public": false})).await;
    assert_eq!(found["projects"], json!([]));

    let updated = server.ok(&token, "projects.make_private", json!({"ids": [project]})).await;
    assert_eq!(updated["updated"], 1);
    let again = server.ok(&token, "projects.make_private", json!({"ids": [project]})).await;
    assert_eq!(again["updated"], 0);
    server.ok(&token, "projects.update", json!({"project": project, "description": "d"})).await;
    for endpoint in ["projects.make_public", "projects.make_private"] {
        let unknown = json!({"ids": ["none"]});
        assert_eq!(server.codes(&token, endpoint, unknown).await, (400, 401), "{endpoint}");
        assert_eq!(server.codes(&token, endpoint, json!({"ids": []})).await, (400, 12));
    }
}

async fn a_name_of_somebody_else_s_project_is_not_used(engine: Engine) {
    let server = TestServer::start_with(engine, |o| o.visibility = Visibility::Private).await;
    let (anna, _) = server.user("anna", "user").await;
    let (ben, _) = server.user("ben", "user").await;
    let hers = server.project(&anna, "Secret").await;
    let his = server.project(&ben, "Open").await;
    let task = server.task(&ben, &his, json!({})).await;
    for (endpoint, body) in [
        ("tasks.clone", json!({"task": task, "new_project_name": "Secret"})),
        ("tasks.clone", json!({"task": task, "new_project_name": "Secret/below"})),
        ("tasks.move", json!({"ids": [task], "project_name": "Secret"})),
        ("projects.create", json!({"name": "Secret/below"})),
        ("projects.move", json!({"project": his, "new_location": "Secret"})),
    ] {
        assert_eq!(server.codes(&ben, endpoint, body.clone()).await, (400, 801), "{body}");
    }
    let to_her = json!({"ids": [task], "project": hers});
    assert_eq!(server.codes(&ben, "tasks.move", to_her).await, (400, 401));
    let inside = json!({"project": [hers], "search_hidden": true});
    assert_eq!(server.ok(&anna, "tasks.get_all", inside).await["tasks"], json!([]));
    assert_eq!(server.names(&server.token().await).await, ["Open", "Secret"]);
    server.ok(&ben, "tasks.clone", json!({"task": task, "new_project_name": "Open/new"})).await;
}

async fn statistics_count_tasks_by_status_with_those_below(engine: Engine) {
    const START: i64 = 1_767_268_800_000;
    let clock = Clock::fixed(START);
    let time = clock.clone();
    let server = TestServer::start_with(engine, move |options| options.clock = clock).await;
    let token = server.token().await;
    let top = server.project(&token, "top").await;
    let below = server.project(&token, "top/below").await;
    let empty = server.project(&token, "empty").await;
    for (project, end, hours) in [
        (&top, None, 0),
        (&top, Some("completed"), 0),
        (&below, Some("completed"), 29),
        (&below, Some("failed"), 29),
    ] {
        time.set(START + hours * 3_600_000);
        let id = server.task(&token, project, json!({})).await;
        if let Some(end) = end {
            server.ok(&token, "tasks.started", json!({"task": id})).await;
            time.set(START + (hours + 1) * 3_600_000);
            server.ok(&token, &format!("tasks.{end}"), json!({"task": id})).await;
        }
    }
    let archived = server.task(&token, &top, json!({})).await;
    server.ok(&token, "tasks.archive", json!({"tasks": [archived]})).await;

    let told = server.told(&token, &top, json!({"include_stats": true})).await;
    let statuses = json!({
        "created": 1, "queued": 0, "in_progress": 0, "stopped": 0, "closed": 0, "failed": 1,
        "completed": 2, "publishing": 0, "published": 0, "unknown": 0,
    });
    assert_eq!(
        told["stats"],
        json!({"active": {
            "status_count": statuses, "total_tasks": 4, "total_runtime": 3 * 3600,
            "completed_tasks_24h": 1, "last_task_run": "2026-01-02T17:00:00+00:00",
        }}),
        "a failed task is not done, and the first one was done long ago"
    );
    assert_eq!(told["sub_projects"], json!([{"id": below, "name": "top/below"}]));

    let own = json!({"include_stats": true, "stats_with_children": false});
    let told = server.told(&token, &top, own).await;
    assert_eq!(told["stats"]["active"]["total_tasks"], 2);

    let told = server.told(&token, &empty, json!({"include_stats": true})).await;
    assert_eq!(told["stats"]["active"]["total_tasks"], 0);
    assert_eq!(told["stats"]["active"]["last_task_run"], Value::Null);
    assert_eq!(told["sub_projects"], json!([]));

    let told = server.told(&token, &top, json!({"check_own_contents": true})).await;
    assert_eq!((&told["own_tasks"], &told["own_models"]), (&json!(2), &json!(0)));
    assert!(told.get("stats").is_none());
}

async fn statistics_heed_filters_users_and_hidden_projects(engine: Engine) {
    let (server, token) = lab(engine).await;
    let (ben, ben_id) = server.user("ben", "user").await;
    let top = server.project(&token, "top").await;
    let other = server.project(&token, "other").await;
    let hidden = json!({"name": "top/.steps", "system_tags": ["hidden"]});
    let hidden = server.make(&token, "projects.create", hidden).await;
    server.task(&token, &top, json!({"tags": ["a"]})).await;
    server.task(&ben, &top, json!({"type": "testing"})).await;
    server.task(&token, &hidden, json!({})).await;
    server.task(&token, &other, json!({})).await;

    for (more, expected) in [
        (json!({}), 2),
        (json!({"search_hidden": true}), 3),
        (json!({"include_stats_filter": {"tags": ["a"]}}), 1),
        (json!({"include_stats_filter": {"tags": {"any": {"include": ["a"]}}}}), 1),
        (json!({"include_stats_filter": {"type": ["testing"]}}), 1),
        (json!({"active_users": [ben_id]}), 1),
    ] {
        let mut body = more.clone();
        body["include_stats"] = true.into();
        let told = server.told(&token, &top, body).await;
        assert_eq!(told["stats"]["active"]["total_tasks"], expected, "{more}");
    }
    let body = json!({"active_users": [ben_id], "order_by": "name"});
    let found = server.ok(&token, "projects.get_all_ex", body).await;
    let names: Vec<&Value> =
        found["projects"].as_array().expect("a list").iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["top"], "projects he owns nothing in are left out");

    let shown = server.told(&token, &hidden, json!({"search_hidden": true})).await;
    assert_eq!(shown["hidden"], true);
    let bad = json!({"include_stats": true, "include_stats_filter": {"tags": {"some": 1}}});
    assert_eq!(server.codes(&token, "projects.get_all_ex", bad).await, (400, 12));
    let bad = json!({"children_type": "nonsense"});
    assert_eq!(server.codes(&token, "projects.get_all_ex", bad).await, (400, 12));
}

/// Projects with a pipeline, a report and a dataset below them.
async fn furnished(server: &TestServer, token: &str) {
    for (name, tags) in [
        ("lab/.pipelines", vec!["hidden"]),
        ("lab/.pipelines/train", vec!["hidden", "pipeline"]),
        ("data/.datasets", vec!["hidden"]),
        ("data/.datasets/birds", vec!["hidden", "dataset"]),
    ] {
        let body = json!({"name": name, "system_tags": tags, "tags": ["t"]});
        server.ok(token, "projects.create", body).await;
    }
    let desk = server.project(token, "desk").await;
    let report = json!({"name": "summary", "project": desk, "tags": ["r"]});
    server.ok(token, "reports.create", report).await;
}

async fn projects_are_found_by_the_kind_of_their_children(engine: Engine) {
    let (server, token) = lab(engine).await;
    furnished(&server, &token).await;
    let by_name = async |name: &str| {
        let body =
            json!({"name": format!("^{}$", name.replace('.', "\\.")), "search_hidden": true});
        server.ok(&token, "projects.get_all", body).await["projects"][0]["id"].clone()
    };
    let run = json!({"name": "run", "type": "controller", "system_tags": ["pipeline"],
                     "project": by_name("lab/.pipelines/train").await});
    server.ok(&token, "tasks.create", run).await;
    for (body, expected) in [
        (json!({"children_type": "pipeline"}), vec!["lab"]),
        (json!({"children_type": "pipeline", "search_hidden": true}), vec!["lab"]),
        (json!({"children_type": "dataset"}), vec!["data"]),
        (json!({"children_type": "report"}), vec!["desk"]),
        (json!({"children_type": "dataset", "children_tags": ["t"]}), vec!["data"]),
        (json!({"children_type": "dataset", "children_tags": ["x"]}), vec![]),
        (json!({"children_type": "report", "children_tags": ["r"]}), vec!["desk"]),
        (
            json!({"children_type": "report", "children_tags_filter": {"all": {"exclude": ["r"]}}}),
            vec![],
        ),
    ] {
        let found = server.ok(&token, "projects.get_all_ex", body.clone()).await;
        let names: Vec<&str> = found["projects"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|project| project["name"].as_str())
            .collect();
        assert_eq!(names, expected, "{body}");
    }
    for (project, kind) in [("lab", "pipeline"), ("desk", "report")] {
        let id = by_name(project).await;
        let body = json!({"include_stats": true, "children_type": kind});
        let told = server.told(&token, id.as_str().expect("an id"), body).await;
        assert_eq!(told["stats"]["active"]["total_tasks"], 1, "{kind}");
    }
}

async fn datasets_are_counted_and_measured(engine: Engine) {
    let (server, token) = lab(engine).await;
    furnished(&server, &token).await;
    let named = json!({"name": "birds", "search_hidden": true});
    let birds = server.ok(&token, "projects.get_all", named).await["projects"][0]["id"].clone();
    let birds = birds.as_str().expect("an id");
    let told = server.told(&token, birds, json!({"include_dataset_stats": true})).await;
    assert_eq!(told["dataset_stats"], Value::Null);
    for (count, size) in [(1, 10), (2, 20)] {
        let version = json!({
            "name": "version", "type": "data_processing", "system_tags": ["dataset"],
            "runtime": {"ds_file_count": count, "ds_total_size": size},
        });
        let version = server.task(&token, birds, version).await;
        if count == 1 {
            server.ok(&token, "tasks.archive", json!({"tasks": [version]})).await;
        }
    }
    let told = server.told(&token, birds, json!({"include_dataset_stats": true})).await;
    assert_eq!(told["dataset_stats"], json!({"file_count": 2, "total_size": 20}));

    let body = json!({
        "children_type": "dataset", "include_stats": true, "check_own_contents": true,
    });
    let found = server.ok(&token, "projects.get_all_ex", body).await;
    let data = &found["projects"][0];
    assert_eq!(data["stats"], json!({"datasets": {"count": 1, "tags": ["t"]}}));
    assert_eq!(data["own_datasets"], 1);
}

async fn metrics_are_told_by_project(engine: Engine) {
    let (server, token) = lab(engine).await;
    let top = server.project(&token, "top").await;
    let below = server.project(&token, "top/below").await;
    let mut tasks = Vec::new();
    for (project, metric) in [(&top, "loss"), (&below, "accuracy")] {
        let task = server.task(&token, project, json!({})).await;
        for variant in ["train", "eval"] {
            let event = json!({"type": "training_stats_scalar", "task": task, "metric": metric,
                               "variant": variant, "iter": 1, "value": 0.5});
            server.ok(&token, "events.add", event).await;
        }
        tasks.push(task);
    }
    let listed = async |body: Value| -> Vec<String> {
        let found = server.ok(&token, "projects.get_unique_metric_variants", body).await;
        let metrics = found["metrics"].as_array().expect("a list").clone();
        let name = |m: &Value| {
            format!(
                "{}/{}",
                m["metric"].as_str().unwrap_or(""),
                m["variant"].as_str().unwrap_or("")
            )
        };
        assert!(metrics.iter().all(|m| m["metric_hash"].as_str().is_some_and(|h| h.len() == 32)));
        metrics.iter().map(name).collect()
    };
    let (accuracy, loss) = (["accuracy/eval", "accuracy/train"], ["loss/eval", "loss/train"]);
    let both = [accuracy, loss].concat();
    assert_eq!(listed(json!({"project": top})).await, both);
    assert_eq!(listed(json!({"project": top, "include_subprojects": false})).await, loss);
    assert_eq!(listed(json!({"project": below})).await, accuracy);
    assert_eq!(listed(json!({})).await, both);
    assert_eq!(listed(json!({"include_subprojects": false})).await, [""; 0]);
    assert_eq!(listed(json!({"ids": [tasks[0]]})).await, loss);
    assert_eq!(listed(json!({"model_metrics": true})).await, [""; 0]);
    assert_eq!(listed(json!({"project": "none"})).await, [""; 0]);

    let to_root = json!({"ids": [tasks[1]], "project": null});
    server.ok(&token, "tasks.move", to_root).await;
    assert_eq!(listed(json!({"project": below})).await, [""; 0]);
    assert_eq!(listed(json!({"include_subprojects": false})).await, accuracy);
    server.ok(&token, "tasks.reset", json!({"task": tasks[0], "force": true})).await;
    assert_eq!(listed(json!({"project": top})).await, [""; 0], "a reset takes its metrics along");
    server.ok(&token, "tasks.delete", json!({"task": tasks[1], "force": true})).await;
    assert_eq!(listed(json!({})).await, [""; 0]);
}

async fn parameters_and_their_values_are_listed(engine: Engine) {
    let (server, token) = lab(engine).await;
    let top = server.project(&token, "top").await;
    let below = server.project(&token, "top/below").await;
    let args = |pairs: &[(&str, &str)]| {
        let mut section = json!({});
        for (name, value) in pairs {
            section[*name] = json!({"section": "Args", "name": name, "value": value});
        }
        json!({"hyperparams": {"Args": section}})
    };
    server.task(&token, &top, args(&[("lr", "10"), ("depth", "3")])).await;
    server.task(&token, &top, args(&[("lr", "9")])).await;
    server.task(&token, &below, args(&[("lr", "x9"), ("width", "1")])).await;

    let listed = async |body| server.ok(&token, "projects.get_hyper_parameters", body).await;
    let named = |names: &[&str]| -> Value {
        names.iter().map(|name| json!({"section": "Args", "name": name})).collect()
    };
    let all = listed(json!({"project": top})).await;
    assert_eq!(all["parameters"], named(&["depth", "lr", "width"]));
    assert_eq!((&all["total"], &all["remaining"]), (&json!(3), &json!(0)));
    let own = listed(json!({"project": top, "include_subprojects": false})).await;
    assert_eq!(own["parameters"], named(&["depth", "lr"]));
    let page = listed(json!({"project": top, "page": 1, "page_size": 1})).await;
    assert_eq!(page["parameters"], named(&["lr"]));
    assert_eq!((&page["total"], &page["remaining"]), (&json!(1), &json!(1)));

    let values = async |more: Value| {
        let mut body = json!({"projects": [top], "section": "Args", "name": "lr"});
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        server.ok(&token, "projects.get_hyperparam_values", body).await
    };
    let found = values(json!({})).await;
    assert_eq!(found, json!({"total": 3, "values": ["9", "10", "x9"]}), "natural order");
    assert_eq!(values(json!({"include_subprojects": false})).await["total"], 2);
    assert_eq!(values(json!({"pattern": "^X"})).await["values"], json!(["x9"]));
    assert_eq!(values(json!({"page": 1, "page_size": 2})).await["values"], json!(["x9"]));
    assert_eq!(values(json!({"name": "none"})).await, json!({"total": 0, "values": []}));
    let bad = json!({"section": "Args", "name": "lr", "pattern": "("});
    assert_eq!(server.codes(&token, "projects.get_hyperparam_values", bad).await, (400, 21));
    let bad = json!({"section": "Args", "name": "lr", "page": -1});
    assert_eq!(server.codes(&token, "projects.get_hyperparam_values", bad).await, (400, 12));
}

async fn metadata_of_models_is_listed(engine: Engine) {
    let (server, token) = lab(engine).await;
    let project = server.project(&token, "zoo").await;
    for (name, value) in [("one", "10"), ("two", "9"), ("three", "9")] {
        let body = json!({"name": name, "uri": "http://x/m", "project": project, "metadata": {
            "size": {"key": "size", "type": "int", "value": value}}});
        server.ok(&token, "models.create", body).await;
    }
    let keys =
        server.ok(&token, "projects.get_model_metadata_keys", json!({"project": project})).await;
    assert_eq!(keys, json!({"keys": ["size"], "total": 1, "remaining": 0}));
    let body = json!({"projects": [project], "key": "size"});
    let values = server.ok(&token, "projects.get_model_metadata_values", body).await;
    assert_eq!(values, json!({"values": ["9", "10"], "total": 2}));
    let body = json!({"projects": [null], "include_subprojects": false, "key": "size"});
    let values = server.ok(&token, "projects.get_model_metadata_values", body).await;
    assert_eq!(values["total"], 0, "none lies at the root");
    assert_eq!(
        server.codes(&token, "projects.get_model_metadata_values", json!({})).await,
        (400, 12)
    );
}

async fn tags_are_told_by_kind_and_project(engine: Engine) {
    let (server, token) = lab(engine).await;
    let top = server.make(&token, "projects.create", json!({"name": "top", "tags": ["p"]})).await;
    let below = server.project(&token, "top/below").await;
    server.task(&token, &top, json!({"tags": ["b", "a"], "system_tags": ["development"]})).await;
    server.task(&token, &below, json!({"tags": ["c"]})).await;
    let model = json!({"name": "net", "uri": "http://x/m", "project": top, "tags": ["m"]});
    server.ok(&token, "models.create", model).await;
    for (endpoint, body, expected) in [
        ("projects.get_task_tags", json!({}), json!({"tags": ["a", "b", "c"]})),
        ("projects.get_task_tags", json!({"projects": [top]}), json!({"tags": ["a", "b", "c"]})),
        ("projects.get_task_tags", json!({"projects": [below]}), json!({"tags": ["c"]})),
        (
            "projects.get_task_tags",
            json!({"include_system": true, "filter": {"tags": ["a"]}}),
            json!({"tags": ["a", "b"], "system_tags": ["development"]}),
        ),
        (
            "projects.get_task_tags",
            json!({"filter": {"system_tags": ["__$not", "development"]}}),
            json!({"tags": ["c"]}),
        ),
        ("projects.get_model_tags", json!({}), json!({"tags": ["m"]})),
        ("projects.get_project_tags", json!({}), json!({"tags": ["p"]})),
        ("organization.get_tags", json!({}), json!({"tags": ["a", "b", "c", "m"]})),
    ] {
        assert_eq!(server.ok(&token, endpoint, body.clone()).await, expected, "{endpoint} {body}");
    }
    let bad = json!({"filter": {"tags": ["__$what"]}});
    assert_eq!(server.codes(&token, "projects.get_task_tags", bad).await, (400, 16));
}

async fn parents_and_owners_are_named(engine: Engine) {
    let (server, token) = lab(engine).await;
    let (ben, ben_id) = server.user("ben", "user").await;
    let top = server.project(&token, "top").await;
    let elsewhere = server.project(&token, "elsewhere").await;
    let z = server.task(&token, &elsewhere, json!({"name": "zeta search"})).await;
    let a = server.task(&token, &top, json!({"name": "alpha search"})).await;
    server.task(&ben, &top, json!({"parent": z})).await;
    let archived = server.task(&ben, &top, json!({"parent": a})).await;
    server.ok(&ben, "tasks.archive", json!({"tasks": [archived]})).await;

    let named = |id: &str, name: &str, project: (&str, &str)| json!({"id": id, "name": name, "project": {"id": project.0, "name": project.1}});
    let alpha = named(&a, "alpha search", (&top, "top"));
    let zeta = named(&z, "zeta search", (&elsewhere, "elsewhere"));
    for (more, expected) in [
        (json!({}), json!([alpha, zeta])),
        (json!({"projects": [top]}), json!([alpha, zeta])),
        (json!({"projects": [elsewhere]}), json!([])),
        (json!({"tasks_state": "active"}), json!([zeta])),
        (json!({"tasks_state": "archived"}), json!([alpha])),
        (json!({"task_name": "ALPHA"}), json!([alpha])),
    ] {
        let found = server.ok(&token, "projects.get_task_parents", more.clone()).await;
        assert_eq!(found["parents"], expected, "{more}");
    }
    let bad = json!({"task_name": "("});
    assert_eq!(server.codes(&token, "projects.get_task_parents", bad).await, (400, 21));

    let owners =
        server.ok(&token, "projects.get_user_names", json!({"projects": [elsewhere]})).await;
    assert_eq!(owners["users"].as_array().map(Vec::len), Some(1));
    let owners = server.ok(&token, "projects.get_user_names", json!({"projects": [top]})).await;
    let owners = owners["users"].as_array().expect("users").clone();
    assert!(owners.contains(&json!({"id": ben_id, "name": "ben"})), "{owners:?}");
    assert_eq!(owners.len(), 2);
    let models = server.ok(&token, "projects.get_user_names", json!({"entity": "model"})).await;
    assert_eq!(models["users"], json!([]));
}

//! `arno gateway` and `arno import utils`, beside a running server and without one.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;

use support::Place;

const TASK: &str = "b746714516a7409bbaa68a8402a5c1a2";
const HASH: &str = "05425cc1f3729b542b6538e34187dcec836890352edaa42b8531194e705ebb07";

fn last(text: &str) -> &str {
    text.trim_end().lines().last().expect("a line")
}

#[test]
fn entries_are_registered_beside_a_server_and_found_by_it() {
    let place = Place::new();
    let up = place.up();
    let machine = ["gateway", "machine", "add", "--id", TASK, "--url", "http://gpu:8080/serve"];
    assert_eq!(last(&place.run(&machine).good()), HASH);
    let refused = place.run(&machine).refused();
    assert!(refused.contains("there is a gateway machine like this already"), "{refused}");
    let endpoint = ["gateway", "endpoint", "add", "--machine", TASK, "--endpoint", "digits"];
    assert_eq!(last(&place.run(&endpoint).good()), HASH);
    let unknown = ["gateway", "endpoint", "add", "--machine", "x", "--endpoint", "digits"];
    assert!(place.run(&unknown).refused().contains("machine is not registered"));

    let token =
        ["gateway", "token", "create", "--user", "admin", "--expires", "1h", "--label", "t"];
    let token = last(&place.run(&token).good()).to_owned();
    assert!(token.starts_with("arno_"), "{token}");
    let authorization = format!("Bearer {token}");
    let body = format!("{{\"machine_id\": \"{HASH}\", \"endpoint\": \"digits\"}}");
    let head = "POST /clearml/serve/ondemand?compat=1";
    let answer = up.call("API", head, &authorization, body.as_bytes());
    assert!(answer.contains("Failed to make POST request"), "the server knows them: {answer}");

    for wrong in [&["--user", "nobody"][..], &["--user", "admin", "--expires", "yesterday"]] {
        let words = [&["gateway", "token", "create"], wrong].concat();
        place.run(&words).refused();
    }
    let listed = place.run(&["gateway", "token", "list"]).good();
    assert!(listed.contains("admin") && !listed.contains(&token), "{listed}");
    let id = token.split('_').nth(1).expect("an id");
    place.run(&["gateway", "token", "remove", id]).good();
    place.run(&["gateway", "token", "remove", id]).refused();
    drop(up);
    // Without a server.
    place.run(&["gateway", "endpoint", "edit", "digits", "--description", "Digits"]).good();
    assert!(place.run(&["gateway", "endpoint", "list"]).good().contains("Digits"));
    place.run(&["gateway", "machine", "edit", HASH, "--url", "http://other/serve"]).good();
    assert!(place.run(&["gateway", "machine", "list"]).good().contains("http://other/serve"));
    place.run(&["gateway", "machine", "remove", TASK]).good();
    assert!(
        place
            .run(&["gateway", "machine", "remove", TASK])
            .refused()
            .contains("there is no gateway machine")
    );
    let task = ["gateway", "task", "add", "--task", TASK, "--queue", "nowhere"];
    place.run(&task).refused();
}

#[test]
fn a_utils_database_is_brought_over_with_ids_hashes_and_times() {
    let place = Place::new();
    let first = place.up();
    let password = first.told("Password").to_owned();
    drop(first);
    let file = place.path().join("database.sqlite");
    let db = rusqlite::Connection::open(&file).expect("a database");
    db.execute_batch(&format!(
        "CREATE TABLE task_mappings (id INTEGER PRIMARY KEY, hashed_task_id TEXT, task_id TEXT,
             default_queue TEXT, description TEXT, created_at TEXT, updated_at TEXT);
         CREATE TABLE endpoint_mappings (id INTEGER PRIMARY KEY, serving_machine_task_id TEXT,
             endpoint TEXT, hashed_machine_id TEXT, description TEXT, created_at TEXT, updated_at TEXT);
         CREATE TABLE machine_mappings (id INTEGER PRIMARY KEY, serving_machine_task_id TEXT,
             base_url TEXT, description TEXT, created_at TEXT, updated_at TEXT);
         CREATE TABLE ondemand_logs (id INTEGER PRIMARY KEY, serving_machine_task_id TEXT,
             endpoint TEXT, status INTEGER, details TEXT, created_at TEXT);
         CREATE TABLE enqueue_task_logs (id INTEGER PRIMARY KEY, task_id TEXT, status INTEGER,
             details TEXT, created_at TEXT);
         INSERT INTO task_mappings VALUES (7, 'aa', '2655bb0a64fa4c57be93637bd6441b9e', 'services',
             NULL, '2024-05-06 07:08:09', '2024-05-07 07:08:09');
         INSERT INTO endpoint_mappings VALUES (3, '{TASK}', 'digits', '{HASH}', 'Digits', NULL, NULL);
         INSERT INTO machine_mappings VALUES (9, '{TASK}', 'http://gpu:8080/serve', NULL, NULL, NULL);
         INSERT INTO ondemand_logs VALUES (1, '{TASK}', 'digits', 1,
             '{{\"params\": {{\"x\": 1}}, \"digit\": 5}}', datetime('now', '-1 day')),
             (2, NULL, NULL, 0, '{{\"error\": \"Error: Machine id is missing\"}}', datetime('now', '-1 day'));
         INSERT INTO enqueue_task_logs VALUES (1, '{TASK}', 1, NULL, datetime('now', '-1 day'));"
    ))
    .expect("a filled database");
    drop(db);
    let import = ["import", "utils", "database.sqlite"];
    let told = place.run(&import).good();
    assert!(
        told.starts_with("Imported 1 task templates, 1 machines, 1 endpoints and 3 calls"),
        "{told}"
    );
    let again = place.run(&import).good();
    assert!(
        again.starts_with("Imported 0 task templates, 0 machines, 0 endpoints and 0 calls"),
        "{again}"
    );
    let tasks = place.run(&["gateway", "task", "list"]).good();
    let row: Vec<&str> = tasks.lines().nth(1).expect("a row").split_whitespace().collect();
    assert_eq!(row, ["7", "2655bb0a64fa4c57be93637bd6441b9e", "services", "aa"]);
    let up = place.up();
    let basic = up.basic("admin", &password);
    let calls = up.call("API", "GET /api/v1/gateway/calls", &basic, b"");
    let calls: serde_json::Value = serde_json::from_str(&calls).expect("JSON");
    assert_eq!(calls["total"], 3);
    let tasks = up.call("API", "GET /api/v1/gateway/tasks", &basic, b"");
    assert!(tasks.contains("\"created\":\"2024-05-06T07:08:09"), "{tasks}");
    assert!(tasks.contains("\"updated\":\"2024-05-07T07:08:09"), "{tasks}");
    place.write("rubbish.sqlite", "no database");
    place.run(&["import", "utils", "rubbish.sqlite"]).refused();
    place.run(&["import", "utils", "missing.sqlite"]).refused();
}

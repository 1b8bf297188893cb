//! What a query shows: projections, references as objects, pages and scrolls, on both engines.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot go on says so

mod common;

use arno_store::document::{self, Document};
use arno_store::query::{self, Found, Projection, Request};
use arno_store::schema::{Entity, MODEL, PROJECT, QUEUE, TASK, USER};
use arno_store::{Scope, Visibility};
use common::Store;
use serde_json::{Value as Json, json};

fn object(value: Json) -> Document {
    value.as_object().cloned().expect("an object")
}

/// A store with a user, two projects, a queue, a model and five tasks.
fn filled(store: &Store) {
    let write = store.write(&Scope::system("c"), |tx| {
        tx.execute("INSERT INTO companies (id, name, doc) VALUES ('c', 'Lab', '{}')", &[])?;
        let user = "INSERT INTO users (id, company, name, role, created, doc) VALUES ($1, 'c', $2, 'user', 0, $3)";
        tx.execute(user, &["u".into(), "Ann".into(), b"{}"[..].into()])?;
        let project = |id: &str, name: &str, parent: Json, user: &str| {
            object(json!({"id": id, "company": "c", "user": user, "name": name, "basename": name, "parent": parent}))
        };
        document::insert(tx, &PROJECT, project("p", "Physics", json!(null), "u"))?;
        document::insert(tx, &PROJECT, project("q", "Secret", json!("p"), "other"))?;
        document::insert(tx, &QUEUE, object(json!({"id": "w", "company": "c", "name": "gpu"})))?;
        let model = json!({"id": "m", "company": "c", "user": "u", "name": "net", "ready": true, "project": "p"});
        document::insert(tx, &MODEL, object(model))?;
        for at in 0..5 {
            document::insert(
                tx,
                &TASK,
                object(json!({
                    "id": format!("t{at}"), "company": "c", "user": "u", "name": format!("run {at}"),
                    "type": "training", "status": "created", "project": if at == 0 { "p" } else { "q" },
                    "parent": if at == 0 { json!(null) } else { json!("t0") },
                    "execution": {"queue": "w", "framework": "torch"},
                    "runtime": {"a.b": 1, "c": 2},
                    "hyperparams": {"Args": {
                        "lr": {"section": "Args", "name": "lr", "value": format!("{}", 10 - at)},
                        "x": {"section": "Args", "name": "x", "value": "1"},
                    }},
                    "models": {"input": [{"name": "in", "model": "m"}], "output": []},
                })),
            )?;
        }
        Ok(())
    });
    write.expect("records are stored");
}

fn find(store: &Store, scope: &Scope, entity: &'static Entity, call: Json, ex: bool) -> Found {
    let request = Request::parse(entity, &object(call), ex).expect("a request");
    store.read(scope, move |tx| query::find(tx, entity, &request)).expect("an answer")
}

#[test]
fn answers_hold_exactly_what_was_asked_for() {
    for store in common::stores() {
        filled(&store);
        let scope = Scope::user("c", "u", Visibility::Shared, false);
        let first = |only: Json, ex: bool| {
            let found = find(&store, &scope, &TASK, json!({"id": ["t0"], "only_fields": only}), ex);
            Json::from(found.documents[0].clone())
        };
        for (only, ex, expected) in [
            (json!(["name"]), false, json!({"name": "run 0"})),
            (json!(["name"]), true, json!({"id": "t0", "name": "run 0"})),
            (json!(["project"]), false, json!({"project": "p"})),
            (json!(["project"]), true, json!({"id": "t0", "project": {"id": "p"}})),
            (
                json!(["project.name"]),
                true,
                json!({"id": "t0", "project": {"id": "p", "name": "Physics"}}),
            ),
            (
                json!(["user.name", "company.name"]),
                true,
                json!({"id": "t0", "user": {"id": "u", "name": "Ann"}, "company": {"id": "c", "name": "Lab"}}),
            ),
            (
                json!(["execution.queue.name"]),
                true,
                json!({"id": "t0", "execution": {"queue": {"id": "w", "name": "gpu"}}}),
            ),
            (
                json!(["models.input.model.project.name"]),
                true,
                json!({"id": "t0", "models": {"input": [{"model": {"id": "m", "project": {"id": "p", "name": "Physics"}}}]}}),
            ),
            (
                json!(["runtime.a%2Eb", "hyperparams.Args.lr.value"]),
                false,
                json!({"runtime": {"a.b": 1}, "hyperparams": {"Args": {"lr": {"value": "10"}}}}),
            ),
            (json!(["runtime.*"]), false, json!({"runtime": {"a.b": 1, "c": 2}})),
        ] {
            assert_eq!(first(only.clone(), ex), expected, "{only} {:?}", store.db.dialect());
        }
        let whole = first(json!([]), true);
        assert_eq!(whole["project"], json!({"id": "p"}));
        assert_eq!(
            whole["execution"],
            json!({"queue": {"id": "w"}, "framework": "torch", "artifacts": []})
        );
        let less = first(json!(["-execution", "-runtime.c"]), false);
        assert!(less.get("execution").is_none());
        assert_eq!(less["runtime"], json!({"a.b": 1}));
        let project = first(json!(["project.*"]), true)["project"].clone();
        assert_eq!((&project["name"], &project["user"]), (&json!("Physics"), &json!("u")));
    }
}

#[test]
fn what_may_not_be_seen_is_not_joined() {
    for store in common::stores() {
        filled(&store);
        let scope = Scope::user("c", "u", Visibility::Private, false);
        let call = json!({"id": ["t1"], "only_fields": ["project.name", "parent.name"]});
        let found = find(&store, &scope, &TASK, call, true);
        let expected =
            json!({"id": "t1", "project": {"id": "q"}, "parent": {"id": "t0", "name": "run 0"}});
        assert_eq!(Json::from(found.documents[0].clone()), expected);
        assert_eq!(find(&store, &scope, &PROJECT, json!({}), true).documents.len(), 1);
        assert_eq!(find(&store, &scope, &USER, json!({"id": "u"}), true).documents.len(), 1);
        let other = Scope::user("elsewhere", "u", Visibility::Shared, true);
        assert_eq!(find(&store, &other, &TASK, json!({}), true).documents.len(), 0);
        let get = store.read(&other, |tx| query::get(tx, &TASK, "t0", &Projection::default()));
        assert_eq!(get.expect("an answer"), None);
    }
}

#[test]
fn scrolling_shows_everything_once() {
    for store in common::stores() {
        filled(&store);
        let scope = Scope::system("c");
        let page = |scroll: Json, refresh: bool| {
            let call = json!({"scroll_id": scroll, "size": 2, "refresh_scroll": refresh,
                "order_by": ["hyperparams.Args.lr.value"], "only_fields": ["name"]});
            let found = find(&store, &scope, &TASK, call, false);
            let names: Vec<Json> = found.documents.iter().map(|d| d["name"].clone()).collect();
            (Json::from(names), json!(found.scroll_id.expect("a scroll id")))
        };
        let (one, id) = page(Json::Null, false);
        let (two, id) = page(id, false);
        let (again, _) = page(id.clone(), true);
        let (three, id) = page(id, false);
        let (four, _) = page(id, false);
        // In natural order: 6, 7, 8, 9, 10.
        assert_eq!(one, json!(["run 4", "run 3"]));
        assert_eq!(two, json!(["run 2", "run 1"]));
        assert_eq!(again, json!(["run 4", "run 3", "run 2", "run 1"]));
        assert_eq!(three, json!(["run 0"]));
        assert_eq!(four, json!([]));
    }
}

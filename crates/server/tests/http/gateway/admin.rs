//! `/api/v1/gateway`: what can be registered, by whom, and what is refused.

use super::lab::Lab;
use super::upstream::{Does, Upstream};
use crate::support::{Engine, on_both_engines};
use arno_server::jobs::run_due;
use serde_json::{Value, json};

on_both_engines!(
    entries_are_registered_listed_changed_and_removed,
    what_cannot_be_is_refused,
    people_change_what_is_theirs,
    secrets_are_shown_to_nobody,
    what_is_needed_is_not_removed,
    machines_are_watched,
    the_browser_s_cookie_changes_things_from_our_pages_only,
);

async fn entries_are_registered_listed_changed_and_removed(engine: Engine) {
    let lab = Lab::start(engine).await;
    let service =
        json!({"service": true, "url": "http://flask:5000/", "description": "Parking model"});
    let service = lab.registered("machines", service).await;
    assert_eq!(service["url"], "http://flask:5000");
    assert_eq!(service["hash"].as_str().map(str::len), Some(64));
    for n in 0..3 {
        let endpoint = json!({"machine": service["task"], "endpoint": format!("predict/{n}")});
        lab.registered("endpoints", endpoint).await;
    }
    let page = lab.seen("endpoints?page=1&page_size=2").await;
    assert_eq!((&page["total"], page["items"].as_array().map(Vec::len)), (&json!(3), Some(1)));
    let found = lab.seen("endpoints?q=PREDICT%2F1").await;
    assert_eq!((&found["total"], &found["items"][0]["endpoint"]), (&json!(1), &json!("predict/1")));
    let place = format!("endpoints/{}", found["items"][0]["id"].as_str().expect("an id"));
    let change = json!({"description": "Parking in an hour"});
    let changed = lab.interface("PATCH", &place).json(&change).send().await;
    assert_eq!((changed.status, &changed.json()["endpoint"]), (200, &json!("predict/1")));
    assert_eq!(lab.seen(&place).await["description"], "Parking in an hour");
    assert_eq!(lab.interface("DELETE", &place).send().await.status, 200);
    assert_eq!(lab.interface("GET", &place).send().await.status, 404);
    assert_eq!(lab.interface("DELETE", &place).send().await.status, 404);
    let described = lab.server.api("GET", "/api/v1/openapi.json").send().await.json();
    let paths = described["paths"].as_object().expect("paths");
    assert!(
        paths.contains_key("/clearml/serve/enqueue_task")
            && paths.contains_key("/api/v1/gateway/plans")
    );
}

async fn what_cannot_be_is_refused(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = "a".repeat(32);
    let machine = json!({"task": task, "url": "http://host/serve"});
    lab.registered("machines", machine.clone()).await;
    let anonymous = json!({"kind": "anonymous"});
    for (kind, fields, status) in [
        ("machines", machine, 400),
        ("machines", json!({"task": "x", "url": "http://host"}), 400),
        ("machines", json!({"task": "b".repeat(32), "url": "ftp://host"}), 400),
        ("machines", json!({"task": "b".repeat(32), "url": "http://user:pw@host/"}), 400),
        ("machines", json!({"task": "b".repeat(32), "url": "http://host/?q=1"}), 400),
        ("machines", json!({"task": "b".repeat(32)}), 400),
        ("machines", json!({"task": 5, "url": "http://host"}), 400),
        ("machines", json!({"task": "b".repeat(32), "url": "http://host", "hash": "0"}), 400),
        ("machines", json!({"task": "b".repeat(32), "url": "http://host", "other": 1}), 400),
        ("machines", json!({"service": true, "url": "http://h", "headers": {"a b": "x"}}), 400),
        (
            "machines",
            json!({"service": true, "url": "http://h", "description": "x".repeat(20_000)}),
            400,
        ),
        ("endpoints", json!({"machine": "c".repeat(32), "endpoint": "x"}), 400),
        ("endpoints", json!({"machine": task, "endpoint": ""}), 400),
        ("endpoints", json!({"machine": task, "endpoint": "../x"}), 400),
        ("endpoints", json!({"machine": task, "endpoint": "a?b"}), 400),
        ("tasks", json!({"task": lab.template, "queue": "services"}), 400),
        ("tasks", json!({"task": "d".repeat(32), "queue": "services"}), 400),
        ("tasks", json!({"task": lab.template, "queue": "nowhere"}), 400),
        ("apis", json!({"path": "x", "target": "nothing"}), 400),
        ("apis", json!({"path": "a b", "target": lab.entry}), 400),
        ("apis", json!({"path": "x", "target": lab.entry, "mode": "stable"}), 400),
        ("apis", json!({"path": "x", "target": lab.entry, "mode": "other"}), 400),
        ("plans", json!({"title": ""}), 400),
        ("plans", json!({"title": "x", "per_day": -1}), 400),
        ("plans", json!({"title": "x", "price": "much"}), 400),
        ("grants", json!({"api": "nothing", "subject": anonymous}), 400),
        ("issuers", json!({"url": "nowhere"}), 400),
        ("issuers", json!({"url": "https://i", "skew": 100_000}), 400),
        ("tokens", json!({"user": "nobody"}), 400),
        ("tokens", json!({"apis": ["nothing"]}), 400),
        ("tokens", json!({"expires": "yesterday"}), 400),
        ("tokens", json!({"expires": "2001-01-01"}), 400),
        ("tokens", json!({"secret_hash": "0"}), 400),
        ("others", json!({}), 404),
    ] {
        let reply = lab.interface("POST", kind).json(&fields).send().await;
        assert_eq!(reply.status, status, "{kind} {fields}: {}", reply.text());
        assert!(reply.json()["error"].as_str().is_some_and(|text| text.starts_with("Error: ")));
    }
    for body in ["[]", "{", "5"] {
        assert_eq!(lab.interface("POST", "plans").body(body).send().await.status, 400, "{body}");
    }
    let nobody = lab.server.api("GET", "/api/v1/gateway/plans").send().await;
    assert_eq!(nobody.status, 401);
    assert_eq!(lab.seen("machines").await["total"], 1);
}

async fn people_change_what_is_theirs(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (dev, dev_id) = lab.server.user("dev", "user").await;
    let (viewer, _) = lab.server.user("viewer", "guest").await;
    let send = async |token: &str, method: &str, path: &str, body: Value| {
        let call = lab.server.api(method, &format!("/api/v1/gateway/{path}"));
        call.bearer(token).json(&body).send().await
    };
    let task = json!({"name": "his own", "type": "application"});
    let task = lab.server.make(&dev, "tasks.create", task).await;
    let made = send(&dev, "POST", "tasks", json!({"task": task, "queue": "services"})).await;
    assert_eq!((made.status, &made.json()["owner"]), (201, &json!(dev_id)), "{}", made.text());
    let own = format!("tasks/{}", made.json()["id"].as_str().expect("an id"));
    assert_eq!(send(&dev, "PATCH", &own, json!({"description": "mine"})).await.status, 200);
    let others = format!("tasks/{}", lab.entry);
    for (token, method, path, body, status) in [
        (&dev, "PATCH", others.as_str(), json!({"description": "x"}), 403),
        (&dev, "DELETE", &others, json!({}), 403),
        (&dev, "POST", "plans", json!({"title": "free"}), 403),
        (&dev, "POST", "issuers", json!({"url": "https://i"}), 403),
        (&dev, "POST", "tokens", json!({"user": lab.user}), 400),
        (&dev, "POST", "tokens", json!({"label": "own"}), 201),
        (&dev, "POST", "apis", json!({"path": "x", "target": lab.entry}), 400),
        (&dev, "GET", "calls", json!({}), 200),
        (&viewer, "GET", "tasks", json!({}), 200),
        (&viewer, "POST", "tokens", json!({}), 403),
        (&viewer, "DELETE", &own, json!({}), 403),
    ] {
        let reply = send(token, method, path, body).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
    }
    assert_eq!(send(&dev, "GET", "tokens", json!({})).await.json()["total"], 1, "only his own");
    assert_eq!(send(&dev, "GET", "issuers", json!({})).await.json()["total"], 0);
    lab.enqueue(json!({})).await;
    assert_eq!(send(&dev, "GET", "calls", json!({})).await.json()["total"], 0, "nor others' calls");
    let call = lab.recorded(|_| true).await["id"].clone();
    let call = format!("calls/{}", call.as_str().expect("an id"));
    assert_eq!(send(&dev, "GET", &call, json!({})).await.status, 404);
    let person = format!("persons/{}", lab.user);
    assert_eq!(send(&dev, "GET", &person, json!({})).await.status, 403);
    assert_eq!(send(&dev, "DELETE", &person, json!({})).await.status, 403);
    assert_eq!(send(&dev, "DELETE", &own, json!({})).await.status, 200);
}

async fn secrets_are_shown_to_nobody(engine: Engine) {
    let lab = Lab::start(engine).await;
    let service = json!({"service": true, "url": "http://h", "headers": {"X-Key": "hush"}});
    let made = lab.registered("machines", service).await;
    assert_eq!(made["headers"], json!({"X-Key": "***"}));
    let issuer =
        json!({"url": "https://i", "introspect": true, "client_id": "c", "client_secret": "hush"});
    let issuer = lab.registered("issuers", issuer).await;
    assert_eq!(issuer["client_secret"], "***");
    for (kind, entry) in [("machines", &made), ("issuers", &issuer)] {
        let place = format!("{kind}/{}", entry["id"].as_str().expect("an id"));
        // What a form was shown it sends back; nothing is changed by that.
        let back = lab.interface("PATCH", &place).json(entry).send().await;
        assert_eq!(back.status, 200, "{}", back.text());
        assert!(!lab.seen(kind).await.to_string().contains("hush"));
    }
    let site = &lab.server.running.site;
    let scope = arno_store::Scope::system(&site.settings.company);
    let stored = site.db.read(scope, |tx: &arno_store::Tx<'_>| {
        arno_store::gateway::entries::all::<arno_store::gateway::model::Issuer>(tx)
    });
    assert_eq!(stored.await.expect("issuers")[0].value.client_secret, "hush", "it is kept");
}

async fn what_is_needed_is_not_removed(engine: Engine) {
    let lab = Lab::start(engine).await;
    let api = lab.registered("apis", json!({"path": "heat", "target": lab.entry})).await;
    let plan = lab.registered("plans", json!({"title": "p"})).await;
    let grant = json!({"api": api["id"], "plan": plan["id"], "subject": {"kind": "anonymous"}});
    lab.registered("grants", grant.clone()).await;
    let twice = lab.interface("POST", "grants").json(&grant).send().await;
    assert_eq!(twice.status, 400, "{}", twice.text());
    let id = |entry: &Value| entry["id"].as_str().expect("an id").to_owned();
    for place in [format!("tasks/{}", lab.entry), format!("plans/{}", id(&plan))] {
        assert_eq!(lab.interface("DELETE", &place).send().await.status, 400, "{place}");
    }
    let place = format!("apis/{}", id(&api));
    assert_eq!(lab.interface("DELETE", &place).send().await.status, 200);
    assert_eq!(lab.seen("grants").await["total"], 0, "its grants go with it");
    for place in [format!("tasks/{}", lab.entry), format!("plans/{}", id(&plan))] {
        assert_eq!(lab.interface("DELETE", &place).send().await.status, 200, "{place}");
    }
}

async fn machines_are_watched(engine: Engine) {
    let lab = Lab::start(engine).await;
    let upstream = Upstream::start(|_| Does::Answers(404, "text/plain", String::new())).await;
    lab.machine(&upstream.url).await;
    let down = json!({"service": true, "url": "http://127.0.0.1:1"});
    lab.registered("machines", down).await;
    lab.clock.set(super::lab::START + 120_000);
    run_due(&lab.server.running.site).await.expect("the work");
    let seen = lab.seen("machines").await;
    let health = |at: usize| seen["items"][at]["health"].clone();
    assert_eq!(health(0)["up"], true, "whatever it says, it answers");
    assert_eq!(
        (&health(1)["up"], &health(1)["reason"]),
        (&json!(false), &json!("the service cannot be reached"))
    );
}

async fn the_browser_s_cookie_changes_things_from_our_pages_only(engine: Engine) {
    let lab = Lab::start(engine).await;
    let place = format!("/api/v1/gateway/tasks/{}", lab.entry);
    let origin = lab.server.running.web_url.clone();
    for (method, origin, status) in [
        ("GET", None, 200),
        ("PATCH", None, 401),
        ("PATCH", Some("http://evil"), 401),
        ("PATCH", Some(origin.as_str()), 200),
        ("DELETE", Some("http://evil"), 401),
        ("DELETE", Some(origin.as_str()), 200),
    ] {
        let mut call = lab.server.web(method, &place).cookie(&lab.admin).json(&json!({}));
        if let Some(origin) = origin {
            call = call.header("origin", origin);
        }
        assert_eq!(call.send().await.status, status, "{method} from {origin:?}");
    }
}

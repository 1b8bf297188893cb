//! APIs, grants and plans: who may call, and how often.

use super::lab::{Lab, START};
use super::upstream::{Does, Upstream};
use crate::support::{Engine, Reply, on_both_engines};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;

on_both_engines!(
    grants_decide_who_may_call,
    tokens_can_be_for_some_apis_only,
    counters_are_exact_under_concurrency_and_start_anew,
    calls_at_a_time_are_limited,
    computing_is_limited,
    a_grant_is_asked_for_and_approved,
);

/// A stable API with its endpoint's machine.
struct Offer {
    lab: Lab,
    api: String,
    hash: String,
}

impl Offer {
    async fn start(engine: Engine, upstream: &Upstream) -> Offer {
        let lab = Lab::start(engine).await;
        let (hash, endpoint) = lab.machine(&upstream.url).await;
        let api = json!({"path": "city/digits", "mode": "stable", "target": endpoint});
        let api = id(&lab.registered("apis", api).await);
        Offer { lab, api, hash }
    }

    async fn call(&self, token: &str) -> Reply {
        let body = json!({"access_token": token, "machine_id": self.hash, "endpoint": "digits"});
        self.lab.call("ondemand", body).await
    }

    async fn grant(&self, subject: Value, more: Value) -> String {
        let mut grant = json!({"api": self.api, "subject": subject});
        grant.as_object_mut().expect("a map").extend(more.as_object().cloned().expect("a map"));
        id(&self.lab.registered("grants", grant).await)
    }
}

fn id(entry: &Value) -> String {
    entry["id"].as_str().expect("an id").to_owned()
}

async fn grants_decide_who_may_call(engine: Engine) {
    let upstream = Upstream::answering(json!({"ok": true})).await;
    let offer = Offer::start(engine, &upstream).await;
    let lab = &offer.lab;
    let status = async |token: &str| offer.call(token).await.status;
    assert_eq!(status(&lab.token).await, 403, "no grant");
    assert_eq!(status("").await, 401);
    assert_eq!(status(&lab.admin).await, 200, "who looks after the gateway may try");
    let grant = offer.grant(json!({"kind": "user", "name": "Anna"}), json!({})).await;
    assert_eq!(status(&lab.token).await, 200);
    let place = format!("grants/{grant}");
    for (change, expected) in [
        (json!({"state": "refused"}), 403),
        (json!({"state": "active", "from": START + 1000}), 403),
        (json!({"from": START - 2000, "to": START - 1000}), 403),
        (json!({"to": START + 1000}), 200),
    ] {
        let reply = lab.interface("PATCH", &place).json(&change).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(status(&lab.token).await, expected, "{change}");
    }
    lab.clock.set(START + 1000);
    assert_eq!(status(&lab.token).await, 403, "it has ended");
    offer.grant(json!({"kind": "group", "name": "user"}), json!({})).await;
    assert_eq!(status(&lab.token).await, 200, "his role is a group");
    let place = format!("apis/{}", offer.api);
    lab.interface("PATCH", &place).json(&json!({"enabled": false})).send().await;
    assert_eq!(status(&lab.token).await, 403);
    lab.interface("PATCH", &place).json(&json!({"enabled": true})).send().await;
    offer.grant(json!({"kind": "anonymous"}), json!({})).await;
    assert_eq!(status("").await, 200, "everybody");
    assert_eq!(status("rubbish").await, 401, "but not with a false token");
}

async fn tokens_can_be_for_some_apis_only(engine: Engine) {
    let upstream = Upstream::answering(json!({"ok": true})).await;
    let offer = Offer::start(engine, &upstream).await;
    let lab = &offer.lab;
    offer
        .grant(
            json!({"kind": "organisation", "name": "d1bd92a3b039400cbafc60a7a5b1e52b"}),
            json!({}),
        )
        .await;
    let narrow = json!({"user": lab.user, "apis": ["city/digits"], "expires": "2030-01-01"});
    let narrow = lab.token_for(narrow).await;
    assert_eq!(offer.call(&narrow).await.status, 200);
    let refused = lab.enqueued(&narrow, json!({})).await;
    assert_eq!(refused.json()["error"], "Error: The access token is for other APIs");
    let api = json!({"path": "heat", "target": lab.entry, "open": true});
    lab.registered("apis", api).await;
    assert_eq!(lab.enqueued(&narrow, json!({})).await.status, 403);
    assert_eq!(lab.enqueued(&lab.token, json!({})).await.status, 200, "open to all others");
    lab.clock.set(1_893_456_000_000);
    assert_eq!(offer.call(&narrow).await.json()["error"], "Error: Access token is expired");
    assert_eq!(offer.call(&lab.token).await.status, 200);
    // The administrator's session has a shorter life.
    lab.clock.set(START);
    let tokens = lab.seen("tokens").await;
    assert!(!tokens.to_string().contains("secret_hash"), "{tokens}");
    for token in tokens["items"].as_array().expect("tokens") {
        lab.interface("DELETE", &format!("tokens/{}", id(token))).send().await;
    }
    assert_eq!(offer.call(&lab.token).await.json()["error"], "Error: Access token is invalid");
}

async fn counters_are_exact_under_concurrency_and_start_anew(engine: Engine) {
    let upstream = Upstream::answering(json!({"ok": true})).await;
    let offer = Offer::start(engine, &upstream).await;
    let plan = json!({"title": "small", "per_minute": 150, "per_day": 1000});
    let plan = id(&offer.lab.registered("plans", plan).await);
    offer.grant(json!({"kind": "group", "name": "user"}), json!({"plan": plan})).await;
    let calls = (0..200).map(|_| offer.call(&offer.lab.token));
    let replies = futures_util::future::join_all(calls).await;
    let good = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(good, 150);
    let refused = replies.iter().find(|reply| reply.status == 429).expect("a refusal");
    let reset: i64 = refused.header("retry-after").expect("a time").parse().expect("a number");
    assert!((1..=60).contains(&reset), "{reset}");
    assert_eq!(refused.header("ratelimit-limit"), Some("150"));
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header("ratelimit-policy"), Some("150;w=60"));
    assert_eq!(upstream.asked().len(), 150, "what is refused reaches nobody");
    offer.lab.clock.set(START + 60_000);
    let anew = offer.call(&offer.lab.token).await;
    assert_eq!((anew.status, anew.header("ratelimit-remaining")), (200, Some("149")));
    let (_, bob) = offer.lab.server.user("bob", "user").await;
    let bob = offer.lab.token_for(json!({"user": bob})).await;
    assert_eq!(offer.call(&bob).await.header("ratelimit-remaining"), Some("149"), "his own plan");
}

async fn calls_at_a_time_are_limited(engine: Engine) {
    let next = Arc::new(Semaphore::new(0));
    let own = next.clone();
    let upstream = Upstream::start(move |_| Does::Streams(own.clone())).await;
    let offer = Offer::start(engine, &upstream).await;
    let lab = &offer.lab;
    let plan = id(&lab.registered("plans", json!({"title": "one", "concurrent": 1})).await);
    offer.grant(json!({"kind": "group", "name": "user"}), json!({"plan": plan})).await;
    let second = async {
        upstream.heard(1).await;
        let refused = offer.call(&lab.token).await;
        next.add_permits(2);
        refused
    };
    let (first, second) = tokio::join!(offer.call(&lab.token), second);
    assert_eq!((first.status, second.status), (200, 429));
    assert_eq!(
        second.json()["error"],
        "Error: The plan permits 1 calls at a time; try again later"
    );
    // Of sporadic calls, each run keeps its place until it has ended.
    let api = json!({"path": "heat", "target": lab.entry});
    let api = id(&lab.registered("apis", api).await);
    let grant = json!({"api": api, "subject": {"kind": "group", "name": "user"}, "plan": plan});
    lab.registered("grants", grant).await;
    let run = lab.enqueue(json!({})).await["task_id"].clone();
    assert_eq!(lab.enqueued(&lab.token, json!({})).await.status, 429);
    assert_eq!(lab.enqueued(&lab.token, json!({"queue": "nowhere"})).await.status, 429);
    lab.server.ok(&lab.admin, "tasks.started", json!({"task": run})).await;
    assert_eq!(lab.enqueued(&lab.token, json!({})).await.status, 429);
    lab.server.ok(&lab.admin, "tasks.completed", json!({"task": run})).await;
    assert_eq!(lab.enqueued(&lab.token, json!({"queue": "nowhere"})).await.status, 404);
    lab.enqueue(json!({})).await;
}

async fn computing_is_limited(engine: Engine) {
    let lab = Lab::start(engine).await;
    let api = id(&lab.registered("apis", json!({"path": "heat", "target": lab.entry})).await);
    let plan = json!({"title": "an hour", "compute_seconds": 3600, "price": 5, "price_per_call": 0.5,
        "currency": "EUR"});
    let plan = id(&lab.registered("plans", plan).await);
    let grant = json!({"api": api, "subject": {"kind": "user", "name": "anna"}, "plan": plan});
    lab.registered("grants", grant).await;
    let run = lab.enqueue(json!({})).await["task_id"].clone();
    lab.server.ok(&lab.admin, "tasks.started", json!({"task": run})).await;
    lab.clock.set(START + 3_600_000);
    lab.server.ok(&lab.admin, "tasks.completed", json!({"task": run})).await;
    let refused = lab.enqueued(&lab.token, json!({})).await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(refused.header("ratelimit-limit"), Some("3600"));
    let used = lab.seen("consumption").await["items"][0].clone();
    assert_eq!((&used["caller_name"], &used["api"]), (&json!("anna"), &json!("heat")));
    assert_eq!(used["compute_seconds"], 3600.0);
    let owed = lab.seen("invoice").await["items"][0].clone();
    assert_eq!((&owed["amount"], &owed["currency"]), (&json!(5.5), &json!("EUR")));
    // A new month.
    lab.clock.set(START + 31 * 86_400_000);
    assert_eq!(lab.enqueued(&lab.token, json!({})).await.status, 200);
}

async fn a_grant_is_asked_for_and_approved(engine: Engine) {
    let upstream = Upstream::answering(json!({"ok": true})).await;
    let offer = Offer::start(engine, &upstream).await;
    let lab = &offer.lab;
    let body = json!({"user": lab.user});
    let anna = lab.server.ok(&lab.admin, "auth.get_token_for_user", body).await["token"].clone();
    let anna = anna.as_str().expect("a token");
    let plan = json!({"title": "week", "days": 7, "requestable": true});
    let plan = id(&lab.registered("plans", plan).await);
    let closed = id(&lab.registered("plans", json!({"title": "closed"})).await);
    let request = |fields: Value| {
        lab.server.api("POST", "/api/v1/gateway/grants").bearer(anna).json(&fields).send()
    };
    let wish = json!({"api": offer.api, "plan": plan, "state": "active", "note": "for the square",
        "subject": {"kind": "anonymous"}});
    let refused = request(json!({"api": offer.api, "plan": closed})).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    let asked = request(wish).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    let asked = asked.json();
    assert_eq!(asked["state"], "requested");
    assert_eq!(asked["subject"], json!({"kind": "user", "name": "anna"}), "for himself only");
    assert_eq!(offer.call(&lab.token).await.status, 403);
    let place = format!("/api/v1/gateway/grants/{}", id(&asked));
    let change = json!({"state": "active"});
    let by_herself = lab.server.api("PATCH", &place).bearer(anna).json(&change).send().await;
    assert_eq!(by_herself.json()["state"], "requested", "{}", by_herself.text());
    let approved =
        lab.interface("PATCH", &format!("grants/{}", id(&asked))).json(&change).send().await;
    assert_eq!(approved.json()["to"], START + 7 * 86_400_000, "{}", approved.text());
    assert_eq!(offer.call(&lab.token).await.status, 200);
}

//! The record of calls: search, export, statistics, retention, and persons.

use super::lab::{Lab, START};
use crate::support::{Engine, on_both_engines};
use arno_server::jobs::run_due;
use serde_json::{Value, json};

on_both_engines!(
    calls_are_searched_and_exported,
    secrets_of_requests_are_masked,
    old_calls_are_forgotten,
    a_person_is_exported_and_erased,
    the_dashboards_own_token_route_answers_where_the_site_says_so,
);

async fn calls_are_searched_and_exported(engine: Engine) {
    let lab = Lab::start(engine).await;
    for n in 0..3 {
        lab.clock.set(START + n * 3_600_000);
        lab.enqueue(json!({"params": {"n": n}})).await;
    }
    assert_eq!(lab.enqueued(&lab.token, json!({"queue": "=nowhere"})).await.status, 404);
    lab.counted(4).await;
    for (filter, count) in [
        ("", 4),
        ("ok=true", 3),
        ("ok=false", 1),
        ("mode=sporadic", 4),
        ("mode=stable", 0),
        ("caller_name=Anna", 4),
        ("caller_name=bob", 0),
        ("endpoint=services", 3),
        ("from=2027-01-15T09:00:00Z", 3),
        ("to=2027-01-15T09:00:00Z", 1),
        ("from=2027-01-15T09:00:00Z&to=2027-01-15T10:00:00Z", 1),
    ] {
        assert_eq!(lab.seen(&format!("calls?{filter}")).await["total"], count, "{filter}");
    }
    let target = format!("calls?target={}&page_size=1&page=1", lab.template);
    let page = lab.seen(&target).await;
    assert_eq!((&page["total"], page["items"].as_array().map(Vec::len)), (&json!(4), Some(1)));
    for wrong in ["ok=maybe", "from=then", "page=x", "page_size=-1"] {
        let reply = lab.interface("GET", &format!("calls?{wrong}")).send().await;
        assert_eq!(reply.status, 400, "{wrong}");
    }
    let table = lab.interface("GET", "calls?format=csv&caller_name=anna").send().await;
    let text = table.text();
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.starts_with("\u{feff}\"id\",\"time\",\"mode\""), "{text}");
    assert!(text.contains("\"'=nowhere\""), "no formula: {text}");
    let statistics = lab.seen("statistics?step=hour").await;
    let series = statistics["series"].as_array().expect("a series");
    let counts: Vec<(&Value, &Value)> =
        series.iter().map(|s| (&s["calls"], &s["failed"])).collect();
    assert_eq!(counts, [(&json!(1), &json!(0)), (&json!(1), &json!(0)), (&json!(2), &json!(1))]);
    assert_eq!(statistics["counts"], json!({"api": 0, "endpoint": 0, "machine": 0, "task": 1}));
    assert_eq!(statistics["callers"][0]["caller_name"], "anna");
    assert_eq!(statistics["targets"][0]["target"], lab.template.as_str());
}

async fn secrets_of_requests_are_masked(engine: Engine) {
    let lab = Lab::start(engine).await;
    let params = json!({"city": "Roma", "db": {"password": "hush", "api_key": "hush"}});
    lab.enqueue(json!({"params": params})).await;
    let call = lab.recorded(|_| true).await["id"].clone();
    let call = lab.seen(&format!("calls/{}", call.as_str().expect("an id"))).await;
    let expected = json!({"city": "Roma", "db": {"password": "***", "api_key": "***"}});
    assert_eq!(call["request"], expected);
}

async fn old_calls_are_forgotten(engine: Engine) {
    let lab = Lab::with(engine, |options| options.gateway.retention_days = 30).await;
    lab.enqueue(json!({})).await;
    lab.clock.set(START + 20 * 86_400_000);
    lab.enqueue(json!({})).await;
    lab.clock.set(START + 30 * 86_400_000 + 1);
    run_due(&lab.server.running.site).await.expect("the work");
    // The administrator's session has a shorter life.
    lab.clock.set(START);
    assert_eq!(lab.seen("calls").await["total"], 1);
}

async fn a_person_is_exported_and_erased(engine: Engine) {
    let lab = Lab::start(engine).await;
    lab.enqueue(json!({"params": {"home": "Via Roma 1"}})).await;
    let place = format!("persons/{}", lab.user);
    let kept = lab.seen(&place).await;
    assert_eq!(kept["calls"][0]["request"], json!({"home": "Via Roma 1"}));
    assert_eq!(kept["calls"][0]["address"], "127.0.0.1");
    let erased = lab.interface("DELETE", &place).send().await;
    assert_eq!((erased.status, erased.json()), (200, json!({"erased": 1})));
    assert_eq!(lab.seen(&place).await["calls"], json!([]));
    let call = lab.recorded(|_| true).await;
    assert_eq!((&call["caller_name"], &call["address"]), (&json!(""), &json!("")));
    let call = lab.seen(&format!("calls/{}", call["id"].as_str().expect("an id"))).await;
    assert_eq!(call["request"], Value::Null);
}

async fn the_dashboards_own_token_route_answers_where_the_site_says_so(engine: Engine) {
    let place = "/dashboardSmartCity/controllers/getAccessToken.php";
    let lab = Lab::with(engine, |options| {
        options.gateway.token_route = Some("/dashboardSmartCity".to_owned());
    })
    .await;
    assert_eq!(lab.server.web("GET", place).send().await.status, 401);
    let reply = lab.server.web("GET", place).cookie(&lab.admin).send().await;
    let token = reply.json()["accessToken"].as_str().expect("a token").to_owned();
    assert_eq!(lab.enqueued(&token, json!({})).await.status, 200);
}

//! `storage.*`: secrets go in and never come out.

use crate::lab::Lab;
use crate::support::{Engine, on_both_engines};
use serde_json::json;

on_both_engines!(settings_are_kept_and_secrets_hidden, settings_are_checked);

const MASK: &str = "********";

async fn settings_are_kept_and_secrets_hidden(engine: Engine) {
    let lab = Lab::start(engine).await;
    assert_eq!(lab.ok("storage.get_settings", json!({})).await, json!({"settings": {}}));
    let aws = json!({"key": "AKEY", "secret": "s3cret", "region": "eu-west-1", "buckets": [
        {"bucket": "b", "key": "BKEY", "secret": "bs3cret"},
    ]});
    let azure = json!({"containers": [{"account_name": "acc", "account_key": "akey",
                                       "container_name": "c"}]});
    let body = json!({"aws": aws, "azure": azure});
    assert_eq!(lab.ok("storage.set_settings", body).await, json!({"updated": 1}));
    let google = json!({"project": "p", "credentials_json": "{\"private_key\": \"gkey\"}"});
    lab.ok("storage.set_settings", json!({"google": google})).await;

    let shown = lab.ok("storage.get_settings", json!({})).await["settings"].clone();
    assert_eq!(shown["aws"]["key"], "AKEY");
    assert_eq!(shown["aws"]["region"], "eu-west-1");
    assert_eq!(shown["aws"]["buckets"][0]["bucket"], "b");
    assert_eq!(shown["google"]["project"], "p");
    assert_eq!(shown["azure"]["containers"][0]["account_name"], "acc");
    assert_eq!(shown["last_update"], "2027-01-15T08:00:00+00:00");
    for secret in ["s3cret", "akey", "gkey"] {
        assert!(!shown.to_string().contains(secret), "{shown}");
    }
    assert_eq!(shown["aws"]["secret"], MASK);

    // What a page was shown it can save again.
    let mut edited = shown["aws"].clone();
    edited["region"] = "eu-north-1".into();
    lab.ok("storage.set_settings", json!({"aws": edited})).await;
    let site = &lab.server.running.site;
    let load = arno_store::external::StorageSettings::load;
    let scope = arno_store::Scope::system("");
    let stored = site.db.read(scope, load).await.expect("settings").aws.expect("of aws");
    assert_eq!(stored.secret.as_deref(), Some("s3cret"));
    assert_eq!(stored.region.as_deref(), Some("eu-north-1"));
    let buckets = stored.buckets.expect("buckets");
    assert_eq!(buckets[0].secret.as_deref(), Some("bs3cret"));

    let reset = json!({"keys": ["aws", "google"]});
    assert_eq!(lab.ok("storage.reset_settings", reset.clone()).await, json!({"updated": 1}));
    assert_eq!(lab.ok("storage.reset_settings", reset).await, json!({"updated": 0}));
    let left = lab.ok("storage.get_settings", json!({})).await["settings"].clone();
    assert!(left.get("aws").is_none() && left["azure"]["containers"].is_array(), "{left}");
}

async fn settings_are_checked(engine: Engine) {
    let lab = Lab::start(engine).await;
    for (endpoint, body) in [
        ("storage.set_settings", json!({})),
        ("storage.set_settings", json!({"aws": "key"})),
        ("storage.set_settings", json!({"aws": {"key": 5}})),
        ("storage.set_settings", json!({"google": {"credentials_json": "no json"}})),
        ("storage.set_settings", json!({"google": {"credentials_json": "[]"}})),
        ("storage.set_settings", json!({"google": {"buckets": [{"credentials_json": "{"}]}})),
        ("storage.reset_settings", json!({"keys": ["aws", "all"]})),
    ] {
        let refused = lab.refused(&lab.token, endpoint, body.clone()).await;
        assert_eq!(refused, (400, 12), "{endpoint} {body}");
    }
    assert_eq!(lab.ok("storage.get_settings", json!({})).await, json!({"settings": {}}));
    let (user, _) = lab.server.user("ada", "user").await;
    let body = json!({"aws": {"key": "k"}});
    assert_eq!(lab.refused(&user, "storage.set_settings", body).await, (403, 20));
    let body = json!({"keys": ["aws"]});
    assert_eq!(lab.refused(&user, "storage.reset_settings", body).await, (403, 20));
}

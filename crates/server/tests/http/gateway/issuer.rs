//! Tokens of OpenID Connect providers. A provider of the test's own shows its keys; a real one is in
//! tests/gateway.

use super::lab::{Lab, START};
use super::upstream::{Does, Upstream};
use crate::support::{Engine, on_both_engines};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::KeyPair;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

on_both_engines!(
    a_good_token_names_its_caller,
    bad_tokens_are_refused,
    a_key_that_is_new_is_asked_for,
    a_provider_that_is_away_keeps_nobody_in,
    revoked_tokens_are_found_by_introspection,
    several_issuers_have_users_of_their_own,
);

/// A provider and its keys, of which it shows the first ones.
struct Provider {
    upstream: Upstream,
    key: KeyPair,
    shown: Arc<Mutex<Vec<Value>>>,
    active: Arc<Mutex<bool>>,
}

impl Provider {
    async fn start() -> Provider {
        let key = KeyPair::generate().expect("a key");
        let shown = Arc::new(Mutex::new(vec![jwk("k1", &key)]));
        let active = Arc::new(Mutex::new(true));
        let (keys, is_active) = (shown.clone(), active.clone());
        let upstream = Upstream::start(move |asked| {
            let base = format!("http://{}", asked.header("host").expect("a host"));
            let answer = match asked.path.as_str() {
                "/realm/.well-known/openid-configuration" => json!({
                    "issuer": format!("{base}/realm"), "jwks_uri": format!("{base}/keys"),
                    "introspection_endpoint": format!("{base}/introspect"),
                })
                .to_string(),
                "/keys" => json!({"keys": *keys.lock().expect("a lock")}).to_string(),
                "/introspect" => json!({"active": *is_active.lock().expect("a lock")}).to_string(),
                _ => return Does::Answers(404, "text/plain", String::new()),
            };
            Does::Answers(200, "application/json", answer)
        })
        .await;
        Provider { upstream, key, shown, active }
    }

    fn issuer(&self) -> String {
        format!("{}/realm", self.upstream.url)
    }

    fn token(&self, changed: Value) -> String {
        self.signed(Some("k1"), Algorithm::ES256, self.signing_key(), changed)
    }

    fn signing_key(&self) -> EncodingKey {
        EncodingKey::from_ec_der(&self.key.serialize_der())
    }

    fn signed(&self, id: Option<&str>, alg: Algorithm, key: EncodingKey, changed: Value) -> String {
        let mut claims = json!({
            "iss": self.issuer(), "sub": "1", "aud": "gateway", "azp": "nodered",
            "iat": START / 1000 - 10, "exp": START / 1000 + 300, "preferred_username": "Anna",
            "realm_access": {"roles": ["AreaManager"]},
        });
        claims.as_object_mut().expect("a map").extend(changed.as_object().cloned().expect("a map"));
        let header = Header { kid: id.map(str::to_owned), ..Header::new(alg) };
        encode(&header, &claims, &key).expect("a token")
    }

    async fn registered(&self, lab: &Lab, more: Value) {
        let mut issuer = json!({"url": format!("{}/", self.issuer()), "audiences": ["gateway"],
            "parties": ["nodered"]});
        issuer.as_object_mut().expect("a map").extend(more.as_object().cloned().expect("a map"));
        lab.registered("issuers", issuer).await;
    }
}

/// A public key as providers show it.
fn jwk(id: &str, key: &KeyPair) -> Value {
    let point = key.public_key_raw();
    let coordinate = |from: usize| BASE64_URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
    json!({"kty": "EC", "crv": "P-256", "kid": id, "alg": "ES256", "use": "sig",
        "x": coordinate(1), "y": coordinate(33)})
}

async fn refused(lab: &Lab, token: &str) -> String {
    let reply = lab.enqueued(token, json!({})).await;
    assert_eq!(reply.status, 401, "{}", reply.text());
    reply.json()["error"].as_str().expect("a text").to_owned()
}

async fn a_good_token_names_its_caller(engine: Engine) {
    let lab = Lab::start(engine).await;
    let provider = Provider::start().await;
    let good = provider.token(json!({}));
    assert_eq!(refused(&lab, &good).await, "Error: Access token is of an unknown issuer");
    provider.registered(&lab, json!({})).await;
    let reply = lab.enqueued(&good, json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let run = lab.task(&reply.json()["task_id"]).await;
    assert_eq!(run["user"], lab.user.as_str(), "the user of that name");
    let stranger = provider.token(json!({"preferred_username": "Nobody Here"}));
    let reply = lab.enqueued(&stranger, json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let key = format!("{}#nobody here", provider.issuer());
    lab.recorded(|call| call["caller"] == key.as_str()).await;
    let admin = lab.server.ok(&lab.admin, "users.get_current_user", json!({})).await;
    let run = lab.task(&reply.json()["task_id"]).await;
    assert_eq!(
        run["user"], admin["user"]["id"],
        "who registered the template, for one who is no user"
    );
    // Roles are groups of grants.
    let api = lab.registered("apis", json!({"path": "heat", "target": lab.entry})).await;
    assert_eq!(lab.enqueued(&good, json!({})).await.status, 403);
    let grant = json!({"api": api["id"], "subject": {"kind": "group", "name": "AreaManager"}});
    lab.registered("grants", grant).await;
    assert_eq!(lab.enqueued(&good, json!({})).await.status, 200);
    let asked = provider.upstream.asked();
    assert_eq!(asked.len(), 2, "discovery and keys once for all these calls");
}

async fn bad_tokens_are_refused(engine: Engine) {
    let lab = Lab::start(engine).await;
    let provider = Provider::start().await;
    provider.registered(&lab, json!({})).await;
    let other = EncodingKey::from_ec_der(&KeyPair::generate().expect("a key").serialize_der());
    let public = EncodingKey::from_secret(provider.key.public_key_raw());
    let good = provider.token(json!({}));
    let (head, signature) = good.rsplit_once('.').expect("a signature");
    let (_, payload) = head.split_once('.').expect("a payload");
    let none = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let forged = provider.signed(Some("k1"), Algorithm::ES256, other, json!({}));
    let huge = provider.token(json!({"groups": vec!["a group"; 4000]}));
    for (token, why) in [
        (provider.token(json!({"exp": START / 1000 - 61})), "expired"),
        (provider.token(json!({"exp": null})), "without an expiry"),
        (provider.token(json!({"nbf": START / 1000 + 120})), "not valid yet"),
        (provider.token(json!({"aud": ["other"]})), "for another audience"),
        (provider.token(json!({"azp": "other"})), "of another client"),
        (provider.token(json!({"iss": "https://other"})), "of an unknown issuer"),
        (provider.token(json!({"preferred_username": ""})), "without a user's name"),
        (forged, "invalid"),
        (
            provider.signed(Some("k2"), Algorithm::ES256, provider.signing_key(), json!({})),
            "signed by an unknown key",
        ),
        (
            provider.signed(Some("k1"), Algorithm::HS256, public, json!({})),
            "signed in a way that is not accepted",
        ),
        (format!("{none}.{payload}."), "malformed"),
        (format!("{none}.{payload}.{signature}"), "malformed"),
        (format!("{head}."), "invalid"),
        (huge, "too long"),
    ] {
        assert_eq!(refused(&lab, &token).await, format!("Error: Access token is {why}"));
    }
    assert_eq!(lab.enqueued(&good, json!({})).await.status, 200);
    let keyless = provider.signed(None, Algorithm::ES256, provider.signing_key(), json!({}));
    assert_eq!(lab.enqueued(&keyless, json!({})).await.status, 200, "there is only one key");
}

async fn a_key_that_is_new_is_asked_for(engine: Engine) {
    let rest = |options: &mut arno_server::Options| options.gateway.key_pause = Duration::ZERO;
    let lab = Lab::with(engine, rest).await;
    let provider = Provider::start().await;
    provider.registered(&lab, json!({})).await;
    let old = provider.token(json!({}));
    assert_eq!(lab.enqueued(&old, json!({})).await.status, 200);
    let key = KeyPair::generate().expect("a key");
    let signing = EncodingKey::from_ec_der(&key.serialize_der());
    let new = provider.signed(Some("k2"), Algorithm::ES256, signing, json!({}));
    assert_eq!(refused(&lab, &new).await, "Error: Access token is signed by an unknown key");
    provider.shown.lock().expect("a lock").push(jwk("k2", &key));
    assert_eq!(lab.enqueued(&new, json!({})).await.status, 200);
    assert_eq!(lab.enqueued(&old, json!({})).await.status, 200, "the old one holds, too");
    provider.shown.lock().expect("a lock").remove(0);
    assert_eq!(lab.enqueued(&new, json!({})).await.status, 200);
}

async fn a_provider_that_is_away_keeps_nobody_in(engine: Engine) {
    let lab = Lab::start(engine).await;
    let mut provider = Provider::start().await;
    provider.upstream.url = "http://127.0.0.1:1".to_owned();
    provider.registered(&lab, json!({})).await;
    let text = refused(&lab, &provider.token(json!({}))).await;
    assert_eq!(text, "Error: Access token is not checked: its issuer gives no usable answer");
    let call = lab.recorded(|_| true).await;
    assert_eq!((&call["status"], &call["caller"]), (&json!(401), &json!("")));
}

async fn revoked_tokens_are_found_by_introspection(engine: Engine) {
    let lab = Lab::start(engine).await;
    let provider = Provider::start().await;
    let how = json!({"introspect": true, "client_id": "arno", "client_secret": "hush"});
    provider.registered(&lab, how).await;
    let token = provider.token(json!({}));
    assert_eq!(lab.enqueued(&token, json!({})).await.status, 200);
    *provider.active.lock().expect("a lock") = false;
    assert_eq!(refused(&lab, &token).await, "Error: Access token is revoked");
    let asked = provider.upstream.asked();
    let last = asked.last().expect("a question");
    assert_eq!(last.header("authorization"), Some("Basic YXJubzpodXNo"));
    assert!(String::from_utf8_lossy(&last.body).starts_with("token=eyJ"));
}

async fn several_issuers_have_users_of_their_own(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (ours, theirs) = (Provider::start().await, Provider::start().await);
    ours.registered(&lab, json!({})).await;
    theirs.registered(&lab, json!({"local_users": false})).await;
    let run = lab.enqueued(&ours.token(json!({})), json!({})).await.json();
    let place = format!("/clearml/serve/task/{}", run["task_id"].as_str().expect("an id"));
    let mine = lab.server.web("GET", &place).bearer(&ours.token(json!({}))).send().await;
    let namesake = lab.server.web("GET", &place).bearer(&theirs.token(json!({}))).send().await;
    assert_eq!((mine.status, namesake.status), (200, 404));
    let mixed = ours.signed(Some("k1"), Algorithm::ES256, theirs.signing_key(), json!({}));
    assert_eq!(refused(&lab, &mixed).await, "Error: Access token is invalid");
}

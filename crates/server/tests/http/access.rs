//! Tokens, key pairs, passwords, cookies, roles and impersonation (api.md §3, design.md §5).

use crate::support::{ADMIN, Engine, PASSWORD, TestServer, on_both_engines, options};
use arno_server::Server;
use arno_store::Clock;
use serde_json::{Value, json};

on_both_engines![
    users_are_found_by_the_grammar,
    a_fresh_site_lets_its_administrator_in,
    wrong_credentials_are_told_apart,
    tokens_end_when_their_time_or_their_session_does,
    revoking_a_key_pair_ends_its_tokens_at_once,
    roles_decide_what_may_be_called,
    a_change_of_role_ends_the_user_s_tokens,
    an_administrator_sets_passwords,
    administrators_work_in_another_s_place,
    a_browser_signs_in_and_out_by_cookie,
    behind_https_and_a_path_the_cookie_says_so,
    preferences_merge_by_dotted_paths,
    the_server_s_own_endpoints,
];

const COMPANY: &str = "d1bd92a3b039400cbafc60a7a5b1e52b";

async fn a_fresh_site_lets_its_administrator_in(engine: Engine) {
    let server = TestServer::start(engine).await;
    assert_eq!(server.first.access_key.len(), 30);
    for (name, secret) in
        [(ADMIN, PASSWORD), (server.first.access_key.as_str(), server.first.secret_key.as_str())]
    {
        let token = server.token_of(name, secret).await;
        let user = server.ok(&token, "users.get_current_user", json!({})).await;
        assert_eq!(user["user"]["name"], ADMIN);
        assert_eq!(user["user"]["role"], "admin");
        assert_eq!(user["user"]["company"], json!({"id": COMPANY, "name": "clearml"}));
        assert!(user["getting_started"].is_object());
    }
    let info = server.ok(&server.token().await, "server.info", json!({})).await;
    assert_eq!(info["uid"].as_str().map(str::len), Some(32));
    assert_eq!(info["api_version"], "2.34");
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Server::start(options(folder.path())).await.expect("a server");
    let made = first.first_start.clone().expect("a first start");
    let id = first.site.settings.server_uuid.clone();
    first.shutdown().await;
    let mut again = options(folder.path());
    again.admin_password = Some("another".to_owned());
    let second = Server::start(again).await.expect("a server");
    assert_eq!(second.first_start, None);
    assert_eq!(second.site.settings.server_uuid, id);
    second.shutdown().await;
    assert_eq!(made.admin_password, PASSWORD);
}

async fn wrong_credentials_are_told_apart(engine: Engine) {
    let server = TestServer::start(engine).await;
    let call = || server.api("POST", "/users.get_current_user").body("not JSON");
    let published = "EYVQ385RW7Y2QQUH88CZ7DWIQ1WUHP";
    for (call, code) in [
        (call(), (401, 20)),
        (call().header("authorization", "Digest x"), (401, 10)),
        (call().header("authorization", "Basic ???"), (401, 21)),
        (call().header("authorization", "Basic eA=="), (401, 21)),
        (call().basic("nobody", "x"), (401, 22)),
        (call().basic(ADMIN, "wrong"), (401, 22)),
        (call().basic(ADMIN, ""), (401, 22)),
        (call().basic(&server.first.access_key, "wrong"), (401, 22)),
        (
            call().basic(published, "yfc8KQo*GMXb*9p((qcYC7ByFIpF7I&4VH3BfUYXH%o9vX1ZUZQEEw1Inc)S"),
            (401, 22),
        ),
        (call().bearer("x.y.z"), (401, 30)),
        (call().bearer(""), (401, 30)),
    ] {
        assert_eq!(call.send().await.code(), code);
    }
}

#[tokio::test]
async fn a_key_pair_everybody_knows_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path());
    options.first_credentials = Some(("EYVQ385RW7Y2QQUH88CZ7DWIQ1WUHP".into(), "x".into()));
    let error = Server::start(options).await.err().expect("refused").to_string();
    assert!(error.contains("never accepted"), "{error}");
}

async fn tokens_end_when_their_time_or_their_session_does(engine: Engine) {
    let clock = Clock::fixed(1_700_000_000_000);
    let server = TestServer::start_with(engine, |options| options.clock = clock.clone()).await;
    let login = |query: &str| {
        let (key, secret) = (&server.first.access_key, &server.first.secret_key);
        server.api("GET", &format!("/auth.login{query}")).basic(key, secret)
    };
    assert_eq!(login("?expiration_sec=31536001").send().await.code(), (400, 12));
    let reply = login("?expiration_sec=60").send().await.json();
    let short = reply["data"]["token"].as_str().expect("a token").to_owned();
    server.ok(&short, "users.get_current_user", json!({})).await;
    clock.set(1_700_000_060_000);
    let expired = server.api("GET", "/users.get_current_user").bearer(&short).send().await;
    assert_eq!(expired.code(), (401, 30));

    let (token, other) = (server.token().await, server.token().await);
    server.ok(&token, "auth.logout", json!({})).await;
    let call = server.api("GET", "/users.get_current_user");
    assert_eq!(call.clone().bearer(&token).send().await.code(), (401, 30));
    assert_eq!(call.bearer(&other).send().await.code(), (200, 0));
}

async fn revoking_a_key_pair_ends_its_tokens_at_once(engine: Engine) {
    let server = TestServer::start(engine).await;
    let admin = server.token().await;
    let made = server.ok(&admin, "auth.create_credentials", json!({"label": "laptop"})).await;
    let pair = &made["credentials"];
    assert_eq!(pair["label"], "laptop");
    let (key, secret) = (pair["access_key"].as_str(), pair["secret_key"].as_str());
    let (key, secret) = (key.expect("a key").to_owned(), secret.expect("a secret").to_owned());
    let token = server.token_of(&key, &secret).await;
    server.ok(&token, "users.get_current_user", json!({})).await;

    let edit = json!({"access_key": key, "label": "desk"});
    assert_eq!(server.ok(&admin, "auth.edit_credentials", edit).await["updated"], 1);
    let listed = server.ok(&admin, "auth.get_credentials", json!({})).await;
    let listed = listed["credentials"].as_array().expect("a list").clone();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().any(|c| c["access_key"] == key.as_str() && c["label"] == "desk"));
    assert!(listed.iter().all(|c| c.get("secret_key").is_none()));

    let revoke = json!({"access_key": key});
    assert_eq!(server.ok(&admin, "auth.revoke_credentials", revoke.clone()).await["revoked"], 1);
    let call = server.api("GET", "/users.get_current_user");
    assert_eq!(call.clone().bearer(&token).send().await.code(), (401, 30));
    assert_eq!(call.basic(&key, &secret).send().await.code(), (401, 22));
    let again = server.api("POST", "/auth.revoke_credentials").bearer(&admin).json(&revoke);
    assert_eq!(again.send().await.code(), (400, 300));
    let unknown = server.api("POST", "/auth.edit_credentials").bearer(&admin);
    let unknown = unknown.json(&json!({"access_key": key, "label": "x"}));
    assert_eq!(unknown.send().await.code(), (400, 75));
}

async fn roles_decide_what_may_be_called(engine: Engine) {
    let server = TestServer::start(engine).await;
    let (user, id) = server.user("ann", "user").await;
    let (viewer, _) = server.user("vic", "guest").await;
    let admin_only = json!({"user": id});
    for (token, endpoint, body, code) in [
        (&user, "auth.get_token_for_user", admin_only.clone(), (403, 20)),
        (&user, "auth.edit_user", json!({"user": id, "role": "admin"}), (403, 20)),
        (&user, "server.config", json!({}), (403, 20)),
        (&user, "users.update", json!({"user": id, "name": "Ann B."}), (200, 0)),
        (&viewer, "users.get_by_id", json!({"user": id}), (200, 0)),
        (&viewer, "users.update", json!({"user": id, "name": "x"}), (403, 20)),
        (&viewer, "auth.create_credentials", json!({}), (403, 20)),
        (&viewer, "users.set_preferences", json!({"preferences": {"a": 1}}), (200, 0)),
        // 403 wins over a body that is wrong, and over an endpoint not yet there.
        (&user, "auth.create_user", json!([]), (403, 20)),
    ] {
        let call = server.api("POST", &format!("/{endpoint}")).bearer(token).json(&body);
        assert_eq!(call.send().await.code(), code, "{endpoint} {body}");
    }
    let admin = server.token().await;
    let other = server.api("POST", "/users.update").bearer(&user);
    let me = server.ok(&admin, "users.get_current_user", json!({})).await;
    let body = json!({"user": me["user"]["id"], "name": "x"});
    assert_eq!(other.json(&body).send().await.code(), (403, 21));
    let last = server.api("POST", "/auth.edit_user").bearer(&admin);
    let body = json!({"user": me["user"]["id"], "role": "user"});
    assert_eq!(last.json(&body).send().await.code(), (400, 300));
}

async fn a_change_of_role_ends_the_user_s_tokens(engine: Engine) {
    let server = TestServer::start(engine).await;
    let (token, id) = server.user("ann", "user").await;
    server.ok(&token, "users.get_current_user", json!({})).await;
    let admin = server.token().await;
    let edited = server.ok(&admin, "auth.edit_user", json!({"user": id, "role": "admin"})).await;
    assert_eq!(edited, json!({"updated": 1, "fields": {"role": "admin"}}));
    let call = server.api("GET", "/users.get_current_user");
    assert_eq!(call.clone().bearer(&token).send().await.code(), (401, 30));
    let invalid = json!({"token": token});
    assert_eq!(server.ok(&admin, "auth.validate_token", invalid).await["valid"], false);

    server.ok(&admin, "users.delete", json!({"user": id})).await;
    let gone = server.api("POST", "/users.get_by_id").bearer(&admin).json(&json!({"user": id}));
    assert_eq!(gone.send().await.code(), (400, 301));
}

async fn an_administrator_sets_passwords(engine: Engine) {
    let server = TestServer::start(engine).await;
    let admin = server.token().await;
    let (ann, id) = server.user("ann", "user").await;
    let (manager, _) = server.user("max", "superuser").await;
    let place = format!("/api/v1/users/{id}/password");
    let set = |fields: Value| server.web("POST", &place).json(&fields);
    let good = json!({"login": "ann", "password": "long enough"});

    let anonymous = set(good.clone()).send().await;
    assert_eq!(anonymous.status, 401);
    for token in [&ann, &manager] {
        let refused = set(good.clone()).bearer(token).send().await;
        assert_eq!(refused.status, 403);
        assert!(refused.text().contains("only administrators set passwords"));
    }
    for (fields, why) in [
        (json!({"password": "long enough"}), "no sign-in name yet"),
        (json!({"login": "ann"}), "missing field"),
        (json!({"login": "ann", "password": "short"}), "8 characters"),
        (json!({"login": "ann", "password": "x".repeat(300)}), "at most 256 bytes"),
        (json!({"login": " ", "password": "long enough"}), "without a colon"),
        (json!({"login": "an:n", "password": "long enough"}), "without a colon"),
        (json!({"login": ADMIN, "password": "long enough"}), "another user signs in"),
        (json!({"login": "ann", "password": "long enough", "role": "admin"}), "unknown field"),
        (json!([]), "invalid"),
    ] {
        let refused = set(fields.clone()).bearer(&admin).send().await;
        assert_eq!(refused.status, 400, "{fields}");
        assert!(refused.text().contains(why), "{fields}: {}", refused.text());
    }
    let nobody = server.web("POST", "/api/v1/users/nobody/password").json(&good);
    assert_eq!(nobody.bearer(&admin).send().await.status, 400);
    server.ok(&ann, "users.get_current_user", json!({})).await;

    assert_eq!(set(good).bearer(&admin).send().await.status, 204);
    assert_eq!(server.codes(&ann, "users.get_current_user", json!({})).await, (401, 30));
    server.token_of("ann", "long enough").await;
    let again = json!({"password": "another one"});
    assert_eq!(set(again).bearer(&admin).send().await.status, 204);
    server.token_of("ann", "another one").await;
    let old = server.api("POST", "/auth.login").basic("ann", "long enough").send().await;
    assert_eq!(old.code(), (401, 22));
    let login_of = async |token: &str| {
        let users = server.ok(token, "users.get_all_ex", json!({"id": [id]})).await;
        users["users"][0]["login"].clone()
    };
    assert_eq!(login_of(&admin).await, "ann");
    assert_eq!(login_of(&manager).await, Value::Null);
}

async fn administrators_work_in_another_s_place(engine: Engine) {
    let server = TestServer::start(engine).await;
    let (user, id) = server.user("ann", "user").await;
    let admin = server.token().await;
    let who = || server.api("GET", "/users.get_current_user");
    for (header, role) in [("X-Clearml-Impersonate-As", "user"), ("X-Trains-Act-As", "admin")] {
        let reply = who().bearer(&admin).header(header, &id).send().await.json();
        assert_eq!(reply["data"]["user"]["name"], "ann", "{header}");
        assert_eq!(reply["data"]["user"]["role"], role, "{header}");
    }
    let both = who().bearer(&admin).header("X-Clearml-Act-As", &id);
    let both = both.header("X-Clearml-Impersonate-As", &id);
    assert_eq!(both.send().await.code(), (400, 5));
    let not_admin = who().bearer(&user).header("X-Clearml-Act-As", &id);
    assert_eq!(not_admin.send().await.code(), (400, 6));
    let nobody = who().bearer(&admin).header("X-Clearml-Act-As", "nobody");
    assert_eq!(nobody.send().await.code(), (400, 6));
    // The role taken on must be allowed as well.
    let config = server.api("GET", "/server.config").bearer(&admin);
    let config = config.header("X-Clearml-Impersonate-As", &id);
    assert_eq!(config.send().await.code(), (403, 20));
}

async fn a_browser_signs_in_and_out_by_cookie(engine: Engine) {
    let server = TestServer::start(engine).await;
    let reply = server.web("POST", "/auth.login").basic(ADMIN, PASSWORD).send().await;
    let cookie = reply.header("set-cookie").expect("a cookie").to_owned();
    for part in ["clearml_token_basic=ey", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"));
    let token = reply.json()["data"]["token"].as_str().expect("a token").to_owned();
    let own = server.running.web_url.clone();

    let modes = server.web("GET", "/login.supported_modes");
    let signed_in = |reply: crate::support::Reply| reply.json()["data"]["authenticated"].clone();
    assert_eq!(signed_in(modes.clone().send().await), false);
    assert_eq!(signed_in(modes.clone().cookie(&token).send().await), true);

    let read = |method: &str| server.web(method, "/users.get_current_user").cookie(&token);
    assert_eq!(read("GET").send().await.code(), (200, 0));
    assert_eq!(read("POST").send().await.code(), (200, 0));
    let write = |method: &str| {
        let call = server.web(method, "/users.set_preferences").cookie(&token);
        call.json(&json!({"preferences": {"theme": "dark"}}))
    };
    for (call, code) in [
        (write("POST"), (401, 20)),
        (write("POST").header("origin", "http://evil"), (401, 20)),
        (write("GET").header("origin", &own), (401, 20)),
        (write("POST").header("sec-fetch-site", "same-origin"), (200, 0)),
        (write("POST").header("origin", &own), (200, 0)),
    ] {
        assert_eq!(call.send().await.code(), code);
    }
    // A header wins over the cookie.
    assert_eq!(read("GET").bearer("x").send().await.code(), (401, 30));

    let out = server.web("POST", "/login.logout").cookie(&token).header("origin", &own);
    let out = out.send().await;
    assert!(out.header("set-cookie").is_some_and(|c| c.contains("clearml_token_basic=; ")));
    assert_eq!(read("GET").send().await.code(), (401, 30));
}

async fn behind_https_and_a_path_the_cookie_says_so(engine: Engine) {
    let server = TestServer::start_with(engine, |options| {
        options.public_web_url = Some("https://lab.example/arno/".to_owned());
    })
    .await;
    let reply = server.api("POST", "/arno/auth.login").basic(ADMIN, PASSWORD).send().await;
    let cookie = reply.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("Path=/arno;") && cookie.ends_with("; Secure"), "{cookie}");
}

async fn preferences_merge_by_dotted_paths(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let set = async |preferences: serde_json::Value| {
        let body = json!({"preferences": preferences});
        server.ok(&token, "users.set_preferences", body).await
    };
    let expected = json!({"table": {"columns": [1]}, "theme": "dark"});
    let answer = set(json!({"table.columns": [1], "theme": "dark"})).await;
    assert_eq!(answer, json!({"updated": 1, "fields": {"preferences": expected}}));
    assert_eq!(set(json!({"theme": "dark"})).await, json!({"updated": 0, "fields": {}}));
    let read = server.ok(&token, "users.get_preferences", json!({})).await;
    assert_eq!(read["preferences"], expected);
    for bad in [json!({"a": {"b.c": 1}}), json!({"$a": 1}), json!({"a": [{"$b": 1}]})] {
        let call = server.api("POST", "/users.set_preferences").bearer(&token);
        let reply = call.json(&json!({"preferences": bad})).send().await;
        assert_eq!(reply.code(), (400, 16), "{bad}");
    }
}

async fn the_server_s_own_endpoints(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let config = server.ok(&token, "server.config", json!({})).await;
    assert_eq!(config["visibility"], "shared");
    let urls = server.ok(&token, "server.config", json!({"path": "urls"})).await;
    assert_eq!(urls["api"], server.running.api_url.as_str());
    let endpoints = server.ok(&token, "server.endpoints", json!({})).await;
    let count: usize = endpoints
        .as_object()
        .expect("an object")
        .values()
        .map(|list| list.as_array().map_or(0, Vec::len))
        .sum();
    assert!(count >= 208, "{count}");
    let stats = server.ok(&token, "server.get_stats", json!({})).await;
    assert_eq!(
        (&stats["users"], &stats["queues"], &stats["tasks"]),
        (&json!(1), &json!(1), &json!(0))
    );
    let option = server.ok(&token, "server.report_stats_option", json!({"enabled": true})).await;
    assert_eq!(option["enabled"], true);
    let option = server.ok(&token, "server.report_stats_option", json!({})).await;
    assert_eq!(option["enabled_user"], ADMIN);
    assert!(option["enabled_time"].as_str().is_some_and(|time| !time.contains('+')));
    let fixed = server.api("GET", "/auth.fixed_users_mode").send().await.json();
    assert_eq!(fixed["data"]["enabled"], true);
}

async fn users_are_found_by_the_grammar(engine: Engine) {
    let server = TestServer::start(engine).await;
    let (own, ann) = server.user("ann", "user").await;
    let token = server.token().await;
    let all = server.ok(&token, "users.get_all", json!({})).await;
    assert_eq!(all["users"].as_array().map(Vec::len), Some(2));
    // What each may do is for administrators.
    let body = json!({"id": [ann]});
    let role = &server.ok(&token, "users.get_all_ex", body.clone()).await["users"][0]["role"];
    assert_eq!(role, "user");
    let seen = server.ok(&own, "users.get_all_ex", body).await;
    assert_eq!((&seen["users"][0]["name"], seen["users"][0].get("role")), (&json!("ann"), None));
    let body = json!({"id": [ann], "only_fields": ["name", "id"]});
    let one = server.ok(&token, "users.get_all_ex", body).await;
    assert_eq!(one["users"], json!([{"id": ann, "name": "ann"}]));
    let active = server.ok(&token, "users.get_all_ex", json!({"active_in_projects": []})).await;
    assert_eq!(active["users"], json!([]));
    let wrong = json!({"active_in_projects": "x"});
    let wrong = server.api("POST", "/users.get_all_ex").bearer(&token).json(&wrong);
    assert_eq!(wrong.send().await.code(), (400, 12));
}

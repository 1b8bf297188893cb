//! Paths, methods, bodies, versions, envelopes and headers (api.md §1).

use crate::support::{Engine, TestServer, options};
use arno_server::Server;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn every_form_of_path_and_method_reaches_the_endpoint() {
    let server = TestServer::start(Engine::Sqlite).await;
    for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
        for (path, version) in [
            ("/debug.ping", "2.34"),
            ("/v2.23/debug.ping", "2.23"),
            ("/v2.23/debug.ping/", "2.23"),
            ("/api/v2.9/debug.ping", "2.9"),
            ("/v99.1/debug.ping", "99.1"),
        ] {
            let reply = server.api(method, path).body(r#"{"x":1}"#).send().await;
            let answer = reply.json();
            assert_eq!(reply.code(), (200, 0), "{method} {path}");
            assert_eq!(answer["data"], json!({"msg": "ClearML server", "x": 1}), "{method} {path}");
            assert_eq!(answer["meta"]["endpoint"]["requested_version"], version);
            assert_eq!(answer["meta"]["endpoint"]["actual_version"], "1.0");
            assert_eq!(reply.header("server"), Some("clearml"));
        }
    }
    let web = server.web("GET", "/debug.ping").send().await;
    assert_eq!(web.code(), (200, 0));
    let old = server.api("GET", "/v1.5/debug.ping").send().await.json();
    assert_eq!(old["meta"]["endpoint"]["requested_version"], json!(1.5));
}

#[tokio::test]
async fn what_does_not_exist_says_so_in_the_envelope() {
    let server = TestServer::start(Engine::Sqlite).await;
    let token = server.token().await;
    for (path, code) in [
        ("/v2/debug.ping", (400, 0)),
        ("/nothing", (400, 0)),
        ("/debug.nothing", (404, 0)),
        ("/v2.1/auth.logout", (404, 0)),
        ("/v99999999999.1/debug.ping", (400, 2)),
    ] {
        let reply = server.api("GET", path).bearer(&token).send().await;
        assert_eq!(reply.code(), code, "{path}: {}", reply.text());
        assert_eq!(reply.json()["data"], json!({}), "{path}");
        assert!(reply.json()["meta"]["result_msg"].as_str().is_some_and(|msg| !msg.is_empty()));
    }
}

#[tokio::test]
async fn bodies_and_queries() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ping =
        |query: &str, body: &[u8]| server.api("GET", &format!("/debug.ping{query}")).body(body);
    for (query, body, expected) in [
        ("", &b""[..], json!({})),
        ("?a=1&b.c=x&d=true&e[]=2", b"", json!({"a": 1, "b": {"c": "x"}, "d": true, "e": [2]})),
        ("?a=2", br#"{"a":1,"b":"\u00e9"}"#, json!({"a": 2, "b": "é"})),
        ("", br#"{"a":1,"a":"\ud800"}"#, json!({"a": "\u{fffd}"})),
    ] {
        let reply = ping(query, body).header("content-type", "text/plain").send().await;
        let mut data = reply.json()["data"].clone();
        data.as_object_mut().expect("an object").remove("msg");
        assert_eq!(data, expected, "{query}");
        assert!(reply.body.is_ascii());
    }
    let reply = ping("", br#"{"a":NaN,"b":-Infinity}"#).send().await;
    assert!(reply.text().contains(r#""a":NaN,"b":-Infinity"#), "{}", reply.text());
    for bad in [&b"{"[..], b"[1]", b"\xff", b"{\"a\":}"] {
        assert_eq!(ping("", bad).send().await.code(), (400, 0));
    }
    let lines = ping("", b"{}\n{}").header("content-type", "application/json-lines");
    assert_eq!(lines.send().await.code(), (400, 0));
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let server = TestServer::start(Engine::Sqlite).await;
    let body = vec![b' '; 64 * 1024 * 1024 + 1];
    let reply = server.api("POST", "/debug.ping").body(body).send().await;
    assert_eq!(reply.code(), (400, 0));
    assert!(reply.text().contains("more than 64 MiB"), "{}", reply.text());
}

#[tokio::test]
async fn headers_of_the_protocol() {
    let server = TestServer::start(Engine::Sqlite).await;
    let reply = server.api("GET", "/debug.ping").header("X-Trains-Trx", "abc").send().await;
    assert_eq!(reply.json()["meta"]["trx"], "abc");
    let meta = server.api("GET", "/debug.ping").send().await.json()["meta"].clone();
    assert_eq!(meta["trx"], meta["id"]);
    assert_eq!(meta["id"].as_str().map(str::len), Some(32));

    let reply = server.api("POST", "/debug.ping").header("content-encoding", "gzip").send().await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (415, Some("text/plain; charset=utf-8"))
    );

    let body = json!({"long": "x".repeat(5000)}).to_string();
    let call = server.api("POST", "/debug.ping").header("accept-encoding", "gzip, br");
    let reply = call.clone().body(body).send().await;
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert!(reply.body.len() < 1000);
    assert_eq!(call.send().await.header("content-encoding"), None);
}

/// The SDK's processes fork with their open connections (http/connection.rs).
#[tokio::test]
async fn a_connection_outlives_its_answer_unless_its_client_forks() {
    let server = TestServer::start(Engine::Sqlite).await;
    for url in [&server.running.api_url, &server.running.files_url] {
        let request = |agent: &str, end: &str| {
            format!("GET /healthz HTTP/1.1\r\nhost: x\r\nuser-agent: {agent}\r\n{end}\r\n")
        };
        let browser = "Mozilla/5.0";
        let kept = request(browser, "") + &request(browser, "connection: close\r\n");
        for (sent, answers) in [(request("python-requests/2.34.2", ""), 1), (kept, 2)] {
            let mut stream = TcpStream::connect(&url["http://".len()..]).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert_eq!(answer.matches("HTTP/1.1 200").count(), answers, "{answer}");
            assert_eq!(answer.matches("connection: close").count(), 1, "{answer}");
        }
    }
}

#[tokio::test]
async fn browsers_of_any_origin_may_call_but_only_ours_with_the_cookie() {
    let server = TestServer::start(Engine::Sqlite).await;
    for path in ["/debug.ping", "/anything", "/files/x"] {
        let reply = server
            .api("OPTIONS", path)
            .header("origin", "http://elsewhere")
            .header("access-control-request-headers", "authorization,x-clearml-client")
            .send()
            .await;
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            reply.header("access-control-allow-headers"),
            Some("authorization,x-clearml-client")
        );
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
    let own = server.running.web_url.clone();
    let reply = server.api("GET", "/debug.ping").header("origin", &own).send().await;
    assert_eq!(reply.header("access-control-allow-origin"), Some(own.as_str()));
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
}

#[tokio::test]
async fn pages_and_probes() {
    let server = TestServer::start(Engine::Sqlite).await;
    for path in ["/", "/projects/x/tasks"] {
        let reply = server.web("GET", path).header("accept", "text/html,*/*").send().await;
        assert_eq!(reply.status, 200, "{path}");
        let kind = reply.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("text/html"), "{path}: {kind}");
    }
    assert_eq!(server.web("GET", "/healthz").send().await.text(), "ok\n");
    assert_eq!(server.web("GET", "/readyz").send().await.text(), "ready\n");
    let metrics = server.web("GET", "/metrics").send().await.text();
    assert!(metrics.contains("arno_http_responses_total{class=\"2xx\"} "), "{metrics}");
    assert!(metrics.contains("arno_build_info{version=\"0.0.1\"} 1"), "{metrics}");
}

#[tokio::test]
async fn the_api_describes_itself_to_anybody() {
    let server = TestServer::start_with(Engine::Sqlite, |options| {
        options.public_web_url = Some("http://lab/arno".to_owned());
    })
    .await;
    let ask = |path: &str| server.api("GET", path).header("accept", "text/html,*/*");
    let reply = ask("/api/v1/openapi.json").send().await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.json()["openapi"], "3.1.0");
    let url = format!("{}/v2.34", server.running.api_url);
    assert_eq!(reply.json()["servers"][0]["url"], url);
    let below = ask("/arno/api/v1/openapi.json");
    assert_eq!(below.clone().send().await.json(), reply.json());
    let etag = reply.header("etag").expect("a tag").to_owned();
    let known = below.clone().header("if-none-match", &etag).send().await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let other = below.header("if-none-match", "\"x\"").send().await;
    assert_eq!((other.status, other.header("etag")), (200, Some(etag.as_str())));
    let post = server.api("POST", "/api/v1/openapi.json").send().await;
    assert_eq!(post.code(), (400, 0));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_setting() {
    let server = TestServer::start(Engine::Sqlite).await;
    let taken = server.running.files_url.rsplit(':').next().expect("a port").to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options(folder.path());
    options.files_port = taken.parse().expect("a port");
    let error = Server::start(options).await.err().expect("refused").to_string();
    for word in ["files", "ARNO_FILES_PORT", taken.as_str()] {
        assert!(error.contains(word), "{error}");
    }
}

#[tokio::test]
async fn a_request_under_way_is_finished_at_shutdown() {
    let server = TestServer::start(Engine::Sqlite).await;
    let call = server.api("POST", "/debug.ping").body(r#"{"x":1}"#);
    let bytes = call.bytes();
    let mut stream = call.connect().await;
    stream.write_all(&bytes[..bytes.len() - 3]).await.expect("to send");
    // The answer to another call tells that the server has read this far.
    assert_eq!(server.api("GET", "/debug.ping").send().await.status, 200);
    let url = server.running.api_url.clone();
    let stopping = tokio::spawn(server.running.shutdown());
    while TcpStream::connect(url.trim_start_matches("http://")).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!stopping.is_finished(), "a request is under way");
    stream.write_all(&bytes[bytes.len() - 3..]).await.expect("to send");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.expect("to read");
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    stopping.await.expect("stopped");
}

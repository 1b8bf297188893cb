//! The file server (api.md §13).

use crate::support::{Engine, Reply, TestServer, form, on_both_engines};
use arno_server::Options;
use arno_store::schema::TASK as TASK_ENTITY;
use arno_store::{Scope, Tx, Visibility, document};
use serde_json::json;
use std::path::Path;
use tokio::io::AsyncWriteExt;

on_both_engines![
    the_task_s_visibility_decides_in_private,
    a_viewer_reads_and_does_not_write,
    what_is_stored_comes_back,
    ranges_conditions_and_head,
    equal_contents_are_stored_once_until_the_last_goes,
    several_are_deleted_at_once,
    nothing_leaves_the_root,
    files_need_a_token_that_holds,
    an_upload_cut_half_way_leaves_nothing,
];

const TASK: &str = "project/name.0123456789abcdef0123456789abcdef";

async fn upload(server: &TestServer, token: &str, files: &[(&str, &[u8])]) -> Reply {
    server.files("POST", "/").bearer(token).form(files).send().await
}

async fn get(server: &TestServer, token: &str, path: &str) -> Reply {
    server.files("GET", path).bearer(token).send().await
}

/// Bytes that do not repeat, so that a chunk out of place shows.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// How many contents lie in the files folder, temporaries included.
fn contents(folder: &Path) -> usize {
    let shelves = std::fs::read_dir(folder.join("files")).expect("the folder");
    shelves
        .map(|shelf| std::fs::read_dir(shelf.expect("an entry").path()).expect("a shelf").count())
        .sum()
}

async fn what_is_stored_comes_back(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let large = noise(3 * 1024 * 1024 + 17);
    let edge = noise(16 * 1024 + 1);
    let files: [(&str, &[u8]); 5] = [
        (&format!("{TASK}/artifacts/a/small.txt"), b"hello"),
        (&format!("/{TASK}/models/large.bin"), &large),
        (&format!("{TASK}/edge"), &edge),
        (&format!("{TASK}/empty"), b""),
        ("name with %20 and \u{436}", b"verbatim"),
    ];
    let reply = upload(&server, &token, &files).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.trim_start_matches('/')).collect();
    assert_eq!(reply.json(), json!(names));
    for (path, content, kind) in [
        (format!("/{TASK}/artifacts/a/small.txt"), &b"hello"[..], "text/plain; charset=utf-8"),
        (format!("/files/{TASK}/models/large.bin"), &large, "application/octet-stream"),
        (format!("/{TASK}/edge"), &edge, "application/octet-stream"),
        (format!("/{TASK}/empty"), b"", "application/octet-stream"),
        ("/name%20with%20%2520%20and%20%D0%B6".to_owned(), b"verbatim", "application/octet-stream"),
    ] {
        let reply = get(&server, &token, &path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.body == content, "{path}: {} bytes", reply.body.len());
        assert_eq!(reply.header("content-type"), Some(kind), "{path}");
        assert_eq!(reply.header("content-security-policy"), Some("sandbox allow-scripts"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("cache-control").is_some_and(|value| value.contains("max-age=300")));
    }
    let through_api = server.api("GET", &format!("/files/{TASK}/edge")).bearer(&token).send().await;
    assert!(through_api.body == edge);
    assert_eq!(through_api.header("content-security-policy"), Some("sandbox allow-scripts"));
}

async fn ranges_conditions_and_head(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let content = noise(600_000);
    upload(&server, &token, &[("a/f.bin", &content), ("a/s.csv.gz", b"0123456789")]).await;
    let file = |method: &str| server.files(method, "/a/f.bin").bearer(&token);

    let head = file("HEAD").send().await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("600000"));
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    let (etag, date) = (head.header("etag"), head.header("last-modified"));
    let (etag, date) = (etag.expect("a tag").to_owned(), date.expect("a date").to_owned());
    assert_eq!(etag.len(), 66, "the content's hash in quotes");

    let part = file("GET").header("range", "bytes=299990-300009").send().await;
    assert_eq!((part.status, part.body.as_slice()), (206, &content[299_990..300_010]));
    assert_eq!(part.header("content-range"), Some("bytes 299990-300009/600000"));
    let rest = file("GET").header("range", "bytes=-5").header("if-range", &etag).send().await;
    assert_eq!((rest.status, rest.body.as_slice()), (206, &content[599_995..]));
    let changed = file("GET").header("range", "bytes=-5").header("if-range", "\"x\"").send().await;
    assert_eq!((changed.status, changed.body.len()), (200, 600_000));
    let beyond = file("GET").header("range", "bytes=600000-").send().await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), Some("bytes */600000"));
    for (name, value) in [("if-none-match", &etag), ("if-modified-since", &date)] {
        let known = file("GET").header(name, value).send().await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{name}");
    }

    let small = server.files("GET", "/a/s.csv.gz?download").bearer(&token);
    let small = small.header("range", "bytes=2-4").send().await;
    assert_eq!((small.status, small.text().as_str()), (206, "234"));
    assert_eq!(small.header("content-type"), Some("application/octet-stream"));
    assert_eq!(small.header("content-encoding"), None);
    assert_eq!(small.header("content-disposition"), Some("attachment; filename=\"s.csv.gz\""));
}

async fn equal_contents_are_stored_once_until_the_last_goes(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let content = noise(100_000);
    upload(&server, &token, &[("a/1", &content), ("a/2", &content), ("b/3", &content)]).await;
    assert_eq!(contents(server.folder()), 1);
    let other = noise(50_000);
    upload(&server, &token, &[("a/1", &other)]).await;
    assert!(get(&server, &token, "/a/1").await.body == other);
    assert_eq!(contents(server.folder()), 2);

    let delete = |path: &str| server.files("DELETE", path).bearer(&token);
    let reply = delete("/a/2").send().await;
    assert_eq!((reply.status, reply.json()), (200, json!("a/2")));
    assert_eq!(delete("/a/2").send().await.status, 404);
    assert!(get(&server, &token, "/b/3").await.body == content);
    assert_eq!(delete("/b/3").send().await.status, 200);
    server.running.site.blobs.remove_dead().await.expect("removed");
    assert_eq!(contents(server.folder()), 1);
    assert_eq!(get(&server, &token, "/b/3").await.status, 404);
    assert!(get(&server, &token, "/a/1").await.body == other);
}

async fn several_are_deleted_at_once(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    let names = ["a/1", "a/b/2", "a b/3", "a0", "c"];
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, &b"x"[..])).collect();
    upload(&server, &token, &files).await;
    let call = |body: &str| server.files("POST", "/delete_many").bearer(&token).body(body);
    let body = json!({"files": ["a", "a+b%2F3", "nothing", "", "../c", "/c"]}).to_string();
    let reply = call(&body).send().await;
    assert_eq!(reply.status, 200);
    let reply = reply.json();
    assert_eq!(reply["deleted"], json!({"a": "a", "a+b%2F3": "a b/3", "/c": "c"}));
    let errors = reply["errors"].as_object().expect("an object");
    let failed: usize = errors.values().map(|list| list.as_array().map_or(0, Vec::len)).sum();
    assert_eq!(failed, 3, "{errors:?}");
    assert_eq!(get(&server, &token, "/a/b/2").await.status, 404);
    assert_eq!(get(&server, &token, "/a0").await.status, 200, "a neighbour of the folder stays");
    for bad in ["", "{}", "[]", r#"{"files": "a"}"#] {
        assert_eq!(call(bad).send().await.status, 400, "{bad}");
    }
}

async fn nothing_leaves_the_root(engine: Engine) {
    let server = TestServer::start(engine).await;
    std::fs::write(server.folder().join("outside"), "secret").expect("to write");
    let token = server.token().await;
    for path in [
        "/../outside",
        "/a/../../outside",
        "/%2e%2e/outside",
        "/..%2foutside",
        "/%252e%252e/outside",
        "/%252e%252e%252foutside",
        "/files/../outside",
        "/files/%2e%2e/outside",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/a%00b",
        "/tmp",
    ] {
        assert_eq!(get(&server, &token, path).await.status, 404, "{path}");
        let delete = server.files("DELETE", path).bearer(&token).send().await;
        assert_eq!(delete.status, 404, "{path}");
        let through_api = server.api("GET", &format!("/files{path}")).bearer(&token).send().await;
        assert_eq!(through_api.status, 404, "{path}");
    }
    for name in ["../x", "a/../../x", "..", "", "/"] {
        assert_eq!(upload(&server, &token, &[(name, b"x")]).await.status, 404, "{name}");
    }
    assert!(server.folder().join("outside").exists());
    let long = "x".repeat(2001);
    assert_eq!(upload(&server, &token, &[(&long, b"x")]).await.status, 400);
}

async fn files_need_a_token_that_holds(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    upload(&server, &token, &[("a/f", b"x")]).await;
    let own = server.running.web_url.clone();
    let file = |method: &str| server.files(method, "/a/f");
    let (key, secret) = (&server.first.access_key, &server.first.secret_key);
    for (call, status) in [
        (server.files("GET", "/"), 200),
        (server.files("GET", "/").bearer(&token), 200),
        (server.files("GET", "/").bearer("x"), 401),
        (file("GET"), 401),
        (file("GET").basic(key, secret), 401),
        (file("GET").bearer("x"), 401),
        (file("GET").cookie(&token), 200),
        (file("HEAD").cookie(&token), 200),
        (server.files("POST", "/").form(&[("b", b"x")]), 401),
        (server.files("POST", "/").cookie(&token).form(&[("b", b"x")]), 401),
        (server.files("POST", "/").cookie(&token).header("origin", &own).form(&[("b", b"x")]), 200),
        (file("DELETE").cookie(&token).header("origin", &own), 401),
        (file("PUT").bearer(&token), 405),
        (file("GET").bearer(&token).header("content-encoding", "gzip"), 415),
        (file("DELETE").bearer(&token), 200),
    ] {
        assert_eq!(call.send().await.status, status);
    }
    server.ok(&token, "auth.logout", json!({})).await;
    assert_eq!(file("GET").bearer(&token).send().await.status, 401);
}

async fn an_upload_cut_half_way_leaves_nothing(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    upload(&server, &token, &[("a/f", b"before")]).await;
    let content = noise(2 * 1024 * 1024);
    let call = server.files("POST", "/").bearer(&token).form(&[("a/f", &content)]);
    let bytes = call.bytes();
    for share in [4, 2] {
        let mut stream = call.connect().await;
        stream.write_all(&bytes[..bytes.len() / share]).await.expect("to send");
        stream.shutdown().await.expect("to close");
        drop(stream);
    }
    // Who may not upload is told so, although he has not finished sending.
    let refused = server.files("POST", "/").form(&[("a/f", &content)]).send().await;
    assert_eq!(refused.status, 401);
    // A form that ends inside a part, on a connection that stays.
    let mut short = form(&[("a/f", &content)]);
    short.truncate(short.len() - 20);
    let kind = "multipart/form-data; boundary=x0x";
    let reply = server.files("POST", "/").bearer(&token).header("content-type", kind);
    assert_eq!(reply.body(short).send().await.status, 400);
    for (kind, body) in [("text/plain", "x"), ("multipart/form-data", "x")] {
        let call = server.files("POST", "/").bearer(&token).header("content-type", kind);
        assert_eq!(call.body(body).send().await.status, 400, "{kind}");
    }

    assert_eq!(get(&server, &token, "/a/f").await.text(), "before");
    let folder = server.folder().to_owned();
    let running = server.running;
    running.shutdown().await;
    // Only the small file is left, and it is in the database. The last chunk of an upload that
    // was cut off may still be on its way to the disk.
    let gone = async {
        while contents(&folder) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone).await.expect("nothing is left");
}

async fn a_viewer_reads_and_does_not_write(engine: Engine) {
    let server = TestServer::start(engine).await;
    let token = server.token().await;
    upload(&server, &token, &[("a", b"x")]).await;
    let (viewer, _) = server.user("vic", "guest").await;
    assert_eq!(get(&server, &viewer, "/a").await.text(), "x");
    assert_eq!(upload(&server, &viewer, &[("v", b"x")]).await.status, 403);
    assert_eq!(server.files("DELETE", "/a").bearer(&viewer).send().await.status, 403);
    let many = server.files("POST", "/delete_many").bearer(&viewer).body(r#"{"files":["a"]}"#);
    assert_eq!(many.send().await.status, 403);
}

async fn the_task_s_visibility_decides_in_private(engine: Engine) {
    let private = |options: &mut Options| options.visibility = Visibility::Private;
    let server = TestServer::start_with(engine, private).await;
    let (ann, ann_id) = server.user("ann", "user").await;
    let (bob, _) = server.user("bob", "user").await;
    let site = &server.running.site;
    let company = site.settings.company.clone();
    let make = move |tx: &Tx<'_>| {
        let task = json!({
            "id": "0123456789abcdef0123456789abcdef", "name": "name", "type": "training",
            "status": "created", "company": company, "user": ann_id,
        });
        let task = task.as_object().expect("an object").clone();
        document::insert(tx, &TASK_ENTITY, task).map(|_| ())
    };
    site.db.write(Scope::system(&site.settings.company), make).await.expect("a task");

    let own = format!("{TASK}/artifacts/a");
    let files: [(&str, &[u8]); 2] = [(&own, b"of the task"), ("loose", b"of nobody's task")];
    assert_eq!(upload(&server, &ann, &files).await.status, 200);
    let admin = server.token().await;
    for path in [format!("/{own}"), "/loose".to_owned()] {
        assert_eq!(get(&server, &ann, &path).await.status, 200, "{path}");
        assert_eq!(get(&server, &admin, &path).await.status, 200, "{path}");
        assert_eq!(get(&server, &bob, &path).await.status, 404, "{path}");
        let delete = server.files("DELETE", &path).bearer(&bob).send().await;
        assert_eq!(delete.status, 404, "{path}");
    }
    let another = format!("{TASK}/artifacts/b");
    for path in [own.as_str(), another.as_str(), "loose"] {
        assert_eq!(upload(&server, &bob, &[(path, b"x")]).await.status, 403, "{path}");
    }
    let folder = server.files("POST", "/delete_many").bearer(&bob);
    let folder = folder.body(json!({"files": ["project", "loose"]}).to_string()).send().await;
    assert_eq!(folder.json()["deleted"], json!({}));
    assert_eq!(get(&server, &ann, &format!("/{own}")).await.text(), "of the task");
    assert_eq!(get(&server, &ann, "/loose").await.text(), "of nobody's task");
}

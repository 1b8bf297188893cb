//! `POST …/ondemand`: what reaches the endpoint, what comes back, and what is kept from the caller.

use super::lab::Lab;
use super::upstream::{Does, Upstream};
use crate::support::{Engine, on_both_engines};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

on_both_engines!(
    parameters_reach_the_endpoint_and_its_answer_comes_back_unchanged,
    what_cannot_be_is_refused_in_the_contract_s_words,
    troubles_of_the_endpoint_tell_no_addresses,
    an_answer_is_passed_on_while_it_comes,
    a_token_is_handed_on_only_where_the_api_says_so,
);

async fn parameters_reach_the_endpoint_and_its_answer_comes_back_unchanged(engine: Engine) {
    let lab = Lab::start(engine).await;
    let answer = "{\"digit\": 5,  \"p\":[0.10,1e3]}";
    let upstream =
        Upstream::start(|_| Does::Answers(200, "application/json", answer.to_owned())).await;
    let (hash, _) = lab.machine(&upstream.url).await;
    for path in ["ondemand", "OnDemand/Stable"] {
        let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": "digits",
            "params": {"x": [1, 2.5], "s": "à"}});
        let reply = lab.call(path, body).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, answer), "byte by byte");
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }
    let body = json!({"machine_id": hash, "endpoint": "digits/2", "params": "{\"x\": 1}"});
    let call = lab.server.web("POST", "/clearml/serve/ondemand").bearer(&lab.token).json(&body);
    assert_eq!(call.send().await.status, 200);
    let asked = upstream.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/serve/digits", "/serve/digits", "/serve/digits/2"]);
    assert_eq!(asked[0].json(), json!({"x": [1, 2.5], "s": "à"}));
    assert_eq!(asked[2].json(), json!({"x": 1}));
    assert!(asked.iter().all(|asked| asked.header("authorization").is_none()));
    let call = lab.recorded(|call| call["endpoint"] == "digits/2").await;
    assert_eq!((&call["mode"], &call["endpoint"]), (&json!("stable"), &json!("digits/2")));
    let call = lab.seen(&format!("calls/{}", call["id"].as_str().expect("an id"))).await;
    assert_eq!((&call["request"], &call["answer"]["digit"]), (&json!({"x": 1}), &json!(5)));
}

async fn what_cannot_be_is_refused_in_the_contract_s_words(engine: Engine) {
    let lab = Lab::start(engine).await;
    let upstream = Upstream::answering(json!({"digit": 5})).await;
    let (hash, _) = lab.machine(&upstream.url).await;
    let unknown =
        |endpoint: &str| format!("Error: Invalid Endpoint ID or Endpoint Task ID: {endpoint}");
    for (more, status, text) in [
        (json!({"machine_id": ""}), 400, "Error: Machine id is missing".to_owned()),
        (json!({"machine_id": null}), 400, "Error: Machine id is missing".to_owned()),
        (json!({"endpoint": null}), 400, "Error: Endpoint is missing".to_owned()),
        (json!({"endpoint": 5}), 400, "Error: endpoint must be text".to_owned()),
        (json!({"endpoint": "other"}), 404, unknown("other")),
        (json!({"endpoint": "digits/../secret"}), 404, unknown("digits/../secret")),
        (json!({"endpoint": "digits/.."}), 404, unknown("digits/..")),
        (json!({"endpoint": "digits/2?x=1"}), 404, unknown("digits/2?x=1")),
        (json!({"endpoint": "digits/a/b"}), 404, unknown("digits/a/b")),
        (json!({"machine_id": "0".repeat(64)}), 404, unknown("digits")),
        (json!({"params": 5}), 400, "Error: params must be an object".to_owned()),
        (json!({"access_token": ""}), 401, "Error: Access token is missing".to_owned()),
    ] {
        let mut body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": "digits"});
        body.as_object_mut().expect("a map").extend(more.as_object().cloned().expect("a map"));
        let reply = lab.call("ondemand", body).await;
        assert_eq!((reply.status, &reply.json()["error"]), (status, &json!(text)), "{more}");
    }
    assert!(upstream.asked().is_empty(), "nothing of that reached the machine");
    let machines = lab.seen("machines").await["items"][0].clone();
    let place = format!("machines/{}", machines["id"].as_str().expect("an id"));
    assert_eq!(lab.interface("DELETE", &place).send().await.status, 200);
    let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": "digits"});
    let reply = lab.call("ondemand", body).await;
    let task = machines["task"].as_str().expect("an id");
    let text = format!("Error: No base_url mapping found for Endpoint Task ID: {task}");
    assert_eq!((reply.status, &reply.json()["error"]), (404, &json!(text)));
}

async fn troubles_of_the_endpoint_tell_no_addresses(engine: Engine) {
    let lab = Lab::with(engine, |options| options.gateway.idle = Duration::from_millis(300)).await;
    let upstream = Upstream::start(|asked| match asked.path.as_str() {
        "/serve/digits/fails" => Does::Answers(500, "text/plain", "at http://inside:1/".to_owned()),
        "/serve/digits/moves" => Does::Says(
            "HTTP/1.1 302 X\r\nlocation: http://inside:1/\r\ncontent-length: 0\r\n\r\n".to_owned(),
        ),
        "/serve/digits/page" => {
            Does::Answers(200, "text/html; x", "<html>inside</html>".to_owned())
        }
        "/serve/digits/rubbish" => Does::Says("rubbish\r\n\r\n".to_owned()),
        "/serve/digits/silent" => Does::Says(String::new()),
        "/serve/digits/hangs" => Does::Hangs,
        _ => Does::Breaks,
    })
    .await;
    let (hash, _) = lab.machine(&upstream.url).await;
    let failed = "Error: Failed to make POST request. Error: the service";
    for (version, status, text) in [
        ("fails", 502, "answered 500"),
        ("moves", 502, "answered 302"),
        ("page", 502, "answered a web page"),
        ("rubbish", 502, "broke off"),
        ("silent", 504, "did not answer in time"),
    ] {
        let endpoint = format!("digits/{version}");
        let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": &endpoint});
        let reply = lab.call("ondemand", body).await;
        let told = reply.json()["error"].clone();
        assert_eq!((reply.status, told), (status, json!(format!("{failed} {text}"))), "{version}");
        let shown = format!("{:?} {}", reply.header("location"), reply.text());
        assert!(!shown.contains("127.0.0.1") && !shown.contains("inside"), "{shown}");
        let call = lab.recorded(|call| call["endpoint"] == endpoint.as_str()).await;
        assert_eq!(call["status"], status);
        assert!(call["error"].as_str().is_some_and(|text| text.contains(&upstream.url)), "{call}");
    }
    // These are found out when the answer has begun: all that is left is to cut it off.
    for (version, status) in [("hangs", 504), ("breaks", 502)] {
        let endpoint = format!("digits/{version}");
        let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": &endpoint});
        let call = lab.server.web("POST", "/clearml/serve/ondemand").json(&body);
        let mut stream = call.connect().await;
        stream.write_all(&call.bytes()).await.expect("to send");
        let mut got = Vec::new();
        let _ = stream.read_to_end(&mut got).await;
        assert!(got.ends_with(b"\r\n\r\n{"), "{}", String::from_utf8_lossy(&got));
        let call = lab.recorded(|call| call["endpoint"] == endpoint.as_str()).await;
        assert_eq!(call["status"], status, "{version}");
    }
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", port.local_addr().expect("an address"));
    drop(port);
    let (hash, _) = lab.machine(&url).await;
    let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": "digits"});
    let reply = lab.call("ondemand", body).await;
    let told = format!("{failed} cannot be reached");
    assert_eq!((reply.status, &reply.json()["error"]), (502, &json!(told)));
}

async fn an_answer_is_passed_on_while_it_comes(engine: Engine) {
    let lab = Lab::start(engine).await;
    let next = Arc::new(Semaphore::new(0));
    let own = next.clone();
    let upstream = Upstream::start(move |_| Does::Streams(own.clone())).await;
    let (hash, _) = lab.machine(&upstream.url).await;
    let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": "digits"});
    let call = lab.server.web("POST", "/clearml/serve/ondemand").json(&body);
    let mut stream = call.connect().await;
    stream.write_all(&call.bytes()).await.expect("to send");
    let mut got = Vec::new();
    for part in ["data: 1", "data: 2"] {
        next.add_permits(1);
        // The second part is not sent before the first has arrived here.
        while !String::from_utf8_lossy(&got).contains(part) {
            assert_ne!(stream.read_buf(&mut got).await.expect("to read"), 0, "it ended early");
        }
    }
    stream.read_to_end(&mut got).await.expect("the end");
    let text = String::from_utf8_lossy(&got);
    assert!(text.contains("text/event-stream") && text.ends_with("0\r\n\r\n"), "{text}");
    assert_eq!(lab.recorded(|_| true).await["answer_size"], 18);
}

async fn a_token_is_handed_on_only_where_the_api_says_so(engine: Engine) {
    let lab = Lab::start(engine).await;
    let upstream = Upstream::answering(json!({"ok": true})).await;
    let (hash, endpoint) = lab.machine(&upstream.url).await;
    let api = json!({"path": "city/digits", "mode": "stable", "target": endpoint, "open": true,
        "forward_token": true, "keep_payloads": false});
    lab.registered("apis", api).await;
    let body = json!({"access_token": lab.token, "machine_id": hash, "endpoint": "digits",
        "params": {"a": 1}});
    assert_eq!(lab.call("ondemand", body).await.status, 200);
    let call = lab.server.web("POST", "/clearml/serve/api/city/digits").bearer(&lab.token);
    let reply = call.json(&json!({"b": 2})).send().await;
    assert_eq!((reply.status, reply.json()), (200, json!({"ok": true})));
    let asked = upstream.asked();
    let bearer = format!("Bearer {}", lab.token);
    assert!(asked.iter().all(|asked| asked.header("authorization") == Some(&bearer)));
    assert_eq!(asked[1].json(), json!({"b": 2}));
    let call = lab.recorded(|_| true).await;
    let call = lab.seen(&format!("calls/{}", call["id"].as_str().expect("an id"))).await;
    assert_eq!((&call["request"], &call["answer"]), (&Value::Null, &Value::Null), "not kept");
}

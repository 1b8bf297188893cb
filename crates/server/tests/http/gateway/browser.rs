//! What browsers may do: pages of which origins call, and following a run over a WebSocket.

use super::lab::Lab;
use super::upstream::Upstream;
use crate::support::{Engine, Reply, on_both_engines};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

on_both_engines!(
    pages_of_registered_origins_may_call,
    a_socket_tells_every_change_until_the_end,
    sockets_are_for_those_who_may,
);

const SITE: &str = "https://dashboard.example.org";
const API: &str = "https://city.example.org";

async fn preflight(lab: &Lab, path: &str, origin: &str) -> Option<String> {
    let call = lab.server.web("OPTIONS", path).header("origin", origin);
    let reply = call.header("access-control-request-headers", "content-type").send().await;
    assert_eq!(reply.header("access-control-allow-headers"), Some("content-type"), "{origin}");
    readers(&reply)
}

fn readers(reply: &Reply) -> Option<String> {
    reply.header("access-control-allow-origin").map(str::to_owned)
}

async fn pages_of_registered_origins_may_call(engine: Engine) {
    let lab = Lab::with(engine, |options| {
        options.gateway.origins = SITE.parse().expect("an origin");
        options.gateway.token_route = Some("/dashboardSmartCity".to_owned());
    })
    .await;
    let upstream = Upstream::answering(json!({"digit": 5})).await;
    let (machine, endpoint) = lab.machine(&upstream.url).await;
    let api = json!({"path": "digits", "mode": "stable", "target": endpoint, "open": true,
        "origins": ["https://City.example.org/"]});
    let api = lab.registered("apis", api).await;
    assert_eq!(api["origins"], json!([API]));
    let own = lab.server.running.web_url.clone();
    // A page, whether browsers let it ask, and what it gets from the API and from what is in none.
    for (origin, asks, of_api, of_task) in [
        (SITE, true, 200, 200),
        (API, true, 200, 403),
        ("https://evil.example.org", false, 403, 403),
        ("null", false, 403, 403),
        (own.as_str(), true, 200, 200),
    ] {
        let expected = asks.then(|| origin.to_owned());
        for path in ["/clearml/serve/ondemand", "/clearml/serve/api/digits"] {
            assert_eq!(preflight(&lab, path, origin).await, expected, "{origin} {path}");
        }
        let call = lab.server.web("POST", "/clearml/serve/ondemand").header("origin", origin);
        let body = json!({"access_token": lab.token, "machine_id": machine, "endpoint": "digits"});
        let reply = call.json(&body).send().await;
        assert_eq!((reply.status, readers(&reply)), (of_api, expected.clone()), "{origin}");
        let call = lab.server.web("POST", "/clearml/serve/enqueue_task").header("origin", origin);
        let body = json!({"access_token": lab.token, "task_id": lab.hash});
        let reply = call.json(&body).send().await;
        assert_eq!((reply.status, readers(&reply)), (of_task, expected), "{origin}");
    }
    assert_eq!(upstream.asked().len(), 3, "what is refused reaches nobody");
    // The pages are at the API's port, too.
    let call = lab.server.api("POST", "/clearml/serve/enqueue_task");
    let call = call.clone().header("origin", &call.url()).bearer(&lab.token);
    let reply = call.json(&json!({"task_id": lab.hash})).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    // A token for the browser's cookie is for the pages that the site itself names.
    let route = "/dashboardSmartCity/controllers/getAccessToken.php";
    for (origin, expected) in [(SITE, Some(SITE)), (API, None)] {
        let reply = lab.server.web("GET", route).header("origin", origin).send().await;
        let credentials = reply.header("access-control-allow-credentials");
        assert_eq!((readers(&reply).as_deref(), credentials), (expected, expected.map(|_| "true")));
    }
    let place = format!("apis/{}", api["id"].as_str().expect("an id"));
    for wrong in [json!(["x"]), json!(["https://a.org/path"]), json!("https://a.org")] {
        let reply = lab.interface("PATCH", &place).json(&json!({"origins": wrong})).send().await;
        assert_eq!(reply.status, 400, "{wrong}: {}", reply.text());
    }
    lab.interface("PATCH", &place).json(&json!({"origins": ["*"]})).send().await;
    let any = preflight(&lab, "/clearml/serve/api/digits", "https://any.example.org").await;
    assert_eq!(any.as_deref(), Some("https://any.example.org"));
}

type Socket = WebSocketStream<TcpStream>;

/// Opens a socket that follows a run; the answer's status when it is refused.
async fn opened(lab: &Lab, run: &Value, token: &str, origin: Option<&str>) -> Result<Socket, u16> {
    let run = run["task_id"].as_str().expect("an id");
    let path = format!("/clearml/serve/task/{run}/socket?access_token={token}");
    let call = lab.server.web("GET", &path);
    let url = format!("{}{path}", call.url().replacen("http", "ws", 1));
    let mut request = url.into_client_request().expect("a request");
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
    }
    match client_async(request, call.connect().await).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(reply)) => Err(reply.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

async fn event(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.expect("a message").expect("a message") {
            Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
            Message::Close(_) => panic!("closed too early"),
            _ => {}
        }
    }
}

async fn a_socket_tells_every_change_until_the_end(engine: Engine) {
    let lab = Lab::start(engine).await;
    let run = lab.enqueue(json!({})).await;
    let mut socket = opened(&lab, &run, &lab.token, None).await.expect("a socket");
    let status = |event: &Value| (event["event"].clone(), event["data"]["status"].clone());
    assert_eq!(status(&event(&mut socket).await), (json!("status"), json!("queued")));
    lab.server.ok(&lab.admin, "tasks.started", json!({"task": run["task_id"]})).await;
    assert_eq!(status(&event(&mut socket).await), (json!("status"), json!("in_progress")));
    socket.send(Message::text("what is this")).await.expect("to be heard");
    let task = json!({"task": run["task_id"]});
    lab.server.ok(&lab.admin, "tasks.completed", task).await;
    let last = event(&mut socket).await;
    assert_eq!(status(&last), (json!("status"), json!("completed")));
    assert_eq!(last["data"]["progress"], 100.0);
    assert_eq!(event(&mut socket).await, json!({"event": "end", "data": {}}));
    assert!(matches!(socket.next().await, Some(Ok(Message::Close(_)))));
}

async fn sockets_are_for_those_who_may(engine: Engine) {
    let site = |options: &mut arno_server::Options| {
        options.gateway.origins = SITE.parse().expect("an origin");
    };
    let lab = Lab::with(engine, site).await;
    let run = lab.enqueue(json!({})).await;
    let (_, bob) = lab.server.user("bob", "user").await;
    let bob = lab.token_for(json!({"user": bob})).await;
    for (token, origin, expected) in [
        (lab.token.as_str(), None, None),
        (&lab.token, Some(SITE), None),
        (&lab.token, Some("https://evil.example.org"), Some(403)),
        (&bob, None, Some(404)),
        ("", None, Some(401)),
        ("arno_x_y", None, Some(401)),
    ] {
        let outcome = opened(&lab, &run, token, origin).await.err();
        assert_eq!(outcome, expected, "{token} {origin:?}");
    }
    let other = json!({"task_id": lab.template});
    assert_eq!(opened(&lab, &other, &lab.token, None).await.err(), Some(404), "it is no run");
    let plain = format!("/clearml/serve/task/{}/socket", run["task_id"].as_str().expect("an id"));
    assert_eq!(lab.server.web("GET", &plain).bearer(&lab.token).send().await.status, 400);
}

//! The gateway: what a stable call costs beside asking the endpoint directly, and how many sporadic
//! calls a second are stored with their clones.

use crate::Result;
use crate::http::{Connection, request};
use crate::load;
use crate::report::{Table, milliseconds};
use crate::server::Server;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

const CLIENTS: usize = 16;
const STABLE_CALLS: usize = 20_000;
/// Calls at a pace: 86 million a day.
const RATE: f64 = 1_000.0;
const PACED_CALLS: usize = 10_000;
const SPORADIC_CALLS: usize = 3_000;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
    Content-Length: 12\r\n\r\n{\"digit\": 5}";

/// Both figures.
pub fn measure(server: &Server, table: &mut Table) -> Result<()> {
    let endpoint = endpoint()?;
    let serving = "b".repeat(32);
    let machine = json!({"task": serving, "url": format!("http://{endpoint}/serve")});
    let machine = register(server, "machines", &machine)?;
    let entry = register(server, "endpoints", &json!({"machine": serving, "endpoint": "digits"}))?;
    let api = json!({"path": "digits", "mode": "stable", "target": entry["id"]});
    let api = register(server, "apis", &api)?;
    let plan = register(server, "plans", &json!({"title": "many", "per_day": 100_000_000}))?;
    let subject = json!({"kind": "group", "name": "admin"});
    let grant = json!({"api": api["id"], "subject": subject, "plan": plan["id"]});
    register(server, "grants", &grant)?;
    let token = register(server, "tokens", &json!({}))?["token"].clone();
    stable(server, endpoint, &machine["hash"], &token, table)?;
    sporadic(server, &token, table)
}

fn stable(
    server: &Server,
    endpoint: SocketAddr,
    hash: &Value,
    token: &Value,
    table: &mut Table,
) -> Result<()> {
    let params = json!({"x": [0.1, 0.2, 0.3]});
    let headers = [("Content-Type", "application/json")];
    let bare = request("POST", "/serve/digits", &headers, params.to_string().as_bytes());
    let body = json!({"access_token": token, "machine_id": hash, "endpoint": "digits",
        "params": params});
    let call = request("POST", "/clearml/serve/ondemand", &headers, body.to_string().as_bytes());
    let run = |address, bytes: &[u8], count| {
        load::run(address, CLIENTS, count, |_, request| request.extend_from_slice(bytes))
    };
    run(server.api, &call, STABLE_CALLS / 10)?;
    let processor = server.processor()?;
    let (direct, through) =
        (run(endpoint, &bare, STABLE_CALLS)?, run(server.api, &call, STABLE_CALLS)?);
    let each = (server.processor()? - processor).as_secs_f64() * 1e6 / STABLE_CALLS as f64;
    table.row(
        &format!("stable calls, {CLIENTS} clients as fast as they can, token, plan and record on"),
        &format!(
            "{:.0} a second, {}; {each:.0} µs of the server's core each",
            through.rate(STABLE_CALLS),
            through.times
        ),
        &format!(
            "the endpoint directly: {:.0} a second, {}",
            direct.rate(STABLE_CALLS),
            direct.times
        ),
    );
    // At full load the clients wait for each other, and the times are those of a queue.
    let paced = |address, bytes: &[u8]| {
        let make = |_, request: &mut Vec<u8>| request.extend_from_slice(bytes);
        load::paced(address, CLIENTS, PACED_CALLS, Some(RATE), make)
    };
    let (direct, through) = (paced(endpoint, &bare)?, paced(server.api, &call)?);
    let added = |part: f64| {
        milliseconds(through.times.quantile(part).saturating_sub(direct.times.quantile(part)))
    };
    table.row(
        &format!("what the gateway adds, {CLIENTS} clients, {RATE:.0} calls a second"),
        &format!("p50 {} ms, p99 {} ms ({})", added(0.5), added(0.99), through.times),
        &format!("goal 0.3 and 1.5 ms; the endpoint directly: {}", direct.times),
    );
    Ok(())
}

fn sporadic(server: &Server, token: &Value, table: &mut Table) -> Result<()> {
    server.call("queues.create", &json!({"name": "bench gateway"}))?;
    let template =
        server.call("tasks.create", &json!({"name": "template", "type": "application"}))?;
    let entry = json!({"task": template["id"], "queue": "bench gateway"});
    let hash = register(server, "tasks", &entry)?["hash"].clone();
    let headers = [("Content-Type", "application/json")];
    let processor = server.processor()?;
    let make = |number: usize, bytes: &mut Vec<u8>| {
        let params = json!({"area": number, "city": "Firenze"});
        let body = json!({"access_token": token, "task_id": hash, "params": params});
        let path = "/clearml/serve/enqueue_task";
        bytes.extend(request("POST", path, &headers, body.to_string().as_bytes()));
    };
    let outcome = load::run(server.api, CLIENTS, SPORADIC_CALLS, make)?;
    let used = (server.processor()? - processor).as_secs_f64() / outcome.wall.as_secs_f64();
    table.row(
        &format!("sporadic calls by {CLIENTS} clients, each a clone, queued and recorded"),
        &format!("{:.0} a second, {}", outcome.rate(SPORADIC_CALLS), outcome.times),
        &format!("goal 300 a second; server {:.0} % of its core", used * 100.0),
    );
    Ok(())
}

/// Registers something at the gateway.
fn register(server: &Server, kind: &str, fields: &Value) -> Result<Value> {
    let headers = [("Authorization", server.bearer.as_str()), ("Content-Type", "application/json")];
    let path = format!("/api/v1/gateway/{kind}");
    let mut connection = Connection::open(server.api)?;
    let answer =
        connection.call(&request("POST", &path, &headers, fields.to_string().as_bytes()))?;
    if answer.status != 201 {
        return Err(format!("{kind}: {}", String::from_utf8_lossy(answer.body)).into());
    }
    Ok(serde_json::from_slice(answer.body)?)
}

/// An endpoint that costs nothing: every request gets the same answer.
fn endpoint() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            std::thread::spawn(move || answer(stream));
        }
    });
    Ok(address)
}

/// Answers until the client leaves. Requests are small and come one after the other, so each is what
/// is read up to its end.
fn answer(mut stream: TcpStream) {
    // Small packets at once; without it the figures are of the network's patience.
    let _ = stream.set_nodelay(true);
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return,
        }
        if bytes.ends_with(b"}") {
            bytes.clear();
            if stream.write_all(ANSWER).is_err() {
                return;
            }
        }
    }
}

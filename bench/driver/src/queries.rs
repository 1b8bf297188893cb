//! A store of 100,000 tasks: the start, the table's queries and the curves.

use crate::Result;
use crate::http::Connection;
use crate::ingest;
use crate::load;
use crate::report::{Spread, Table, milliseconds};
use crate::server::Server;
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Instant;

/// Small projects beside the one that is asked for, which has nine tenths of all tasks.
const SMALL_PROJECTS: usize = 499;
const TASKS_A_REQUEST: usize = 50;
const METRICS: usize = 20;
const PARAMETERS: usize = 20;
const CLIENTS: usize = 4;

/// Makes `tasks` tasks through the API; returns the large project's id.
pub fn seed(server: &Server, tasks: usize, table: &mut Table) -> Result<String> {
    let mut projects = Vec::new();
    for number in 0..=SMALL_PROJECTS {
        let made =
            server.call("projects.create", &json!({"name": format!("table/project {number}")}))?;
        projects.push(made["id"].as_str().ok_or("no project id")?.to_owned());
    }
    let outcome = load::run(server.api, CLIENTS, tasks, |number, request| {
        let project = match number {
            large if large < tasks * 9 / 10 => &projects[0],
            small => &projects[1 + small % SMALL_PROJECTS],
        };
        request.extend(server.prepare("tasks.create", &new_task(number, project)));
    })?;
    table.row(
        &format!("{tasks} tasks made, 20 parameters each, 4 clients"),
        &format!("{:.0} tasks/s", outcome.rate(tasks)),
        &outcome.times.to_string(),
    );
    let ids = task_ids(server, tasks)?;
    let outcome = load::run(server.api, CLIENTS, tasks / TASKS_A_REQUEST, |number, request| {
        let mut lines = String::new();
        let first = number * TASKS_A_REQUEST;
        for (place, id) in ids[first..first + TASKS_A_REQUEST].iter().enumerate() {
            metrics_of(&mut lines, first + place, id);
        }
        request.extend(server.prepare_lines("events.add_batch", &lines));
    })?;
    table.row(
        "20 metrics for each of them, 1,000 a request, 4 clients",
        &format!("{:.0} points/s", outcome.rate(tasks * METRICS)),
        &outcome.times.to_string(),
    );
    Ok(projects.swap_remove(0))
}

fn new_task(number: usize, project: &str) -> Value {
    let parameters: Map<String, Value> = (0..PARAMETERS)
        .map(|parameter| {
            let name = format!("p{parameter:02}");
            let value = ((number * 31 + parameter * 17) % 1000).to_string();
            let item = json!({"section": "General", "name": name, "value": value});
            (name, item)
        })
        .collect();
    json!({
        "name": format!("run-{number:06}"),
        "type": "training",
        "project": project,
        "hyperparams": {"General": parameters},
    })
}

fn metrics_of(lines: &mut String, number: usize, task: &str) {
    for metric in 0..METRICS {
        let value = ((number * 7919 + metric * 104_729) % 100_003) as f64 / 1e3;
        let _ = writeln!(
            lines,
            r#"{{"type":"training_stats_scalar","task":"{task}","metric":"m{metric:02}","variant":"valid","iter":{metric},"value":{value}}}"#
        );
    }
}

/// All tasks' ids, read page by page.
fn task_ids(server: &Server, count: usize) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(count);
    let mut scroll = Value::Null;
    while ids.len() < count {
        let body = json!({"size": 500, "scroll_id": scroll, "only_fields": ["id"]});
        let page = server.call("tasks.get_all_ex", &body)?;
        let tasks = page["tasks"].as_array().ok_or("no tasks")?;
        if tasks.is_empty() {
            return Err(format!("only {} tasks are listed", ids.len()).into());
        }
        ids.extend(tasks.iter().filter_map(|task| Some(task["id"].as_str()?.to_owned())));
        scroll = page["scroll_id"].clone();
    }
    Ok(ids)
}

/// The queries of the experiment table.
pub fn table_queries(server: &Server, project: &str, table: &mut Table) -> Result<()> {
    let metric = format!("last_metrics.{}.{}.value", md5_hex("m07"), md5_hex("valid"));
    let parameter = "hyperparams.General.p03.value".to_owned();
    let columns = [
        "id",
        "name",
        "type",
        "status",
        "tags",
        "system_tags",
        "user.name",
        "project.name",
        "started",
        "last_update",
        "last_iteration",
        "parent.name",
        "active_duration",
    ];
    let columns: Vec<&str> = columns.into_iter().chain([metric.as_str(), &parameter]).collect();
    let page = |extra: Value| {
        let mut body = json!({
            "page": 0, "page_size": 100, "only_fields": columns,
            "system_tags": ["__$not", "archived"],
        });
        if let (Some(body), Value::Object(extra)) = (body.as_object_mut(), extra) {
            body.extend(extra);
        }
        body
    };
    let by = |field: &str| page(json!({"project": [project], "order_by": [format!("-{field}")]}));
    let cases = [
        ("100 rows of the largest project, ordered by a metric", by(&metric), "goal 15 ms"),
        ("the same, ordered by a hyperparameter", by(&parameter), "goal 15 ms"),
        ("the same, ordered by last update", by("last_update"), ""),
        (
            "100 rows by status, type and part of the name, newest first",
            page(json!({
                "status": ["created"], "type": ["training"], "name": "run-0",
                "order_by": ["-last_update"],
            })),
            "goal 20 ms",
        ),
        (
            "regular expression over all names",
            page(json!({"name": "n-0[0-4].*7{2}$"})),
            "goal 60 ms",
        ),
    ];
    for (what, body, goal) in cases {
        let (times, answer) = timed(server.api, &server.prepare("tasks.get_all_ex", &body), 100)?;
        let rows = answer["data"]["tasks"].as_array().map_or(0, Vec::len);
        if rows != 100 {
            return Err(format!("{what}: {rows} rows").into());
        }
        table.row(what, &times.to_string(), goal);
    }
    Ok(())
}

/// What pages ask of all projects.
pub fn project_queries(server: &Server, table: &mut Table) -> Result<()> {
    let cases = [
        (
            "500 projects with their statistics",
            "projects.get_all_ex",
            json!({"include_stats": true, "page_size": 500}),
        ),
        (
            "number of projects, tasks and models",
            "organization.get_entities_count",
            json!({"projects": {}, "tasks": {"system_tags": ["-archived"]}, "models": {}}),
        ),
        ("metrics of all tasks", "projects.get_unique_metric_variants", json!({})),
    ];
    for (what, endpoint, body) in cases {
        let (times, answer) = timed(server.api, &server.prepare(endpoint, &body), 30)?;
        let data = &answer["data"];
        let is_right = match endpoint {
            "projects.get_all_ex" => data["projects"].as_array().map(Vec::len) == Some(500),
            "organization.get_entities_count" => data["errors"] == json!({}),
            _ => data["metrics"].as_array().map(Vec::len) >= Some(METRICS),
        };
        if !is_right {
            return Err(format!("{what}: {data}").into());
        }
        table.row(what, &times.to_string(), "goal 40 ms");
    }
    Ok(())
}

/// The curves of one task.
pub fn histograms(server: &Server, table: &mut Table) -> Result<()> {
    let cases = [
        ("curve of one series of 100,000 points, 1,000 samples", 1, 100_000, "goal 10 ms"),
        ("curves of 100 series of 10,000 points, 1,000 samples", 100, 10_000, "goal 150 ms"),
    ];
    for (what, series, points, goal) in cases {
        let task = ingest::task(server, &format!("curves {series}"))?;
        ingest::fill(server, &task, series, points)?;
        let body = json!({"task": task, "samples": 1000, "key": "iter"});
        let call = server.prepare("events.scalar_metrics_iter_histogram", &body);
        let (times, answer) = timed(server.api, &call, 30)?;
        let curves = answer["data"]["loss"].as_object().map_or(0, Map::len);
        if curves != series {
            return Err(format!("{what}: {curves} curves").into());
        }
        table.row(what, &times.to_string(), goal);
    }
    Ok(())
}

/// A task with a million points is deleted.
pub fn deletion(server: &Server, table: &mut Table) -> Result<()> {
    const TIMES: usize = 3;
    let mut taken = Vec::with_capacity(TIMES);
    for number in 0..TIMES {
        let task = ingest::task(server, &format!("deleted {number}"))?;
        ingest::fill(server, &task, 100, 10_000)?;
        let mut connection = Connection::open(server.api)?;
        let call = server.prepare("tasks.delete", &json!({"task": task, "force": true}));
        let start = Instant::now();
        connection.call(&call)?.expect_ok()?;
        taken.push(start.elapsed());
    }
    let what = "deletion of a task with a million points, answered";
    table.row(what, &Spread::of(taken).to_string(), "goal 100 ms");
    Ok(())
}

fn timed(address: SocketAddr, call: &[u8], times: usize) -> Result<(Spread, Value)> {
    let mut connection = Connection::open(address)?;
    let answer = connection.call(call)?.json()?;
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times {
        let start = Instant::now();
        connection.call(call)?.expect_ok()?;
        taken.push(start.elapsed());
    }
    Ok((Spread::of(taken), answer))
}

fn md5_hex(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Start of a server whose store is full.
pub fn start_row(server: &Server, table: &mut Table) -> Result<()> {
    let (idle, _) = server.memory()?;
    table.row(
        "start on that store to first answer",
        &format!("{} ms", milliseconds(server.started_in)),
        &format!("goal 300 ms; memory then {}", ingest::megabytes(idle)),
    );
    Ok(())
}

//! Scalars in: the sustained rate, what a point takes on disk, and the time of a single point.

use crate::Result;
use crate::limits;
use crate::load;
use crate::report::{Table, milliseconds};
use crate::server::{Server, Setup, stored_bytes};
use serde_json::json;
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const POINTS: usize = 2_000_000;
const BATCH: usize = 1_000;
const SERIES: usize = 100;
const CLIENTS: usize = 4;

/// A new task that is running.
pub fn task(server: &Server, name: &str) -> Result<String> {
    let project = server.call("projects.create", &json!({"name": format!("bench/{name}")}))?;
    let body = json!({"name": name, "type": "training", "project": project["id"]});
    let task = server.call("tasks.create", &body)?;
    let id = task["id"].as_str().ok_or("no task id")?.to_owned();
    server.call("tasks.started", &json!({"task": id}))?;
    Ok(id)
}

/// A value that neither repeats nor is pure noise, as a loss does.
pub fn value(series: usize, iteration: usize) -> f64 {
    let x = iteration as f64;
    let noise = ((series * 7919 + iteration * 104_729) % 1000) as f64 / 1e5;
    (series + 1) as f64 / (1.0 + x / 500.0) + noise
}

/// Appends one scalar as a JSON line.
pub fn line(out: &mut String, task: &str, series: usize, iteration: usize) {
    let (value, timestamp) = (value(series, iteration), 1_760_000_000_000 + iteration as u64 * 250);
    let _ = writeln!(
        out,
        r#"{{"type":"training_stats_scalar","task":"{task}","metric":"loss","variant":"s{series}","iter":{iteration},"value":{value},"timestamp":{timestamp}}}"#
    );
}

/// Writes `iterations` points of each of `series` series, a thousand a request.
pub fn fill(
    server: &Server,
    task: &str,
    series: usize,
    iterations: usize,
) -> Result<load::Outcome> {
    let per_request = BATCH / series.min(BATCH);
    load::run(server.api, CLIENTS, iterations.div_ceil(per_request), |number, request| {
        let mut lines = String::with_capacity(BATCH * 180);
        let from = number * per_request;
        for iteration in from..(from + per_request).min(iterations) {
            for series in 0..series {
                line(&mut lines, task, series, iteration);
            }
        }
        request.extend(server.prepare_lines("events.add_batch", &lines));
    })
}

/// The rate over two million points, the memory it takes and the bytes they leave.
pub fn rate(setup: &Setup, table: &mut Table) -> Result<f64> {
    let server = Server::start(setup)?;
    let task = task(&server, "ingest")?;
    let before = stored_bytes(&setup.data)?;
    let processor = server.processor()?;
    server.reset_peak()?;
    let outcome = fill(&server, &task, SERIES, POINTS / SERIES)?;
    let share = (server.processor()? - processor).as_secs_f64() / outcome.wall.as_secs_f64();
    let rate = outcome.rate(POINTS);
    table.row(
        "ingest: 2 M points, 100 series, 1,000 a request, 4 clients",
        &format!("{rate:.0} points/s"),
        &format!(
            "goal 400,000; requests {}; server {:.0} % of its core, clients {:.0} % of theirs",
            outcome.times,
            share * 100.0,
            outcome.client_share * 100.0
        ),
    );
    let (_, peak) = server.memory()?;
    table.row("memory at most while ingesting", &megabytes(peak), "goal 200 MB");
    server.stop()?;
    if setup.database.is_none() {
        let bytes = stored_bytes(&setup.data)? - before;
        table.row(
            "bytes a point after sealing, without write-ahead log",
            &format!("{:.1}", bytes as f64 / POINTS as f64),
            "goal 8; MLflow 232",
        );
    }
    Ok(rate)
}

/// The time of one point a request, alone and among sixteen, beside a commit of this disk.
pub fn single_points(server: &Server, folder: &Path, table: &mut Table) -> Result<()> {
    let tasks: Vec<String> =
        (0..16).map(|number| task(server, &format!("single {number}"))).collect::<Result<_>>()?;
    let commits = limits::commits(folder)?;
    table.row("disk: 4 kB written and synced", &commits.to_string(), "measured just before");
    let limit = milliseconds(commits.median() + Duration::from_micros(500));
    let goal = "goal p99 15 ms".to_owned();
    let cases = [
        (1, 1, 3_000, format!("goal p50 {limit} ms: one commit and 0.5 ms")),
        (16, 16, 16_000, goal.clone()),
        (16, 1, 16_000, goal),
    ];
    for (case, (clients, spread, requests, goal)) in cases.into_iter().enumerate() {
        let first = case * 1_000_000;
        let outcome = load::run(server.api, clients, requests, |number, request| {
            let mut text = String::new();
            line(&mut text, &tasks[number % spread], clients, first + number);
            request.extend(server.prepare_lines("events.add_batch", &text));
        })?;
        let rate = outcome.rate(requests);
        table.row(
            &format!("one point a request, {clients} client(s), {spread} task(s)"),
            &format!("{}, {rate:.0}/s", outcome.times),
            &goal,
        );
    }
    Ok(())
}

/// The same points without HTTP, JSON and access: one row per series and request, full sync.
pub fn bare(folder: &Path, table: &mut Table) -> Result<()> {
    let path = folder.join("bare.db");
    let database = rusqlite::Connection::open(&path)?;
    database.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
         CREATE TABLE tail (id INTEGER PRIMARY KEY, series INTEGER, run BLOB)",
    )?;
    let mut insert = database.prepare("INSERT INTO tail (series, run) VALUES (?, ?)")?;
    let per_series = BATCH / SERIES;
    let begin = Instant::now();
    let mut row = Vec::new();
    for request in 0..POINTS / BATCH {
        // Four clients' requests share a commit at best.
        if request % CLIENTS == 0 {
            database.execute_batch("BEGIN")?;
        }
        for series in 0..SERIES {
            let from = request * per_series;
            let points: Vec<_> = (from..from + per_series)
                .map(|iteration| arno_series::Point {
                    iter: iteration as i64,
                    ts: iteration as i64 * 250,
                    value: value(series, iteration),
                })
                .collect();
            row.clear();
            arno_series::run::encode(&points, &mut row);
            insert.execute((series as i64, &row))?;
        }
        if request % CLIENTS == CLIENTS - 1 {
            database.execute_batch("COMMIT")?;
        }
    }
    let rate = POINTS as f64 / begin.elapsed().as_secs_f64();
    table.row(
        "the same into bare SQLite as runs, one thread",
        &format!("{rate:.0} points/s"),
        "no HTTP, JSON, access or sealing",
    );
    drop(insert);
    drop(database);
    std::fs::remove_file(path)?;
    Ok(())
}

/// Bytes for people.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

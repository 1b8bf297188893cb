//! Many programs that train at once: each reports once a second on a connection of its own and
//! says that it is alive. They do not wait for one another, and a time counts from the moment the
//! request was due, so that a server that falls behind cannot hide it.

use crate::Result;
use crate::http::Connection;
use crate::ingest::{line, task};
use crate::report::{Spread, Table};
use crate::server::Server;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 500;
const SECONDS: usize = 30;
/// Scalars in a report.
const SERIES: usize = 5;
/// Tasks the clients share, so that making them takes no time.
const TASKS: usize = 50;

/// The times of the crowd's requests, and how many failed.
pub fn measure(server: &Server, table: &mut Table) -> Result<()> {
    let tasks =
        (0..TASKS).map(|n| task(server, &format!("crowd{n}"))).collect::<Result<Vec<_>>>()?;
    let refused = AtomicUsize::new(0);
    // Everybody is connected before the first second begins.
    let begin = Instant::now() + Duration::from_secs(2);
    let processor = server.processor()?;
    let client = |number: usize| {
        let times = Client { server, task: &tasks[number % TASKS], number, begin }.run(&refused);
        times.unwrap_or_else(|error| {
            eprintln!("client {number}: {error}");
            refused.fetch_add(1, Ordering::Relaxed);
            Vec::new()
        })
    };
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let client = &client;
        let clients: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
        clients.into_iter().filter_map(|client| client.join().ok()).flatten().collect()
    });
    let share = (server.processor()? - processor).as_secs_f64() / begin.elapsed().as_secs_f64();
    let refused = refused.into_inner();
    table.row(
        &format!("{CLIENTS} clients, each a report of {SERIES} points and a ping every second"),
        &format!("{}, {refused} refused", Spread::of(times)),
        &format!("goal p99 50 ms, none refused; server {:.0} % of its core", share * 100.0),
    );
    Ok(())
}

struct Client<'a> {
    server: &'a Server,
    task: &'a str,
    number: usize,
    begin: Instant,
}

impl Client<'_> {
    /// The time of each request that was answered.
    fn run(&self, refused: &AtomicUsize) -> Result<Vec<Duration>> {
        let mut connection = Connection::open(self.server.api)?;
        let mut times = Vec::with_capacity(2 * SECONDS);
        // They begin at different moments of the second, as programs do.
        let offset = Duration::from_micros(1_000_000 * self.number as u64 / CLIENTS as u64);
        for second in 0..SECONDS {
            let due = self.begin + offset + Duration::from_secs(second as u64);
            wait_until(due);
            let mut since = due;
            for request in [self.report(second), self.ping()] {
                match connection.call(&request).and_then(|answer| answer.expect_ok()) {
                    Ok(()) => times.push(since.elapsed()),
                    Err(error) => {
                        eprintln!("client {}: {error}", self.number);
                        refused.fetch_add(1, Ordering::Relaxed);
                        connection = Connection::open(self.server.api)?;
                    }
                }
                since = Instant::now();
            }
        }
        Ok(times)
    }

    fn report(&self, second: usize) -> Vec<u8> {
        let mut lines = String::new();
        for series in 0..SERIES {
            // Clients that share a task have series of their own.
            line(&mut lines, self.task, self.number / TASKS * SERIES + series, second);
        }
        self.server.prepare_lines("events.add_batch", &lines)
    }

    fn ping(&self) -> Vec<u8> {
        self.server.prepare("tasks.ping", &json!({"task": self.task}))
    }
}

#[allow(clippy::disallowed_methods)] // a pace is what is measured at
fn wait_until(due: Instant) {
    std::thread::sleep(due.saturating_duration_since(Instant::now()));
}

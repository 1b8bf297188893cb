//! Measures Arno from outside, over HTTP: the figures of `make bench`. The server runs on core 0
//! and this program, started with `taskset`, on core 1. Each figure stands beside its goal, this
//! machine's limit or a peer.

mod agent;
mod crowd;
mod files;
mod gateway;
mod http;
mod ingest;
mod limits;
mod load;
mod mlflow;
mod queries;
mod report;
mod server;

use clap::Parser;
use limits::Limits;
use report::{Spread, Table, milliseconds};
use server::{Server, Setup};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A figure that cannot be measured ends the run with its reason.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// Measures Arno and prints the figures as Markdown.
#[derive(Parser)]
struct Options {
    /// The arno program to measure.
    #[arg(long)]
    arno: PathBuf,
    /// Also measure on this PostgreSQL server; each part makes a database of its own.
    #[arg(long)]
    postgres: Option<String>,
    /// The mlflow program, to measure it beside.
    #[arg(long)]
    mlflow: Option<PathBuf>,
    /// The clearml-agent program, to measure Arno's agent beside it.
    #[arg(long)]
    clearml_agent: Option<PathBuf>,
    /// Tasks in the store whose table is asked for.
    #[arg(long, default_value_t = 100_000)]
    tasks: usize,
    /// Where to put data; a disk, not memory.
    #[arg(long, default_value = ".")]
    folder: PathBuf,
    /// Measure only these parts of Arno.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

/// What is measured of Arno.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Start and memory at rest.
    Start,
    /// The rate of points.
    Ingest,
    /// Many clients at once.
    Crowd,
    /// Calls of analytics.
    Gateway,
    /// The time of a single point.
    Points,
    /// Files up and down.
    Files,
    /// Queries over many tasks, and the start on them.
    Table,
    /// Queued tasks, by Arno's agent and by clearml-agent.
    Agent,
    /// Curves, and the deletion of a task with many points.
    Curves,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

fn main() -> Result<()> {
    let options = Options::parse();
    let folder = tempfile::Builder::new().prefix("arno-bench-").tempdir_in(&options.folder)?;
    let limits = limits::measure(folder.path(), &mut Table::begin("This machine"))?;
    let rate = engine("SQLite", &options, folder.path(), None, &limits)?;
    if let Some(rate) = rate {
        let mut table = Table::begin("Beside it");
        ingest::bare(folder.path(), &mut table)?;
        if let Some(program) = &options.mlflow {
            mlflow::measure(program, folder.path(), rate, &mut table)?;
        }
    }
    if let Some(official) = options.clearml_agent.as_ref().filter(|_| options.wants(Part::Agent)) {
        let data = folder.path().join("agent");
        let server = Server::start(&Setup { program: options.arno.clone(), data, database: None })?;
        let programs = agent::Programs { arno: &options.arno, official };
        agent::measure(&server, &programs, folder.path(), &mut Table::begin("Queued tasks"))?;
        server.stop()?;
    }
    if let Some(url) = &options.postgres {
        engine("PostgreSQL", &options, folder.path(), Some(url), &limits)?;
    }
    Ok(())
}

/// The figures of one engine; returns the rate of ingest, when it was measured.
fn engine(
    name: &str,
    options: &Options,
    folder: &Path,
    postgres: Option<&str>,
    limits: &Limits,
) -> Result<Option<f64>> {
    let setup = |part: &str| -> Result<Setup> {
        let database = postgres.map(|url| new_database(url, part)).transpose()?;
        let data = folder.join(format!("{name}-{part}"));
        Ok(Setup { program: options.arno.clone(), data, database })
    };
    let mut table = Table::begin(&format!("Arno on {name}"));
    if options.wants(Part::Start) {
        starts(setup, &mut table)?;
    }
    let rate = match options.wants(Part::Ingest) {
        true => Some(ingest::rate(&setup("ingest")?, &mut table)?),
        false => None,
    };
    if options.wants(Part::Crowd) {
        let server = Server::start(&setup("crowd")?)?;
        crowd::measure(&server, &mut table)?;
        server.stop()?;
    }
    if options.wants(Part::Gateway) {
        let server = Server::start(&setup("gateway")?)?;
        gateway::measure(&server, &mut table)?;
        server.stop()?;
    }
    let large = setup("large")?;
    let server = Server::start(&large)?;
    if options.wants(Part::Points) {
        ingest::single_points(&server, folder, &mut table)?;
    }
    if options.wants(Part::Files) {
        files::measure(&server, limits, &mut table)?;
    }
    if options.wants(Part::Table) {
        let project = queries::seed(&server, options.tasks, &mut table)?;
        let settled = server.settle()?.as_secs();
        table.row("until all of it is worked up", &format!("{settled} s"), "");
        queries::table_queries(&server, &project, &mut table)?;
        queries::project_queries(&server, &mut table)?;
    }
    if options.wants(Part::Curves) {
        queries::histograms(&server, &mut table)?;
        queries::deletion(&server, &mut table)?;
    }
    server.stop()?;
    if options.wants(Part::Table) {
        let server = Server::start(&large)?;
        queries::start_row(&server, &mut table)?;
        server.stop()?;
    }
    Ok(rate)
}

fn starts(setup: impl Fn(&str) -> Result<Setup>, table: &mut Table) -> Result<()> {
    let mut times = Vec::new();
    for number in 0..5 {
        let server = Server::start(&setup(&format!("start{number}"))?)?;
        times.push(server.started_in);
        if number == 4 {
            rest();
            let (idle, _) = server.memory()?;
            table.row("memory when idle", &ingest::megabytes(idle), "goal 40 MB");
        }
        server.stop()?;
    }
    let median = milliseconds(Spread::of(times).median());
    table.row(
        "start on an empty data directory to first answer",
        &format!("{median} ms, median of 5"),
        "goal 100 ms",
    );
    Ok(())
}

/// Idle means that what the start set in motion has ended.
#[allow(clippy::disallowed_methods)] // the rest is what is measured
fn rest() {
    std::thread::sleep(Duration::from_secs(2));
}

/// A new database on the server of `url`; returns its URL.
fn new_database(url: &str, part: &str) -> Result<String> {
    let name = format!("bench_{part}");
    let mut client = postgres::Client::connect(url, postgres::NoTls)?;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
    client.batch_execute(&format!("CREATE DATABASE {name}"))?;
    let (server, _) = url.rsplit_once('/').ok_or("the PostgreSQL URL names no database")?;
    Ok(format!("{server}/{name}"))
}

//! The checks of `arno doctor`, in the order in which a server would run into the trouble.

use super::Finding;
use crate::data_dir::{self, Holder, Urls};
use crate::settings::{Loaded, Settings};
use arno_store::Clock;
use arno_store::db::{Location, Versions};
use arno_store::disk::free_space;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Below this much free space a lab's day of uploads may not fit.
const LITTLE_SPACE: u64 = 5 << 30;
/// Below this much free space the databases themselves are in danger.
const NO_SPACE: u64 = 200 << 20;
/// How long a running server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many failed jobs are told one by one.
const FAILURES: usize = 5;
/// 2025-01-01, in milliseconds: a clock before it was never set.
const CLOCK_WAS_SET: i64 = 1_735_689_600_000;

/// Runs every check.
pub(super) fn all(loaded: &Loaded) -> Vec<Finding> {
    let settings = &loaded.settings;
    let holder = data_dir::holder(&settings.data_dir);
    let mut findings = strangers(&loaded.strangers);
    findings.push(data_directory(&settings.data_dir));
    match &holder {
        Ok(Some(holder)) => findings.push(server(holder)),
        Ok(None) => findings.extend(ports(settings)),
        Err(error) => findings.push(Finding::broken(
            "server",
            error.to_string(),
            "make the file readable and writable for this user",
        )),
    }
    findings.push(disk(&settings.data_dir));
    findings.push(database(settings));
    findings.extend(jobs(settings));
    findings.push(clock(&settings.data_dir));
    findings
}

fn strangers(names: &[String]) -> Vec<Finding> {
    let advice = |name| {
        let remedy = "correct its name (`arno config --reference` lists them all) or remove it";
        Finding::advice("settings", format!("{name} is no setting and is ignored"), remedy)
    };
    names.iter().map(advice).collect()
}

fn data_directory(path: &Path) -> Finding {
    let subject = "data directory";
    let shown = path.display();
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Finding::good(subject, format!("{shown} will be made on the first start"));
        }
        Err(error) => {
            let what = format!("{shown}: {error}");
            return Finding::broken(subject, what, "choose another with --data-dir");
        }
    };
    if !metadata.is_dir() {
        let what = format!("{shown} is not a folder");
        return Finding::broken(subject, what, "choose another with --data-dir");
    }
    match tempfile_in(path) {
        Ok(()) => Finding::good(subject, shown.to_string()),
        Err(error) => Finding::broken(
            subject,
            format!("{shown} cannot be written: {error}"),
            "give this user the right to write there, or choose another with --data-dir",
        ),
    }
}

/// Writes and removes a file, which tells more than permission bits do.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".arno-doctor-{}", std::process::id()));
    std::fs::write(&path, "arno doctor\n")?;
    std::fs::remove_file(&path)
}

fn server(holder: &Holder) -> Finding {
    let subject = "server";
    let Some(Urls { api, .. }) = &holder.urls else {
        let what = format!("{holder} holds the data directory and has not begun to listen");
        return Finding::advice(subject, what, "look again in a moment, or read its log");
    };
    let Some(plain) = api.strip_prefix("http://") else {
        return Finding::good(subject, format!("{holder} runs; {api} was not asked"));
    };
    match ready(plain) {
        Ok(200) => Finding::good(subject, format!("{holder} answers at {api}")),
        Ok(status) => Finding::broken(
            subject,
            format!("{holder} answers at {api} with status {status}"),
            "read the server's log",
        ),
        Err(error) => Finding::broken(
            subject,
            format!("{holder} does not answer at {api}: {error}"),
            "read the server's log; if it hangs, stop it and start it again",
        ),
    }
}

/// The status of `GET /readyz` at `host:port/base`.
fn ready(place: &str) -> std::io::Result<u16> {
    let (host, base) = place.split_at(place.find('/').unwrap_or(place.len()));
    let to = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let address = to
        .to_socket_addrs()?
        .next()
        .ok_or_else(|| std::io::Error::new(ErrorKind::NotFound, "the name has no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {base}/readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    std::str::from_utf8(&start)
        .ok()
        .and_then(|line| line.strip_prefix("HTTP/1.1 "))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| std::io::Error::new(ErrorKind::InvalidData, "not an HTTP answer"))
}

fn ports(settings: &Settings) -> Vec<Finding> {
    let ports = [
        ("web port", settings.web_port, "--web-port"),
        ("api port", settings.api_port, "--api-port"),
        ("files port", settings.files_port, "--files-port"),
    ];
    let check = |(subject, port, flag)| {
        let address = SocketAddr::new(settings.listen, port);
        match TcpListener::bind(address) {
            Ok(_) => Finding::good(subject, format!("{address} is free")),
            Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::broken(
                subject,
                format!("{address} is taken by another program"),
                format!("stop that program, or choose another port with {flag}"),
            ),
            Err(error) => Finding::broken(
                subject,
                format!("{address}: {error}"),
                format!("choose another address with --listen or another port with {flag}"),
            ),
        }
    };
    ports.into_iter().map(check).collect()
}

fn disk(data_dir: &Path) -> Finding {
    let subject = "disk";
    let existing = data_dir.ancestors().find(|folder| folder.exists());
    let existing = existing.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let free = match free_space(&existing) {
        Ok(free) => free,
        Err(error) => {
            return Finding::advice(subject, error.to_string(), "check the file system");
        }
    };
    let what = format!("{:.1} GB free", free as f64 / 1e9);
    let remedy = "free some space, or move the data directory to a larger disk";
    if free < NO_SPACE {
        Finding::broken(subject, what, remedy)
    } else if free < LITTLE_SPACE {
        Finding::advice(subject, what, remedy)
    } else {
        Finding::good(subject, what)
    }
}

fn database(settings: &Settings) -> Finding {
    let subject = "database";
    let location = match crate::database::location(settings) {
        Ok(location) => location,
        Err(error) => return Finding::broken(subject, error.to_string(), "correct this setting"),
    };
    let engine = match &location {
        Location::Folder(_) => "SQLite",
        Location::Postgres { .. } => "PostgreSQL",
    };
    let known = Versions::known();
    match arno_store::db::inspect(&location) {
        Ok(None) => Finding::good(subject, format!("{engine}, will be made on the first start")),
        Ok(Some(found)) if !found.damage.is_empty() => Finding::broken(
            subject,
            format!("{engine} reports damage: {}", found.damage.join("; ")),
            "stop the server, keep a copy of the data directory, and restore a backup",
        ),
        Ok(Some(found)) if found.versions.newer_than(known) => Finding::broken(
            subject,
            format!("{engine}, {}; this program knows {known}", found.versions),
            "start the newer program that wrote it, or restore a backup made with this one",
        ),
        Ok(Some(found)) if found.versions != known => Finding::good(
            subject,
            format!("{engine}, {}; will become {known} at the next start", found.versions),
        ),
        Ok(Some(found)) => Finding::good(subject, format!("{engine}, {}", found.versions)),
        Err(error) => Finding::broken(
            subject,
            format!("{engine}: {error}"),
            match location {
                Location::Folder(_) => "give this user the right to read the data directory",
                Location::Postgres { .. } => "check database.url and that PostgreSQL runs",
            },
        ),
    }
}

/// Background work that was given up. A database that cannot be opened is told of already.
fn jobs(settings: &Settings) -> Option<Finding> {
    let subject = "jobs";
    let database = crate::database::administration(settings).ok()?;
    let failed = match database.read(arno_store::jobs::failed) {
        Ok(failed) => failed,
        Err(error) => {
            return Some(Finding::broken(subject, error.to_string(), "check the database"));
        }
    };
    if failed.is_empty() {
        return Some(Finding::good(subject, "none has failed"));
    }
    let told = failed.iter().take(FAILURES).map(|job| format!("{}: {}", job.work, job.reason));
    let what = format!("{} failed: {}", failed.len(), told.collect::<Vec<_>>().join("; "));
    let remedy = "correct the storage settings, then delete what is left in the object store; a \
                  job is not tried again";
    Some(Finding::advice(subject, what, remedy))
}

/// Everything stored is dated by this clock; one that jumps back breaks the order of things.
fn clock(data_dir: &Path) -> Finding {
    let subject = "clock";
    let now = Clock::system().now();
    let remedy = "set the clock, best by a time service (NTP)";
    if now < CLOCK_WAS_SET {
        return Finding::broken(subject, "the system's clock was never set", remedy);
    }
    let written = |file: &str| data_dir.join(file).metadata().ok()?.modified().ok();
    let latest = ["meta.db-wal", "meta.db", "events.db-wal", "events.db"]
        .into_iter()
        .filter_map(written)
        .filter_map(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map(|since| since.as_millis() as i64)
        .max();
    match latest {
        Some(latest) if latest > now + 60_000 => Finding::broken(
            subject,
            format!("the data was written {} s in the future", (latest - now) / 1000),
            remedy,
        ),
        _ => Finding::good(subject, "later than everything stored"),
    }
}

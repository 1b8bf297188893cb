//! The server under measurement: started on core 0 with a data directory of its own, watched
//! through `/proc`, and stopped with SIGTERM.

use crate::Result;
use crate::http::{Connection, request};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::ffi::OsString;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ACCESS_KEY: &str = "BENCHACCESSKEYBENCHACCESSKEY00";
const SECRET_KEY: &str = "bench-secret-key-bench-secret-key-bench-secret-key";
/// A server that has not answered by then never will.
const START_LIMIT: Duration = Duration::from_secs(120);

/// How to start the server.
pub struct Setup {
    /// The program.
    pub program: PathBuf,
    /// Its data directory.
    pub data: PathBuf,
    /// A PostgreSQL database instead of SQLite.
    pub database: Option<String>,
}

/// A running server and a token for it.
pub struct Server {
    child: Child,
    /// Where the API listens.
    pub api: SocketAddr,
    /// Where the file server listens.
    pub files: SocketAddr,
    /// `Bearer …`, the administrator's.
    pub bearer: String,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts it and signs in.
    pub fn start(setup: &Setup) -> Result<Server> {
        let [web, api, files] = free_addresses()?;
        let begin = Instant::now();
        let mut command = Command::new("taskset");
        command
            .args(["-c", "0"])
            .arg(&setup.program)
            .arg("server")
            .env("ARNO_DATA_DIR", &setup.data)
            .env("ARNO_WEB_PORT", web.port().to_string())
            .env("ARNO_API_PORT", api.port().to_string())
            .env("ARNO_FILES_PORT", files.port().to_string())
            .env("ARNO_ACCESS_KEY", ACCESS_KEY)
            .env("ARNO_SECRET_KEY", SECRET_KEY)
            .env("ARNO_LOG", "warn")
            .stdout(Stdio::null());
        // The tests' own settings, among them where the other database is, are no server's.
        let of_tests = |name: &OsString| name.to_string_lossy().starts_with("ARNO_TEST_");
        for name in std::env::vars_os().map(|(name, _)| name).filter(of_tests) {
            command.env_remove(name);
        }
        if let Some(url) = &setup.database {
            command.env("ARNO_DATABASE_URL", url);
        }
        let mut child = command.spawn()?;
        let ping = request("GET", "/debug.ping", &[], b"");
        let mut connection = first_answer(&mut child, api, &ping, begin)?;
        let started_in = begin.elapsed();
        let basic = BASE64_STANDARD.encode(format!("{ACCESS_KEY}:{SECRET_KEY}"));
        let headers = [("Authorization", format!("Basic {basic}"))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let login = connection.call(&request("GET", "/auth.login", &headers, b""))?.json()?;
        let token = login["data"]["token"].as_str().ok_or("the sign-in brought no token")?;
        Ok(Server { child, api, files, bearer: format!("Bearer {token}"), started_in })
    }

    /// A prepared call of an endpoint.
    pub fn prepare(&self, endpoint: &str, body: &Value) -> Vec<u8> {
        let headers =
            [("Authorization", self.bearer.as_str()), ("Content-Type", "application/json")];
        request("POST", &format!("/v2.23/{endpoint}"), &headers, body.to_string().as_bytes())
    }

    /// A prepared call of a batch endpoint with JSON lines.
    pub fn prepare_lines(&self, endpoint: &str, lines: &str) -> Vec<u8> {
        let headers =
            [("Authorization", self.bearer.as_str()), ("Content-Type", "application/json-lines")];
        request("POST", &format!("/v2.23/{endpoint}"), &headers, lines.as_bytes())
    }

    /// Calls an endpoint on a connection of its own and returns its data.
    pub fn call(&self, endpoint: &str, body: &Value) -> Result<Value> {
        let mut connection = Connection::open(self.api)?;
        Ok(connection.call(&self.prepare(endpoint, body))?.json()?["data"].take())
    }

    /// The variables with which the official tools find the server.
    pub fn client_environment(&self) -> [(&'static str, String); 5] {
        [
            ("CLEARML_API_HOST", format!("http://{}", self.api)),
            ("CLEARML_WEB_HOST", format!("http://{}", self.api)),
            ("CLEARML_FILES_HOST", format!("http://{}", self.files)),
            ("CLEARML_API_ACCESS_KEY", ACCESS_KEY.to_owned()),
            ("CLEARML_API_SECRET_KEY", SECRET_KEY.to_owned()),
        ]
    }

    /// Resident memory now and at most so far, in bytes.
    pub fn memory(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| -> Result<u64> {
            let line =
                status.lines().find(|line| line.starts_with(name)).ok_or("no memory line")?;
            let number = line.split_whitespace().nth(1).ok_or("no memory number")?;
            Ok(number.parse::<u64>()? * 1024)
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }

    /// Forgets the highest memory so far.
    pub fn reset_peak(&self) -> Result<()> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// Processor time used so far.
    pub fn processor(&self) -> Result<Duration> {
        processor_time(&self.child.id().to_string())
    }

    /// Waits until what was sent is worked up: less than a twentieth of the core is used for five
    /// seconds on end. Returns how long that took.
    ///
    /// # Errors
    /// When it takes more than ten minutes.
    #[allow(clippy::disallowed_methods)] // the rest is what is waited for
    pub fn settle(&self) -> Result<Duration> {
        let begin = Instant::now();
        let mut quiet = 0;
        while quiet < 5 {
            let before = self.processor()?;
            std::thread::sleep(Duration::from_secs(1));
            let used = self.processor()?.saturating_sub(before);
            quiet = if used < Duration::from_millis(50) { quiet + 1 } else { 0 };
            if begin.elapsed() > Duration::from_secs(600) {
                return Err("the server does not come to rest".into());
            }
        }
        Ok(begin.elapsed())
    }

    /// Stops it as a service manager would and waits for its end.
    pub fn stop(mut self) -> Result<()> {
        signal("TERM", &self.child.id().to_string())?;
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the server ended with {status}").into())
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process, or with a leading dash to a process group.
pub fn signal(name: &str, process: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", name, "--", process]).status()?;
    if status.success() { Ok(()) } else { Err(format!("kill ended with {status}").into()) }
}

/// Asks until the first answer, without pause so that the time is exact.
fn first_answer(
    child: &mut Child,
    api: SocketAddr,
    ping: &[u8],
    begin: Instant,
) -> Result<Connection> {
    loop {
        if let Ok(mut connection) = Connection::open(api)
            && connection.call(ping).is_ok_and(|answer| answer.status == 200)
        {
            return Ok(connection);
        }
        if let Some(status) = child.try_wait()? {
            return Err(format!("the server ended at once with {status}").into());
        }
        if begin.elapsed() > START_LIMIT {
            return Err("the server does not answer".into());
        }
    }
}

/// Three addresses that are free now.
pub fn free_addresses() -> Result<[SocketAddr; 3]> {
    let bind = || TcpListener::bind("127.0.0.1:0");
    let listeners = [bind()?, bind()?, bind()?];
    let [web, api, files] = listeners.each_ref().map(TcpListener::local_addr);
    Ok([web?, api?, files?])
}

/// Processor time of a process (`self` for this one): user and system.
pub fn processor_time(process: &str) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit(')').next().ok_or("unreadable /proc/…/stat")?;
    let field = |position: usize| -> Result<u64> {
        Ok(after_name.split_whitespace().nth(position).ok_or("short /proc/…/stat")?.parse()?)
    };
    // Linux counts in hundredths of a second.
    Ok(Duration::from_millis((field(11)? + field(12)?) * 10))
}

/// Bytes of the files below a folder, write-ahead logs left out.
pub fn stored_bytes(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with("-wal") || name.ends_with("-shm") {
            continue;
        }
        let metadata = entry.metadata()?;
        total += if metadata.is_dir() { stored_bytes(&entry.path())? } else { metadata.len() };
    }
    Ok(total)
}

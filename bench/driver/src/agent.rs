//! `arno agent`, and `clearml-agent` from PyPI beside it, on the same tasks and the same server.

use crate::Result;
use crate::http::Connection;
use crate::ingest::megabytes;
use crate::report::{Spread, Table, milliseconds};
use crate::server::{Server, processor_time, signal};
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing that is measured takes longer.
const LIMIT: Duration = Duration::from_secs(1800);
/// Single tasks, one after the other.
const SINGLE: usize = 10;
/// Tasks in a row; the peer, which takes seconds for each, gets fewer.
const ROW: usize = 200;
const PEERS_ROW: usize = 5;
/// How long an idle agent is watched.
const IDLE: Duration = Duration::from_secs(20);
const LINE: &str = "the first line";
const PACKAGES: &str = "clearml\nnumpy\npandas\nscikit-learn\nmatplotlib\n";

/// Who runs tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Arno,
    Official,
}

/// An agent with a home and a queue of its own.
struct Agent<'a> {
    server: &'a Server,
    kind: Kind,
    child: Child,
    queue: String,
    home: PathBuf,
}

/// What is there to run.
pub struct Programs<'a> {
    /// The arno program.
    pub arno: &'a Path,
    /// `clearml-agent`, in an environment whose Python the tasks use.
    pub official: &'a Path,
}

/// The figures of both.
pub fn measure(
    server: &Server,
    programs: &Programs<'_>,
    folder: &Path,
    table: &mut Table,
) -> Result<()> {
    let mut figures = Vec::new();
    for kind in [Kind::Arno, Kind::Official] {
        figures.push(Figures::take(server, kind, programs, folder)?);
    }
    let [arno, official] = figures.as_slice() else { return Ok(()) };
    let times = |arno: Duration, official: Duration| official.as_secs_f64() / arno.as_secs_f64();
    let share = milliseconds(arno.share.median());
    table.row(
        "arno agent: from queueing to the first line of a shell script",
        &format!("{share} ms, median of {SINGLE}"),
        "goal 60 ms: its own share",
    );
    let row = |table: &mut Table, what: &str, arno: Duration, official: Duration, goal: &str| {
        let beside = format!(
            "clearml-agent {} ms: {:.0} times; {goal}",
            milliseconds(official),
            times(arno, official)
        );
        table.row(what, &format!("{} ms", milliseconds(arno)), &beside);
    };
    let (ours, theirs) = (arno.first_line.median(), official.first_line.median());
    row(
        table,
        "from queueing to the first line after `import clearml`",
        ours,
        theirs,
        "goal 1 s, 10 times",
    );
    row(table, "a trivial task in a row of many", arno.each, official.each, "goal 20 times");
    row(
        table,
        "first run of an environment, packages downloaded before",
        arno.environment,
        official.environment,
        "goal 10 times",
    );
    table.row(
        "arno agent when idle",
        &format!("{}, {:.2} % of a core", megabytes(arno.idle.0), arno.idle.1),
        &format!(
            "goal 20 MB, 0.1 %; clearml-agent {}, {:.2} %",
            megabytes(official.idle.0),
            official.idle.1
        ),
    );
    Ok(())
}

struct Figures {
    share: Spread,
    first_line: Spread,
    each: Duration,
    environment: Duration,
    /// Bytes, and percent of a core.
    idle: (u64, f64),
}

impl Figures {
    fn take(
        server: &Server,
        kind: Kind,
        programs: &Programs<'_>,
        folder: &Path,
    ) -> Result<Figures> {
        let as_is = ("CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL", "1");
        let agent = Agent::start(server, kind, programs, folder, "plain", &[as_is])?;
        let python =
            |code: &str| json!({"binary": "python3", "entry_point": "code.py", "diff": code});
        let shell =
            json!({"binary": "/bin/sh", "entry_point": "go.sh", "diff": format!("echo {LINE}\n")});
        let importing = python(&format!("import clearml\nprint({LINE:?}, flush=True)\n"));
        let idle = agent.idle()?;
        let share = agent.first_lines(&shell)?;
        let first_line = agent.first_lines(&importing)?;
        let count = if kind == Kind::Arno { ROW } else { PEERS_ROW };
        let each = agent.row(&python("pass\n"), count)?;
        drop(agent);
        let agent = Agent::start(server, kind, programs, folder, "packages", &[])?;
        let mut packed = importing;
        packed["requirements"] = json!({"pip": PACKAGES});
        // The first brings the packages, the second makes the environment again from them.
        agent.until_over(&[agent.queue_task(&packed)?])?;
        agent.forget_environments()?;
        let begin = Instant::now();
        agent.until_over(&[agent.queue_task(&packed)?])?;
        Ok(Figures { share, first_line, each, environment: begin.elapsed(), idle })
    }
}

impl<'a> Agent<'a> {
    fn start(
        server: &'a Server,
        kind: Kind,
        programs: &Programs<'_>,
        folder: &Path,
        name: &str,
        environment: &[(&str, &str)],
    ) -> Result<Agent<'a>> {
        let (program, who) = match kind {
            Kind::Arno => (programs.arno, "arno"),
            Kind::Official => (programs.official, "official"),
        };
        let queue_name = format!("{who}-{name}");
        let created = server.call("queues.create", &json!({"name": queue_name}))?;
        let queue = created["id"].as_str().ok_or("no queue")?.to_owned();
        let home = folder.join(&queue_name);
        std::fs::create_dir_all(home.join("tmp"))?;
        let tools = programs.official.parent().unwrap_or(folder);
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", tools.display());
        let mut command = Command::new(program);
        if kind == Kind::Arno {
            command.arg("agent");
        }
        let log = std::fs::File::create(home.join("agent.log"))?;
        let child = command
            .args(["daemon", "--foreground", "--queue", &queue_name])
            .env_clear()
            .env("PATH", path)
            .env("HOME", &home)
            .env("TMPDIR", home.join("tmp"))
            .env("CLEARML_WORKER_ID", &queue_name)
            .envs(server.client_environment())
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()?;
        let agent = Agent { server, kind, child, queue, home };
        agent.wait(|| {
            let workers = server.call("workers.get_all", &json!({"last_seen": 600}))?;
            let mut workers =
                workers["workers"].as_array().cloned().unwrap_or_default().into_iter();
            Ok(workers.any(|worker| worker["id"] == queue_name.as_str()))
        })?;
        Ok(agent)
    }

    /// Memory of the agent itself, and its share of a core.
    #[allow(clippy::disallowed_methods)] // the rest is what is measured
    fn idle(&self) -> Result<(u64, f64)> {
        let pid = self.child.id().to_string();
        let before = processor_time(&pid)?;
        std::thread::sleep(IDLE);
        let used = processor_time(&pid)?.saturating_sub(before);
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes =
            line.and_then(|line| line.split_whitespace().next()).ok_or("no memory line")?;
        Ok((kilobytes.parse::<u64>()? * 1024, used.as_secs_f64() * 100.0 / IDLE.as_secs_f64()))
    }

    /// From the request that queues a task to the moment its line can be read, several times.
    fn first_lines(&self, script: &Value) -> Result<Spread> {
        let mut times = Vec::new();
        for _ in 0..SINGLE {
            let task = self.task(script)?;
            let query = json!({"task": task, "batch_size": 100});
            let look = self.server.prepare("events.get_task_log", &query);
            let mut connection = Connection::open(self.server.api)?;
            let begin = Instant::now();
            self.enqueue(&task)?;
            loop {
                let log = connection.call(&look)?.json()?;
                let mut events =
                    log["data"]["events"].as_array().cloned().unwrap_or_default().into_iter();
                // The lines before quote nothing that a script prints alone on a line.
                if events.any(|event| event["msg"].as_str().is_some_and(has_line)) {
                    break;
                }
                if begin.elapsed() > LIMIT {
                    return Err(format!("no first line; see {}", self.home.display()).into());
                }
                pause();
            }
            times.push(begin.elapsed());
            self.until_over(&[task])?;
        }
        Ok(Spread::of(times))
    }

    /// The time of each of many tasks that wait together.
    fn row(&self, script: &Value, count: usize) -> Result<Duration> {
        let tasks = (0..count).map(|_| self.task(script)).collect::<Result<Vec<_>>>()?;
        let begin = Instant::now();
        for task in &tasks {
            self.enqueue(task)?;
        }
        self.until_over(&tasks)?;
        Ok(begin.elapsed() / u32::try_from(count)?)
    }

    fn queue_task(&self, script: &Value) -> Result<String> {
        let task = self.task(script)?;
        self.enqueue(&task)?;
        Ok(task)
    }

    fn task(&self, script: &Value) -> Result<String> {
        let body = json!({"name": "agent bench", "type": "training", "script": script});
        let made = self.server.call("tasks.create", &body)?;
        Ok(made["id"].as_str().ok_or("no task")?.to_owned())
    }

    fn enqueue(&self, task: &str) -> Result<()> {
        self.server.call("tasks.enqueue", &json!({"task": task, "queue": self.queue})).map(|_| ())
    }

    /// Waits until all are completed; anything else is an error.
    fn until_over(&self, tasks: &[String]) -> Result<()> {
        let query = json!({"id": tasks, "only_fields": ["status"], "status": ["completed", "failed", "stopped"], "page": 0, "page_size": tasks.len()});
        self.wait(|| {
            let found = self.server.call("tasks.get_all", &query)?;
            let found = found["tasks"].as_array().cloned().unwrap_or_default();
            match found.iter().find(|task| task["status"] != "completed") {
                Some(task) => Err(format!(
                    "{} is {}; see {}",
                    task["id"],
                    task["status"],
                    self.home.display()
                )
                .into()),
                None => Ok(found.len() == tasks.len()),
            }
        })
    }

    fn wait(&self, ready: impl Fn() -> Result<bool>) -> Result<()> {
        let begin = Instant::now();
        while !ready()? {
            if begin.elapsed() > LIMIT {
                return Err(format!("it takes too long; see {}", self.home.display()).into());
            }
            pause();
        }
        Ok(())
    }

    /// Removes what the agent keeps, but not the packages it downloaded.
    fn forget_environments(&self) -> Result<()> {
        let folder = match self.kind {
            Kind::Arno => ".arno/agent/environments",
            Kind::Official => ".clearml/venvs-builds",
        };
        Ok(std::fs::remove_dir_all(self.home.join(folder))?)
    }
}

impl Drop for Agent<'_> {
    fn drop(&mut self) {
        // Its group holds what it started; if it has ended already there is nothing to do.
        let _ = signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
    }
}

fn has_line(message: &str) -> bool {
    message.lines().any(|line| line == LINE)
}

/// Between two looks, short beside what is measured.
#[allow(clippy::disallowed_methods)] // agents tell nobody
fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

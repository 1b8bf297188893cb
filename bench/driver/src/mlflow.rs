//! The peer: an MLflow server on SQLite with the same kind of load, in the same run. It may use
//! both cores.

use crate::Result;
use crate::http::{Connection, request};
use crate::load;
use crate::report::Table;
use crate::server::{free_addresses, signal};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const START_LIMIT: Duration = Duration::from_secs(120);
const BATCHES: usize = 60;

/// A running MLflow with all its processes.
struct Mlflow {
    child: Child,
    address: SocketAddr,
}

impl Mlflow {
    fn start(program: &Path, folder: &Path, workers: &str) -> Result<Mlflow> {
        let [address, ..] = free_addresses()?;
        let database = folder.join(format!("mlflow-{workers}.db"));
        let child = Command::new("taskset")
            .args(["-c", "0,1"])
            .arg(program)
            .args(["server", "--host", "127.0.0.1", "--workers", workers])
            .args(["--port", &address.port().to_string()])
            .arg("--backend-store-uri")
            .arg(format!("sqlite:///{}", database.display()))
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let mut mlflow = Mlflow { child, address };
        let begin = Instant::now();
        let search = mlflow.prepare("experiments/search", &json!({"max_results": 1}));
        loop {
            let answer = Connection::open(address)
                .and_then(|mut connection| connection.call(&search)?.expect_ok());
            match answer {
                Ok(()) => return Ok(mlflow),
                Err(error) if begin.elapsed() > START_LIMIT => return Err(error),
                Err(_) if mlflow.child.try_wait()?.is_some() => {
                    return Err("MLflow ended at once".into());
                }
                Err(_) => pause(),
            }
        }
    }

    fn prepare(&self, endpoint: &str, body: &Value) -> Vec<u8> {
        let headers = [("Content-Type", "application/json")];
        request(
            "POST",
            &format!("/api/2.0/mlflow/{endpoint}"),
            &headers,
            body.to_string().as_bytes(),
        )
    }

    fn new_run(&self) -> Result<String> {
        let body = json!({"experiment_id": "0", "start_time": 1_760_000_000_000_u64});
        let mut connection = Connection::open(self.address)?;
        let answer = connection.call(&self.prepare("runs/create", &body))?.json()?;
        Ok(answer["run"]["info"]["run_id"].as_str().ok_or("no run id")?.to_owned())
    }
}

impl Drop for Mlflow {
    fn drop(&mut self) {
        // The group holds its workers; if it has ended already there is nothing to do.
        let _ = signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
    }
}

/// Waits a little before asking a server that takes many seconds to start.
#[allow(clippy::disallowed_methods)] // a peer tells nobody when it is ready
fn pause() {
    std::thread::sleep(Duration::from_millis(50));
}

/// Ingest as MLflow's users have it, and one point a request without its multi-worker stall.
pub fn measure(program: &Path, folder: &Path, arno: f64, table: &mut Table) -> Result<()> {
    let mlflow = Mlflow::start(program, folder, "4")?;
    let run = mlflow.new_run()?;
    let outcome = load::run(mlflow.address, 4, BATCHES, |number, out| {
        let metrics: Vec<Value> = (0..1000)
            .map(|i| {
                let (key, step) = (i % 10, number * 100 + i / 10);
                json!({"key": format!("s{key}"), "step": step, "timestamp": 1_760_000_000_000_u64,
                       "value": crate::ingest::value(key, step)})
            })
            .collect();
        out.extend(mlflow.prepare("runs/log-batch", &json!({"run_id": run, "metrics": metrics})));
    })?;
    let rate = outcome.rate(BATCHES * 1000);
    table.row(
        "MLflow on SQLite: 1,000 a request, 4 clients",
        &format!("{rate:.0} points/s"),
        &format!("Arno is {:.0} times as fast; MLflow had both cores", arno / rate),
    );
    drop(mlflow);

    let mlflow = Mlflow::start(program, folder, "1")?;
    let run = mlflow.new_run()?;
    let outcome = load::run(mlflow.address, 1, 200, |number, out| {
        let body = json!({"run_id": run, "key": "loss", "value": 0.5, "step": number,
                          "timestamp": 1_760_000_000_000_u64});
        out.extend(mlflow.prepare("runs/log-metric", &body));
    })?;
    table.row(
        "MLflow on SQLite, one worker: one point a request, 1 client",
        &outcome.times.to_string(),
        "",
    );
    Ok(())
}

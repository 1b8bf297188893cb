//! The agent inside `arno up`: the queues `default` and `services` of the server in the same process.

use crate::daemon::devices::Allocator;
use crate::daemon::identity::{self, Devices};
use crate::daemon::queues::find_queues;
use crate::daemon::schedule::Schedule;
use crate::daemon::work::{Plan, Worker};
use crate::executors::process::ProcessExecutor;
use crate::settings::Settings;
use crate::task::runner::Runner;
use arno_client::{Client, Config, Environment};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// Queues of ordinary tasks, one at a time, and of services, any number at a time.
const TASKS: &str = "default";
const SERVICES: &str = "services";

/// What the agent is told by the program around it.
pub struct Local {
    /// `clearml.conf` with the server's addresses and credentials.
    pub configuration: PathBuf,
    /// The API's address on this machine.
    pub api_url: String,
    /// Where runs and environments lie.
    pub folder: PathBuf,
    /// The program's variables.
    pub environment: Environment,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Local {
    /// Whether others than the administrator have accounts on the server.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn has_several_users(&self) -> Result<bool, Failure> {
        let client = Client::new(self.settings()?.config(), "")?;
        let answer = client.call("users.get_all", &json!({"only_fields": ["id"]})).await?;
        Ok(answer["users"].as_array().is_some_and(|users| users.len() > 1))
    }

    /// Works until `stop` turns true and what runs has been ended.
    ///
    /// # Errors
    /// When the configuration cannot be read, or a queue cannot be had.
    pub async fn run(&self, stop: watch::Receiver<bool>) -> Result<(), Failure> {
        let settings = Arc::new(self.settings()?);
        let tasks = self.worker(&settings, TASKS, &stop).await?;
        let services = self.worker(&settings, SERVICES, &stop).await?;
        let (tasks, services) = tokio::join!(tasks.run(), services.run());
        Ok(tasks.and(services)?)
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let mut config = Config::load(&Environment::new(), Some(&self.configuration))?;
        config.set("api.api_server", json!(self.api_url));
        let mut settings = Settings::new(config, self.environment.clone());
        let folder = std::path::absolute(&self.folder)?;
        settings.set("data_dir", folder.display().to_string());
        // There are two workers, which cannot both have a name that was given from outside.
        settings.set("worker_id", serde_json::Value::Null);
        Ok(settings)
    }

    async fn worker(
        &self,
        settings: &Arc<Settings>,
        queue: &str,
        stop: &watch::Receiver<bool>,
    ) -> Result<Worker<ProcessExecutor>, Failure> {
        let services = queue == SERVICES;
        let devices = if services { Devices::CpuOnly } else { Devices::Any };
        let identity = identity::take(settings, &devices)?;
        let client = Client::new(settings.config(), &identity.id)?;
        let plan = Plan {
            queues: find_queues(&client, &[queue.to_owned()], true).await?,
            fair: false,
            most: if services { usize::MAX } else { 1 },
            services,
            schedule: Schedule::default(),
            devices: services.then(|| "none".to_owned()),
        };
        tracing::info!("worker {} runs tasks of the queue {queue} on this machine", identity.id);
        let runner = Runner {
            client: client.clone(),
            settings: settings.clone(),
            executor: ProcessExecutor,
            stop: stop.clone(),
            copy: None,
        };
        let devices = Allocator::default();
        Ok(Worker { client, settings: settings.clone(), identity, plan, runner, devices })
    }
}

//! Runs as containers of a Docker engine on this machine.
//!
//! The container's first process is the supervisor, from this program, which is mounted into it; the
//! run's folder lies under the same path inside. Code and environment are made in the container, with its
//! Python, and what is kept of environments, packages and repositories lies in a folder of the agent's
//! that all containers share.

mod choice;
mod create;
mod cuda;
mod engine;
mod image;
mod options;

pub(crate) use choice::Given;
pub(crate) use create::HOME;

use super::{Executor, ExecutorError, Order, Presence};
use crate::settings::Settings;
use crate::task::run::{RunFolder, Spec};
use engine::{Engine, EngineError};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The engine is not asked more often than this for one run.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a killed supervisor may take before the whole container is killed.
const KILL: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(100);
const DEFAULT_ENGINE: &str = "unix:///var/run/docker.sock";
/// What an image must have.
const PROGRAM: &str = "The agent's program must be able to start in the image: it needs the C library (glibc) \
    of the system it was built on, or a newer one";
/// The label that says whose run a container is.
const TASK_LABEL: &str = "arno-task";

/// Starts supervisors in containers.
#[derive(Clone, Debug)]
pub(crate) struct DockerExecutor {
    engine: Engine,
    settings: Arc<Settings>,
    given: Given,
    /// This program, which is mounted into every container.
    program: PathBuf,
}

impl DockerExecutor {
    /// An executor for the engine that `DOCKER_HOST` names, or the usual one.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn connect(
        settings: Arc<Settings>,
        given: Given,
    ) -> Result<DockerExecutor, ExecutorError> {
        let address = settings.environment().get("DOCKER_HOST").filter(|text| !text.is_empty());
        let engine = Engine::at(address.map_or(DEFAULT_ENGINE, String::as_str))?;
        engine.ping().await?;
        let program = settings.text("docker.program").map(PathBuf::from);
        let program = program.map_or_else(std::env::current_exe, Ok);
        let program =
            program.map_err(|why| ExecutorError(format!("this program's file: {why}")))?;
        Ok(DockerExecutor { engine, settings, given, program })
    }

    async fn inspect(&self, container: &str) -> Result<Option<Value>, EngineError> {
        match self.engine.get(&format!("/containers/{container}/json"), &[]).await {
            Ok(found) => Ok(Some(found)),
            Err(why) if why.is(StatusCode::NOT_FOUND) => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// Sends a signal to a container's first process; one that is gone is fine.
    async fn signal(&self, container: &str, signal: &str) -> Result<(), ExecutorError> {
        let path = format!("/containers/{container}/kill");
        match self.engine.post(&path, &[("signal", signal)]).await {
            Err(why) if why.is(StatusCode::NOT_FOUND) || why.is(StatusCode::CONFLICT) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Why a container has ended whose supervisor has not said so.
    async fn explain(&self, run: &RunFolder, container: &str, state: &Value) -> Option<String> {
        if state["OOMKilled"] == true {
            return Some(
                "the container used up its memory and was killed; give the task more, or let it use less"
                    .to_owned(),
            );
        }
        if run.started().exists() {
            return None;
        }
        let said = self.engine.log(container).await.unwrap_or_default();
        let code = &state["ExitCode"];
        Some(format!(
            "the container ended with code {code} before the task began: {said}\n{PROGRAM}"
        ))
    }
}

impl Executor for DockerExecutor {
    const NAME: &'static str = "docker";

    fn pause(&self) -> Duration {
        PAUSE
    }

    async fn prepare(
        &self,
        run: &RunFolder,
        spec: &mut Spec,
        task: &Value,
    ) -> Result<(), ExecutorError> {
        let failed = |why: std::io::Error| ExecutorError(why.to_string());
        let console = run.spool().map_err(failed)?;
        let choice = choice::choose(task, &self.given, &self.settings);
        let image = image::bring(&self.engine, &choice.image, &self.settings, &console).await?;
        let container = create::Container { settings: &self.settings, program: &self.program, run };
        container.describe(spec, task, &choice, &self.given, &image, &console).await
    }

    async fn start(&self, run: &RunFolder, spec: &Spec) -> Result<String, ExecutorError> {
        let name = name(run);
        let query = [("name", name.as_str())];
        let made =
            self.engine.call(Method::POST, "/containers/create", &query, spec.container.as_ref());
        made.await.map_err(|why| ExecutorError(format!("the container cannot be made: {why}")))?;
        if let Err(why) = self.engine.post(&format!("/containers/{name}/start"), &[]).await {
            self.forget(&name).await?;
            return Err(ExecutorError(explain_start(&why.to_string())));
        }
        Ok(name)
    }

    async fn find(&self, run: &RunFolder) -> Result<Option<String>, ExecutorError> {
        let name = name(run);
        let found = self.inspect(&name).await?;
        let is_ours = |found: &Value| {
            name.ends_with(found["Config"]["Labels"][TASK_LABEL].as_str().unwrap_or("-"))
        };
        Ok(found.filter(is_ours).map(|_| name.clone()))
    }

    async fn order(
        &self,
        _run: &RunFolder,
        container: &str,
        order: Order,
    ) -> Result<(), ExecutorError> {
        if order == Order::Terminate {
            return self.signal(container, "SIGTERM").await;
        }
        self.signal(container, "SIGINT").await?;
        let until = Instant::now() + KILL;
        while self.inspect(container).await?.is_some_and(|found| is_there(&found["State"])) {
            if Instant::now() > until {
                return self.signal(container, "SIGKILL").await;
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn look(&self, run: &RunFolder, container: &str) -> Result<Presence, ExecutorError> {
        let Some(found) = self.inspect(container).await? else { return Ok(Presence::Gone(None)) };
        let state = &found["State"];
        match is_there(state) {
            true => Ok(Presence::There),
            false => Ok(Presence::Gone(self.explain(run, container, state).await)),
        }
    }

    async fn forget(&self, container: &str) -> Result<(), ExecutorError> {
        let path = format!("/containers/{container}");
        let query = [("force", "1"), ("v", "1")];
        match self.engine.call(Method::DELETE, &path, &query, None).await {
            Err(why) if why.is(StatusCode::NOT_FOUND) || why.is(StatusCode::CONFLICT) => Ok(()),
            done => Ok(done.map(|_| ())?),
        }
    }
}

/// A container has the name of its task, so that there are never two of one.
fn name(run: &RunFolder) -> String {
    format!("arno-{}", run.task())
}

fn is_there(state: &Value) -> bool {
    !matches!(state["Status"].as_str(), Some("exited" | "dead" | "removing") | None)
}

/// What the engine's refusal to start a container means.
fn explain_start(why: &str) -> String {
    let hint = match why {
        _ if why.contains("capabilities: [[gpu]]") => {
            "The engine has no driver for GPUs: install nvidia-container-toolkit on the agent's machine, or \
             start the agent with --cpu-only"
        }
        _ if why.contains("requirement error") => {
            "Choose an image for the CUDA of this machine's driver"
        }
        _ if why.contains("no such file or directory") => PROGRAM,
        _ => "See the engine's own log",
    };
    format!("the container cannot be started: {why}\n{hint}")
}

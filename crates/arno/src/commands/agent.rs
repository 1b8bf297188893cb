//! The agent inside `arno up`.

use crate::data_dir::Urls;
use crate::settings::{AgentMode, Settings, environment};
use arno_agent::Local;
use std::path::Path;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The folder of the agent in the data directory.
const FOLDER: &str = "agent";

/// An agent at work.
pub struct Agent {
    stop: watch::Sender<bool>,
    work: JoinHandle<()>,
}

impl Agent {
    /// Ends what it runs, and then itself.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(why) = self.work.await {
            tracing::error!("the agent: {why}");
        }
    }
}

/// Starts the agent where the settings let it, and says so; a task may do all that the user may who
/// started this program.
pub async fn start(settings: &Settings, configuration: &Path, urls: &Urls) -> Option<Agent> {
    let local = Local {
        configuration: configuration.to_owned(),
        api_url: urls.api.clone(),
        folder: settings.data_dir.join(FOLDER),
        environment: environment().into_iter().collect(),
    };
    if !is_wanted(settings, &local).await {
        return None;
    }
    tracing::info!(
        "queued tasks run on this machine with the rights of the user that started Arno, who trusts \
         all that may queue them; `--agent off` keeps them away"
    );
    let (stop, stopped) = watch::channel(false);
    let work = tokio::spawn(async move {
        if let Err(why) = local.run(stopped).await {
            tracing::error!("queued tasks are not run here: {why}");
        }
    });
    Some(Agent { stop, work })
}

async fn is_wanted(settings: &Settings, local: &Local) -> bool {
    match settings.agent {
        AgentMode::On => return true,
        AgentMode::Off => return false,
        AgentMode::Auto if settings.listen.is_loopback() => return true,
        AgentMode::Auto => {}
    }
    match local.has_several_users().await {
        Ok(false) => true,
        Ok(true) => {
            tracing::warn!(
                "queued tasks are not run on this machine, since others may queue them: start \
                 `arno agent daemon` as a user of its own, or allow it with `--agent on`"
            );
            false
        }
        Err(why) => {
            tracing::warn!("queued tasks are not run here: {why}");
            false
        }
    }
}

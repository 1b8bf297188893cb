//! What a run is told of its task.

use super::run::{Limits, RunFolder, Spec};
use super::surroundings::{Placement, variables};
use crate::executors::process::THIS_PROGRAM;
use crate::settings::Settings;
use arno_client::Client;
use serde_json::{Value, json};

/// What the supervisor starts for a task: the part of this program that prepares it and becomes it.
pub(crate) fn spec(
    settings: &Settings,
    folder: &RunFolder,
    placement: &Placement<'_>,
    limits: Limits,
) -> Spec {
    let configuration = folder.agent_configuration().display().to_string();
    let path = folder.path().display().to_string();
    let argv = [
        THIS_PROGRAM,
        "agent",
        "--config-file",
        &configuration,
        "execute",
        "--disable-monitoring",
        "--id",
        placement.task,
        "--run-folder",
        &path,
    ];
    Spec {
        argv: argv.map(str::to_owned).to_vec(),
        environment: variables(settings, folder, placement),
        working_folder: folder.path().to_owned(),
        limits,
        console_rate: settings.console_rate(),
        ..Spec::default()
    }
}

/// What limits and executors need to know of a task.
pub(crate) async fn about(client: &Client, task: &str) -> Value {
    const FIELDS: [&str; 12] = [
        "container",
        "runtime",
        "project.id",
        "project.name",
        "user",
        "tags",
        "script.repository",
        "script.branch",
        "script.binary",
        "script.entry_point",
        "script.working_dir",
        "script.requirements",
    ];
    let query = json!({"id": [task], "only_fields": FIELDS, "search_hidden": true});
    match client.call("tasks.get_all", &query).await {
        Ok(mut answer) => answer["tasks"][0].take(),
        Err(error) => {
            tracing::warn!("{error}");
            Value::Null
        }
    }
}

//! `arno agent execute --disable-monitoring`: prepares a task and becomes it. Everything it says is
//! the beginning of the task's console.

use super::{Failure, client, container};
use crate::code::entry::{self, Entry};
use crate::code::script::{Language, Script};
use crate::code::{self, CodeError};
use crate::environment::{self, Prepared};
use crate::files;
use crate::settings::Settings;
use crate::task::run::{Preparation, RunFolder};
use arno_client::Client;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The variable in which a task finds the token of the application that called it, where its API hands
/// it on.
const CALLER_TOKEN: &str = "CLEARML_CALLER_TOKEN";

/// Prepares the task in a run's folder, or in a folder of its own, and becomes it. Only a failure
/// returns.
pub(super) fn run(
    settings: &Settings,
    task: &str,
    run_folder: Option<&Path>,
) -> Result<ExitCode, Failure> {
    let folder = match run_folder {
        Some(path) => RunFolder::at(path),
        None => {
            RunFolder::of(&settings.data().join("builds"), task).ok_or("this is no id of a task")?
        }
    };
    match prepare(settings, task, &folder) {
        Ok(mut command) => {
            // A task whose supervisor is killed must not go on unseen.
            set_pdeathsig(run_folder.map(|_| Signal::SIGKILL))?;
            let why = command.exec();
            Err(format!("{:?}: {why}", command.get_program()).into())
        }
        Err(failure) => {
            println!("ERROR: {}", failure.message);
            if run_folder.is_some() {
                files::write_json(&folder.preparation(), &failure)?;
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn failed(reason: &str, why: impl std::fmt::Display) -> Preparation {
    Preparation { reason: reason.to_owned(), message: why.to_string() }
}

fn prepare(settings: &Settings, id: &str, folder: &RunFolder) -> Result<Command, Preparation> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|why| failed("the agent's runtime cannot be started", why))?;
    let unreachable = |why: &dyn std::fmt::Display| failed("the task cannot be read", why);
    let client = client(settings, &settings.text("worker_id").unwrap_or_default())
        .map_err(|why| unreachable(&why))?;
    let body = json!({"task": id});
    let answer = runtime.block_on(client.call_until_answered("tasks.get_by_id", &body));
    let task = answer.map_err(|why| unreachable(&why))?["task"].take();
    let caller_token = runtime.block_on(client.caller_token(id));
    let caller_token =
        caller_token.map_err(|why| failed("the caller's token cannot be had", why))?;
    let script = Script::of(&task["script"]);
    tell(id, &script);
    container::set_up(settings).map_err(|why| failed("failed setting up the container", why))?;
    let code = code::bring(&script, settings, &folder.work()).map_err(|why| match &why {
        CodeError::Git(_) => failed("failed cloning repository", why),
        _ => failed("failed preparing the code", why),
    })?;
    let prepared = match script.language() {
        Language::Python => environment::prepare(&task, &script, &code, settings, &folder.work())
            .map_err(|why| failed("failed preparing the environment", why))?,
        Language::Shell => Prepared::none(),
    };
    runtime.block_on(record(settings, &client, &task, &prepared, code.commit.as_deref()));
    let mut entry = entry::command(&script, &code, &prepared.python, settings)
        .map_err(|why| failed("failed preparing the code", why))?;
    if let Some(notebook) = entry.notebook.take() {
        let script = convert(&notebook, &prepared)
            .map_err(|why| failed("failed converting the notebook", why))?;
        if script.contains("get_ipython()") {
            entry.run_in_ipython();
        }
    }
    println!("Starting: {}", entry.argv.join(" "));
    let mut command = command(settings, &task, &code.working_folder, &code.root, &entry, prepared);
    if let Some(token) = caller_token {
        command.env(CALLER_TOKEN, token);
    }
    Ok(command)
}

fn tell(id: &str, script: &Script) {
    println!("Running task id [{id}]:");
    let fields = [
        ("repository", &script.repository),
        ("branch", &script.branch),
        ("tag", &script.tag),
        ("commit", &script.commit),
        ("working directory", &script.working_folder),
        ("entry point", &script.entry_point),
        ("binary", &script.binary),
    ];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        println!("  {name}: {value}");
    }
}

/// Records what was really used: installed packages, and the commit where none was recorded.
async fn record(
    settings: &Settings,
    client: &Client,
    task: &Value,
    prepared: &Prepared,
    commit: Option<&str>,
) {
    let id = &task["id"];
    let recorded = &task["script"]["requirements"];
    if let Some(frozen) = prepared.frozen.as_deref().filter(|frozen| recorded["pip"] != **frozen) {
        let mut requirements = recorded.as_object().cloned().unwrap_or_default();
        if let Some(pip) = recorded.get("pip").filter(|_| recorded.get("org_pip").is_none()) {
            requirements.insert("org_pip".to_owned(), pip.clone());
        }
        requirements.insert("pip".to_owned(), frozen.into());
        note(client, "tasks.set_requirements", &json!({"task": id, "requirements": requirements}))
            .await;
    }
    let chosen = settings
        .text("container_image")
        .filter(|_| task["container"]["image"].as_str().is_none_or(str::is_empty));
    if let Some(image) = chosen {
        let mut container = task["container"].as_object().cloned().unwrap_or_default();
        container.insert("image".to_owned(), image.into());
        note(client, "tasks.edit", &json!({"task": id, "container": container, "force": true}))
            .await;
    }
    if let Some(commit) =
        commit.filter(|_| task["script"]["version_num"].as_str().is_none_or(str::is_empty))
    {
        let body = json!({"task": id, "script": {"version_num": commit}, "force": true});
        note(client, "tasks.edit", &body).await;
    }
}

/// A call whose failure does not keep the task from running.
async fn note(client: &Client, endpoint: &str, body: &Value) {
    if let Err(error) = client.call(endpoint, body).await {
        println!("WARNING: {error}");
    }
}

/// Makes a notebook a script beside it, and returns its text.
fn convert(notebook: &Path, prepared: &Prepared) -> Result<String, Failure> {
    let status = Command::new(&prepared.python)
        .args(["-m", "nbconvert", "--log-level", "WARN", "--to", "python"])
        .arg(notebook)
        .status()?;
    match status.success() {
        true => {
            let script = notebook.with_extension("py");
            Ok(std::fs::read_to_string(&script).map_err(files::at(&script))?)
        }
        false => Err(format!("{} cannot be converted; see above", notebook.display()).into()),
    }
}

/// The task's own command with the variables that come with code and environment (agent.md §6.3).
fn command(
    settings: &Settings,
    task: &Value,
    working_folder: &Path,
    root: &Path,
    entry: &Entry,
    prepared: Prepared,
) -> Command {
    let [program, arguments @ ..] = entry.argv.as_slice() else { return Command::new("false") };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(working_folder);
    let mut folders = vec![entry.script_folder.clone()];
    if entry.script_folder != working_folder {
        folders.push(working_folder.to_owned());
    }
    if settings.flag("force_git_root_python_path", false) {
        folders.push(root.to_owned());
    }
    let given = settings.environment().get("PYTHONPATH").cloned();
    let extra = settings.text("extra_python_path");
    for path in [given, extra].into_iter().flatten() {
        folders.extend(std::env::split_paths(&path));
    }
    command.env("PYTHONPATH", joined(&folders));
    if let [own, ..] = prepared.programs.as_slice() {
        let path = settings.environment().get("PATH").map(String::as_str).unwrap_or_default();
        let folders: Vec<PathBuf> =
            prepared.programs.iter().cloned().chain(std::env::split_paths(path)).collect();
        command.env("PATH", joined(&folders));
        command.env("VIRTUAL_ENV", own.parent().unwrap_or(own));
    }
    if settings.flag("enable_task_env", false) {
        for (name, item) in task["hyperparams"]["Environment"].as_object().into_iter().flatten() {
            if let Some(value) = item["value"].as_str().filter(|_| !name.starts_with("ARNO_")) {
                command.env(name, value);
            }
        }
    }
    // The mark that an environment is in use belongs to the task from here on.
    std::mem::forget(prepared.in_use);
    command
}

fn joined(folders: &[PathBuf]) -> std::ffi::OsString {
    // A folder whose name holds the separator cannot be in a search path.
    std::env::join_paths(folders.iter().filter(|path| !path.to_string_lossy().contains(':')))
        .unwrap_or_default()
}

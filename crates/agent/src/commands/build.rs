//! `arno agent build`: brings a task's code and environment to a folder.

use super::args::BuildArgs;
use super::{Failure, Outcome, block_on, client};
use crate::code;
use crate::code::script::Script;
use crate::environment::install::Installer;
use crate::environment::interpreter;
use crate::environment::requirements;
use crate::files;
use crate::settings::Settings;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(settings: &Settings, args: &BuildArgs) -> Outcome {
    let client = client(settings, "")?;
    let mut answer = block_on(client.call("tasks.get_by_id", &json!({"task": args.id})))??;
    let task = answer["task"].take();
    let mut script = Script::of(&task["script"]);
    if let Some(version) = &args.python_version {
        script.binary = format!("python{version}");
    }
    files::create_folder(&args.target)?;
    let target = std::fs::canonicalize(&args.target).map_err(files::at(&args.target))?;
    let code = code::bring(&script, settings, &target)?;
    let python = interpreter::choose(&script, settings)?;
    let requirements = requirements::of(&task["script"]["requirements"], &code, &script, settings)?;
    for note in &requirements.notes {
        println!("{note}");
    }
    let installer = Installer::find(settings)?;
    let environment = target.join("environment");
    installer.create(&python, &environment, settings)?;
    if !requirements.lines.is_empty() {
        installer.install(&environment.join("bin/python"), &requirements, settings)?;
    }
    println!("code: {}", code.working_folder.display());
    println!("environment: {}", environment.display());
    Ok::<_, Failure>(ExitCode::SUCCESS)
}

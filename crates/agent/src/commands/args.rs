//! The command line: verbs and flags of the official agent (agent.md §1), and the spellings of
//! handbooks (`--queues cpu,gpu`, `-detached`).

use crate::settings::Settings;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// Runs queued tasks on this machine.
#[derive(Debug, Parser)]
#[command(name = "arno agent", version, max_term_width = 100)]
pub(super) struct AgentArgs {
    /// Configuration file [default: CLEARML_CONFIG_FILE, or ~/clearml.conf]
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) config_file: Option<PathBuf>,
    /// Log in detail
    #[arg(long)]
    debug: bool,
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Wait on queues and run what comes
    Daemon(DaemonArgs),
    /// Run one task now and end with it
    Execute(ExecuteArgs),
    /// Build a task's environment and code without running it
    Build(BuildArgs),
    /// List all registered workers
    List,
    /// Show the effective configuration, secrets masked
    Config,
    /// Write ~/clearml.conf from what is asked or pasted
    Init,
    /// Show the agents of this machine and what they run
    Status,
    /// List the processes on this machine's devices that no task explains, with who owns them
    Processes {
        /// End one of them: SIGTERM, and SIGKILL after ten seconds
        #[arg(long, value_name = "PID")]
        end: Option<i32>,
    },
    /// Stop agents of this machine
    Stop {
        /// Their worker ids; without any, all of them
        workers: Vec<String>,
    },
    /// Run the task of a run's folder (used by the agent itself)
    #[command(hide = true)]
    Supervise {
        /// The folder.
        folder: PathBuf,
    },
}

/// What every worker takes.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// Python's optimisation level; twice for more
    #[arg(short = 'O', action = clap::ArgAction::Count)]
    optimize: u8,
    /// User for git repositories
    #[arg(long)]
    git_user: Option<String>,
    /// Password or token for git repositories; better kept in the configuration, since others see command lines
    #[arg(long)]
    git_pass: Option<String>,
    /// DEBUG, INFO, WARN, WARNING, ERROR or CRITICAL
    #[arg(long, default_value = "INFO")]
    log_level: String,
    /// Devices: `0`, `0,1`, `all`; with --dynamic-gpus also `0-3`
    #[arg(long, value_name = "LIST")]
    pub(super) gpus: Option<String>,
    /// No devices
    #[arg(long, conflicts_with = "gpus")]
    pub(super) cpu_only: bool,
    /// Run tasks in containers of a Docker engine: in this image where the task names none, with these
    /// further options of `docker run`
    #[arg(long, num_args = 0..=1, value_name = "IMAGE OPTIONS…", default_missing_value = "")]
    pub(super) docker: Option<String>,
    /// Install nothing and fetch nothing: everything is there already
    #[arg(long)]
    standalone_mode: bool,
}

#[derive(Debug, Args)]
pub(super) struct DaemonArgs {
    /// Queues by name or id, the first before the second; several words or one with commas
    #[arg(long, visible_alias = "queues", num_args = 1.., value_delimiter = ',', value_name = "NAME")]
    pub(super) queue: Vec<String>,
    /// Take turns among the queues instead
    #[arg(long)]
    pub(super) order_fairness: bool,
    /// Create queues that do not exist
    #[arg(long)]
    pub(super) create_queue: bool,
    /// Seconds between looks at the queues when the server tells no changes; 5 at least
    #[arg(long, value_name = "SECONDS")]
    pub(super) polling_interval: Option<f64>,
    /// Log to the terminal, which is what happens without --detached anyway
    #[arg(long)]
    pub(super) foreground: bool,
    /// Go to the background
    #[arg(long, short = 'd')]
    pub(super) detached: bool,
    /// Run many tasks at a time, at most N; without N, any number
    #[arg(long, num_args = 0..=1, value_name = "N", default_missing_value = "0")]
    pub(super) services_mode: Option<usize>,
    /// Hand out devices per task: --gpus 0-3 --dynamic-gpus --queue big=2 small=1-2
    #[arg(long, requires = "gpus", conflicts_with = "services_mode")]
    pub(super) dynamic_gpus: bool,
    /// Run each task as the user it belongs to; needs credentials of an administrator or a service
    #[arg(long)]
    use_owner_token: bool,
    /// When to work: hours and days, as in "17-20 MON-FRI"
    #[arg(long)]
    pub(super) uptime: Option<String>,
    /// When not to work
    #[arg(long)]
    pub(super) downtime: Option<String>,
    /// Run tasks as jobs of a Slurm cluster, with these options of sbatch: --slurm="--partition=gpu"
    #[arg(long, num_args = 0..=1, value_name = "OPTIONS", default_missing_value = "")]
    pub(super) slurm: Option<String>,
    /// Stop the agents of this machine with these worker ids, or all of them
    #[arg(long, num_args = 0.., value_name = "WORKER")]
    pub(super) stop: Option<Vec<String>>,
    /// Show the agents of this machine
    #[arg(long)]
    pub(super) status: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct ExecuteArgs {
    /// The task
    #[arg(long)]
    pub(super) id: String,
    /// Write the console to this file, too
    #[arg(long, value_name = "FILE")]
    pub(super) log_file: Option<PathBuf>,
    /// Become the task: no console is sent and no status is set
    #[arg(long)]
    pub(super) disable_monitoring: bool,
    /// Send the console and set the status, which is what happens anyway
    #[arg(long)]
    pub(super) full_monitoring: bool,
    /// Only if the task waits in a queue
    #[arg(long)]
    pub(super) require_queue: bool,
    /// Run a copy of the task
    #[arg(long)]
    pub(super) clone: bool,
    /// Where the run lies (used by the agent itself).
    #[arg(long, hide = true)]
    pub(super) run_folder: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    /// The task
    #[arg(long)]
    pub(super) id: String,
    /// Where to build
    #[arg(long, value_name = "FOLDER")]
    pub(super) target: PathBuf,
    /// Use this version of Python instead of the recorded one
    #[arg(long, value_name = "VERSION")]
    pub(super) python_version: Option<String>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

impl AgentArgs {
    /// Lets flags overrule the configuration.
    pub(super) fn apply(&self, settings: &mut Settings) {
        let common = match &self.command {
            Command::Daemon(args) => &args.common,
            Command::Execute(args) => &args.common,
            Command::Build(args) => &args.common,
            _ => return,
        };
        // The agent's own part that prepares a task has all of it from its configuration.
        if let Command::Execute(ExecuteArgs { run_folder: Some(_), .. }) = &self.command {
            return;
        }
        let level = if self.debug { "DEBUG" } else { common.log_level.as_str() };
        if self.debug || common.log_level != "INFO" || settings.text("log_level").is_none() {
            settings.set("log_level", level);
        }
        for (key, value) in [("git_user", &common.git_user), ("git_pass", &common.git_pass)] {
            if let Some(value) = value {
                settings.set(key, value.as_str());
            }
        }
        if common.optimize > 0 {
            settings.set("python_optimization", common.optimize);
        }
        if common.standalone_mode {
            settings.set("standalone_mode", true);
        }
        if let Command::Daemon(DaemonArgs { use_owner_token: true, .. }) = &self.command {
            settings.set("use_owner_token", true);
        }
        if let Command::Daemon(DaemonArgs { polling_interval: Some(seconds), .. }) = &self.command
            && !settings.environment().contains_key("CLEARML_AGENT_QUEUE_POLL_FREQ_SEC")
        {
            settings.set("polling_interval", seconds.max(5.0));
        }
    }
}

/// Puts the arguments of files (`@name`) in their places and handbook spellings right. The first
/// argument is the program's name.
pub(super) fn expand(arguments: Vec<OsString>) -> std::io::Result<Vec<OsString>> {
    let mut expanded = vec![OsString::from("arno agent")];
    for argument in arguments {
        let text = argument.to_string_lossy();
        match text.strip_prefix('@') {
            Some(path) => {
                let path = PathBuf::from(path);
                let file = std::fs::read_to_string(&path).map_err(crate::files::at(&path))?;
                expanded.extend(
                    file.lines().map(str::trim).filter(|line| !line.is_empty()).map(OsString::from),
                );
            }
            None => expanded.push(argument),
        }
    }
    for argument in &mut expanded {
        if argument == "-detached" {
            *argument = OsString::from("--detached");
        }
    }
    Ok(join_docker(expanded))
}

/// `--docker` takes an image and any options of `docker run`: all words up to the next flag of the agent's
/// own become one value.
fn join_docker(arguments: Vec<OsString>) -> Vec<OsString> {
    let command = AgentArgs::command();
    let flags: Vec<String> = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments)
        .filter_map(clap::Arg::get_long_and_visible_aliases)
        .flatten()
        .map(|name| format!("--{name}"))
        .chain(["--config-file".to_owned(), "--debug".to_owned()])
        .collect();
    let is_own = |word: &OsString| {
        let word = word.to_string_lossy();
        word == "-d"
            || flags.iter().any(|flag| word == *flag || word.starts_with(&format!("{flag}=")))
    };
    let mut joined = Vec::new();
    let mut words = arguments.into_iter().peekable();
    while let Some(word) = words.next() {
        if word != "--docker" {
            joined.push(word);
            continue;
        }
        let mut value = Vec::new();
        while let Some(word) = words.next_if(|word| !is_own(word)) {
            value.push(quoted(&word.to_string_lossy()));
        }
        joined.push(OsString::from(format!("--docker={}", value.join(" "))));
    }
    joined
}

/// A word that stays one; a text with blanks and without quotes was meant as several.
fn quoted(word: &str) -> String {
    match word.contains(['"', '\'', '\\']) {
        true => format!("'{}'", word.replace('\'', r"'\''")),
        false => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daemon(arguments: &[&str]) -> DaemonArgs {
        let arguments = arguments.iter().map(OsString::from).collect();
        match AgentArgs::parse_from(expand(arguments).unwrap()).command {
            Command::Daemon(args) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn queues_are_named_in_every_spelling() {
        for spelling in [
            &["daemon", "--queue", "cpu", "gpu", "--foreground"][..],
            &["daemon", "--queues", "cpu,gpu"],
            &["daemon", "--queue", "cpu", "--queue", "gpu", "-detached"],
        ] {
            assert_eq!(daemon(spelling).queue, ["cpu", "gpu"], "{spelling:?}");
        }
        assert!(daemon(&["daemon", "-detached"]).detached);
        assert!(daemon(&["daemon", "-d", "--queue", "x"]).detached);
    }

    #[test]
    fn services_mode_has_an_optional_limit() {
        assert_eq!(daemon(&["daemon", "--services-mode", "--queue", "a"]).services_mode, Some(0));
        assert_eq!(daemon(&["daemon", "--services-mode", "5"]).services_mode, Some(5));
        assert_eq!(daemon(&["daemon"]).services_mode, None);
    }

    #[test]
    fn docker_takes_an_image_and_any_options() {
        let docker = |arguments: &[&str]| daemon(arguments).common.docker;
        let words =
            ["daemon", "--docker", "python:3.12", "--ipc=host", "-v", "/a:/b", "--queue", "q"];
        assert_eq!(docker(&words).as_deref(), Some("python:3.12 --ipc=host -v /a:/b"));
        assert_eq!(daemon(&words).queue, ["q"]);
        assert_eq!(docker(&["daemon", "--docker", "--foreground"]).as_deref(), Some(""));
        assert_eq!(
            docker(&["daemon", "--docker", "image -e A=1"]).as_deref(),
            Some("image -e A=1")
        );
        assert_eq!(docker(&["daemon", "--queue", "q"]), None);
        // Devices are the agent's to hand out.
        let gpus = daemon(&["daemon", "--docker", "image", "--gpus", "0"]).common.gpus;
        assert_eq!(gpus.as_deref(), Some("0"));
    }

    #[test]
    fn a_file_holds_one_argument_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flags");
        std::fs::write(&path, "--queue\nmy queue\n\n--create-queue\n").unwrap();
        let args = daemon(&["daemon", &format!("@{}", path.display())]);
        assert_eq!(args.queue, ["my queue"]);
        assert!(args.create_queue);
        assert!(expand(vec![OsString::from("@/no/such/file")]).is_err());
    }
}

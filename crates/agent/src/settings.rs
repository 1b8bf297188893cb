//! What the agent is configured to do: the `agent` section of `clearml.conf`, the variables that
//! overrule it, and flags (agent.md §6.2, §12). The result is a configuration again, so that the
//! part of the agent that prepares a task elsewhere reads the very same.

use arno_client::{Config, ConfigError, Environment};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Variables that overrule a key of the `agent` section.
const OVERRULES: [(&str, &str); 17] = [
    ("CLEARML_WORKER_ID", "worker_id"),
    ("CLEARML_WORKER_NAME", "worker_name"),
    ("CLEARML_AGENT_QUEUE_POLL_FREQ_SEC", "polling_interval"),
    ("CLEARML_AGENT_STATUS_REPORT_FREQ_SEC", "status_report_interval"),
    ("CLEARML_AGENT_GIT_USER", "git_user"),
    ("CLEARML_AGENT_GIT_PASS", "git_pass"),
    ("CLEARML_AGENT_GIT_HOST", "git_host"),
    ("CLEARML_AGENT_SKIP_PIP_VENV_INSTALL", "skip_pip_venv_install"),
    ("CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL", "skip_python_env_install"),
    ("CLEARML_AGENT_FORCE_CODE_DIR", "force_code_dir"),
    ("CLEARML_AGENT_FORCE_EXEC_SCRIPT", "force_exec_script"),
    ("CLEARML_AGENT_EXTRA_PYTHON_PATH", "extra_python_path"),
    ("CLEARML_EXTRA_PIP_INSTALL_FLAGS", "extra_pip_install_flags"),
    ("CLEARML_AGENT_FORCE_UV", "force_uv"),
    ("CLEARML_DOCKER_IMAGE", "docker_image"),
    ("CLEARML_LOG_LEVEL", "log_level"),
    ("CLEARML_AGENT_STOP_GRACE_SEC", "stop_grace_sec"),
];

/// Keys of the `agent` section that the agent sets itself, for the part of it that prepares tasks.
const DATA: &str = "agent.data_dir";
/// Where the agent keeps what it needs, below the user's home.
const DEFAULT_DATA: &str = ".arno/agent";
/// The longest that an abort callback may take, seconds.
const CALLBACK_SECONDS: f64 = 1800.0;
const PING_SECONDS: f64 = 60.0;
const POLL_SECONDS: f64 = 5.0;
const REPORT_SECONDS: f64 = 30.0;
const GRACE_SECONDS: f64 = 10.0;
const CONSOLE_KB: f64 = 1024.0;

/// The agent's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    config: Config,
    environment: Environment,
}

impl Settings {
    /// Reads configuration file and variables.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(environment: Environment, file: Option<&Path>) -> Result<Settings, ConfigError> {
        let config = Config::load(&environment, file)?;
        Ok(Settings::new(config, environment))
    }

    /// Settings from a configuration that is at hand.
    pub fn new(config: Config, environment: Environment) -> Settings {
        let mut settings = Settings { config, environment };
        for (variable, key) in OVERRULES {
            let given = settings.environment.get(variable).filter(|value| !value.is_empty());
            if let Some(value) = given.cloned() {
                settings.set(key, value);
            }
        }
        settings
    }

    /// Sets a key of the `agent` section, as a flag does.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.config.set(&format!("agent.{key}"), value.into());
    }

    /// Sets a key of another section.
    pub(crate) fn set_whole(&mut self, path: &str, value: impl Into<Value>) {
        self.config.set(path, value.into());
    }

    /// The whole configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The variables the agent was started with.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// A text of the `agent` section.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.config.text(&format!("agent.{key}"))
    }

    /// A truth of the `agent` section.
    pub(crate) fn flag(&self, key: &str, default: bool) -> bool {
        self.config.flag(&format!("agent.{key}"), default)
    }

    /// A number of the `agent` section.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.config.number(&format!("agent.{key}"))
    }

    /// A list of the `agent` section.
    pub(crate) fn texts(&self, key: &str) -> Vec<String> {
        self.config.texts(&format!("agent.{key}"))
    }

    /// A time of the `agent` section, given in seconds.
    fn seconds(&self, key: &str, default: f64) -> Duration {
        let seconds = self.number(key).filter(|seconds| *seconds >= 0.0).unwrap_or(default);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs_f64(default))
    }

    /// The user's home.
    pub(crate) fn home(&self) -> PathBuf {
        self.environment.get("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from)
    }

    /// A path in which `~/` means the user's home.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        match text.strip_prefix("~/") {
            Some(rest) => self.home().join(rest),
            None => PathBuf::from(text),
        }
    }

    /// Where runs, environments and copies of repositories lie.
    pub(crate) fn data(&self) -> PathBuf {
        match self.config.text(DATA) {
            Some(text) => self.path(&text),
            None => self.home().join(DEFAULT_DATA),
        }
    }

    /// Runs under way.
    pub(crate) fn runs(&self) -> PathBuf {
        self.data().join("runs")
    }

    /// The folder for what does not outlive the machine's start.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.environment.get("TMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
    }

    /// How often queues are looked at when nothing tells of changes.
    pub(crate) fn polling_interval(&self) -> Duration {
        self.seconds("polling_interval", POLL_SECONDS).max(Duration::from_millis(100))
    }

    /// How often the machine is reported.
    pub(crate) fn report_interval(&self) -> Duration {
        self.seconds("status_report_interval", REPORT_SECONDS).max(Duration::from_secs(1))
    }

    /// How often a running task gives a sign of life.
    pub(crate) fn ping_interval(&self) -> Duration {
        self.seconds("task_ping_interval_sec", PING_SECONDS).max(Duration::from_secs(1))
    }

    /// Between SIGTERM and SIGKILL.
    pub(crate) fn grace(&self) -> Duration {
        self.seconds("stop_grace_sec", GRACE_SECONDS)
    }

    /// The longest that a task's abort callback may take.
    pub(crate) fn callback_most(&self) -> Duration {
        self.seconds("abort_callback_max_timeout", CALLBACK_SECONDS)
    }

    /// Bytes of console a task may write each second in the long run.
    pub(crate) fn console_rate(&self) -> u64 {
        (self.number("console_rate_kb").unwrap_or(CONSOLE_KB).max(1.0) * 1024.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_and_flags_become_keys_of_the_section() {
        let environment: Environment = [
            ("HOME".to_owned(), "/home/u".to_owned()),
            ("CLEARML_AGENT_GIT_USER".to_owned(), "me".to_owned()),
            ("CLEARML_AGENT_QUEUE_POLL_FREQ_SEC".to_owned(), "0.5".to_owned()),
        ]
        .into();
        let config = Config::from_tree(json!({"agent": {"git_user": "other", "data_dir": "~/x"}}));
        let mut settings = Settings::new(config, environment);
        assert_eq!(settings.text("git_user").as_deref(), Some("me"));
        assert_eq!(settings.polling_interval(), Duration::from_millis(500));
        assert_eq!(settings.data(), Path::new("/home/u/x"));
        settings.set("git_user", "flag");
        assert_eq!(settings.text("git_user").as_deref(), Some("flag"));
    }
}

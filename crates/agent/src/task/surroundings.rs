//! What a task is started with: its variables, built from a list and never inherited whole
//! (agent.md §6.3), and the configuration its SDK reads.

use super::run::RunFolder;
use crate::files;
use crate::settings::Settings;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Result;

/// What of the agent's own variables a task sees; a name that ends with `*` stands for all that
/// begin so. `agent.task_environment` adds to it.
const HANDED_ON: [&str; 39] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "TZ",
    "TMPDIR",
    "TERM",
    "LD_LIBRARY_PATH",
    "XDG_*",
    "CUDA_*",
    "CUDNN_*",
    "NVIDIA_*",
    "ROCM_*",
    "HIP_*",
    "OMP_*",
    "MKL_*",
    "OPENBLAS_*",
    "NUMEXPR_*",
    "MPLBACKEND",
    "PIP_*",
    "UV_*",
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "CLEARML_*",
    "TRAINS_*",
    "AWS_*",
    "GOOGLE_*",
    "AZURE_*",
    "HF_*",
    "SSL_CERT_*",
    "REQUESTS_CA_BUNDLE",
    "SLURM_*",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
];

/// What of these is the agent's own business: credentials (they are in the configuration), what the
/// agent says itself, and marks of another task's process.
const KEPT_BACK: [&str; 14] = [
    "CLEARML_AGENT_*",
    "CLEARML_API_ACCESS_KEY",
    "CLEARML_API_SECRET_KEY",
    "CLEARML_API_HOST",
    "CLEARML_WEB_HOST",
    "CLEARML_FILES_HOST",
    "CLEARML_CONFIG_FILE",
    "CLEARML_TASK_ID",
    "CLEARML_WORKER_ID",
    "CLEARML_PROC_MASTER_ID",
    "CLEARML_EXTRA_PIP_INSTALL_FLAGS",
    "CLEARML_APT_INSTALL",
    "CLEARML_DOCKER_IMAGE",
    "TRAINS_PROC_MASTER_ID",
];

/// Who runs the task, and on which devices.
pub(crate) struct Placement<'a> {
    pub(crate) task: &'a str,
    pub(crate) worker: &'a str,
    /// The devices' numbers as the driver wants them: `0,1`, `all`, `none`; None changes nothing.
    pub(crate) devices: Option<&'a str>,
}

/// The task's variables.
pub(crate) fn variables(
    settings: &Settings,
    folder: &RunFolder,
    placement: &Placement<'_>,
) -> BTreeMap<String, String> {
    let mut names: Vec<String> = HANDED_ON.map(str::to_owned).to_vec();
    names.extend(settings.texts("task_environment"));
    let mut variables: BTreeMap<String, String> = settings
        .environment()
        .iter()
        .filter(|(name, _)| is_handed_on(name, &names))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let configuration = folder.task_configuration().display().to_string();
    let level = settings.text("log_level").unwrap_or_else(|| "INFO".to_owned());
    for (name, value) in [
        ("TASK_ID", placement.task),
        ("CONFIG_FILE", &configuration),
        ("LOG_LEVEL", &level),
        ("LOG_TASK_TO_BACKEND", "0"),
        ("WORKER_ID", placement.worker),
    ] {
        for prefix in ["CLEARML", "TRAINS"] {
            variables.insert(format!("{prefix}_{name}"), value.to_owned());
        }
    }
    if let Some(devices) = placement.devices {
        variables.insert("CUDA_DEVICE_ORDER".to_owned(), "PCI_BUS_ID".to_owned());
        variables.insert("NVIDIA_VISIBLE_DEVICES".to_owned(), devices.to_owned());
        match devices {
            "all" => variables.remove("CUDA_VISIBLE_DEVICES"),
            "none" => variables.insert("CUDA_VISIBLE_DEVICES".to_owned(), String::new()),
            some => variables.insert("CUDA_VISIBLE_DEVICES".to_owned(), some.to_owned()),
        };
    }
    variables
}

fn is_handed_on(name: &str, names: &[String]) -> bool {
    let upper = name.to_uppercase();
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(prefix) => upper.starts_with(prefix),
        None => upper == pattern.to_uppercase(),
    };
    !upper.starts_with("ARNO_")
        && names.iter().any(|pattern| fits(pattern))
        && !KEPT_BACK.iter().any(|pattern| fits(pattern))
}

/// Writes the configuration the task's SDK reads (everything but the agent's section) and the one
/// for the part of the agent that prepares the task.
pub(crate) fn write_configurations(settings: &Settings, folder: &RunFolder) -> Result<()> {
    let mut whole = settings.config().clone();
    whole.set("agent.data_dir", Value::from(settings.data().display().to_string()));
    files::write(&folder.agent_configuration(), whole.to_hocon().as_bytes())?;
    whole.remove("agent");
    if settings.flag("use_owner_token", false) {
        // The task is its owner's, who is not to have the agent's own credentials.
        whole.set("api.credentials", Value::Null);
    }
    files::write(&folder.task_configuration(), whole.to_hocon().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn variables_come_from_a_list() {
        let environment: Environment = [
            ("PATH", "/bin"),
            ("ARNO_SECRET_KEY", "no"),
            ("CLEARML_API_SECRET_KEY", "no"),
            ("CLEARML_AGENT_GIT_PASS", "no"),
            ("CLEARML_PROC_MASTER_ID", "1:"),
            ("CLEARML_CACHE_DIR", "/cache"),
            ("DATABASE_PASSWORD", "no"),
            ("SITE_FLAG", "yes"),
            ("https_proxy", "http://proxy"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let config =
            Config::from_tree(json!({"agent": {"task_environment": ["SITE_*", "ARNO_*"]}}));
        let settings = Settings::new(config, environment);
        let folder = RunFolder::at(Path::new("/runs/t"));
        let placement = Placement { task: "t", worker: "w:0", devices: Some("0,1") };
        let variables = variables(&settings, &folder, &placement);
        let expected = [
            ("CLEARML_CACHE_DIR", "/cache"),
            ("CLEARML_CONFIG_FILE", "/runs/t/clearml.conf"),
            ("CLEARML_LOG_LEVEL", "INFO"),
            ("CLEARML_LOG_TASK_TO_BACKEND", "0"),
            ("CLEARML_TASK_ID", "t"),
            ("CLEARML_WORKER_ID", "w:0"),
            ("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
            ("CUDA_VISIBLE_DEVICES", "0,1"),
            ("NVIDIA_VISIBLE_DEVICES", "0,1"),
            ("PATH", "/bin"),
            ("SITE_FLAG", "yes"),
            ("https_proxy", "http://proxy"),
        ];
        let own: Vec<(&str, &str)> = variables
            .iter()
            .filter(|(name, _)| !name.starts_with("TRAINS_"))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(own, expected);
    }
}

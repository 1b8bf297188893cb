//! A task's container: what the engine is asked to make, and what the run is told of it.

use super::choice::{Choice, Given};
use super::options::{Allowed, Options, nanos};
use crate::code::entry::split_words;
use crate::executors::ExecutorError;
use crate::log::spool::Spool;
use crate::monitor::gpu;
use crate::settings::Settings;
use crate::task::run::{RunFolder, Spec};
use crate::task::runner::say;
use crate::task::surroundings::write_configurations;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where this program lies in a container.
const PROGRAM: &str = "/.arno/arno";
/// Where the files of the agent's home lie that programs in the container need, until they are copied into
/// its own home.
pub(crate) const HOME: &str = "/.arno/home";
/// Files by which git, and ssh for it, know who asks.
const HOME_FILES: [&str; 3] = [".ssh", ".git-credentials", ".gitconfig"];
const MB: i64 = 1 << 20;

/// Variables about the agent's machine, which mean nothing in a container; a name that ends with `*` stands
/// for all that begin so.
const OUTSIDE: [&str; 14] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "TMPDIR",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "XDG_*",
    "CUDA_*",
    "CUDNN_*",
    "NVIDIA_*",
    "SLURM_*",
];

/// A container to be.
pub(super) struct Container<'a> {
    pub(super) settings: &'a Settings,
    pub(super) program: &'a Path,
    pub(super) run: &'a RunFolder,
}

impl Container<'_> {
    /// Writes down in the run and its description what is made of them in a container.
    pub(super) async fn describe(
        &self,
        spec: &mut Spec,
        task: &Value,
        choice: &Choice,
        given: &Given,
        image: &Value,
        console: &Spool,
    ) -> Result<(), ExecutorError> {
        let failed = |why: std::io::Error| ExecutorError(why.to_string());
        let options = self.options(spec, choice, given)?;
        for note in &options.notes {
            say(console, "INFO", &format!("WARNING: {note}")).map_err(failed)?;
        }
        let devices = spec.environment.get("NVIDIA_VISIBLE_DEVICES").cloned();
        let devices = devices.or_else(|| options.gpus.clone());
        let requests = device_requests(devices.as_deref()).await;
        self.configure(task, &choice.image)?;
        spec.environment = inside(&spec.environment, self.run.path());
        spec.environment.extend(options.variables.clone());
        spec.environment.insert("CLEARML_DOCKER_IMAGE".to_owned(), choice.image.clone());
        spec.inherits = true;
        let body = self.body(spec, &options, choice, image, requests)?;
        let network = &body["HostConfig"]["NetworkMode"];
        let network = network.as_str().map(|name| format!(", network {name}")).unwrap_or_default();
        let line = format!("container of image {}{network}", choice.image);
        say(console, "INFO", &line).map_err(failed)?;
        spec.container = Some(body);
        Ok(())
    }

    /// The options of all who may give some; the later ones win.
    fn options(
        &self,
        spec: &Spec,
        choice: &Choice,
        given: &Given,
    ) -> Result<Options, ExecutorError> {
        let patterns = self.settings.texts("docker_args_filters");
        let of_tasks = Allowed::of_tasks(&patterns)
            .map_err(|why| ExecutorError(format!("agent.docker_args_filters: {why}")))?;
        let mut options = Options::default();
        let of_choice = if choice.by_task { &of_tasks } else { &Allowed::All };
        options.add(&split_words(&choice.options), of_choice);
        // Whoever may queue may write a queue's metadata, too.
        let of_queue = spec.executor_options.as_deref().unwrap_or_default();
        options.add(&split_words(of_queue), &of_tasks);
        options.add(&self.settings.texts("extra_docker_arguments"), &Allowed::All);
        options.add(&split_words(&given.options), &Allowed::All);
        Ok(options)
    }

    /// Where what is kept lies in containers.
    fn kept(&self) -> PathBuf {
        self.settings.data().join("containers")
    }

    /// Writes the run's configurations anew, for the inside.
    fn configure(&self, task: &Value, image: &str) -> Result<(), ExecutorError> {
        let failed = |why: std::io::Error| ExecutorError(why.to_string());
        let mut settings = self.settings.clone();
        settings.set("data_dir", self.kept().display().to_string());
        settings.set("container_image", image);
        let scripts = [
            settings.texts("extra_docker_shell_script").join("\n"),
            task["container"]["setup_shell_script"].as_str().unwrap_or_default().to_owned(),
        ];
        settings.set("container_setup", scripts.join("\n").trim());
        let cache = self.kept().join("sdk-cache").display().to_string();
        settings.set_whole("sdk.storage.cache.default_base_dir", cache);
        crate::files::create_folder(&self.kept()).map_err(failed)?;
        write_configurations(&settings, self.run).map_err(failed)
    }

    fn body(
        &self,
        spec: &Spec,
        options: &Options,
        choice: &Choice,
        image: &Value,
        requests: Value,
    ) -> Result<Value, ExecutorError> {
        let mut host = options.host.clone();
        if let Some(memory) = spec.limits.memory_mb {
            let bytes = json!((memory as i64).saturating_mul(MB));
            // Without swap beyond it.
            host.entry("MemorySwap").or_insert_with(|| bytes.clone());
            host.insert("Memory".to_owned(), bytes);
        }
        if let Some(cpus) = spec.limits.cpus {
            host.entry("NanoCpus").or_insert_with(|| json!(nanos(cpus as f64)));
        }
        if !host.contains_key("NetworkMode") && self.is_server_here() {
            host.insert("NetworkMode".to_owned(), json!("host"));
        }
        host.insert("Mounts".to_owned(), self.mounts());
        host.insert("DeviceRequests".to_owned(), requests);
        host.insert(
            "LogConfig".to_owned(),
            json!({"Type": "json-file", "Config": {"max-size": "1m"}}),
        );
        let worker = spec.environment.get("CLEARML_WORKER_ID").cloned().unwrap_or_default();
        let mut labels = json!(options.labels);
        labels["clearml-worker-id"] = json!(worker);
        labels["clearml-parent-worker-id"] = json!(worker.split(":service:").next());
        labels[super::TASK_LABEL] = json!(self.run.task());
        let mut body = json!(options.own);
        if body.get("User").is_none() && has_user(image) {
            // The image's own user could not write into the run's folder.
            let (user, group) = (nix::unistd::geteuid(), nix::unistd::getegid());
            body["User"] = json!(format!("{user}:{group}"));
        }
        body["Image"] = json!(choice.image);
        body["Entrypoint"] = json!([PROGRAM]);
        body["Cmd"] = json!(["agent", "supervise", self.run.path()]);
        body["WorkingDir"] = json!("/");
        body["Labels"] = labels;
        body["HostConfig"] = Value::Object(host);
        Ok(body)
    }

    /// Whether the server is at this machine's loopback, which a container reaches through the machine's
    /// network only.
    fn is_server_here(&self) -> bool {
        let server = self.settings.config().api_server().unwrap_or_default();
        let host = server.split("://").nth(1).unwrap_or_default();
        ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here))
    }

    fn mounts(&self) -> Value {
        let path = |path: &Path| path.display().to_string();
        let mut mounts = vec![
            (path(self.program), PROGRAM.to_owned(), true),
            (path(self.run.path()), path(self.run.path()), false),
            (path(&self.kept()), path(&self.kept()), false),
        ];
        // uv, where this machine has it already.
        let uv = self.settings.data().join("uv");
        if uv.is_dir() {
            mounts.push((path(&uv), path(&self.kept().join("uv")), false));
        }
        let without_ssh = self.settings.flag("disable_ssh_mount", false);
        for name in HOME_FILES.iter().filter(|name| **name != ".ssh" || !without_ssh) {
            let file = self.settings.home().join(name);
            if file.exists() {
                mounts.push((path(&file), format!("{HOME}/{name}"), true));
            }
        }
        let authorities = self.settings.config().text("api.verify_certificate");
        if let Some(file) = authorities.filter(|file| file.starts_with('/')) {
            mounts.push((file.clone(), file, true));
        }
        let mount = |(source, target, fixed)| json!({"Type": "bind", "Source": source, "Target": target, "ReadOnly": fixed});
        mounts.into_iter().map(mount).collect()
    }
}

/// Whether an image has a user of its own.
fn has_user(image: &Value) -> bool {
    !matches!(image["Config"]["User"].as_str(), None | Some("" | "0" | "root" | "0:0"))
}

/// What of the task's variables counts in a container: nothing about the machine, and no path of it.
fn inside(variables: &BTreeMap<String, String>, run: &Path) -> BTreeMap<String, String> {
    let is_outside = |name: &str| {
        OUTSIDE.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == *pattern,
        })
    };
    let is_path_of_ours =
        |value: &str| value.starts_with('/') && !Path::new(value).starts_with(run);
    let mut kept = variables.clone();
    kept.retain(|name, value| !is_outside(name) && !is_path_of_ours(value));
    // No device at all is said inside, too.
    if variables.get("NVIDIA_VISIBLE_DEVICES").is_some_and(|devices| devices == "none") {
        kept.insert("NVIDIA_VISIBLE_DEVICES".to_owned(), "none".to_owned());
        kept.insert("CUDA_VISIBLE_DEVICES".to_owned(), String::new());
    }
    kept
}

/// What the engine is asked for: devices by their UUIDs, which stay the same when numbers change.
async fn device_requests(devices: Option<&str>) -> Value {
    match devices {
        Some("none") => json!([]),
        // Unrestricted: whatever the machine has.
        None => requests(gpu::uuids().await.filter(|all| !all.is_empty()).map(|_| "all"), &[]),
        Some(devices) => requests(Some(devices), &gpu::uuids().await.unwrap_or_default()),
    }
}

fn requests(devices: Option<&str>, known: &[(u32, String)]) -> Value {
    let Some(devices) = devices else { return json!([]) };
    let capabilities = json!([["gpu"]]);
    let devices = devices.trim_matches('"').trim_start_matches("device=");
    if devices == "all" {
        return json!([{"Count": -1, "Capabilities": capabilities}]);
    }
    let uuid = |device: &str| {
        let number = device.parse().ok();
        let found = known.iter().find(|(index, _)| Some(*index) == number);
        found.map_or_else(|| device.to_owned(), |(_, uuid)| uuid.clone())
    };
    let ids: Vec<String> = devices.split(',').map(|device| uuid(device.trim())).collect();
    json!([{"DeviceIDs": ids, "Capabilities": capabilities}])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_asked_for_by_their_uuids() {
        let known = [(0, "GPU-a".to_owned()), (1, "GPU-b".to_owned())];
        let gpu = json!([["gpu"]]);
        for (devices, expected) in [
            (None, json!([])),
            (Some("all"), json!([{"Count": -1, "Capabilities": gpu}])),
            (Some("1"), json!([{"DeviceIDs": ["GPU-b"], "Capabilities": gpu}])),
            (
                Some("\"device=0,GPU-c\""),
                json!([{"DeviceIDs": ["GPU-a", "GPU-c"], "Capabilities": gpu}]),
            ),
        ] {
            assert_eq!(requests(devices, &known), expected, "{devices:?}");
        }
    }

    #[test]
    fn nothing_of_the_machine_is_told_inside() {
        let variables = [
            ("PATH", "/bin"),
            ("XDG_CACHE_HOME", "x"),
            ("CLEARML_TASK_ID", "t"),
            ("CLEARML_CONFIG_FILE", "/runs/t/clearml.conf"),
            ("CLEARML_CACHE_DIR", "/home/me/cache"),
            ("NVIDIA_VISIBLE_DEVICES", "none"),
            ("https_proxy", "http://proxy"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let kept = inside(&variables, Path::new("/runs/t"));
        let names: Vec<&str> = kept.keys().map(String::as_str).collect();
        let expected = [
            "CLEARML_CONFIG_FILE",
            "CLEARML_TASK_ID",
            "CUDA_VISIBLE_DEVICES",
            "NVIDIA_VISIBLE_DEVICES",
            "https_proxy",
        ];
        assert_eq!(names, expected);
    }
}

//! The options of `docker run` that agents, queues and tasks may give, read into what the engine's API
//! takes: never a command line (agent.md §9).

use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What an option does.
#[derive(Clone, Copy)]
enum Effect {
    /// A variable of the task.
    Variable,
    /// A text of the host's configuration.
    Text(&'static str),
    /// One more text in a list of the host's configuration.
    List(&'static str),
    /// A whole number.
    Number(&'static str),
    /// A size: `512m`.
    Size(&'static str),
    /// A number of processors.
    Processors,
    /// A truth; takes no value.
    Truth(&'static str),
    /// `path`, `path:options`.
    Tmpfs,
    /// `name=soft:hard`.
    Ulimit,
    /// `host`, `host:inside`, `host:inside:rwm`.
    Device,
    /// `host:inside`.
    Publish,
    /// Which graphics processors.
    Gpus,
    /// A text of the container's own configuration.
    Own(&'static str),
    /// `name=value`.
    Label,
    /// What the agent decides itself; what it takes is passed over.
    Ignored { takes_value: bool },
    /// What nobody may give, because the agent needs it.
    Forbidden,
}

/// Names of an option, what it does, and whether tasks may give it when nothing else is configured: what
/// lets a task out of its container is only for who starts the agent.
const OPTIONS: [(&[&str], Effect, bool); 45] = [
    (&["-e", "--env"], Effect::Variable, true),
    (&["-m", "--memory"], Effect::Size("Memory"), true),
    (&["--memory-swap"], Effect::Size("MemorySwap"), true),
    (&["--memory-reservation"], Effect::Size("MemoryReservation"), true),
    (&["--cpus"], Effect::Processors, true),
    (&["-c", "--cpu-shares"], Effect::Number("CpuShares"), true),
    (&["--cpuset-cpus"], Effect::Text("CpusetCpus"), true),
    (&["--shm-size"], Effect::Size("ShmSize"), true),
    (&["--pids-limit"], Effect::Number("PidsLimit"), true),
    (&["--ulimit"], Effect::Ulimit, true),
    (&["--tmpfs"], Effect::Tmpfs, true),
    (&["--add-host"], Effect::List("ExtraHosts"), true),
    (&["--dns"], Effect::List("Dns"), true),
    (&["--network", "--net"], Effect::Text("NetworkMode"), true),
    (&["--ipc"], Effect::Text("IpcMode"), true),
    (&["--init"], Effect::Truth("Init"), true),
    (&["-h", "--hostname"], Effect::Own("Hostname"), true),
    (&["-l", "--label"], Effect::Label, true),
    (&["-v", "--volume"], Effect::List("Binds"), false),
    (&["--device"], Effect::Device, false),
    (&["--gpus"], Effect::Gpus, false),
    (&["-p", "--publish"], Effect::Publish, false),
    (&["--privileged"], Effect::Truth("Privileged"), false),
    (&["--read-only"], Effect::Truth("ReadonlyRootfs"), false),
    (&["--cap-add"], Effect::List("CapAdd"), false),
    (&["--cap-drop"], Effect::List("CapDrop"), false),
    (&["--security-opt"], Effect::List("SecurityOpt"), false),
    (&["--group-add"], Effect::List("GroupAdd"), false),
    (&["--volumes-from"], Effect::List("VolumesFrom"), false),
    (&["--pid"], Effect::Text("PidMode"), false),
    (&["--uts"], Effect::Text("UTSMode"), false),
    (&["--userns"], Effect::Text("UsernsMode"), false),
    (&["--cgroupns"], Effect::Text("CgroupnsMode"), false),
    (&["--cgroup-parent"], Effect::Text("CgroupParent"), false),
    (&["--runtime"], Effect::Text("Runtime"), false),
    (&["-u", "--user"], Effect::Own("User"), false),
    (&["--name"], Effect::Ignored { takes_value: true }, true),
    (&["--restart"], Effect::Ignored { takes_value: true }, true),
    (&["-w", "--workdir"], Effect::Ignored { takes_value: true }, true),
    (&["--rm"], Effect::Ignored { takes_value: false }, true),
    (&["-t", "--tty"], Effect::Ignored { takes_value: false }, true),
    (&["-i", "--interactive"], Effect::Ignored { takes_value: false }, true),
    (&["-it", "-ti"], Effect::Ignored { takes_value: false }, true),
    (&["-d", "--detach"], Effect::Ignored { takes_value: false }, true),
    (&["--entrypoint"], Effect::Forbidden, false),
];

/// Which options somebody may give.
#[derive(Clone, Debug)]
pub(super) enum Allowed {
    /// All but those that the agent needs itself: for who starts the agent.
    All,
    /// Those that keep a task in its container.
    Harmless,
    /// Those whose name fits a pattern (`agent.docker_args_filters`).
    Fitting(Vec<Regex>),
}

impl Allowed {
    /// What tasks may give, by the configured patterns.
    pub(super) fn of_tasks(patterns: &[String]) -> Result<Allowed, regex::Error> {
        match patterns {
            [] => Ok(Allowed::Harmless),
            some => Ok(Allowed::Fitting(
                some.iter().map(|text| Regex::new(text)).collect::<Result<_, _>>()?,
            )),
        }
    }

    fn permits(&self, names: &[&str], is_harmless: bool, value: &str) -> bool {
        match self {
            Allowed::All => true,
            // Another container's network or memory is not the task's own.
            Allowed::Harmless => is_harmless && !value.starts_with("container:"),
            Allowed::Fitting(patterns) => {
                names.iter().any(|name| patterns.iter().any(|pattern| pattern.is_match(name)))
            }
        }
    }
}

/// What was given, and what was left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Options {
    /// Variables of the task.
    pub(super) variables: BTreeMap<String, String>,
    /// Parts of the engine's `HostConfig`.
    pub(super) host: Map<String, Value>,
    /// Parts of the container's own configuration.
    pub(super) own: Map<String, Value>,
    pub(super) labels: BTreeMap<String, String>,
    /// Graphics processors, as `--gpus` has them.
    pub(super) gpus: Option<String>,
    /// What was left out and why, one line each.
    pub(super) notes: Vec<String>,
}

impl Options {
    /// Adds options, word by word; for what can be given once, the last one counts.
    pub(super) fn add(&mut self, words: &[String], allowed: &Allowed) {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, attached) = match word.split_once('=') {
                Some((name, value)) if name.starts_with('-') => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            let Some((names, effect, harmless)) =
                OPTIONS.iter().find(|(names, _, _)| names.contains(&name))
            else {
                self.notes.push(format!("container option {word:?} is not known and is left out"));
                continue;
            };
            let takes_value = match effect {
                Effect::Truth(_) => false,
                Effect::Ignored { takes_value } => *takes_value,
                _ => true,
            };
            let value = match attached {
                Some(value) => value,
                None if takes_value => words.next().cloned().unwrap_or_default(),
                None => "true".to_owned(),
            };
            if !allowed.permits(names, *harmless, &value) {
                self.notes.push(format!(
                    "container option {name} is not open to tasks and is left out; whoever runs the agent \
                     may allow it in agent.docker_args_filters"
                ));
                continue;
            }
            if self.apply(*effect, name, &value).is_none() {
                self.notes.push(format!(
                    "container option {name} {value:?} cannot be read and is left out"
                ));
            }
        }
    }

    fn apply(&mut self, effect: Effect, name: &str, value: &str) -> Option<()> {
        match effect {
            Effect::Variable => {
                // A name alone would hand on a variable of the agent's own.
                let (name, value) = value.split_once('=')?;
                self.variables.insert(name.to_owned(), value.to_owned());
            }
            Effect::Text(key) => self.set(key, json!(value)),
            Effect::List(key) => self.push(key, json!(value)),
            Effect::Number(key) => self.set(key, json!(value.parse::<i64>().ok()?)),
            Effect::Size(key) => self.set(key, json!(size(value)?)),
            Effect::Processors => self.set("NanoCpus", json!(nanos(value.parse().ok()?))),
            Effect::Truth(key) => self.set(key, json!(value != "false")),
            Effect::Tmpfs => {
                let (path, how) = value.split_once(':').unwrap_or((value, ""));
                let all = self.host.entry("Tmpfs").or_insert_with(|| json!({}));
                all[path] = json!(how);
            }
            Effect::Ulimit => {
                let (name, numbers) = value.split_once('=')?;
                let (soft, hard) = numbers.split_once(':').unwrap_or((numbers, numbers));
                let (soft, hard): (i64, i64) = (soft.parse().ok()?, hard.parse().ok()?);
                self.push("Ulimits", json!({"Name": name, "Soft": soft, "Hard": hard}));
            }
            Effect::Device => {
                let mut parts = value.split(':');
                let host = parts.next()?;
                let (inside, how) = (parts.next().unwrap_or(host), parts.next().unwrap_or("rwm"));
                let device = json!({"PathOnHost": host, "PathInContainer": inside, "CgroupPermissions": how});
                self.push("Devices", device);
            }
            Effect::Publish => {
                let (host, inside) = value.rsplit_once(':')?;
                let inside = match inside.contains('/') {
                    true => inside.to_owned(),
                    false => format!("{inside}/tcp"),
                };
                let (address, port) = host.rsplit_once(':').unwrap_or(("", host));
                self.own.entry("ExposedPorts").or_insert_with(|| json!({}))[&inside] = json!({});
                let bound = self.host.entry("PortBindings").or_insert_with(|| json!({}));
                bound[inside] = json!([{"HostIp": address, "HostPort": port}]);
            }
            Effect::Gpus => self.gpus = Some(value.to_owned()),
            Effect::Own(key) => {
                self.own.insert(key.to_owned(), json!(value));
            }
            Effect::Label => {
                let (name, value) = value.split_once('=').unwrap_or((value, ""));
                self.labels.insert(name.to_owned(), value.to_owned());
            }
            Effect::Ignored { .. } => {}
            Effect::Forbidden => {
                let note = format!("container option {name} is the agent's own and is left out");
                self.notes.push(note);
            }
        }
        Some(())
    }

    fn set(&mut self, key: &str, value: Value) {
        self.host.insert(key.to_owned(), value);
    }

    fn push(&mut self, key: &str, value: Value) {
        let list = self.host.entry(key).or_insert_with(|| json!([]));
        if let Value::Array(items) = list {
            items.push(value);
        }
    }
}

/// Processors as the engine counts them.
pub(super) fn nanos(cpus: f64) -> i64 {
    (cpus * 1e9) as i64
}

/// Bytes of `512m`; -1 (no limit of swap) stays.
fn size(text: &str) -> Option<i64> {
    if text == "-1" {
        return Some(-1);
    }
    crate::task::limits::bytes(text).map(|bytes| bytes as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::entry::split_words;

    fn read(text: &str, allowed: &Allowed) -> Options {
        let mut options = Options::default();
        options.add(&split_words(text), allowed);
        options
    }

    #[test]
    fn options_become_what_the_engine_takes() {
        let text = "-e A=1 --env=B='x y' -m 1g --cpus 1.5 --shm-size=64m -v /data:/data:ro --network host \
                    --ulimit nofile=1024:2048 --device /dev/fuse --privileged --tmpfs /x:size=1m \
                    -p 127.0.0.1:8080:80 --gpus all --rm -it -u 1000 -l a=b --add-host h:1.2.3.4";
        let options = read(text, &Allowed::All);
        assert_eq!(options.notes, Vec::<String>::new());
        let variables = [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "x y".to_owned())];
        assert_eq!(options.variables, variables.into());
        let expected = json!({
            "Memory": 1u64 << 30, "NanoCpus": 1_500_000_000u64, "ShmSize": 64 << 20,
            "Binds": ["/data:/data:ro"], "NetworkMode": "host", "Privileged": true,
            "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}],
            "Devices": [{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rwm"}],
            "Tmpfs": {"/x": "size=1m"}, "ExtraHosts": ["h:1.2.3.4"],
            "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
        });
        assert_eq!(Value::Object(options.host), expected);
        assert_eq!(
            options.own,
            *json!({"ExposedPorts": {"80/tcp": {}}, "User": "1000"}).as_object().unwrap()
        );
        assert_eq!(options.gpus.as_deref(), Some("all"));
        assert_eq!(options.labels, [("a".to_owned(), "b".to_owned())].into());
    }

    #[test]
    fn tasks_stay_in_their_containers() {
        let text = "--memory 1g -v /:/host --privileged --network container:other --pid=host --device /dev/sda";
        let options = read(text, &Allowed::of_tasks(&[]).unwrap());
        assert_eq!(options.host.keys().collect::<Vec<_>>(), ["Memory"]);
        assert_eq!(options.notes.len(), 5, "{:?}", options.notes);
        let patterns = ["^--volume$".to_owned()];
        let options = read(text, &Allowed::of_tasks(&patterns).unwrap());
        assert_eq!(options.host.keys().collect::<Vec<_>>(), ["Binds"]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for text in
            ["-e SECRET", "--cpus many", "--ulimit x", "--nosuch 1", "--entrypoint sh", "-m"]
        {
            let options = read(text, &Allowed::All);
            assert!(options.host.is_empty() && options.variables.is_empty(), "{text}");
            assert!(!options.notes.is_empty(), "{text}");
        }
    }
}

//! What a task may use: the least of what its queue and the task itself say.
//!
//! A queue says it in its metadata (`max_run_time` in seconds, `max_memory_mb`, `max_cpus`), a task in
//! its runtime properties by the same names, or in its container's arguments as Docker writes them
//! (`--memory 4g`, `--cpus 2`), which count for tasks without a container, too.

use super::run::Limits;
use crate::code::entry::split_words;
use crate::daemon::queues::Queue;
use serde_json::Value;

/// The limits of a task from this queue. `task` holds its `container` and `runtime`.
pub(crate) fn of(queue: &Queue, task: &Value) -> Limits {
    let of_queue = read(|key| queue.metadata(key).and_then(|text| text.trim().parse().ok()));
    let of_task = read(|key| number(&task["runtime"][key]));
    let of_container = container(task["container"]["arguments"].as_str().unwrap_or_default());
    [of_queue, of_task, of_container].into_iter().fold(Limits::default(), |all, one| Limits {
        seconds: least(all.seconds, one.seconds),
        memory_mb: least(all.memory_mb, one.memory_mb),
        cpus: least(all.cpus, one.cpus),
    })
}

fn read(number: impl Fn(&str) -> Option<f64>) -> Limits {
    let whole = |key| number(key).filter(|value: &f64| *value >= 1.0).map(|value| value as u64);
    Limits {
        seconds: whole("max_run_time"),
        memory_mb: whole("max_memory_mb"),
        cpus: whole("max_cpus").map(|cpus| cpus as usize),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn container(arguments: &str) -> Limits {
    let words = split_words(arguments);
    let value = |names: &[&str]| {
        words.iter().enumerate().find_map(|(at, word)| {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let value = if value.is_empty() { words.get(at + 1)?.as_str() } else { value };
            names.contains(&name).then(|| value.to_owned())
        })
    };
    Limits {
        seconds: None,
        memory_mb: value(&["--memory", "-m"]).and_then(|text| megabytes(&text)),
        cpus: value(&["--cpus"])
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|cpus| *cpus > 0.0)
            .map(|cpus| cpus.ceil() as usize),
    }
}

fn megabytes(text: &str) -> Option<u64> {
    bytes(text).map(|bytes| (bytes / (1024.0 * 1024.0)).ceil() as u64)
}

/// `512m`, `4g`, or bytes.
pub(crate) fn bytes(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let text = text.trim_end_matches('b');
    let (digits, unit) = match text.char_indices().last()? {
        (at, 'k' | 'm' | 'g') => text.split_at(at),
        _ => (text, ""),
    };
    let number: f64 = digits.parse().ok()?;
    let bytes = number
        * match unit {
            "k" => 1024.0,
            "m" => 1024.0 * 1024.0,
            "g" => 1024.0 * 1024.0 * 1024.0,
            _ => 1.0,
        };
    (bytes >= 1.0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_least_of_all_counts() {
        let queue = Queue {
            id: "q".to_owned(),
            name: "q".to_owned(),
            forced: None,
            metadata: json!({"max_run_time": {"value": "60"}, "max_memory_mb": {"value": "1000"}}),
        };
        let task = json!({
            "runtime": {"max_run_time": 120, "max_cpus": "4"},
            "container": {"arguments": "-e A=1 --memory=512m --cpus 1.5"},
        });
        let expected = Limits { seconds: Some(60), memory_mb: Some(512), cpus: Some(2) };
        assert_eq!(of(&queue, &task), expected);
    }

    #[test]
    fn sizes_are_read_as_docker_does() {
        for (text, expected) in [
            ("4g", Some(4096)),
            ("512M", Some(512)),
            ("1gb", Some(1024)),
            ("1048576", Some(1)),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(megabytes(text), expected, "{text}");
        }
    }
}

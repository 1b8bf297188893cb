//! `execution.model`, `output.model` and `execution.docker_cmd`, which became `models` and
//! `container`.

use serde_json::{Map, Value, json};

use super::{set, take};

/// Where each kind of model stood, and the name its one entry gets.
const MODELS: [(&str, &str, &str); 2] =
    [("execution", "input", "Input Model"), ("output", "output", "Output Model")];

/// Turns `execution.model` and `output.model` (an id, or nothing to remove it) into `models.input`
/// and `models.output`.
pub fn upgrade_models(fields: &mut Map<String, Value>) {
    for (parent, kind, name) in MODELS {
        match take(fields, parent, "model") {
            None | Some(Value::Null) => {}
            Some(Value::String(id)) if id.is_empty() => set(fields, "models", kind, json!([])),
            Some(id) => set(fields, "models", kind, json!([{"name": name, "model": id}])),
        }
    }
}

/// Turns `execution.docker_cmd` into `container.image` and, behind its first space,
/// `container.arguments`. What is no text stays for validation to refuse.
pub fn upgrade_container(fields: &mut Map<String, Value>) {
    let command = fields.get("execution").and_then(|execution| execution.get("docker_cmd"));
    if !command.is_some_and(|command| command.is_string() || command.is_null()) {
        return;
    }
    if let Some(Value::String(command)) = take(fields, "execution", "docker_cmd") {
        let command = command.trim();
        let (image, arguments) = command.split_once(' ').unwrap_or((command, ""));
        set(fields, "container", "image", Value::from(image));
        set(fields, "container", "arguments", Value::from(arguments.trim_start()));
    }
}

/// Adds `execution.model` (the first input) and `output.model` (the last output) to a task.
pub(super) fn downgrade_models(fields: &mut Map<String, Value>) {
    for (parent, kind, _) in MODELS {
        let entries = fields.get("models").and_then(|models| models.get(kind)?.as_array());
        let entry = entries.and_then(|entries| match kind {
            "input" => entries.first(),
            _ => entries.last(),
        });
        if let Some(model) = entry.and_then(|entry| entry.get("model")).cloned() {
            set(fields, parent, "model", model);
        }
    }
}

/// Adds `execution.docker_cmd` to a task whose container names an image.
pub(super) fn downgrade_container(fields: &mut Map<String, Value>) {
    let part = |name| {
        let text = fields.get("container").and_then(|container| container.get(name)?.as_str());
        text.unwrap_or_default().trim().to_owned()
    };
    let (image, arguments) = (part("image"), part("arguments"));
    if !image.is_empty() {
        let command = format!("{image} {arguments}");
        set(fields, "execution", "docker_cmd", Value::from(command.trim_end()));
    }
}

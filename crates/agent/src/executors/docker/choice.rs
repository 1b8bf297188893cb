//! Which image a task runs in, and with which options (agent.md §9).

use crate::settings::Settings;
use regex::Regex;
use serde_json::Value;

/// Where the image comes from, when the configuration names none.
const DEFAULT_IMAGE: &str = "python:3.12";

/// What was said when the agent was started: `--docker [image [options]]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) image: Option<String>,
    pub(crate) options: String,
}

impl Given {
    /// Reads the value of `--docker`.
    pub(crate) fn of(words: &str) -> Given {
        let words = words.trim();
        if words.starts_with('-') {
            return Given { image: None, options: words.to_owned() };
        }
        let (image, options) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let image = (!image.is_empty()).then(|| image.trim_matches(['"', '\'']).to_owned());
        Given { image, options: options.to_owned() }
    }
}

/// An image with the options that come with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) image: String,
    /// Options of whoever named the image.
    pub(super) options: String,
    /// Whether the task itself named it, and its options are a task's.
    pub(super) by_task: bool,
}

/// Chooses the image for a task. `task` holds its `container` and what rules look at.
pub(super) fn choose(task: &Value, given: &Given, settings: &Settings) -> Choice {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let container = &task["container"];
    let by_rule = || rules(settings).find(|rule| fits(rule, task));
    let ruled = |rule: &Value| Choice {
        image: text(&rule["image"]),
        options: text(&rule["arguments"]),
        by_task: false,
    };
    if let Some(rule) = by_rule().filter(|rule| rule["force_container_rules"] == true) {
        return ruled(rule);
    }
    // Older programs write image and options into one text.
    let named = text(&container["image"]);
    let (image, inline) = named.split_once(char::is_whitespace).unwrap_or((&named, ""));
    let options = format!("{inline} {}", text(&container["arguments"])).trim().to_owned();
    if !image.is_empty() && !settings.flag("disable_task_docker_override", false) {
        return Choice { image: image.to_owned(), options, by_task: true };
    }
    if let Some(image) = &given.image {
        return Choice { image: image.clone(), options, by_task: true };
    }
    if let Some(rule) = by_rule() {
        return ruled(rule);
    }
    let configured =
        settings.text("docker_image").or_else(|| settings.text("default_docker.image"));
    Choice { image: configured.unwrap_or_else(|| DEFAULT_IMAGE.to_owned()), options, by_task: true }
}

fn rules(settings: &Settings) -> impl Iterator<Item = &Value> {
    let rules = settings.config().get("agent.default_docker.match_rules").and_then(Value::as_array);
    rules.into_iter().flatten().filter(|rule| rule["image"].is_string())
}

/// Whether everything that a rule asks for is so: texts and lists of texts by regular expressions.
fn fits(rule: &Value, task: &Value) -> bool {
    let Some(wanted) = rule["match"].as_object().filter(|wanted| !wanted.is_empty()) else {
        return false;
    };
    wanted.iter().all(|(key, pattern)| {
        let found = match key.as_str() {
            "project" => &task["project"]["name"],
            "project_id" => &task["project"]["id"],
            "user_id" => &task["user"],
            "container" => &task["container"]["image"],
            other => &task[other],
        };
        fits_value(pattern, found)
    })
}

fn fits_value(pattern: &Value, found: &Value) -> bool {
    match (pattern, found) {
        (Value::Object(wanted), _) => {
            wanted.iter().all(|(key, pattern)| match (key.as_str(), &found[key]) {
                // The lines of a requirements file.
                ("pip" | "conda", Value::String(lines)) => has_packages(pattern, lines),
                (_, found) => fits_value(pattern, found),
            })
        }
        (Value::Array(all), _) => all.iter().all(|pattern| fits_value(pattern, found)),
        (Value::String(_), Value::Array(items)) => {
            items.iter().any(|item| fits_value(pattern, item))
        }
        (Value::String(pattern), found) => {
            let found = found.as_str().unwrap_or_default();
            Regex::new(&format!("^(?:{pattern})")).is_ok_and(|regex| regex.is_match(found))
        }
        _ => false,
    }
}

/// Whether the packages are among the lines; a rule may say how a version begins: `==2.1`.
fn has_packages(wanted: &Value, lines: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    wanted.as_object().into_iter().flatten().all(|(name, version)| {
        let version = plain(version.as_str().unwrap_or_default());
        lines.lines().map(plain).any(|line| {
            let its_name = crate::environment::requirements::name_of(&line);
            its_name == crate::environment::requirements::name_of(name)
                && (matches!(version.as_str(), "" | "*")
                    || line[its_name.len()..].starts_with(&version))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;

    fn image(task: Value, given: Option<&str>, agent: Value) -> String {
        let settings =
            Settings::new(Config::from_tree(json!({"agent": agent})), Environment::new());
        let given = given.map(Given::of).unwrap_or_default();
        choose(&task, &given, &settings).image
    }

    #[test]
    fn the_first_that_names_an_image_counts() {
        let task = json!({"container": {"image": "task"}, "project": {"name": "vision/cars"}});
        let bare = json!({"container": {}, "project": {"name": "vision/cars"}});
        let rule = json!({"default_docker": {"image": "default", "match_rules": [
            {"image": "other", "match": {"project": "sound"}},
            {"image": "rule", "match": {"project": "vision/.*"}},
        ]}});
        let forced = json!({"default_docker": {"match_rules": [
            {"image": "forced", "force_container_rules": true, "match": {"project": "vision"}},
        ]}});
        for (task, given, agent, expected) in [
            (&task, Some("given"), &forced, "forced"),
            (&task, Some("given"), &rule, "task"),
            (&bare, Some("given --ipc host"), &rule, "given"),
            (&bare, None, &rule, "rule"),
            (&bare, Some("--ipc host"), &rule, "rule"),
            (&json!({}), None, &rule, "default"),
            (&json!({}), None, &json!({"docker_image": "variable"}), "variable"),
            (&task, None, &json!({"disable_task_docker_override": true}), DEFAULT_IMAGE),
        ] {
            assert_eq!(image(task.clone(), given, agent.clone()), expected, "{task} {given:?}");
        }
    }

    #[test]
    fn rules_look_at_what_was_recorded() {
        let task = json!({
            "script": {"repository": "git@host:a/b.git", "binary": "python3.10",
                       "requirements": {"pip": "torch == 2.1.0\nnumpy>1"}},
            "tags": ["big", "night"],
        });
        let table = [
            (json!({"script": {"binary": "python3\\.10$"}}), true),
            (json!({"script": {"requirements": {"pip": {"torch": "==2.1", "numpy": ""}}}}), true),
            (json!({"script": {"requirements": {"pip": {"torch": "==1"}}}}), false),
            (json!({"script": {"requirements": {"pip": {"tensorflow": "*"}}}}), false),
            (json!({"tags": "night"}), true),
            (json!({"tags": ["night", "day"]}), false),
            (json!({"project": "x"}), false),
            (json!({}), false),
        ];
        for (wanted, expected) in table {
            assert_eq!(fits(&json!({"match": wanted}), &task), expected, "{wanted}");
        }
    }

    #[test]
    fn the_flag_holds_image_and_options() {
        let given = Given::of("python:3.11 --ipc=host -v '/a b:/x'");
        assert_eq!(
            (given.image.as_deref(), given.options.as_str()),
            (Some("python:3.11"), "--ipc=host -v '/a b:/x'")
        );
        assert_eq!(Given::of("").image, None);
    }
}

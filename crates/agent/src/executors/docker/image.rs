//! Bringing a task's image, or saying why not and what would fit.

use super::cuda::Needs;
use super::engine::{Engine, EngineError};
use crate::executors::ExecutorError;
use crate::log::spool::Spool;
use crate::monitor::gpu;
use crate::settings::Settings;
use crate::task::runner::say;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Images of this machine that are looked at to say what would fit …
const LOOKED_AT: usize = 100;
/// … and those that are named.
const NAMED: usize = 10;
/// The registry of names without one, and its key in Docker's own configuration.
const DEFAULT_REGISTRY: &str = "https://index.docker.io/v1/";

/// Makes sure that the image is on this machine, is approved, and runs with its driver; returns what the
/// engine knows of it.
pub(super) async fn bring(
    engine: &Engine,
    image: &str,
    settings: &Settings,
    console: &Spool,
) -> Result<Value, ExecutorError> {
    check_name(image)?;
    approve(image, &settings.texts("docker_images"))?;
    let force = settings.flag("docker_force_pull", false);
    let found = match inspect(engine, image).await? {
        Some(found) if !force => found,
        present => match pull(engine, image, settings, console).await {
            Ok(()) => inspect(engine, image).await?.unwrap_or_default(),
            Err(why) => match present {
                Some(found) => {
                    let line = format!("WARNING: image {image} could not be renewed ({why})");
                    tell(console, &line);
                    found
                }
                None => return Err(missing(engine, image, &why).await),
            },
        },
    };
    check_cuda(engine, image, &found).await?;
    Ok(found)
}

fn tell(console: &Spool, line: &str) {
    // The console is full at worst, which the run will say.
    let _ = say(console, "INFO", line);
}

/// A name becomes a part of the engine's paths.
fn check_name(image: &str) -> Result<(), ExecutorError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    let good = image.starts_with(|c: char| c.is_ascii_alphanumeric())
        && image.chars().all(is_plain)
        && !image.contains("..");
    match good {
        true => Ok(()),
        false => Err(ExecutorError(format!(
            "{image:?} is no name of an image; correct it in the task's execution"
        ))),
    }
}

/// Refuses what is not in `agent.docker_images`, where that is configured; `name:*` stands for all that
/// begin so.
fn approve(image: &str, approved: &[String]) -> Result<(), ExecutorError> {
    let fits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(prefix) => image.starts_with(prefix),
        None => image == pattern,
    };
    match approved.is_empty() || approved.iter().any(fits) {
        true => Ok(()),
        false => Err(ExecutorError(format!(
            "image {image} is not approved on this machine; choose one of {} in the task's execution",
            approved.join(", ")
        ))),
    }
}

async fn inspect(engine: &Engine, image: &str) -> Result<Option<Value>, EngineError> {
    match engine.get(&format!("/images/{image}/json"), &[]).await {
        Ok(found) => Ok(Some(found)),
        Err(why) if why.is(StatusCode::NOT_FOUND) => Ok(None),
        Err(why) => Err(why),
    }
}

async fn pull(
    engine: &Engine,
    image: &str,
    settings: &Settings,
    console: &Spool,
) -> Result<(), EngineError> {
    tell(console, &format!("image {image} is being pulled"));
    let name = image.rsplit('/').next().unwrap_or(image);
    // Without a tag the engine would bring all there are.
    let whole = match name.contains([':', '@']) {
        true => image.to_owned(),
        false => format!("{image}:latest"),
    };
    engine.pull(&whole, credentials(image, settings), |line| tell(console, line)).await
}

/// What `docker login` left for the image's registry, as the engine wants it.
fn credentials(image: &str, settings: &Settings) -> Option<String> {
    let text = std::fs::read(settings.home().join(".docker/config.json")).ok()?;
    let known: Value = serde_json::from_slice(&text).ok()?;
    let registry = registry(image).unwrap_or(DEFAULT_REGISTRY);
    let pair = BASE64_STANDARD.decode(known["auths"][registry]["auth"].as_str()?).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (user, password) = pair.split_once(':')?;
    let entry = json!({"username": user, "password": password, "serveraddress": registry});
    Some(BASE64_URL_SAFE.encode(entry.to_string()))
}

/// The host in an image's name; None for the default registry.
fn registry(image: &str) -> Option<&str> {
    let (host, _) = image.split_once('/')?;
    (host.contains(['.', ':']) || host == "localhost").then_some(host)
}

async fn missing(engine: &Engine, image: &str, why: &EngineError) -> ExecutorError {
    let here = names(engine, |_| true).await;
    ExecutorError(format!(
        "image {image} is not on this machine and cannot be pulled: {why}; correct its name in the task's \
         execution, or let an administrator bring it. Images that are here: {here}"
    ))
}

/// Refuses an image that needs a newer CUDA than the driver's; without any device nothing is asked for.
async fn check_cuda(engine: &Engine, image: &str, found: &Value) -> Result<(), ExecutorError> {
    let needs = Needs::of(found);
    if needs == Needs::default() {
        return Ok(());
    }
    let Some(has) = gpu::driver().await.filter(|has| !needs.are_met(has)) else { return Ok(()) };
    let fitting = names(engine, |other| {
        let other = Needs::of(other);
        other != Needs::default() && other.are_met(&has)
    });
    let (major, minor) = has.cuda;
    Err(ExecutorError(format!(
        "image {image} needs {}, and this machine's driver has CUDA {major}.{minor}; choose an image for CUDA \
         {major}.{minor} or older, or let an administrator renew the driver. Images here that fit: {}",
        needs.shown(),
        fitting.await
    )))
}

/// Names of images that are here and fit.
async fn names(engine: &Engine, fits: impl Fn(&Value) -> bool) -> String {
    let all = engine.get("/images/json", &[]).await.unwrap_or_default();
    let tags = all.as_array().into_iter().flatten();
    let tags = tags.filter_map(|image| image["RepoTags"][0].as_str()).take(LOOKED_AT);
    let mut found = Vec::new();
    for tag in tags {
        if let Ok(Some(image)) = inspect(engine, tag).await
            && fits(&image)
        {
            found.push(tag.to_owned());
        }
    }
    found.sort();
    found.truncate(NAMED);
    if found.is_empty() { "none".to_owned() } else { found.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};

    #[test]
    fn names_of_images_are_plain() {
        for name in ["python:3.12", "registry.lab:5000/a/b_c@sha256:0f", "Ubuntu"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "../containers", "a/../b", "a b", "a?force=1", "-x", "a%2e"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn only_approved_images_run_where_there_is_a_list() {
        let approved = ["python:3.12".to_owned(), "registry/lab/*".to_owned()];
        assert!(approve("anything", &[]).is_ok());
        assert!(approve("registry/lab/torch:2", &approved).is_ok());
        let refused = approve("python:3.11", &approved).unwrap_err().to_string();
        assert!(
            refused.contains("not approved") && refused.contains("python:3.12, registry/lab/*"),
            "{refused}"
        );
    }

    #[test]
    fn credentials_are_those_of_the_images_registry() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".docker")).unwrap();
        let known =
            json!({"auths": {"registry.lab:5000": {"auth": BASE64_STANDARD.encode("me:se:cret")}}});
        std::fs::write(home.path().join(".docker/config.json"), known.to_string()).unwrap();
        let environment: Environment =
            [("HOME".to_owned(), home.path().display().to_string())].into();
        let settings = Settings::new(Config::from_tree(json!({})), environment);
        let found = credentials("registry.lab:5000/x/y:1", &settings).unwrap();
        let found: Value = serde_json::from_slice(&BASE64_URL_SAFE.decode(found).unwrap()).unwrap();
        assert_eq!(found["password"], "se:cret");
        assert_eq!(credentials("python:3.12", &settings), None);
        assert_eq!(registry("user/image"), None);
        assert_eq!(registry("localhost/image"), Some("localhost"));
    }
}

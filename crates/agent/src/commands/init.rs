//! `arno agent init`: writes `~/clearml.conf` from what is pasted or typed (agent.md §1).

use super::{Outcome, block_on};
use crate::files;
use arno_client::{Client, Config, Environment};
use serde_json::json;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

/// Questions and what they set; the URLs come first.
const CREDENTIALS: [(&str, &str); 2] =
    [("Access key", "api.credentials.access_key"), ("Secret key", "api.credentials.secret_key")];
/// Settings of the agent that may stay empty.
const OPTIONAL: [(&str, &str); 3] = [
    ("Default output URI (empty for the server)", "sdk.development.default_output_uri"),
    ("Git user (empty for ssh keys)", "agent.git_user"),
    ("Git token", "agent.git_pass"),
];
/// How often wrong credentials may be given.
const ATTEMPTS: usize = 2;

pub(super) fn run(environment: &Environment, file: Option<&Path>) -> Outcome {
    let path = file.map(Path::to_owned).or_else(|| Config::default_path(environment));
    let path = path.ok_or("there is no home to write clearml.conf to; set HOME")?;
    if path.metadata().is_ok_and(|about| about.len() > 0) {
        return Err(
            format!("{} exists already; change it, or remove it first", path.display()).into()
        );
    }
    let mut input = std::io::stdin().lock();
    println!("Paste the configuration from the settings page, or press Enter to type it:");
    let mut config = pasted(&mut input, &path)?;
    for attempt in 1.. {
        complete(&mut config, &mut input)?;
        match check(&config) {
            Ok(()) => break,
            Err(why) if attempt >= ATTEMPTS => return Err(why),
            Err(why) => {
                println!("{why}");
                for (_, key) in CREDENTIALS {
                    config.set(key, json!(null));
                }
            }
        }
    }
    for (question, key) in OPTIONAL {
        if config.get(key).is_none() {
            let answer = ask(&mut input, question)?;
            if !answer.is_empty() {
                config.set(key, json!(answer));
            }
        }
    }
    files::write(&path, config.to_hocon().as_bytes())?;
    println!("{} is written", path.display());
    Ok(ExitCode::SUCCESS)
}

/// Reads until a closing brace at the start of a line, or nothing at once.
fn pasted(input: &mut impl BufRead, path: &Path) -> Result<Config, super::Failure> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        let read = input.read_line(&mut line)?;
        text.push_str(&line);
        if read == 0 || (text.trim().is_empty() && line.trim().is_empty()) || line.starts_with('}')
        {
            break;
        }
    }
    Config::parse(&text, path).map_err(super::Failure::from)
}

/// Asks for what is missing.
fn complete(config: &mut Config, input: &mut impl BufRead) -> Result<(), super::Failure> {
    if config.text("api.api_server").is_none() {
        let web = ask(input, "Server (as in http://127.0.0.1:8080)")?;
        for (key, url) in servers(&web) {
            config.set(key, json!(url));
        }
    }
    for (question, key) in CREDENTIALS {
        if config.text(key).is_none() {
            config.set(key, json!(ask(input, question)?));
        }
    }
    Ok(())
}

/// All three addresses from one of them: their ports follow from each other.
fn servers(given: &str) -> [(&'static str, String); 3] {
    const PORTS: [(&str, &str); 3] =
        [("api.web_server", ":8080"), ("api.api_server", ":8008"), ("api.files_server", ":8081")];
    let given = given.trim().trim_end_matches('/');
    let given = match given.contains("://") {
        true => given.to_owned(),
        false => format!("http://{given}"),
    };
    let base = PORTS.iter().find_map(|(_, port)| given.strip_suffix(port));
    PORTS.map(|(key, port)| match base {
        Some(base) => (key, format!("{base}{port}")),
        None => (key, given.clone()),
    })
}

fn check(config: &Config) -> Result<(), super::Failure> {
    let client = Client::new(config, "")?;
    block_on(client.call("users.get_current_user", &json!({})))??;
    println!("{} accepts the credentials", client.server());
    Ok(())
}

fn ask(input: &mut impl BufRead, question: &str) -> std::io::Result<String> {
    print!("{question}: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_follow_from_each_other() {
        for given in ["http://host:8080", "http://host:8008/", "host:8081"] {
            let urls = servers(given).map(|(_, url)| url);
            assert_eq!(
                urls,
                ["http://host:8080", "http://host:8008", "http://host:8081"],
                "{given}"
            );
        }
        assert!(servers("https://arno.site").iter().all(|(_, url)| url == "https://arno.site"));
    }

    #[test]
    fn a_pasted_section_is_read_to_its_closing_brace() {
        let text = "api {\n  api_server: http://h:8008\n  credentials { access_key: A }\n}\nrest\n";
        let mut input = text.as_bytes();
        let config = pasted(&mut input, Path::new("x")).unwrap();
        assert_eq!(config.api_server().unwrap(), "http://h:8008");
        let mut nothing = "\nrest".as_bytes();
        assert!(pasted(&mut nothing, Path::new("x")).unwrap().api_server().is_err());
    }
}

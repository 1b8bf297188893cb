//! What a machine says about its server: `clearml.conf` and the variables that overrule it
//! (agent.md §12), with the names the official tools use.

use arno_wire::hocon;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The variables a process was started with.
pub type Environment = BTreeMap<String, String>;

/// Names the configuration file.
const FILE_VARIABLE: &str = "CLEARML_CONFIG_FILE";
/// The file in the user's home that is read when none is named.
const FILE_NAME: &str = "clearml.conf";

/// Variables that overrule a value of the file.
const OVERRULES: [(&str, &str); 5] = [
    ("CLEARML_API_HOST", "api.api_server"),
    ("CLEARML_WEB_HOST", "api.web_server"),
    ("CLEARML_FILES_HOST", "api.files_server"),
    ("CLEARML_API_ACCESS_KEY", "api.credentials.access_key"),
    ("CLEARML_API_SECRET_KEY", "api.credentials.secret_key"),
];

/// What is masked when a configuration is shown: a key that ends so holds a secret.
const SECRETS: [&str; 6] = ["secret_key", "secret", "pass", "password", "token", "account_key"];

/// A configuration that cannot be used: where and why.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The file is not a configuration.
    #[error("{}: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        why: hocon::HoconError,
    },
    /// Something that is needed is missing.
    #[error("{0}")]
    Missing(String),
}

/// A configuration: the file's tree, with what variables overrule.
#[derive(Clone, Debug)]
pub struct Config {
    tree: Value,
    path: Option<PathBuf>,
}

impl Config {
    /// Reads `file`, or else the file that `CLEARML_CONFIG_FILE` names, or else `~/clearml.conf`;
    /// a file that nobody named may be missing.
    ///
    /// # Errors
    /// When the file cannot be read or is malformed.
    pub fn load(environment: &Environment, file: Option<&Path>) -> Result<Config, ConfigError> {
        let named = file.map(Path::to_owned);
        let named =
            named.or_else(|| environment.get(FILE_VARIABLE).map(|path| expand(path, environment)));
        let fallback = Config::default_path(environment).filter(|path| path.exists());
        let path = named.or(fallback);
        let tree = match &path {
            Some(path) => read(path, environment)?,
            None => json!({}),
        };
        let mut config = Config { tree, path };
        for (variable, key) in OVERRULES {
            if let Some(value) = environment.get(variable).filter(|value| !value.is_empty()) {
                config.set(key, Value::from(value.as_str()));
            }
        }
        Ok(config)
    }

    /// Reads a configuration from text; `path` is where it comes from or goes to.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
        let tree = hocon::parse(text, &|_| None)
            .map_err(|why| ConfigError::Malformed { path: path.to_owned(), why })?;
        Ok(Config { tree, path: Some(path.to_owned()) })
    }

    /// A configuration that is not read from anywhere.
    pub fn from_tree(tree: Value) -> Config {
        Config { tree, path: None }
    }

    /// The file in the user's home.
    pub fn default_path(environment: &Environment) -> Option<PathBuf> {
        environment.get("HOME").map(|home| Path::new(home).join(FILE_NAME))
    }

    /// The file that was read.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The value at a dotted path; null counts as missing.
    pub fn get(&self, path: &str) -> Option<&Value> {
        path.split('.')
            .try_fold(&self.tree, |tree, key| tree.get(key))
            .filter(|value| !value.is_null())
    }

    /// The text at a path; empty counts as missing, numbers are written out.
    pub fn text(&self, path: &str) -> Option<String> {
        let text = match self.get(path)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The truth at a path, also when it is written as text.
    pub fn flag(&self, path: &str, default: bool) -> bool {
        match self.get(path) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => truth(text).unwrap_or(default),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            _ => default,
        }
    }

    /// The number at a path, also when it is written as text.
    pub fn number(&self, path: &str) -> Option<f64> {
        match self.get(path)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The texts of a list at a path.
    pub fn texts(&self, path: &str) -> Vec<String> {
        match self.get(path) {
            Some(Value::Array(items)) => {
                items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Sets the value at a dotted path.
    pub fn set(&mut self, path: &str, value: Value) {
        let mut at = &mut self.tree;
        for key in path.split('.') {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            at = &mut at[key];
        }
        *at = value;
    }

    /// Takes a section out.
    pub fn remove(&mut self, section: &str) {
        if let Value::Object(fields) = &mut self.tree {
            fields.remove(section);
        }
    }

    /// Where the API is.
    ///
    /// # Errors
    /// When nothing says so.
    pub fn api_server(&self) -> Result<String, ConfigError> {
        let url = self.text("api.api_server").or_else(|| self.text("api.host"));
        url.map(|url| url.trim_end_matches('/').to_owned()).ok_or_else(|| {
            ConfigError::Missing(
                "no server is configured; run `arno agent init`, or set api.api_server in \
                 ~/clearml.conf or CLEARML_API_HOST"
                    .to_owned(),
            )
        })
    }

    /// The pair of access and secret key.
    ///
    /// # Errors
    /// When there is none.
    pub fn credentials(&self) -> Result<(String, String), ConfigError> {
        let access = self.text("api.credentials.access_key");
        access.zip(self.text("api.credentials.secret_key")).ok_or_else(|| {
            ConfigError::Missing(
                "no credentials are configured; run `arno agent init`, or set \
                 api.credentials in ~/clearml.conf or CLEARML_API_ACCESS_KEY and \
                 CLEARML_API_SECRET_KEY"
                    .to_owned(),
            )
        })
    }

    /// The configuration as a file, secrets and all.
    pub fn to_hocon(&self) -> String {
        hocon::to_string(&self.tree)
    }

    /// The configuration as a file, with `****` in place of secrets.
    pub fn masked(&self) -> String {
        let mut tree = self.tree.clone();
        mask(&mut tree);
        hocon::to_string(&tree)
    }
}

fn read(path: &Path, environment: &Environment) -> Result<Value, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|why| ConfigError::Unreadable { path: path.to_owned(), why })?;
    hocon::parse(&text, &|name| environment.get(name).cloned())
        .map_err(|why| ConfigError::Malformed { path: path.to_owned(), why })
}

/// A path in which `~/` means the user's home.
fn expand(path: &str, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~/"), environment.get("HOME")) {
        (Some(rest), Some(home)) => Path::new(home).join(rest),
        _ => PathBuf::from(path),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn mask(tree: &mut Value) {
    match tree {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.to_lowercase();
                let is_secret = SECRETS.iter().any(|end| key.ends_with(end));
                match value {
                    Value::String(text) if is_secret && !text.is_empty() => {
                        *text = "****".to_owned();
                    }
                    inner => mask(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn variables_overrule_the_file_and_a_missing_default_file_is_no_error() {
        let home = tempfile::tempdir().unwrap();
        let home_text = home.path().to_str().unwrap();
        let alone = Config::load(&environment(&[("HOME", home_text)]), None).unwrap();
        assert!(alone.api_server().is_err());
        assert!(alone.path().is_none());

        let text =
            "api { api_server: http://here:8008/, credentials { access_key: A, secret_key: B } }";
        std::fs::write(home.path().join("clearml.conf"), text).unwrap();
        let given = environment(&[("HOME", home_text), ("CLEARML_API_ACCESS_KEY", "C")]);
        let config = Config::load(&given, None).unwrap();
        assert_eq!(config.api_server().unwrap(), "http://here:8008");
        assert_eq!(config.credentials().unwrap(), ("C".to_owned(), "B".to_owned()));

        let named = environment(&[("HOME", home_text), ("CLEARML_CONFIG_FILE", "~/other.conf")]);
        let error = Config::load(&named, None).unwrap_err().to_string();
        assert!(error.contains("other.conf"), "{error}");
    }

    #[test]
    fn values_are_read_as_leniently_as_people_write_them() {
        let tree =
            json!({"a": {"on": "yes", "off": 0, "text": 3.1, "list": ["x", 1], "none": null}});
        let config = Config::from_tree(tree);
        assert!(config.flag("a.on", false));
        assert!(!config.flag("a.off", true));
        assert!(config.flag("a.missing", true));
        assert_eq!(config.text("a.text").as_deref(), Some("3.1"));
        assert_eq!(config.number("a.text"), Some(3.1));
        assert_eq!(config.texts("a.list"), ["x"]);
        assert!(config.get("a.none").is_none());
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let tree = json!({
            "api": {"credentials": {"access_key": "A", "secret_key": "B"}},
            "agent": {"git_pass": "C", "extra": [{"token": "D", "host": "e"}]},
        });
        let shown = Config::from_tree(tree).masked();
        assert!(shown.contains('A') && shown.contains("\"e\""), "{shown}");
        for secret in ["\"B\"", "\"C\"", "\"D\""] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

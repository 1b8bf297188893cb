//! Settings: `arno.toml`, then `ARNO_…` variables, then flags, the later one winning. This is the
//! only place that reads the environment. Anything unknown or unreadable in the file or in a flag
//! is refused with its place and a remedy; nothing is guessed.

mod declared;
mod file;
mod flags;
mod print;
mod value;

pub use declared::{DECLARED, Declaration, Settings};
pub use flags::SettingFlags;
pub use print::{reference, table};
pub use value::{AgentMode, Secret};

use std::fmt::Display;
use std::path::{Path, PathBuf};
use value::SettingValue;

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "arno.toml";
/// Names the file, as `--config` does.
const FILE_VARIABLE: &str = "ARNO_CONFIG";

/// How the variables of the object stores' own tools begin.
const OBJECT_STORES: [&str; 3] = ["AWS_", "GOOGLE_", "AZURE_"];

/// A setting that cannot be used: where it was found, what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {what}")]
pub struct SettingsError {
    place: String,
    what: String,
}

impl SettingsError {
    fn new(place: impl Display, what: impl Display) -> SettingsError {
        SettingsError { place: place.to_string(), what: what.to_string() }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// A line of the settings file.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
    /// A flag, with its dashes.
    Flag(String),
}

impl Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path, line) => write!(f, "{}:{line}", path.display()),
            Source::Environment(name) | Source::Flag(name) => f.write_str(name),
        }
    }
}

/// A setting's text in force and where it comes from.
pub struct Layer {
    /// Which setting.
    pub declaration: &'static Declaration,
    /// Its value as text; empty means none.
    pub text: String,
    /// Who said so.
    pub source: Source,
}

/// Settings with their origin.
pub struct Loaded {
    /// The values.
    pub settings: Settings,
    /// Each value's text and source, in the order of the reference page.
    pub layers: Vec<Layer>,
    /// Variables that begin with `ARNO_` and are no settings; probably misspelt.
    pub strangers: Vec<String>,
    /// Keys of an object store, by the names its own tools read from the environment.
    pub files_options: Vec<(String, String)>,
}

/// Reads settings file, environment and flags of this process.
///
/// # Errors
/// The first setting that is unknown, unreadable or not available, with its place.
pub fn load(flags: &SettingFlags) -> Result<Loaded, SettingsError> {
    load_from(flags, &environment())
}

/// The variables of this process that are text and not empty.
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn load_from(
    flags: &SettingFlags,
    environment: &[(String, String)],
) -> Result<Loaded, SettingsError> {
    let mut layers: Vec<Layer> = DECLARED
        .iter()
        .map(|declaration| Layer {
            declaration,
            text: declaration.default.to_owned(),
            source: Source::Default,
        })
        .collect();
    if let Some(path) = settings_file(flags, environment) {
        apply_file(&mut layers, &path)?;
    }
    let strangers = apply_environment(&mut layers, environment);
    for (key, text) in &flags.values {
        let flag = Source::Flag(format!("--{}", key.replace(['.', '_'], "-")));
        set(&mut layers, key, text, flag);
    }
    let files_options = environment
        .iter()
        .filter(|(name, _)| OBJECT_STORES.iter().any(|prefix| name.starts_with(prefix)))
        .map(|(name, value)| (name.to_lowercase(), value.clone()))
        .collect();
    let settings = Settings::parse(&layers)?;
    check_pairs(&settings, &layers)?;
    Ok(Loaded { settings, layers, strangers, files_options })
}

fn settings_file(flags: &SettingFlags, environment: &[(String, String)]) -> Option<PathBuf> {
    let named = environment.iter().find(|(name, _)| name == FILE_VARIABLE);
    let named = flags.file.clone().or_else(|| named.map(|(_, path)| PathBuf::from(path)));
    named.or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()))
}

fn apply_file(layers: &mut [Layer], path: &Path) -> Result<(), SettingsError> {
    for line in file::read(path)? {
        let place = format!("{}:{}", path.display(), line.number);
        if !set(layers, &line.key, &line.text, Source::File(path.to_owned(), line.number)) {
            let what = format!(
                "there is no setting {}; `arno config --reference` lists them all",
                line.key
            );
            return Err(SettingsError::new(place, what));
        }
    }
    Ok(())
}

/// Returns the variables that are no settings.
fn apply_environment(layers: &mut [Layer], environment: &[(String, String)]) -> Vec<String> {
    let mut strangers = Vec::new();
    for (name, text) in environment.iter().filter(|(name, _)| name.starts_with("ARNO_")) {
        match DECLARED.iter().find(|declaration| declaration.environment() == *name) {
            Some(known) => {
                set(layers, known.key, text, Source::Environment(name.clone()));
            }
            None if name == FILE_VARIABLE => {}
            None => strangers.push(name.clone()),
        }
    }
    strangers.sort();
    strangers
}

/// Refuses half of a pair of settings that count together.
fn check_pairs(settings: &Settings, layers: &[Layer]) -> Result<(), SettingsError> {
    let (given, missing) = match (&settings.tls_cert, &settings.tls_key) {
        (Some(_), None) => ("tls.cert", "tls.key"),
        (None, Some(_)) => ("tls.key", "tls.cert"),
        _ => return Ok(()),
    };
    let layer = layers.iter().find(|layer| layer.declaration.key == given);
    let place = layer.map_or_else(String::new, |layer| layer.source.to_string());
    Err(SettingsError::new(place, format!("{given} needs {missing}; set both, or neither")))
}

/// Returns whether there is such a setting.
fn set(layers: &mut [Layer], key: &str, text: &str, source: Source) -> bool {
    match layers.iter_mut().find(|layer| layer.declaration.key == key) {
        Some(layer) => {
            layer.text = text.to_owned();
            layer.source = source;
            true
        }
        None => false,
    }
}

fn parse_next<'a, T: SettingValue>(
    layers: &mut impl Iterator<Item = &'a Layer>,
) -> Result<T, SettingsError> {
    let Some(layer) = layers.next() else {
        return Err(SettingsError::new("settings", "fewer values than declarations"));
    };
    T::read(&layer.text).map_err(|why| {
        let shown = if layer.declaration.secret { "the value" } else { &layer.text };
        let key = layer.declaration.key;
        SettingsError::new(&layer.source, format!("{key}: {shown:?} is {why}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_with(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Loaded, String> {
        let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let flags = SettingFlags { file: None, values: flags.iter().map(own).collect() };
        let environment: Vec<_> = environment.iter().map(own).collect();
        load_from(&flags, &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn every_default_can_be_read() {
        let loaded = load_with(&[], &[]).unwrap();
        assert_eq!(loaded.settings.web_port, 8080);
        assert_eq!(loaded.settings.data_dir, PathBuf::from("./arno-data"));
        assert!(loaded.settings.database_url.is_none());
    }

    #[test]
    fn a_flag_wins_over_the_environment() {
        let environment = [("ARNO_WEB_PORT", "1"), ("ARNO_API_PORT", "2")];
        let loaded = load_with(&environment, &[("web.port", "3")]).unwrap();
        assert_eq!((loaded.settings.web_port, loaded.settings.api_port), (3, 2));
        let source = |key| {
            let layer = loaded.layers.iter().find(|layer| layer.declaration.key == key).unwrap();
            layer.source.to_string()
        };
        assert_eq!(source("web.port"), "--web-port");
        assert_eq!(source("api.port"), "ARNO_API_PORT");
        assert_eq!(source("files.port"), "default");
    }

    #[test]
    fn a_bad_value_names_its_place_and_the_remedy() {
        let error = load_with(&[("ARNO_WEB_PORT", "eighty")], &[]).err().unwrap();
        assert_eq!(
            error,
            "ARNO_WEB_PORT: web.port: \"eighty\" is not a port (a number from 0 to 65535)"
        );
    }

    #[test]
    fn half_an_encryption_is_refused() {
        let error = load_with(&[("ARNO_TLS_CERT", "cert.pem")], &[]).err().unwrap();
        assert_eq!(error, "ARNO_TLS_CERT: tls.cert needs tls.key; set both, or neither");
        let error = load_with(&[], &[("tls.key", "key.pem")]).err().unwrap();
        assert_eq!(error, "--tls-key: tls.key needs tls.cert; set both, or neither");
    }

    #[test]
    fn misspelt_variables_are_remembered() {
        let loaded = load_with(&[("ARNO_WEBPORT", "1")], &[]).unwrap();
        assert_eq!(loaded.strangers, ["ARNO_WEBPORT"]);
    }

    #[test]
    fn secrets_are_not_shown() {
        let loaded = load_with(&[("ARNO_SECRET_KEY", "hush")], &[]).unwrap();
        assert!(!format!("{:?}", loaded.settings).contains("hush"));
        assert!(!table(&loaded).contains("hush"));
        assert_eq!(loaded.settings.secret_key.unwrap().reveal(), "hush");
    }
}

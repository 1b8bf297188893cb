//! The types a setting can have: how each is read from text and shown again.

use arno_server::access::Networks;
use arno_server::gateway::Origins;
use arno_server::{TrustedProxies, Tz};
use std::net::IpAddr;
use std::path::PathBuf;

/// A type of setting.
pub trait SettingValue: Sized {
    /// What a value looks like, for help texts.
    const FORM: &'static str;
    /// Whether the value must not be shown.
    const SECRET: bool = false;

    /// Reads a value; the error completes the sentence "… is".
    fn read(text: &str) -> Result<Self, String>;
}

/// A value that is never printed, logged or shown by `arno config`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The value itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("********")
    }
}

/// Whether `arno up` runs tasks on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentMode {
    /// Where only people that are trusted with this machine can queue tasks.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl SettingValue for AgentMode {
    const FORM: &'static str = "auto|on|off";
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(AgentMode::Auto),
            "on" => Ok(AgentMode::On),
            "off" => Ok(AgentMode::Off),
            _ => Err("none of auto, on and off".to_owned()),
        }
    }
}

impl SettingValue for PathBuf {
    const FORM: &'static str = "PATH";
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("empty".to_owned()) } else { Ok(PathBuf::from(text)) }
    }
}

impl SettingValue for Option<PathBuf> {
    const FORM: &'static str = "PATH";
    fn read(text: &str) -> Result<Self, String> {
        Ok(Some(text).filter(|text| !text.is_empty()).map(PathBuf::from))
    }
}

impl SettingValue for String {
    const FORM: &'static str = "TEXT";
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("empty".to_owned()) } else { Ok(text.to_owned()) }
    }
}

impl SettingValue for u16 {
    const FORM: &'static str = "PORT";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "not a port (a number from 0 to 65535)".to_owned())
    }
}

impl SettingValue for usize {
    const FORM: &'static str = "NUMBER";
    fn read(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| "not a number from 1 on".to_owned())
    }
}

impl SettingValue for Tz {
    const FORM: &'static str = "NAME";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "no time zone (such as UTC or Europe/Paris)".to_owned())
    }
}

impl SettingValue for IpAddr {
    const FORM: &'static str = "ADDRESS";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "not an IP address (such as 127.0.0.1, 0.0.0.0 or ::)".to_owned())
    }
}

impl SettingValue for Option<String> {
    const FORM: &'static str = "URL";
    fn read(text: &str) -> Result<Self, String> {
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }
}

impl SettingValue for Option<Secret> {
    const FORM: &'static str = "SECRET";
    const SECRET: bool = true;
    fn read(text: &str) -> Result<Self, String> {
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()).map(Secret))
    }
}

impl SettingValue for TrustedProxies {
    const FORM: &'static str = "LIST";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|why| format!("not a list of addresses: {why}"))
    }
}

impl SettingValue for Networks {
    const FORM: &'static str = "LIST";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|why| format!("not a list of addresses: {why}"))
    }
}

impl SettingValue for Origins {
    const FORM: &'static str = "LIST";
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

impl SettingValue for bool {
    const FORM: &'static str = "true|false";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "neither true nor false".to_owned())
    }
}

/// A path of the site, such as `/dashboard`.
#[derive(Clone, Debug)]
pub struct WebPath(pub String);

impl SettingValue for Option<WebPath> {
    const FORM: &'static str = "PATH";
    fn read(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
        match text.trim_end_matches('/') {
            "" => Ok(None),
            path if path.starts_with('/') && path.chars().all(plain) => {
                Ok(Some(WebPath(path.to_owned())))
            }
            _ => Err("no path such as /dashboardSmartCity".to_owned()),
        }
    }
}

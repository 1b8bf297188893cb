//! The settings, each declared once: its field and type, key, default and documentation. The
//! environment variable, the flag, `arno config` and `docs/settings.md` are made from this.

use super::value::{AgentMode, Secret, SettingValue, WebPath};
use super::{Layer, SettingsError};
use arno_server::access::Networks;
use arno_server::gateway::Origins;
use arno_server::{TrustedProxies, Tz};
use std::net::IpAddr;
use std::path::PathBuf;

/// What is known about a setting without its value.
pub struct Declaration {
    /// Dotted name: `web.port` is the key `port` in the section `[web]` of `arno.toml`.
    pub key: &'static str,
    /// The value when nothing else is said, as text; empty means none.
    pub default: &'static str,
    /// What it does, in one or two sentences.
    pub doc: &'static str,
    /// What a value looks like: `PATH`, `URL`, `PORT` …
    pub form: &'static str,
    /// Whether the value is masked when shown and has no flag (flags are visible to everybody).
    pub secret: bool,
}

impl Declaration {
    /// The environment variable.
    pub fn environment(&self) -> String {
        format!("ARNO_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// The flag, without its dashes.
    pub fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }
}

macro_rules! settings {
    ($( $field:ident: $type:ty, $key:literal, $default:literal, $doc:literal; )+) => {
        /// The settings in force.
        #[derive(Debug)]
        pub struct Settings {
            $( #[doc = $doc] pub $field: $type, )+
        }

        /// Every setting, in the order of the reference page.
        pub const DECLARED: &[Declaration] = &[
            $( Declaration {
                key: $key,
                default: $default,
                doc: $doc,
                form: <$type as SettingValue>::FORM,
                secret: <$type as SettingValue>::SECRET,
            }, )+
        ];

        impl Settings {
            /// Reads each setting's text, given in the order of [`DECLARED`].
            pub(super) fn parse(layers: &[Layer]) -> Result<Settings, SettingsError> {
                let mut layers = layers.iter();
                Ok(Settings { $( $field: super::parse_next(&mut layers)?, )+ })
            }
        }
    };
}

settings! {
    data_dir: PathBuf, "data.dir", "./arno-data",
        "Folder for everything Arno keeps on this machine. One running server has it at a time.";
    database_url: Option<Secret>, "database.url", "",
        "PostgreSQL database as `postgres://user:password@host/name`; without it SQLite files in the data directory.";
    files_url: Option<String>, "files.url", "",
        "Where uploaded files lie: a folder, `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`; without it the folder `files` in the data directory.";
    listen: IpAddr, "listen", "127.0.0.1",
        "Address to listen on. `0.0.0.0` shares Arno with the network.";
    web_port: u16, "web.port", "8080",
        "Port of the pages. 0 takes a free one, as with the other ports.";
    api_port: u16, "api.port", "8008",
        "Port of the API that the SDK calls.";
    files_port: u16, "files.port", "8081",
        "Port of the file server.";
    public_web_url: Option<String>, "public.web_url", "",
        "URL under which people reach the pages, when a proxy or a name stands before the listener.";
    public_api_url: Option<String>, "public.api_url", "",
        "URL under which clients reach the API.";
    public_files_url: Option<String>, "public.files_url", "",
        "URL under which clients reach the files; it becomes part of the links that are stored.";
    tls_cert: Option<PathBuf>, "tls.cert", "",
        "Certificate of all ports in PEM form, followed by those of the authorities between it and a root. A changed file is read again, at once on SIGHUP.";
    tls_key: Option<PathBuf>, "tls.key", "",
        "Private key of the certificate in PEM form.";
    ca_bundle: Option<PathBuf>, "ca.bundle", "",
        "Certificates in PEM form of the authorities that vouch for object stores and PostgreSQL, besides the system's.";
    connections: usize, "connections", "4000",
        "How many connections there are on each port at a time; more wait until one ends.";
    agent: AgentMode, "agent", "auto",
        "Whether `arno up` runs tasks of the queues `default` and `services` on this machine, with the rights of the user that started it: `auto` (only while it listens on loopback or has a single user), `on` or `off`.";
    trusted_proxies: TrustedProxies, "trusted_proxies", "",
        "Addresses or networks of proxies whose forwarded headers count, separated by commas.";
    admin_user: String, "admin.user", "admin",
        "Name of the first administrator. Used on the first start only.";
    admin_password: Option<Secret>, "admin.password", "",
        "Password of the first administrator; without it one is generated and printed once. Used on the first start only.";
    access_key: Option<Secret>, "access_key", "",
        "Access key of the administrator's first API credentials; without it one is generated. Used on the first start only.";
    secret_key: Option<Secret>, "secret_key", "",
        "Secret key that belongs to the access key. Used on the first start only.";
    gateway_legacy_errors: bool, "gateway.legacy_errors", "false",
        "Whether the gateway answers errors as the first one did: HTTP 200 with a JSON text. A call's `?compat=1` or `?compat=0` decides for itself.";
    gateway_callback_networks: Networks, "gateway.callback_networks", "",
        "Addresses or networks inside the site that callbacks of the gateway may go to, separated by commas; others inside are refused.";
    gateway_origins: Origins, "gateway.origins", "",
        "Origins whose pages may call the gateway, separated by commas, such as `https://dashboard.example.org`; `*` permits every page. APIs may register more for themselves.";
    gateway_token_route: Option<WebPath>, "gateway.token_route", "",
        "Path below which `controllers/getAccessToken.php` answers a signed-in browser `{accessToken}`, such as `/dashboardSmartCity`, for dashboards that ask there; without it there is no such route.";
    gateway_retention_days: usize, "gateway.retention_days", "400",
        "How many days the gateway's record of calls is kept.";
    timezone: Tz, "timezone", "UTC",
        "Time zone of quota days, reports and schedules by its name, such as `Europe/Paris`.";
    log: String, "log", "info",
        "What is logged: `error`, `warn`, `info`, `debug` or `trace`, also by module as in `warn,arno_server=debug`.";
}

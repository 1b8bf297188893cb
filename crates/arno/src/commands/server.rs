//! `arno server` and `arno up`: take the data directory, start, say so, and stop when asked to.

use super::agent;
use crate::client_conf::{ClientConf, FILE_NAME};
use crate::data_dir::{DataDir, Urls};
use crate::database::{self, CommandResult};
use crate::settings::{Loaded, Secret, Settings};
use crate::welcome::Welcome;
use arno_server::{CertificateFiles, FirstStart, GatewayOptions, Limits, Options, Server};
use arno_store::{Clock, Visibility};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Exit code of a program that a second Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// How long a client may take to send the head of a request, and stay idle between two: longer
/// than the minute at which clients ping.
const HEAD: Duration = Duration::from_secs(75);
/// Files open besides connections: databases, uploads and downloads.
const OWN_FILES: u64 = 500;

/// How much is printed once the server answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Welcoming {
    /// Everything a person needs, at every start.
    Always,
    /// Only what is never shown again.
    FirstStart,
}

/// Runs the server until SIGINT or SIGTERM.
pub fn run(loaded: &Loaded, welcoming: Welcoming) -> CommandResult<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(loaded, welcoming))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(loaded: &Loaded, welcoming: Welcoming) -> CommandResult<()> {
    // Before anything else: a signal during the start must stop it in order, too.
    let mut stop = Stop::listen()?;
    let settings = &loaded.settings;
    let mut data_dir = DataDir::take(&settings.data_dir)?;
    for name in &loaded.strangers {
        tracing::warn!("{name} is no setting and is ignored; `arno config --reference` lists them");
    }
    let running = Server::start(options(loaded)?).await?;
    allow_files(settings.connections);
    let urls = Urls {
        web: running.web_url.clone(),
        api: running.api_url.clone(),
        files: running.files_url.clone(),
    };
    data_dir.announce(&urls)?;
    let version = env!("CARGO_PKG_VERSION");
    let Urls { web, api, files } = &urls;
    tracing::info!("Arno {version} serves pages at {web}, API at {api}, files at {files}");
    let conf = client_conf(data_dir.path(), &urls, running.first_start.as_ref());
    if welcoming == Welcoming::Always || running.first_start.is_some() {
        let welcome = Welcome {
            running: &running,
            data_dir: data_dir.path(),
            conf: conf.as_deref(),
            password_is_generated: settings.admin_password.is_none(),
        };
        print!("{}", welcome.text());
    }
    let agent = match (welcoming, &conf) {
        (Welcoming::Always, Some(conf)) => agent::start(settings, conf, &urls).await,
        _ => None,
    };
    let mut renew = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            () = stop.asked() => break,
            _ = renew.recv() => running.reload_certificate(),
        }
    }
    tracing::info!("stopping; what is under way finishes first");
    let finish = async {
        // Its tasks tell the server how they ended.
        if let Some(agent) = agent {
            agent.stop().await;
        }
        running.shutdown().await;
    };
    tokio::select! {
        () = finish => tracing::info!("stopped"),
        () = stop.asked() => std::process::exit(INTERRUPTED),
    }
    Ok(())
}

fn options(loaded: &Loaded) -> CommandResult<Options> {
    let settings = &loaded.settings;
    let text = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
    let certificate = settings.tls_cert.clone().zip(settings.tls_key.clone());
    Ok(Options {
        listen: settings.listen,
        web_port: settings.web_port,
        api_port: settings.api_port,
        files_port: settings.files_port,
        public_web_url: settings.public_web_url.clone(),
        public_api_url: settings.public_api_url.clone(),
        public_files_url: settings.public_files_url.clone(),
        database: database::location(settings)?,
        files: database::files(loaded)?,
        admin_user: settings.admin_user.clone(),
        admin_password: text(&settings.admin_password),
        first_credentials: first_credentials(settings),
        visibility: Visibility::Shared,
        trusted_proxies: settings.trusted_proxies.clone(),
        certificate: certificate.map(|(certificate, key)| CertificateFiles { certificate, key }),
        limits: Limits { connections: settings.connections, head: HEAD },
        timezone: settings.timezone,
        gateway: gateway(settings)?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: Clock::system(),
    })
}

fn gateway(settings: &Settings) -> CommandResult<GatewayOptions> {
    Ok(GatewayOptions {
        legacy_errors: settings.gateway_legacy_errors,
        callback_networks: settings.gateway_callback_networks.clone(),
        origins: settings.gateway_origins.clone(),
        token_route: settings.gateway_token_route.clone().map(|place| place.0),
        retention_days: settings.gateway_retention_days as i64,
        trust: database::trust(settings)?,
        ..GatewayOptions::default()
    })
}

/// Asks the system for as many open files as the connections of three ports need.
fn allow_files(connections: usize) {
    let wanted = 3 * connections as u64 + OWN_FILES;
    let raised = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(now, most)| {
        let more = wanted.min(most).max(now);
        setrlimit(Resource::RLIMIT_NOFILE, more, most).map(|()| more)
    });
    match raised {
        Ok(allowed) if allowed < wanted => tracing::warn!(
            "the system allows {allowed} open files, and {connections} connections on each port \
             may need {wanted}; raise the limit (ulimit -n, LimitNOFILE) or lower `connections`"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!("the limit of open files stays as it is: {error}"),
    }
}

fn first_credentials(settings: &Settings) -> Option<(String, String)> {
    let (access, secret) = (settings.access_key.as_ref()?, settings.secret_key.as_ref()?);
    Some((access.reveal().to_owned(), secret.reveal().to_owned()))
}

/// Writes the client configuration on the first start; returns its path when there is one.
fn client_conf(data_dir: &Path, urls: &Urls, first: Option<&FirstStart>) -> Option<PathBuf> {
    let path = data_dir.join(FILE_NAME);
    let Some(FirstStart { access_key, secret_key, .. }) = first else {
        return path.exists().then_some(path);
    };
    let conf = ClientConf { urls, access_key, secret_key };
    match conf.write(&path) {
        Ok(()) => Some(path),
        Err(error) => {
            tracing::error!(
                "{}: {error}; run `arno credentials create` for a client configuration",
                path.display()
            );
            None
        }
    }
}

/// The wish to stop: Ctrl-C or SIGTERM.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn listen() -> std::io::Result<Stop> {
        Ok(Stop {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Returns at the next signal.
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

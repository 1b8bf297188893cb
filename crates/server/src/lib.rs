//! The server: HTTP, access and rules over the store. The program starts it with [`Server::start`]
//! and stops it with [`Running::shutdown`]; nothing here reads the environment or a file of
//! settings.

pub mod access;
mod error;
mod first_start;
pub mod gateway;
mod http;
pub mod jobs;
pub mod live;
pub mod registry;
pub mod rules;
pub mod site;

pub use arno_wire::date::parse as date;
pub use chrono_tz::Tz;
pub use error::StartError;
pub use first_start::{COMPANY, FirstStart};
pub use gateway::GatewayOptions;
pub use http::{CertificateFiles, Limits, TrustedProxies};

use access::Access;
use arno_store::blobs::{Blobs, FilesLocation};
use arno_store::db::Location;
use arno_store::events::EventStore;
use arno_store::{Clock, Db, Visibility};
use first_start::Wanted;
use gateway::Gateway;
use http::{App, Bound, Listening, Pages, Tls};
use jobs::Jobs;
use live::Live;
use registry::Registry;
use site::{Settings, Site};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// What a server is started with. Everything is decided by the caller; nothing has a hidden
/// default.
#[derive(Clone)]
pub struct Options {
    /// Address to listen on.
    pub listen: IpAddr,
    /// Port of the pages, 0 for a free one.
    pub web_port: u16,
    /// Port of the API, 0 for a free one.
    pub api_port: u16,
    /// Port of the file server, 0 for a free one.
    pub files_port: u16,
    /// URL of the pages as browsers reach them; its path is the base of pages, cookie and API.
    /// `None`: from the listener.
    pub public_web_url: Option<String>,
    /// URL of the API as clients reach it. `None`: from the listener.
    pub public_api_url: Option<String>,
    /// URL of the file server as clients reach it. `None`: from the listener.
    pub public_files_url: Option<String>,
    /// Where metadata and events are.
    pub database: Location,
    /// Where files are.
    pub files: FilesLocation,
    /// Sign-in name of the first administrator.
    pub admin_user: String,
    /// His password; `None` generates one.
    pub admin_password: Option<String>,
    /// Access and secret key of his first credentials; `None` generates them.
    pub first_credentials: Option<(String, String)>,
    /// Who sees what of the others' work.
    pub visibility: Visibility,
    /// Proxies whose forwarded headers count.
    pub trusted_proxies: TrustedProxies,
    /// The certificate of all ports; `None` leaves them unencrypted.
    pub certificate: Option<CertificateFiles>,
    /// What connections are allowed.
    pub limits: Limits,
    /// Time zone of quota days, reports and schedules.
    pub timezone: Tz,
    /// What the site decides about its gateway.
    pub gateway: GatewayOptions,
    /// Arno's version, as tokens and `server.info` tell it.
    pub version: String,
    /// What tells the time.
    pub clock: Clock,
}

/// The server; a namespace for its start.
pub struct Server;

/// A server that answers.
pub struct Running {
    /// Public URL of the pages.
    pub web_url: String,
    /// Public URL of the API.
    pub api_url: String,
    /// Public URL of the file server.
    pub files_url: String,
    /// What was made for the first administrator, if this was the site's first start.
    pub first_start: Option<FirstStart>,
    /// The site behind it, for administration in the same process.
    pub site: Arc<Site>,
    listening: Listening,
    tls: Option<Arc<Tls>>,
    background: JoinHandle<()>,
}

impl Server {
    /// Binds the ports, opens the store, makes what a first start needs, and answers.
    ///
    /// # Errors
    /// A [`StartError`] with its remedy; nothing keeps running then.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        Server::start_with(options, rules::registry()).await
    }

    async fn start_with(options: Options, registry: Registry) -> Result<Running, StartError> {
        let tls = options.certificate.clone().map(Tls::open).transpose()?.map(Arc::new);
        let web = Bound::bind("web", "ARNO_WEB_PORT", options.listen, options.web_port).await?;
        let api = Bound::bind("API", "ARNO_API_PORT", options.listen, options.api_port).await?;
        let files =
            Bound::bind("files", "ARNO_FILES_PORT", options.listen, options.files_port).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let web_url = public_url("web_url", &options.public_web_url, scheme, &web)?;
        let api_url = public_url("api_url", &options.public_api_url, scheme, &api)?;
        let files_url = public_url("files_url", &options.public_files_url, scheme, &files)?;

        let (proxies, limits) = (options.trusted_proxies.clone(), options.limits);
        let urls = (web_url.clone(), api_url.clone(), files_url.clone());
        let (site, first_start) = open_site(options, urls).await?;
        let app = Arc::new(App {
            site: site.clone(),
            registry,
            proxies,
            origins: vec![origin(&web_url)],
            pages: Pages::new(&base(&web_url), &origin(&files_url)),
            base: base(&web_url),
            secure: web_url.starts_with("https://"),
            metrics: Default::default(),
            openapi: Default::default(),
        });
        let (tended, renewed) = (site.clone(), tls.clone());
        let background = tokio::spawn(async move {
            let keep_fresh = async {
                if let Some(tls) = renewed {
                    tls.keep_fresh().await;
                }
            };
            tokio::join!(
                tended.blobs.keep_clean(),
                jobs::keep_sealed(&tended),
                jobs::keep_working(&tended),
                live::relay(&tended),
                tended.gateway.log.keep_writing(&tended.db, &tended.settings.company),
                keep_fresh
            );
        });
        let ports = vec![
            (web, http::web_router(app.clone())),
            (api, http::web_router(app.clone())),
            (files, http::files_router(app)),
        ];
        let listening = Listening::start(ports, tls.as_ref(), limits);
        Ok(Running { web_url, api_url, files_url, first_start, site, listening, tls, background })
    }
}

/// Opens the store and makes what a first start needs; `urls` are the public ones of pages, API
/// and files.
async fn open_site(
    options: Options,
    urls: (String, String, String),
) -> Result<(Arc<Site>, Option<FirstStart>), StartError> {
    let (database, clock) = (options.database, options.clock);
    let opened = tokio::task::spawn_blocking(move || Db::open(&database, clock)).await;
    let db = opened.map_err(|e| arno_store::Error::Panicked(e.to_string()))??;
    let blobs = Blobs::open(db.clone(), &options.files)?;
    blobs.check().await?;
    let wanted = Wanted {
        admin_user: options.admin_user,
        admin_password: options.admin_password,
        keys: options.first_credentials,
    };
    let prepared = first_start::prepare(&db, &options.version, wanted).await?;
    let access = Access::open(db.clone(), &options.version).await?;
    let (web_url, api_url, files_url) = urls;
    let settings = Settings {
        company: COMPANY.to_owned(),
        server_uuid: prepared.server_uuid,
        visibility: options.visibility,
        version: options.version,
        web_url,
        api_url,
        files_url,
        timezone: options.timezone,
    };
    let jobs = Jobs::new(db.clock().now());
    let gateway = Gateway::open(options.gateway)?;
    let (events, live) = (EventStore::default(), Live::default());
    let site = Arc::new(Site { db, events, blobs, access, jobs, live, gateway, settings });
    jobs::catch_up(&site).await?;
    Ok((site, prepared.first_start))
}

impl Running {
    /// Reads the certificate's files again; the old certificate stays when they are no good.
    pub fn reload_certificate(&self) {
        if let Some(tls) = &self.tls {
            tls.reload();
        }
    }

    /// Stops accepting, lets requests under way finish (8 s at most), and returns when everything
    /// is stored.
    pub async fn shutdown(self) {
        let Running { listening, background, site, .. } = self;
        site.live.close();
        listening.stop().await;
        background.abort();
        // It ends where it was; what it did not finish is done after the next start.
        let _ = background.await;
        site.gateway.log.finish(&site.db, &site.settings.company).await;
        // The last to let go of the database waits for its writer.
        if let Err(error) = tokio::task::spawn_blocking(move || drop(site)).await {
            tracing::error!(%error, "the store did not close properly");
        }
    }
}

/// The URL given by a setting of the section `public`, else the listener's own; an address that
/// means "any" is no place to go to.
fn public_url(
    setting: &str,
    given: &Option<String>,
    scheme: &str,
    bound: &Bound,
) -> Result<String, StartError> {
    let address = bound.address;
    match given {
        Some(url) if is_url(url) => Ok(url.trim_end_matches('/').to_owned()),
        Some(url) => Err(StartError::Setting(format!(
            "public.{setting}: {url} is no URL such as https://arno.lab.example or \
             https://lab.example/arno; correct it, or remove it"
        ))),
        None if address.ip().is_unspecified() => {
            Ok(format!("{scheme}://localhost:{}", address.port()))
        }
        None => Ok(format!("{scheme}://{address}")),
    }
}

/// Whether a text is the URL of a place on the web, fit to be written into pages and headers.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
    rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(is_plain)
    })
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> String {
    match path_at(url) {
        Some(at) => url[..at].to_owned(),
        None => url.to_owned(),
    }
}

/// Path of a URL; empty at the root.
fn base(url: &str) -> String {
    path_at(url).map(|at| url[at..].to_owned()).unwrap_or_default()
}

fn path_at(url: &str) -> Option<usize> {
    let host = url.find("://")? + 3;
    url[host..].find('/').map(|at| host + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use registry::{Call, Effect};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Sends a call and returns the status line and the rest of the answer.
    async fn ask(url: &str, endpoint: &str) -> String {
        let address = url.trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let call = format!("GET /{endpoint} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(call.as_bytes()).await.expect("to send");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("to read");
        answer
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_and_the_server_stays_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options {
            listen: [127, 0, 0, 1].into(),
            web_port: 0,
            api_port: 0,
            files_port: 0,
            public_web_url: None,
            public_api_url: None,
            public_files_url: None,
            database: Location::Folder(folder.path().to_owned()),
            files: FilesLocation::Folder(folder.path().join("files")),
            admin_user: "admin".to_owned(),
            admin_password: None,
            first_credentials: None,
            visibility: Visibility::Shared,
            trusted_proxies: TrustedProxies::default(),
            certificate: None,
            limits: Limits { connections: 10, head: std::time::Duration::from_secs(60) },
            timezone: Tz::UTC,
            gateway: GatewayOptions::default(),
            version: "0".to_owned(),
            clock: Clock::system(),
        };
        let mut registry = Registry::default();
        registry.write("debug.ping", |_, _: serde_json::Value| panic!("inside a transaction"));
        let modes = |_: Call| async { panic!("outside") };
        registry.asynchronous("login.supported_modes", Effect::Read, modes);
        let running = Server::start_with(options, registry).await.expect("a server");
        for _ in 0..2 {
            for endpoint in ["debug.ping", "login.supported_modes"] {
                let answer = ask(&running.api_url, endpoint).await;
                assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
                assert!(answer.contains(r#""result_code":500,"result_subcode":0"#), "{answer}");
                assert!(!answer.contains("side"), "its words are for the log: {answer}");
            }
        }
        running.shutdown().await;
    }

    #[test]
    fn urls_are_taken_apart() {
        assert_eq!(
            (origin("https://lab/arno/x"), base("https://lab/arno/x")),
            ("https://lab".into(), "/arno/x".into())
        );
        assert_eq!(
            (origin("http://lab:8080"), base("http://lab:8080")),
            ("http://lab:8080".into(), String::new())
        );
        for (text, fits) in [
            ("https://lab", true),
            ("http://[::1]:8080/a/b", true),
            ("lab:8080", false),
            ("ftp://lab", false),
            ("https:///path", false),
            ("https://", false),
            ("https://lab/?a=1", false),
            ("https://lab; script-src *", false),
            ("https://lab/\"><script>", false),
        ] {
            assert_eq!(is_url(text), fits, "{text}");
        }
    }

    #[tokio::test]
    async fn urls_come_from_the_setting_or_the_listener() {
        let any = Bound::bind("web", "x", [0, 0, 0, 0].into(), 0).await.expect("a port");
        let port = any.address.port();
        let url =
            |given: Option<&str>| public_url("web_url", &given.map(str::to_owned), "https", &any);
        assert_eq!(url(None).expect("a URL"), format!("https://localhost:{port}"));
        assert_eq!(url(Some("https://lab/")).expect("a URL"), "https://lab");
        let error = url(Some("lab")).expect_err("no URL").to_string();
        assert!(error.starts_with("public.web_url: lab is no URL"), "{error}");
    }
}

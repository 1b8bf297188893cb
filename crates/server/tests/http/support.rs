//! The vocabulary of these tests: a server on free ports over a folder of its own, and a client
//! that sends exactly the bytes it is told to.

use arno_server::jobs::run_due;
use arno_server::{FirstStart, Limits, Options, Running, Server, Tz};
use arno_store::blobs::FilesLocation;
use arno_store::db::Location;
use arno_store::{Clock, Visibility};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

pub const ADMIN: &str = "admin";
pub const PASSWORD: &str = "correct horse battery";

/// A server that answers, with its folder.
pub struct TestServer {
    pub running: Running,
    pub first: FirstStart,
    folder: tempfile::TempDir,
}

/// Which database a test runs on.
#[derive(Clone, Debug)]
pub enum Engine {
    Sqlite,
    /// The URL of a server where databases can be made.
    Postgres(String),
}

impl Engine {
    /// PostgreSQL, where `tests/postgres.sh` has started one.
    pub fn postgres() -> Option<Engine> {
        let url = setting("ARNO_TEST_POSTGRES").map(Engine::Postgres);
        let required = setting("ARNO_TEST_REQUIRE_POSTGRES").is_some();
        assert!(url.is_some() || !required, "ARNO_TEST_POSTGRES is not set");
        url
    }

    /// A database of the test's own.
    async fn database(self, folder: &Path) -> Location {
        let Engine::Postgres(url) = self else { return Location::Folder(folder.to_owned()) };
        let name = format!("arno_{}", uuid::Uuid::new_v4().simple());
        let (server, _) = url.rsplit_once('/').expect("a URL with a database");
        let own = Location::Postgres { url: format!("{server}/{name}"), trust: Default::default() };
        let create = move || {
            let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("PostgreSQL");
            client.batch_execute(&format!("CREATE DATABASE {name}")).expect("a database");
        };
        tokio::task::spawn_blocking(create).await.expect("a database");
        own
    }
}

#[expect(clippy::disallowed_methods, reason = "this is how tests find their PostgreSQL")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Makes of every function a test on SQLite and one on PostgreSQL, where there is one.
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::support::Engine::Sqlite).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(engine) = crate::support::Engine::postgres() {
                    super::$name(engine).await;
                }
            })*
        }
    };
}
pub(crate) use on_both_engines;

/// Options for a server over this folder, on free ports.
pub fn options(folder: &Path) -> Options {
    Options {
        listen: [127, 0, 0, 1].into(),
        web_port: 0,
        api_port: 0,
        files_port: 0,
        public_web_url: None,
        public_api_url: None,
        public_files_url: None,
        database: Location::Folder(folder.to_owned()),
        files: FilesLocation::Folder(folder.join("files")),
        admin_user: ADMIN.to_owned(),
        admin_password: Some(PASSWORD.to_owned()),
        first_credentials: None,
        visibility: Visibility::Shared,
        trusted_proxies: Default::default(),
        certificate: None,
        limits: Limits { connections: 1000, head: Duration::from_secs(60) },
        timezone: Tz::UTC,
        gateway: Default::default(),
        version: "0.0.1".to_owned(),
        clock: Clock::system(),
    }
}

impl TestServer {
    pub async fn start(engine: Engine) -> TestServer {
        TestServer::start_with(engine, |_| {}).await
    }

    pub async fn start_with(engine: Engine, change: impl FnOnce(&mut Options)) -> TestServer {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = options(folder.path());
        options.database = engine.database(folder.path()).await;
        change(&mut options);
        let running = Server::start(options).await.expect("a server");
        // The start's own round of work ends here: one that is under way when a test moves the
        // clock would put its jobs off by the moved time.
        run_due(&running.site).await.expect("the start's work");
        let first = running.first_start.clone().expect("a first start");
        TestServer { running, first, folder }
    }

    /// The folder of its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A call to the API port.
    pub fn api(&self, method: &str, path: &str) -> Call {
        Call::new(&self.running.api_url, method, path)
    }

    /// A request to the web port.
    pub fn web(&self, method: &str, path: &str) -> Call {
        Call::new(&self.running.web_url, method, path)
    }

    /// A request to the files port.
    pub fn files(&self, method: &str, path: &str) -> Call {
        Call::new(&self.running.files_url, method, path)
    }

    /// A token for a key pair or name and password.
    pub async fn token_of(&self, name: &str, secret: &str) -> String {
        let reply = self.api("GET", "/auth.login").basic(name, secret).send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()["data"]["token"].as_str().expect("a token").to_owned()
    }

    /// A token of the administrator's first key pair.
    pub async fn token(&self) -> String {
        self.token_of(&self.first.access_key, &self.first.secret_key).await
    }

    /// The answer's `data` to a call with a token; anything but 200 fails the test.
    pub async fn ok(&self, token: &str, endpoint: &str, body: Value) -> Value {
        let reply =
            self.api("POST", &format!("/{endpoint}")).bearer(token).json(&body).send().await;
        assert_eq!(reply.status, 200, "{endpoint} {body}: {}", reply.text());
        reply.json()["data"].clone()
    }

    /// Code and subcode of the answer to a call with a token.
    pub async fn codes(&self, token: &str, endpoint: &str, body: Value) -> (u16, u64) {
        let call = self.api("POST", &format!("/{endpoint}")).bearer(token).json(&body);
        call.send().await.code()
    }

    /// Makes something by this endpoint; its id.
    pub async fn make(&self, token: &str, endpoint: &str, body: Value) -> String {
        let made = self.ok(token, endpoint, body).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a user of this role; a key pair's token and his id.
    pub async fn user(&self, name: &str, role: &str) -> (String, String) {
        let admin = self.token().await;
        let body = serde_json::json!({
            "name": name, "email": format!("{name}@example.com"), "role": role,
            "company": "d1bd92a3b039400cbafc60a7a5b1e52b",
        });
        let made = self.ok(&admin, "auth.create_user", body).await;
        let id = made["id"].as_str().expect("an id").to_owned();
        let body = serde_json::json!({"user": id});
        let token = self.ok(&admin, "auth.get_token_for_user", body).await;
        (token["token"].as_str().expect("a token").to_owned(), id)
    }
}

/// A request being put together.
#[derive(Clone)]
pub struct Call {
    address: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    /// A request to the server at this URL.
    pub fn new(url: &str, method: &str, path: &str) -> Call {
        Call {
            address: url.trim_start_matches("http://").to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn basic(self, name: &str, secret: &str) -> Call {
        let encoded = BASE64_STANDARD.encode(format!("{name}:{secret}"));
        self.header("authorization", &format!("Basic {encoded}"))
    }

    pub fn bearer(self, token: &str) -> Call {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn cookie(self, token: &str) -> Call {
        self.header("cookie", &format!("other=1; clearml_token_basic={token}"))
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Call {
        self.body = body.into();
        self
    }

    pub fn json(self, body: &Value) -> Call {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// A form with these files, named by their paths.
    pub fn form(self, files: &[(&str, &[u8])]) -> Call {
        self.header("content-type", "multipart/form-data; boundary=x0x").body(form(files))
    }

    /// The request as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nhost: {}\r\n", self.method, self.path, self.address);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", self.body.len()));
        [head.as_bytes(), self.body.as_slice()].concat()
    }

    /// The server's URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.expect("a connection")
    }

    pub async fn send(self) -> Reply {
        let mut stream = self.connect().await;
        stream.write_all(&self.bytes()).await.expect("to send");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("to read");
        Reply::parse(&bytes)
    }

    /// Opens a stream of events.
    pub async fn open(self) -> Stream {
        let mut stream = self.connect().await;
        // An answer to HTTP/1.0 comes without chunks.
        let text =
            String::from_utf8(self.bytes()).expect("text").replacen("HTTP/1.1", "HTTP/1.0", 1);
        stream.write_all(text.as_bytes()).await.expect("to send");
        let mut stream = Stream(BufReader::new(stream).lines());
        let head = stream.block().await.expect("a head");
        assert!(head[0].contains(" 200 "), "{head:?}");
        stream
    }
}

/// An open stream of server-sent events.
pub struct Stream(Lines<BufReader<TcpStream>>);

impl Stream {
    /// The next lines up to an empty one; `None` at the end.
    async fn block(&mut self) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            match self.0.next_line().await.expect("to read")? {
                line if line.is_empty() => return Some(lines),
                line => lines.push(line),
            }
        }
    }

    /// The next event's name and data; `None` when the stream ends.
    pub async fn event(&mut self) -> Option<(String, Value)> {
        loop {
            let lines = self.block().await?;
            let field = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name));
            if let (Some(name), Some(data)) = (field("event: "), field("data: ")) {
                return Some((name.to_owned(), serde_json::from_str(data).expect("JSON")));
            }
        }
    }
}

/// A multipart form with boundary `x0x`.
pub fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in files {
        let head = format!(
            "--x0x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"ignored\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x0x--\r\n");
    body
}

/// An answer.
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn parse(bytes: &[u8]) -> Reply {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut reply = Reply {
            status: status.parse().expect("a status"),
            headers,
            body: bytes[end + 4..].into(),
        };
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = unchunk(&reply.body);
        }
        reply
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// Code and subcode of the envelope; the status must agree.
    pub fn code(&self) -> (u16, u64) {
        let meta = &self.json()["meta"];
        assert_eq!(meta["result_code"], self.status, "{meta}");
        (self.status, meta["result_subcode"].as_u64().expect("a subcode"))
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|w| w == b"\r\n").expect("a chunk's size");
        let size = std::str::from_utf8(&rest[..line]).expect("text");
        let size = usize::from_str_radix(size, 16).expect("a size");
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
}

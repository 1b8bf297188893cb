//! A server with a clock that the test sets, and what one does with tasks and their files.

use crate::support::{Engine, TestServer};
use arno_server::jobs::run_due;
use arno_store::{Clock, Visibility};
use serde_json::{Value, json};

/// The time at the start of each test.
pub const START: i64 = 1_800_000_000_000;

pub struct Lab {
    pub server: TestServer,
    pub clock: Clock,
    /// The administrator's.
    pub token: String,
}

impl Lab {
    pub async fn start(engine: Engine) -> Lab {
        Lab::with(engine, Visibility::Shared).await
    }

    pub async fn with(engine: Engine, visibility: Visibility) -> Lab {
        let clock = Clock::fixed(START);
        let own = clock.clone();
        let change = |options: &mut arno_server::Options| {
            options.clock = own;
            options.visibility = visibility;
        };
        let server = TestServer::start_with(engine, change).await;
        let token = server.token().await;
        Lab { server, clock, token }
    }

    pub async fn ok(&self, endpoint: &str, body: Value) -> Value {
        self.server.ok(&self.token, endpoint, body).await
    }

    /// Code and subcode of the answer to a call that is refused.
    pub async fn refused(&self, token: &str, endpoint: &str, body: Value) -> (u16, u64) {
        let call = self.server.api("POST", &format!("/{endpoint}"));
        let reply = call.bearer(token).json(&body).send().await;
        assert_ne!(reply.status, 200, "{endpoint} {body}: {}", reply.text());
        reply.code()
    }

    pub async fn draft(&self, name: &str) -> String {
        self.draft_of(&self.token, json!({"name": name})).await
    }

    /// A draft by its name and more fields, of whose token it is.
    pub async fn draft_of(&self, token: &str, mut fields: Value) -> String {
        fields["type"] = "training".into();
        let made = self.server.ok(token, "tasks.create", fields).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    pub async fn running(&self, name: &str) -> String {
        let id = self.draft(name).await;
        self.ok("tasks.started", json!({"task": id})).await;
        id
    }

    pub async fn task(&self, id: &str) -> Value {
        self.ok("tasks.get_by_id", json!({"task": id})).await["task"].clone()
    }

    /// Sets the clock and does the work that is due then, to the last dead content.
    pub async fn work_at(&self, now: i64) {
        self.clock.set(now);
        let site = &self.server.running.site;
        run_due(site).await.expect("the work");
        site.blobs.remove_dead().await.expect("the contents");
    }

    pub async fn log_lines(&self, task: &str) -> Value {
        self.ok("events.get_task_log", json!({"task": task})).await["total"].clone()
    }

    pub async fn say(&self, task: &str) {
        let line = json!({"type": "log", "task": task, "msg": "hello", "level": "info"});
        self.ok("events.add", line).await;
    }

    /// Stores a file; its URL, as the SDK would store it.
    pub async fn upload(&self, token: &str, path: &str, content: &[u8]) -> String {
        let call = self.server.files("POST", "/").bearer(token).form(&[(path, content)]);
        let reply = call.send().await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let quoted = path.replace('%', "%25").replace(' ', "%20");
        format!("{}/{quoted}", self.server.running.files_url)
    }

    /// Whether the file of a URL is there.
    pub async fn is_there(&self, url: &str) -> bool {
        let path = url.strip_prefix(&self.server.running.files_url).expect("an own URL");
        let status = self.server.files("GET", path).bearer(&self.token).send().await.status;
        assert!(matches!(status, 200 | 404), "{status}");
        status == 200
    }

    pub async fn artifact(&self, token: &str, task: &str, key: &str, url: &str) {
        let artifact = json!({"key": key, "type": "custom", "uri": url});
        let body = json!({"task": task, "artifacts": [artifact]});
        self.server.ok(token, "tasks.add_or_update_artifacts", body).await;
    }

    /// Bytes of the contents in the folder of files.
    pub fn stored(&self) -> u64 {
        size_of(&self.server.folder().join("files"))
    }
}

fn size_of(folder: &std::path::Path) -> u64 {
    let entries =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let size = |entry: std::fs::DirEntry| match entry.file_type().expect("a type").is_dir() {
        true => size_of(&entry.path()),
        false => entry.metadata().expect("metadata").len(),
    };
    entries.map(size).sum()
}

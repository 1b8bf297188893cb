//! Signing in and calling endpoints (api.md §1, §3).

use crate::config::Config;
use crate::error::{Error, innermost};
use reqwest::{Certificate, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The version of the protocol that calls are made in, as today's SDK does.
const VERSION: &str = "v2.23";
const CONNECT: Duration = Duration::from_secs(5);
/// A whole call; the longest are uploads of a megabyte.
const CALL: Duration = Duration::from_secs(60);
/// Waits between attempts of [`Client::call_until_answered`] start here and double …
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// … up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// An answer that is shown when it is not the protocol's.
const SHOWN: usize = 200;

/// A piece of a task's console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEvent {
    /// Always `log`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The task.
    pub task: String,
    /// Who reports it.
    pub worker: String,
    /// `INFO`, `ERROR`, `DEBUG`.
    pub level: String,
    /// One or several lines.
    pub msg: String,
    /// Milliseconds since the epoch.
    pub timestamp: i64,
}

/// A client that has signed in, or will at its first call. Clones share connection and token.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    http: reqwest::Client,
    server: String,
    access_key: String,
    secret_key: String,
    worker: String,
    token: Mutex<Option<String>>,
}

impl Client {
    /// A client for the configured server. `worker` is what the server is told about who calls.
    ///
    /// # Errors
    /// When server or credentials are not configured, or a certificate cannot be read.
    pub fn new(config: &Config, worker: &str) -> Result<Client, Error> {
        let setup = |why: &dyn std::fmt::Display| Error::Setup(why.to_string());
        let server = config.api_server().map_err(|why| setup(&why))?;
        let (access_key, secret_key) = config.credentials().map_err(|why| setup(&why))?;
        let mut http = reqwest::Client::builder().connect_timeout(CONNECT).no_proxy();
        match config.get("api.verify_certificate") {
            Some(Value::String(path)) if !["true", "false", ""].contains(&path.as_str()) => {
                let pem = std::fs::read(path).map_err(|why| setup(&format!("{path}: {why}")))?;
                let roots = Certificate::from_pem_bundle(&pem)
                    .map_err(|why| setup(&format!("{path}: {why}")))?;
                http = http.tls_certs_merge(roots);
            }
            _ if !config.flag("api.verify_certificate", true) => {
                http = http.tls_danger_accept_invalid_certs(true);
            }
            // Without encryption no authorities are needed, which a bare image has none of.
            _ if server.starts_with("http://") => http = http.tls_certs_only([]),
            _ => {}
        }
        let http = http.build().map_err(|why| setup(&innermost(&why)))?;
        let worker = worker.to_owned();
        let token = Mutex::new(None);
        let shared = Shared { http, server, access_key, secret_key, worker, token };
        Ok(Client { shared: Arc::new(shared) })
    }

    /// Where the API is.
    pub fn server(&self) -> &str {
        &self.shared.server
    }

    /// Calls an endpoint once and returns its `data`.
    ///
    /// # Errors
    /// [`Error::Refused`] with the protocol's codes, [`Error::Unreachable`] when no answer came.
    pub async fn call(&self, endpoint: &str, body: &Value) -> Result<Value, Error> {
        self.send(endpoint, "application/json", body.to_string()).await
    }

    /// Calls an endpoint again and again, with growing pauses, until the server is there to answer.
    /// Only for calls that may be made twice.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub async fn call_until_answered(&self, endpoint: &str, body: &Value) -> Result<Value, Error> {
        until_answered(|| self.call(endpoint, body)).await
    }

    /// The token of the application whose call started this task, where its API hands it on; for who runs
    /// the task. Asked for again and again until the server is there to answer.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub async fn caller_token(&self, task: &str) -> Result<Option<String>, Error> {
        until_answered(|| self.ask_caller_token(task)).await
    }

    async fn ask_caller_token(&self, task: &str) -> Result<Option<String>, Error> {
        let endpoint = "the caller's token";
        let path = format!("/clearml/serve/task/{task}/secret");
        let response = self.authorised(endpoint, || self.get(&path).timeout(CALL)).await?;
        let status = response.status();
        if status.is_server_error() {
            let code = status.as_u16();
            return Err(self.refused(endpoint, code, 0, "it cannot be asked for now"));
        }
        let failed = |error| Error::unreachable(endpoint, self.server(), &error);
        let text = response.text().await.map_err(failed)?;
        let answer = arno_wire::json::parse(text.as_bytes()).unwrap_or_default();
        Ok(answer["token"].as_str().filter(|_| status.is_success()).map(str::to_owned))
    }

    /// Adds console lines.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn add_log(&self, events: &[LogEvent]) -> Result<(), Error> {
        let lines: Vec<String> = events.iter().map(|event| json!(event).to_string()).collect();
        let body = lines.join("\n");
        self.send("events.add_batch", "application/json-lines", body).await.map(|_| ())
    }

    async fn send(&self, endpoint: &str, kind: &str, body: String) -> Result<Value, Error> {
        let url = format!("{}/{VERSION}/{endpoint}", self.shared.server);
        let request = || {
            let request = self.shared.http.post(&url).timeout(CALL);
            request.header("Content-Type", kind).body(body.clone())
        };
        let response = self.authorised(endpoint, request).await?;
        self.unwrap(endpoint, response).await
    }

    /// Sends a request with the token, once more with a fresh one when it is no longer good.
    pub(crate) async fn authorised(
        &self,
        endpoint: &str,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Response, Error> {
        let token = self.token(endpoint, None).await?;
        let send = |token: &str| {
            let request = request().bearer_auth(token);
            request.header("X-Clearml-Worker", self.shared.worker.as_str()).send()
        };
        let failed = |error| Error::unreachable(endpoint, &self.shared.server, &error);
        let response = send(&token).await.map_err(failed)?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let token = self.token(endpoint, Some(&token)).await?;
        send(&token).await.map_err(failed)
    }

    /// The token; a fresh one when there is none, or when the present one is `stale`.
    async fn token(&self, endpoint: &str, stale: Option<&str>) -> Result<String, Error> {
        let mut token = self.shared.token.lock().await;
        if let Some(good) = token.as_deref().filter(|token| Some(*token) != stale) {
            return Ok(good.to_owned());
        }
        let fresh = self.sign_in(endpoint).await?;
        *token = Some(fresh.clone());
        Ok(fresh)
    }

    async fn sign_in(&self, endpoint: &str) -> Result<String, Error> {
        let shared = &self.shared;
        let answer = shared
            .http
            .post(format!("{}/auth.login", shared.server))
            .timeout(CALL)
            .basic_auth(&shared.access_key, Some(&shared.secret_key))
            .header("X-Clearml-Worker", shared.worker.as_str())
            .send()
            .await
            .map_err(|error| Error::unreachable(endpoint, &shared.server, &error))?;
        let data = self.unwrap("auth.login", answer).await?;
        let token = data["token"].as_str().map(str::to_owned);
        token.ok_or_else(|| self.refused("auth.login", 200, 0, "the answer holds no token"))
    }

    /// The `data` of an envelope, or its error.
    async fn unwrap(&self, endpoint: &str, response: Response) -> Result<Value, Error> {
        let status = response.status().as_u16();
        let text = response
            .text()
            .await
            .map_err(|error| Error::unreachable(endpoint, &self.shared.server, &error))?;
        let Ok(mut envelope) = arno_wire::json::parse(text.as_bytes()) else {
            let shown: String = text.chars().take(SHOWN).collect();
            let message = format!("{} did not answer as the API does: {shown}", self.server());
            return Err(self.refused(endpoint, status, 0, &message));
        };
        if status == 200 {
            return Ok(envelope["data"].take());
        }
        let meta = &envelope["meta"];
        let subcode = meta["result_subcode"].as_i64().unwrap_or(0);
        let message = meta["result_msg"].as_str().unwrap_or("refused without a reason");
        Err(self.refused(endpoint, status, subcode, message))
    }

    fn refused(&self, endpoint: &str, code: u16, subcode: i64, message: &str) -> Error {
        Error::Refused { endpoint: endpoint.to_owned(), code, subcode, message: message.to_owned() }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.shared.http.get(format!("{}{path}", self.shared.server))
    }
}

/// Asks again and again, with growing pauses, until the server is there to answer.
async fn until_answered<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut wait = FIRST_WAIT;
    loop {
        match ask().await {
            Err(error) if error.is_transient() => {
                tracing::warn!("{error}; trying again in {:.1} s", wait.as_secs_f64());
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            answer => return answer,
        }
    }
}

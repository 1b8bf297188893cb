//! The container engine's API, over its Unix socket or TCP: Docker's, which Podman speaks, too.

use crate::executors::ExecutorError;
use arno_client::innermost;
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde_json::Value;
use std::time::Duration;

/// Longer than an engine needs that is well; making a container may mean to copy its image.
const PATIENCE: Duration = Duration::from_secs(600);
/// … and to say that it is there.
const PING: Duration = Duration::from_secs(10);
/// An image that is being brought makes some progress within this time.
const SILENCE: Duration = Duration::from_secs(600);
/// A line about progress is short.
const MAX_LINE: usize = 1 << 20;

/// What the engine says when it does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum EngineError {
    /// No answer.
    #[error(
        "the container engine at {address} does not answer: {why}; is it running, and may this user \
         use it (with Docker: is the user in the group docker)?"
    )]
    Unreachable {
        /// Where it was looked for.
        address: String,
        /// The reason.
        why: String,
    },
    /// An answer that it does not do it.
    #[error("{message}")]
    Refused {
        /// As HTTP has it.
        status: u16,
        /// The engine's words.
        message: String,
    },
}

impl EngineError {
    pub(super) fn is(&self, code: StatusCode) -> bool {
        matches!(self, EngineError::Refused { status, .. } if *status == code.as_u16())
    }
}

impl From<EngineError> for ExecutorError {
    fn from(why: EngineError) -> ExecutorError {
        ExecutorError(why.to_string())
    }
}

/// A container engine.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    http: Client,
    address: String,
    /// What every URL begins with.
    base: String,
}

impl Engine {
    /// The engine at an address as `DOCKER_HOST` gives it: `unix:///path` or `tcp://host:port`.
    pub(super) fn at(address: &str) -> Result<Engine, ExecutorError> {
        // Nothing is encrypted: no authorities are needed.
        let http = Client::builder().no_proxy().tls_certs_only([]);
        let (http, base) = match address.split_once("://") {
            Some(("unix", path)) => (http.unix_socket(path), "http://engine".to_owned()),
            Some(("tcp" | "http", host)) => (http, format!("http://{host}")),
            _ => {
                return Err(ExecutorError(format!(
                    "{address:?} is no address of a container engine; write unix:///path or tcp://host:port"
                )));
            }
        };
        let http = http.build().map_err(|why| ExecutorError(why.to_string()))?;
        Ok(Engine { http, address: address.to_owned(), base })
    }

    /// Fails when the engine does not answer.
    pub(super) async fn ping(&self) -> Result<(), EngineError> {
        self.send(Method::GET, "/_ping", &[], None, PING).await.map(|_| ())
    }

    /// Asks and returns the answer's JSON; null when it is empty.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, EngineError> {
        let response = self.send(method, path, query, body, PATIENCE).await?;
        let text = response.text().await.map_err(|why| self.unreachable(&why))?;
        match text.trim() {
            "" => Ok(Value::Null),
            text => serde_json::from_str(text).map_err(|why| self.unreachable(&why)),
        }
    }

    /// Asks for something that is there.
    pub(super) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, EngineError> {
        self.call(Method::GET, path, query, None).await
    }

    /// Asks for something to be done.
    pub(super) async fn post(&self, path: &str, query: &[(&str, &str)]) -> Result<(), EngineError> {
        self.send(Method::POST, path, query, None, PATIENCE).await.map(|_| ())
    }

    /// The last lines a container wrote itself.
    pub(super) async fn log(&self, container: &str) -> Result<String, EngineError> {
        let query = [("stdout", "1"), ("stderr", "1"), ("tail", "10")];
        let path = format!("/containers/{container}/logs");
        let response = self.send(Method::GET, &path, &query, None, PATIENCE).await?;
        let bytes = response.bytes().await.map_err(|why| self.unreachable(&why))?;
        Ok(frames(&bytes))
    }

    /// Brings an image, and tells what the engine says about it.
    pub(super) async fn pull(
        &self,
        image: &str,
        credentials: Option<String>,
        mut tell: impl FnMut(&str),
    ) -> Result<(), EngineError> {
        let url = self.url("/images/create", &[("fromImage", image)])?;
        let mut request = self.http.post(url);
        if let Some(credentials) = credentials {
            request = request.header("X-Registry-Auth", credentials);
        }
        let mut response = self.checked(request.send().await).await?;
        let mut pending = Vec::new();
        loop {
            let chunk = tokio::time::timeout(SILENCE, response.chunk()).await;
            let chunk = chunk.map_err(|why| self.unreachable(&why))?;
            let Some(chunk) = chunk.map_err(|why| self.unreachable(&why))? else { return Ok(()) };
            pending.extend_from_slice(&chunk);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                let Ok(news) = serde_json::from_slice::<Value>(&line) else { continue };
                if let Some(message) = news["error"].as_str() {
                    return Err(EngineError::Refused { status: 0, message: message.to_owned() });
                }
                // What has an id is one layer's progress.
                if let Some(status) = news["status"].as_str().filter(|_| news["id"].is_null()) {
                    tell(status);
                }
            }
            if pending.len() > MAX_LINE {
                return Err(self.unreachable(&"it does not speak of images as Docker does"));
            }
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        patience: Duration,
    ) -> Result<Response, EngineError> {
        let mut request = self.http.request(method, self.url(path, query)?).timeout(patience);
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        self.checked(request.send().await).await
    }

    /// An answer that is not an error's.
    async fn checked(
        &self,
        response: Result<Response, reqwest::Error>,
    ) -> Result<Response, EngineError> {
        let response = response.map_err(|why| self.unreachable(&innermost(&why)))?;
        let status = response.status();
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        let text = response.text().await.unwrap_or_default();
        let told: Value = serde_json::from_str(&text).unwrap_or_default();
        let message = told["message"].as_str().unwrap_or(text.trim()).to_owned();
        Err(EngineError::Refused { status: status.as_u16(), message })
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, EngineError> {
        let url = format!("{}{path}", self.base);
        Url::parse_with_params(&url, query).map_err(|why| self.unreachable(&why))
    }

    fn unreachable(&self, why: &dyn std::fmt::Display) -> EngineError {
        EngineError::Unreachable { address: self.address.clone(), why: why.to_string() }
    }
}

/// The text of a log, whose pieces have a head of eight bytes: the stream, and the length.
fn frames(mut bytes: &[u8]) -> String {
    let mut text = Vec::new();
    while let [_, 0, 0, 0, a, b, c, d, rest @ ..] = bytes {
        let length = (u32::from_be_bytes([*a, *b, *c, *d]) as usize).min(rest.len());
        text.extend_from_slice(&rest[..length]);
        bytes = &rest[length..];
    }
    String::from_utf8_lossy(&text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_from_its_pieces() {
        let log = b"\x01\0\0\0\0\0\0\x04one\n\x02\0\0\0\0\0\0\x03two\x01\0\0\0\0\0\0\x09cut";
        assert_eq!(frames(log), "one\ntwocut");
        assert_eq!(frames(b"no head"), "");
    }

    #[test]
    fn addresses_are_those_of_docker() {
        for address in ["unix:///run/docker.sock", "tcp://host:2375"] {
            assert!(Engine::at(address).is_ok(), "{address}");
        }
        for address in ["", "/run/docker.sock", "ssh://host"] {
            let error = Engine::at(address).unwrap_err().to_string();
            assert!(error.contains("no address of a container engine"), "{error}");
        }
    }
}

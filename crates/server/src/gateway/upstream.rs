//! The client that calls machines and services. Connections are kept; redirects are not followed; an
//! analytic that is silent for too long, or takes too long in all, is given up.

use super::{Failure, GatewayOptions, Outcome};
use arno_store::gateway::model::Machine;
use arno_store::{Error, Result};
use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use std::time::Duration;

/// Idle connections kept for each machine.
const IDLE_CONNECTIONS: usize = 64;
/// Of an answer that is a failure so much is kept for the record, bytes.
const MAX_TOLD: usize = 2_048;

pub(super) struct Upstream {
    http: reqwest::Client,
    total: Duration,
}

/// What is sent.
pub(super) struct Request<'a> {
    pub(super) machine: &'a Machine,
    /// Below the machine's URL.
    pub(super) path: String,
    pub(super) body: Bytes,
    /// The header `Accept` of the caller.
    pub(super) accept: Option<String>,
    /// The caller's token, when the analytic gets it.
    pub(super) token: Option<&'a str>,
    /// The call's id.
    pub(super) call: &'a str,
}

impl Upstream {
    pub(super) fn open(options: &GatewayOptions) -> Result<Upstream> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(options.trust.client()?)
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(options.idle)
            .read_timeout(options.idle)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build()
            .map_err(|error| Error::Config(error.to_string()))?;
        Ok(Upstream { http, total: options.total })
    }

    /// Sends a request; the answer begins well, and is no page for people.
    ///
    /// # Errors
    /// 502 when it does not, 504 when it does not in time. No address is told.
    pub(super) async fn send(&self, request: Request<'_>) -> Outcome<reqwest::Response> {
        let url = format!("{}/{}", request.machine.url.trim_end_matches('/'), request.path);
        let headers = headers(&request)?;
        let call = self.http.post(&url).headers(headers).body(request.body).timeout(self.total);
        let answer = call.send().await.map_err(|error| failed(&error, &url))?;
        let status = answer.status();
        if !status.is_success() {
            let why = format!("the service answered {}", status.as_u16());
            let body = beginning(answer).await;
            return Err(failure(502, &why).with_detail(format!("{url}: {body}")));
        }
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
        {
            return Err(failure(502, "the service answered a web page").with_detail(url));
        }
        Ok(answer)
    }

    /// Whether something answers below this URL, whatever it says; else why not.
    pub(super) async fn probe(
        &self,
        url: &str,
        patience: Duration,
    ) -> std::result::Result<(), String> {
        let asked = self.http.get(url).timeout(patience).send().await;
        asked.map(|_| ()).map_err(|error| reason(&error).to_owned())
    }
}

fn headers(request: &Request<'_>) -> Outcome<HeaderMap> {
    let mut headers = HeaderMap::new();
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| failure(502, "a header of the service is no good"))
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, value(request.accept.as_deref().unwrap_or("*/*"))?);
    headers.insert("x-request-id", value(request.call)?);
    for (name, text) in &request.machine.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| failure(502, "a header of the service is no good"))?;
        headers.insert(name, value(text)?);
    }
    if let Some(token) = request.token {
        let mut bearer = value(&format!("Bearer {token}"))?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
    }
    Ok(headers)
}

/// The contract's text, without the address that the first gateway told (gateway.md §4).
fn failure(status: u16, why: &str) -> Failure {
    Failure::new(status, format!("Error: Failed to make POST request. Error: {why}"))
}

/// A call that got no answer, or only a part of it.
pub(super) fn failed(error: &reqwest::Error, url: &str) -> Failure {
    let status = if error.is_timeout() { 504 } else { 502 };
    failure(status, reason(error)).with_detail(format!("{url}: {}", with_sources(error)))
}

fn reason(error: &reqwest::Error) -> &'static str {
    match () {
        () if error.is_timeout() => "the service did not answer in time",
        () if error.is_connect() => "the service cannot be reached",
        () => "the service broke off",
    }
}

fn with_sources(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn beginning(mut answer: reqwest::Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        body.extend_from_slice(&part);
        if body.len() >= MAX_TOLD {
            body.truncate(MAX_TOLD);
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

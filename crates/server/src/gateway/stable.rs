//! Stable calls: the parameters go to an endpoint of a machine or service, and its answer comes back
//! as it is, while it comes (gateway.md §4).

use super::record::{Draft, MAX_PAYLOAD, Place};
use super::upstream::{self, Request};
use super::{Allowance, Caller, Directory, Failure, Outcome, Pass};
use crate::site::Site;
use arno_store::gateway::entries::Entry;
use arno_store::gateway::model::{Endpoint, Machine};
use bytes::Bytes;
use futures_util::Stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// What a path may hold as it is.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// What a stable call asks for.
pub(crate) struct Asked {
    pub(crate) endpoint: Entry<Endpoint>,
    /// The endpoint, with the version the caller chose.
    pub(crate) path: String,
    pub(crate) machine: Machine,
}

impl Asked {
    /// The endpoint of this hash and name; the name may go on with a version.
    ///
    /// # Errors
    /// 404 when it, or its machine, is not registered.
    pub(crate) fn find(directory: &Directory, hash: &str, endpoint: &str) -> Outcome<Asked> {
        let at = |name: &str| directory.endpoints.get(&(hash.to_owned(), name.to_owned()));
        let versioned = || {
            let (name, version) = endpoint.rsplit_once('/')?;
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let is_version = version.chars().all(plain) && version.chars().any(|c| c != '.');
            at(name).filter(|_| is_version)
        };
        let found = at(endpoint).or_else(versioned);
        let found = found.ok_or_else(|| Failure::unknown_endpoint(endpoint))?;
        let Some(machine) = directory.machines.get(&found.value.machine) else {
            let task = &found.value.machine;
            let text = format!("Error: No base_url mapping found for Endpoint Task ID: {task}");
            return Err(Failure::new(404, text));
        };
        Ok(Asked {
            endpoint: found.clone(),
            path: endpoint.to_owned(),
            machine: machine.value.clone(),
        })
    }
}

/// The answer of an endpoint: what of its head is passed on, and its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<Bytes>,
    pub(crate) length: Option<u64>,
    pub(crate) body: Recorded,
}

/// Calls the endpoint. The row is written when the body has ended, or nobody reads it any more.
///
/// # Errors
/// As [`upstream::Upstream::send`].
pub(crate) async fn call(
    site: &Arc<Site>,
    asked: &Asked,
    (caller, pass): (&Caller, &Pass),
    params: &Map<String, Value>,
    accept: Option<String>,
    draft: &Draft,
) -> Outcome<reqwest::Response> {
    let body = serde_json::to_vec(params).map_err(Failure::bad)?;
    let token = caller.presented.as_ref().filter(|_| pass.forwards_token());
    let request = Request {
        machine: &asked.machine,
        path: utf8_percent_encode(&asked.path, PLAIN).to_string(),
        body: body.into(),
        accept,
        token: token.map(|token| token.0.as_str()),
        call: &draft.call.id,
    };
    site.gateway.upstream.send(request).await
}

impl Answer {
    /// An endpoint's answer that is written down at its end.
    pub(crate) fn new(
        site: Arc<Site>,
        answer: reqwest::Response,
        draft: Draft,
        place: Place,
        allowance: Allowance,
    ) -> Answer {
        let status = answer.status().as_u16();
        let head = answer.headers().get(reqwest::header::CONTENT_TYPE);
        let content_type = head.map(|value| Bytes::copy_from_slice(value.as_bytes()));
        let (length, url) = (answer.content_length(), answer.url().to_string());
        let body = Recorded {
            body: Box::pin(answer.bytes_stream()),
            url,
            seen: Vec::new(),
            size: 0,
            length,
            end: Some(End { site, draft, place, allowance }),
        };
        Answer { status, content_type, length, body }
    }
}

/// A body that is seen through to its end, which writes the row.
pub(crate) struct Recorded {
    body: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    url: String,
    seen: Vec<u8>,
    size: usize,
    length: Option<u64>,
    end: Option<End>,
}

struct End {
    site: Arc<Site>,
    draft: Draft,
    place: Place,
    allowance: Allowance,
}

impl Stream for Recorded {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.body.as_mut().poll_next(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(part))) => {
                let room = MAX_PAYLOAD.saturating_sub(self.seen.len()).min(part.len());
                self.seen.extend_from_slice(&part[..room]);
                self.size += part.len();
                Poll::Ready(Some(Ok(part)))
            }
            Poll::Ready(Some(Err(error))) => {
                let failure = upstream::failed(&error, &self.url);
                self.finish(Some(failure));
                // The connection is cut, which is all that can still be told.
                Poll::Ready(Some(Err(std::io::Error::other("the service broke off"))))
            }
            Poll::Ready(None) => {
                self.finish(None);
                Poll::Ready(None)
            }
        }
    }
}

impl Recorded {
    fn finish(&mut self, failure: Option<Failure>) {
        let Some(mut end) = self.end.take() else { return };
        end.draft.answers(&self.seen, self.size);
        if let Some(failure) = failure {
            end.draft.fails(&failure);
        }
        let mut call = end.draft.finished();
        call.compute = call.latency / 1000;
        end.place.send(call);
        if end.allowance.place.is_some() {
            tokio::spawn(async move {
                if let Err(error) = end.allowance.done(&end.site).await {
                    tracing::error!(%error, "a call's place could not be given back");
                }
            });
        }
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        // Whoever sends a body of known length does not wait for its end.
        let is_whole = self.length.is_some_and(|length| self.size as u64 >= length);
        let left = || Failure::new(499, "Error: The caller left before the answer ended");
        self.finish((!is_whole).then(left));
    }
}

//! A provider's keys: found by discovery, kept, and asked for again when a token names one that is
//! not among them (rotation) or they have grown old.

use super::{Failure, Outcome, fetched, trimmed, unreachable};
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use serde::Deserialize;
use std::str::FromStr;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Keys are asked for again after so long.
const FRESH: Duration = Duration::from_secs(300);

/// One provider.
pub(super) struct Keys {
    issuer: String,
    /// Unknown keys are asked for at most this often.
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When they were asked for last, with or without success.
    asked: Option<Instant>,
    /// When they last came.
    came: Option<Instant>,
    keys: Vec<Jwk>,
    introspection: Option<String>,
    /// Why the last time failed.
    trouble: Option<String>,
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
    introspection_endpoint: Option<String>,
}

impl Keys {
    pub(super) fn of(issuer: &str, pause: Duration) -> Keys {
        Keys { issuer: issuer.to_owned(), pause, state: Mutex::default() }
    }

    /// The key of this id, or the only one that makes such signatures.
    pub(super) async fn find(
        &self,
        http: &reqwest::Client,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Outcome<Jwk> {
        let mut state = self.state.lock().await;
        let is_old = state.came.is_none_or(|came| came.elapsed() > FRESH);
        let found = state.find(id, algorithm);
        let rested = state.asked.is_none_or(|asked| asked.elapsed() >= self.pause);
        if (is_old || found.is_none()) && rested {
            self.ask(http, &mut state).await;
        }
        match state.find(id, algorithm) {
            Some(key) => Ok(key),
            None => Err(match &state.trouble {
                Some(trouble) => unreachable(trouble.clone()),
                None => Failure::unauthorised("signed by an unknown key"),
            }),
        }
    }

    /// Where tokens are asked about.
    pub(super) async fn introspection(&self, http: &reqwest::Client) -> Outcome<String> {
        let mut state = self.state.lock().await;
        if state.came.is_none() {
            self.ask(http, &mut state).await;
        }
        let missing = || unreachable("it names no introspection endpoint".to_owned());
        state.introspection.clone().ok_or_else(missing)
    }

    async fn ask(&self, http: &reqwest::Client, state: &mut State) {
        state.asked = Some(Instant::now());
        match self.discover(http).await {
            Ok((keys, introspection)) => {
                state.came = state.asked;
                state.keys = keys;
                state.introspection = introspection;
                state.trouble = None;
            }
            Err(trouble) => {
                tracing::warn!(issuer = self.issuer, trouble, "an issuer's keys did not come");
                state.trouble = Some(trouble);
            }
        }
    }

    async fn discover(&self, http: &reqwest::Client) -> Result<(Vec<Jwk>, Option<String>), String> {
        let place = format!("{}/.well-known/openid-configuration", self.issuer);
        let found: Discovered = fetched(http.get(place)).await?;
        if trimmed(&found.issuer) != self.issuer {
            return Err(format!("the provider calls itself {}", found.issuer));
        }
        let set: JwkSet = fetched(http.get(&found.jwks_uri)).await?;
        Ok((set.keys, found.introspection_endpoint))
    }
}

impl State {
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<Jwk> {
        let fits = |key: &&Jwk| key.common.key_algorithm.is_none_or(|own| is(own, algorithm));
        let mut fitting = self.keys.iter().filter(fits);
        match id {
            Some(id) => fitting.find(|key| key.common.key_id.as_deref() == Some(id)).cloned(),
            None => {
                let only = fitting.next()?;
                fitting.next().is_none().then(|| only.clone())
            }
        }
    }
}

fn is(own: KeyAlgorithm, algorithm: Algorithm) -> bool {
    Algorithm::from_str(&own.to_string()) == Ok(algorithm)
}

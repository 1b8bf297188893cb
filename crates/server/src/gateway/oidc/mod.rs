//! Tokens of OpenID Connect providers: discovery and keys (`keys`), the checks of a token, and what
//! its claims say (gateway.md §5). When a token cannot be checked it is refused.

mod claims;
mod keys;

pub(super) use claims::Identity;

use super::{Failure, GatewayOptions, Outcome};
use arno_store::gateway::model::Issuer;
use arno_store::{Error, Millis, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use claims::Claims;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use keys::Keys;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Signatures that are accepted: those a provider makes with a key it keeps to itself.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// How long a provider may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer of a provider, bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// The providers whose tokens came so far.
pub(super) struct Providers {
    http: reqwest::Client,
    known: Mutex<FxHashMap<String, Arc<Keys>>>,
    pause: Duration,
}

/// The issuer a token names, if it is a JWT that names one. Nothing is checked by that.
pub(super) fn issuer_of(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let payload = token.split('.').nth(1)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let named: Named = serde_json::from_slice(&bytes).ok()?;
    Some(trimmed(&named.iss).to_owned())
}

/// An issuer's URL without the slash that some write at its end.
pub(super) fn trimmed(url: &str) -> &str {
    url.trim_end_matches('/')
}

impl Providers {
    pub(super) fn open(options: &GatewayOptions) -> Result<Providers> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(options.trust.client()?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| Error::Config(error.to_string()))?;
        Ok(Providers { http, known: Mutex::default(), pause: options.key_pause })
    }

    /// Whom a token of this issuer stands for.
    ///
    /// # Errors
    /// 401 saying what is wrong with it.
    pub(super) async fn validate(
        &self,
        issuer: &Issuer,
        token: &str,
        now: Millis,
    ) -> Outcome<Identity> {
        let header = decode_header(token)
            .map_err(|error| Failure::unauthorised("malformed").with_detail(error.to_string()))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Failure::unauthorised("signed in a way that is not accepted"));
        }
        let keys = self.keys(&issuer.url);
        let jwk = keys.find(&self.http, header.kid.as_deref(), header.alg).await?;
        let key = DecodingKey::from_jwk(&jwk)
            .map_err(|error| Failure::unauthorised("invalid").with_detail(error.to_string()))?;
        let mut validation = Validation::new(header.alg);
        // Times are checked by the injected clock, the rest below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = decode::<Claims>(token, &key, &validation)
            .map_err(|error| Failure::unauthorised("invalid").with_detail(error.to_string()))?
            .claims;
        claims.check(issuer, now / 1000)?;
        if issuer.introspect {
            self.introspect(&keys, issuer, token).await?;
        }
        claims.identity(issuer)
    }

    fn keys(&self, issuer: &str) -> Arc<Keys> {
        let mut known = self.known.lock().unwrap_or_else(|broken| broken.into_inner());
        known
            .entry(issuer.to_owned())
            .or_insert_with(|| Arc::new(Keys::of(issuer, self.pause)))
            .clone()
    }

    async fn introspect(&self, keys: &Keys, issuer: &Issuer, token: &str) -> Outcome<()> {
        #[derive(Deserialize)]
        struct Answer {
            active: bool,
        }
        let place = keys.introspection(&self.http).await?;
        let form: String = url_form(&[("token", token), ("token_type_hint", "access_token")]);
        let request = self
            .http
            .post(place)
            .basic_auth(&issuer.client_id, Some(&issuer.client_secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let answer: Answer = fetched(request).await.map_err(unreachable)?;
        match answer.active {
            true => Ok(()),
            false => Err(Failure::unauthorised("revoked")),
        }
    }
}

/// Fields as a form's text.
fn url_form(fields: &[(&str, &str)]) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let pair = |(name, value): &(&str, &str)| {
        format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
    };
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// A provider that gives no answer that could be used.
fn unreachable(why: String) -> Failure {
    Failure::unauthorised("not checked: its issuer gives no usable answer").with_detail(why)
}

/// The JSON answer to a request, within bounds.
async fn fetched<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, String> {
    let words = |error: reqwest::Error| error.to_string();
    let mut answer = request.send().await.map_err(words)?;
    if !answer.status().is_success() {
        return Err(format!("the provider answered {}", answer.status()));
    }
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(words)? {
        body.extend_from_slice(&part);
        if body.len() > MAX_ANSWER {
            return Err("the provider's answer is too long".to_owned());
        }
    }
    serde_json::from_slice(&body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_read_without_trust() {
        let token = |payload: &str| format!("x.{}.y", BASE64_URL_SAFE_NO_PAD.encode(payload));
        for (payload, expected) in [
            (r#"{"iss":"https://a/realm/"}"#, Some("https://a/realm")),
            (r#"{"iss":5}"#, None),
            (r#"{}"#, None),
            ("rubbish", None),
        ] {
            assert_eq!(issuer_of(&token(payload)).as_deref(), expected, "{payload}");
        }
        for token in ["", "x", "x.y.z", "....", "x.!!!.z"] {
            assert_eq!(issuer_of(token), None, "{token}");
        }
    }
}

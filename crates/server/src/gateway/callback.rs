//! Callbacks: when a run ends, the URL its call named is told. It is a job in the store, so it is tried
//! again and survives restarts; the body is signed; and it never reaches addresses inside the site's
//! networks, whatever a name resolves to.

use super::{Caller, Failure, GatewayOptions, Outcome, run};
use crate::site::Site;
use arno_store::gateway::calls;
use arno_store::users::Setting;
use arno_store::{Db, Error, Result, Scope, Tx};
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm, EncodingKey};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

pub use crate::access::Networks;

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines of the console that are told.
const LINES: usize = 20;
/// Longest URL.
const MAX_URL: usize = 2_048;
/// The site's setting that holds the key callback secrets are made with.
const KEY: &str = "gateway_callback_key";

pub(super) struct Callbacks {
    http: reqwest::Client,
    guard: Guard,
    key: OnceCell<Vec<u8>>,
}

/// Resolves names to addresses outside only.
#[derive(Clone)]
struct Guard {
    allowed: Arc<Networks>,
}

impl Guard {
    fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed.contains(address) || is_outside(address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted: Vec<SocketAddr> =
                found.filter(|address| guard.permits(address.ip())).collect();
            if permitted.is_empty() {
                return Err("the name stands for no address outside the site".into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is on the Internet, rather than of this machine or a network of its own.
fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                // Carriers' own, protocol assignments, benchmarks.
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19)))
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            // Global unicast, without what embeds or tunnels other addresses.
            (first & 0xe000) == 0x2000
                && first != 0x2002
                && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        }
    }
}

impl Callbacks {
    pub(super) fn open(options: &GatewayOptions) -> Result<Callbacks> {
        let guard = Guard { allowed: Arc::new(options.callback_networks.clone()) };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(options.trust.client()?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(guard.clone())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| Error::Config(error.to_string()))?;
        Ok(Callbacks { http, guard, key: OnceCell::new() })
    }

    /// The URL, if callbacks may go there.
    ///
    /// # Errors
    /// 400 saying why not.
    pub(super) async fn check(&self, text: &str) -> Outcome<Url> {
        let refused = |why: &str| Err(Failure::bad(format!("The callback URL {why}")));
        if text.len() > MAX_URL {
            return refused("is too long");
        }
        let Ok(url) = Url::parse(text) else { return refused("is no URL") };
        if !matches!(url.scheme(), "http" | "https") {
            return refused("must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("must not carry a password");
        }
        let port = url.port_or_known_default().unwrap_or(443);
        let Some(host) = url.host_str() else { return refused("names no host") };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let place = (host.to_owned(), port);
        let resolved = tokio::time::timeout(PATIENCE, tokio::net::lookup_host(place)).await;
        let Ok(Ok(addresses)) = resolved else { return refused("names an unknown host") };
        let addresses: Vec<SocketAddr> = addresses.collect();
        match addresses.iter().all(|address| self.guard.permits(address.ip())) {
            true => Ok(url),
            false => refused("leads to an internal address"),
        }
    }

    /// The secret that a call's callback is signed with.
    async fn secret(&self, db: &Db, call: &str) -> Result<String> {
        let fresh: [u8; 32] = rand::random();
        let make = move |tx: &Tx<'_>| Setting::get_or_put(tx, KEY, &fresh);
        let key = self.key.get_or_try_init(|| db.write(Scope::system(""), make)).await?;
        signature(key, call.as_bytes())
    }
}

fn signature(key: &[u8], message: &[u8]) -> Result<String> {
    sign(message, &EncodingKey::from_secret(key), Algorithm::HS256)
        .map_err(|error| Error::Config(format!("a signature failed: {error}")))
}

/// The callback of a call, checked, and the secret its receiver checks it with.
///
/// # Errors
/// 400 for a URL that callbacks may not go to.
pub(crate) async fn prepare(site: &Site, url: &str, call: &str) -> Outcome<(String, String)> {
    let url = site.gateway.callbacks.check(url).await?;
    let secret = site.gateway.callbacks.secret(&site.db, call).await?;
    Ok((url.to_string(), secret))
}

/// Tells a call's URL that its run has ended. The job of [`arno_store::jobs::Work::TellCaller`].
///
/// # Errors
/// The reason in words when it was not heard.
pub(crate) async fn tell(site: &Site, id: &str) -> Result<Option<String>> {
    let asked = id.to_owned();
    let find = move |tx: &Tx<'_>| calls::find(tx, &asked);
    let call = site.db.read(Scope::system(&site.settings.company), find).await?;
    let Some(call) = call else { return Ok(None) };
    let (Some(url), Some(clone)) = (&call.callback, &call.clone) else { return Ok(None) };
    let callbacks = &site.gateway.callbacks;
    let url = match callbacks.check(url).await {
        Ok(url) => url,
        Err(failure) => return Ok(Some(failure.text)),
    };
    let caller = Caller { key: call.caller.clone(), ..Caller::default() };
    let mut body = match run::state(site, &caller, clone, LINES).await {
        Ok(state) => state,
        Err(failure) => {
            serde_json::json!({"task_id": clone, "status": call.ended, "error": failure.text})
        }
    };
    body["call"] = call.id.as_str().into();
    let body = body.to_string();
    let at = site.db.clock().now() / 1000;
    let secret = callbacks.secret(&site.db, id).await?;
    let signed = signature(secret.as_bytes(), format!("{at}.{body}").as_bytes())?;
    let sent = callbacks
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("arno-signature", format!("t={at},v1={signed}"))
        .body(body)
        .send()
        .await;
    Ok(match sent {
        Ok(answer) if answer.status().is_success() => None,
        Ok(answer) => Some(format!("the receiver answered {}", answer.status())),
        Err(error) => Some(error.without_url().to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_addresses_are_known() {
        for (address, outside) in [
            ("8.8.8.8", true),
            ("151.101.1.1", true),
            ("2a00:1450:4002::1", true),
            ("127.0.0.1", false),
            ("127.255.0.9", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("198.18.0.1", false),
            ("192.0.0.8", false),
            ("203.0.113.5", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
            ("2001:db8::1", false),
            ("2002:7f00:1::", false),
            ("2001::1", false),
            ("64:ff9b::7f00:1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
        ] {
            let guard = Guard { allowed: Arc::default() };
            assert_eq!(guard.permits(address.parse().expect(address)), outside, "{address}");
        }
    }

    #[test]
    fn what_the_site_allows_is_permitted() {
        let guard = Guard { allowed: Arc::new("10.1.0.0/16".parse().expect("a network")) };
        assert!(guard.permits("10.1.2.3".parse().expect("an address")));
        assert!(!guard.permits("10.2.2.3".parse().expect("an address")));
    }
}

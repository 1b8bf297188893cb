//! Where a call comes from. Headers of proxies count only from proxies that are trusted: anybody
//! can send them.

use crate::access::{From, Networks};
use axum::http::HeaderMap;
use std::net::IpAddr;
use std::str::FromStr;

/// Addresses of proxies whose `X-Forwarded-For` and `X-Real-IP` count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Networks);

impl FromStr for TrustedProxies {
    type Err = String;

    /// Addresses and networks (`10.0.0.0/8`) separated by commas.
    fn from_str(text: &str) -> Result<TrustedProxies, String> {
        text.parse().map(TrustedProxies)
    }
}

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.contains(address)
    }

    /// The address a call comes from: the right-most one that is no trusted proxy.
    fn client(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        let mut hops: Vec<&str> = forwarded.flat_map(|list| list.split(',')).collect();
        while let Some(hop) = hops.pop() {
            match hop.trim().parse::<IpAddr>() {
                Ok(address) if self.trusts(address) => {}
                Ok(address) => return address,
                Err(_) => return peer,
            }
        }
        let real = headers.get("x-real-ip").and_then(|value| value.to_str().ok());
        real.and_then(|text| text.trim().parse().ok()).unwrap_or(peer)
    }

    /// Where a call comes from: its address and the worker it names.
    pub(crate) fn origin(&self, headers: &HeaderMap, peer: IpAddr) -> From {
        let worker = clearml_header(headers, "worker").map(str::to_owned);
        From { address: self.client(headers, peer), worker }
    }
}

/// Header `X-Clearml-<name>`, or the older `X-Trains-<name>`; empty ones do not count.
pub(super) fn clearml_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let read = |prefix: &str| headers.get(format!("x-{prefix}-{name}"))?.to_str().ok();
    read("clearml").or_else(|| read("trains")).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &str, forwarded: &[&str], real: Option<&str>, peer: &str) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        if let Some(real) = real {
            headers.insert("x-real-ip", real.parse().expect("a header"));
        }
        let proxies: TrustedProxies = proxies.parse().expect("proxies");
        proxies.client(&headers, peer.parse().expect("an address")).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("", &["1.2.3.4"], Some("1.2.3.4"), "9.9.9.9"), "9.9.9.9");
        assert_eq!(client("10.0.0.0/8", &["1.2.3.4"], None, "9.9.9.9"), "9.9.9.9");
        assert_eq!(client("10.0.0.0/8", &["1.2.3.4"], None, "10.1.1.1"), "1.2.3.4");
        assert_eq!(
            client("10.0.0.0/8", &["6.6.6.6, 1.2.3.4, 10.2.2.2"], None, "10.1.1.1"),
            "1.2.3.4"
        );
        assert_eq!(client("10.0.0.0/8", &["6.6.6.6", "1.2.3.4"], None, "10.1.1.1"), "1.2.3.4");
        assert_eq!(client("10.1.1.1", &[], Some("1.2.3.4"), "10.1.1.1"), "1.2.3.4");
        assert_eq!(client("10.1.1.1", &["rubbish"], None, "10.1.1.1"), "10.1.1.1");
        assert_eq!(
            client("::1, fd00::/8", &["fd00::5, 2001:db8::1"], None, "::1"),
            "fd00::5, 2001:db8::1".split(", ").nth(1).expect("one")
        );
        assert_eq!(client("0.0.0.0/0", &["1.2.3.4"], None, "9.9.9.9"), "9.9.9.9");
        assert_eq!(client("10.1.1.1", &["1.2.3.4"], None, "::ffff:10.1.1.1"), "1.2.3.4");
    }
}

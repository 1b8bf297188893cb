//! The ports: encrypted with the site's certificate, bounded in their connections, and under the
//! names the site has.

use crate::support::{Engine, Reply, TestServer};
use arno_server::{CertificateFiles, Limits};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// An authority of the test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    /// Writes a certificate for `localhost` and its key.
    fn issue(&self, folder: &Path) -> CertificateFiles {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["localhost".to_owned()]).expect("names");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let files =
            CertificateFiles { certificate: folder.join("site.pem"), key: folder.join("site.key") };
        std::fs::write(&files.certificate, certificate.pem()).expect("to write");
        std::fs::write(&files.key, key.serialize_pem()).expect("to write");
        files
    }

    /// Asks over TLS, believing only this authority.
    async fn ask(&self, url: &str, path: &str) -> std::io::Result<Reply> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let address = url.strip_prefix("https://").expect("an encrypted URL");
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Ok(Reply::parse(&bytes))
    }
}

#[tokio::test]
async fn every_port_has_the_certificate_and_takes_a_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let files = authority.issue(folder.path());
    let server =
        TestServer::start_with(Engine::Sqlite, |o| o.certificate = Some(files.clone())).await;
    let running = &server.running;
    for url in [&running.web_url, &running.api_url, &running.files_url] {
        let reply = authority.ask(url, "/healthz").await.expect("an answer");
        assert_eq!((reply.status, reply.text().as_str()), (200, "ok\n"), "{url}");
        let stranger = Authority::new().ask(url, "/healthz").await;
        assert!(stranger.is_err(), "{url} is not to be believed by everybody");
    }

    // Unencrypted calls are not answered.
    let address = running.api_url.strip_prefix("https://").expect("an encrypted URL");
    let mut plain = TcpStream::connect(address).await.expect("a connection");
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("to send");
    let mut answer = Vec::new();
    // Ends, in one way or another.
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");

    let next = Authority::new();
    next.issue(folder.path());
    running.reload_certificate();
    next.ask(&running.api_url, "/healthz").await.expect("an answer with the new certificate");
    assert!(authority.ask(&running.api_url, "/healthz").await.is_err(), "the old one is gone");
    for (path, rubbish) in [(&files.key, "no key"), (&files.certificate, "")] {
        std::fs::write(path, rubbish).expect("to write");
        running.reload_certificate();
        next.ask(&running.api_url, "/healthz").await.expect("the certificate stays in use");
    }
    server.running.shutdown().await;
}

#[tokio::test]
async fn connections_are_bounded_and_slow_ones_make_room() {
    let limits = Limits { connections: 2, head: Duration::from_millis(300) };
    let server = TestServer::start_with(Engine::Sqlite, |o| o.limits = limits).await;
    let address = server.running.api_url.strip_prefix("http://").expect("a URL").to_owned();
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        stream.write_all(b"GET /healthz HTTP/1.1\r\n").await.expect("to send");
        slow.push(stream);
    }
    let [first, second] = &mut slow[..] else { panic!("two") };
    let third = server.api("GET", "/healthz").send();
    let (mut one, mut other) = (Vec::new(), Vec::new());
    // Whoever says too little for too long is sent away, and only then there is room for the third.
    let reply = tokio::select! {
        biased;
        _ = first.read_to_end(&mut one) => None,
        _ = second.read_to_end(&mut other) => None,
        reply = third => Some(reply.status),
    };
    assert_eq!(reply, None, "the third was answered while the others held both connections");
    assert_eq!(server.api("GET", "/healthz").send().await.status, 200);
    server.running.shutdown().await;
}

#[tokio::test]
async fn pages_say_where_they_lie_and_what_they_may_load() {
    let server = TestServer::start_with(Engine::Sqlite, |o| {
        o.public_web_url = Some("https://lab.example/arno/".to_owned());
        o.public_files_url = Some("https://files.lab.example/f".to_owned());
    })
    .await;
    for path in ["/arno/", "/arno", "/arno/projects/1", "/"] {
        let reply = server.api("GET", path).header("accept", "text/html").send().await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(
            reply.header("content-security-policy"),
            Some(
                "default-src 'self'; style-src 'self' 'unsafe-inline'; \
                 img-src 'self' data: blob: https://files.lab.example; \
                 media-src 'self' blob: https://files.lab.example; \
                 frame-src 'self' https://files.lab.example; \
                 connect-src 'self' https://files.lab.example; \
                 base-uri 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'self'"
            ),
            "{path}"
        );
        let text = reply.text();
        assert!(text.contains("<base href=\"/arno/\"") || text.contains("no pages"), "{text}");
        let etag = reply.header("etag").expect("a tag").to_owned();
        let again = server.api("GET", path).header("accept", "text/html");
        assert_eq!(again.header("if-none-match", &etag).send().await.status, 304);
    }
    server.running.shutdown().await;
}

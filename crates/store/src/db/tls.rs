//! Encryption of connections to PostgreSQL, where the URL asks for it (`sslmode=require`): the
//! server must then prove who it is.

use crate::error::Result;
use crate::trust::Trust;
use postgres::config::SslMode;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream as Encrypted};
use postgres::{Client, Config, NoTls};
use rustls::pki_types::ServerName;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How connections are made.
#[derive(Clone)]
pub(super) enum Connector {
    Plain,
    Encrypted(MakeTls),
}

impl Connector {
    /// What the URL's `sslmode` asks for.
    ///
    /// # Errors
    /// When an authority's certificate is no good.
    pub(super) fn of(config: &Config, trust: &Trust) -> Result<Connector> {
        Ok(match config.get_ssl_mode() {
            SslMode::Require => Connector::Encrypted(MakeTls(Arc::new(trust.client()?).into())),
            _ => Connector::Plain,
        })
    }

    pub(super) fn connect(&self, config: &Config) -> std::result::Result<Client, postgres::Error> {
        match self {
            Connector::Plain => config.connect(NoTls),
            Connector::Encrypted(tls) => config.connect(tls.clone()),
        }
    }
}

/// Encrypts connections.
#[derive(Clone)]
pub(super) struct MakeTls(TlsConnector);

impl<S> MakeTlsConnect<S> for MakeTls
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Stream<S>;
    type TlsConnect = Tls;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Tls> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        Ok(Tls { connector: self.0.clone(), name })
    }
}

/// Encrypts the connection to one server.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl<S> TlsConnect<S> for Tls
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    type Stream = Stream<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move { Ok(Stream(self.connector.connect(self.name, stream).await?)) })
    }
}

/// An encrypted connection.
pub(super) struct Stream<S>(TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Encrypted for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
    use rustls::{ServerConfig, ServerConnection, StreamOwned};
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    /// A server that agrees to encryption and returns how the start of the session began.
    fn server(
        listener: TcpListener,
        site: &CertifiedKey<rcgen::KeyPair>,
    ) -> JoinHandle<io::Result<[u8; 8]>> {
        let key =
            PrivateKeyDer::from_pem_slice(site.signing_key.serialize_pem().as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![site.cert.der().clone()], key)
            .unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept()?;
            let mut start = [0; 8];
            stream.read_exact(&mut start)?;
            stream.write_all(b"S")?;
            let session = ServerConnection::new(Arc::new(config)).map_err(io::Error::other)?;
            StreamOwned::new(session, stream).read_exact(&mut start)?;
            Ok(start)
        })
    }

    #[test]
    fn a_server_is_believed_only_with_its_authority() {
        let site = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("authorities.pem");
        std::fs::write(&bundle, site.cert.pem()).unwrap();
        for (trust, is_believed) in
            [(Trust::read(&bundle).unwrap(), true), (Trust::default(), false)]
        {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = server(listener, &site);
            let url = format!("postgres://ada:secret@localhost:{port}/arno?sslmode=require");
            let config: Config = url.parse().unwrap();
            let connected = Connector::of(&config, &trust).unwrap().connect(&config);
            assert!(connected.is_err(), "it is no PostgreSQL");
            let start = server.join().unwrap();
            // Length and version 3.0 of the protocol.
            assert_eq!(start.is_ok_and(|start| start[4..] == [0, 3, 0, 0]), is_believed);
        }
    }

    #[test]
    fn other_modes_stay_as_they_are() {
        for mode in ["", "?sslmode=prefer", "?sslmode=disable"] {
            let config: Config = format!("postgres://ada@localhost/arno{mode}").parse().unwrap();
            let connector = Connector::of(&config, &Trust::default()).unwrap();
            assert!(matches!(connector, Connector::Plain), "{mode}");
        }
    }
}

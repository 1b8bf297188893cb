//! Encryption of the listeners with the site's certificate. The files are looked at again while
//! the server runs, so that a renewed certificate needs no start.

use crate::error::StartError;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Where the site's certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate in PEM form, followed by those of the authorities between it and a root.
    pub certificate: PathBuf,
    /// Its private key in PEM form.
    pub key: PathBuf,
}

/// The certificate in use.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    current: Arc<Current>,
    files: CertificateFiles,
    provider: Arc<CryptoProvider>,
}

impl Tls {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// When they cannot be read or do not belong together.
    pub(crate) fn open(files: CertificateFiles) -> Result<Tls, StartError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let read = read(&files, &provider)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(read))));
        let mut config = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| StartError::Setting(format!("tls.cert: {error}")))?
            .with_no_client_auth()
            .with_cert_resolver(current.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), current, files, provider })
    }

    /// Agrees with a client on encryption.
    pub(crate) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }

    /// Reads the files again; new connections get what is in them. The old certificate stays when
    /// they are no good.
    pub(crate) fn reload(&self) {
        match read(&self.files, &self.provider) {
            Ok(read) => {
                *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::error!("{error}; the old certificate stays in use"),
        }
    }

    /// Reads the files again whenever they change.
    pub(crate) async fn keep_fresh(&self) {
        let mut known = self.changed();
        let mut tick = tokio::time::interval(LOOK_EVERY);
        loop {
            tick.tick().await;
            let now = self.changed();
            if now != known {
                self.reload();
                known = now;
            }
        }
    }

    /// When each file was changed last.
    fn changed(&self) -> [Option<SystemTime>; 2] {
        let changed = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
        [changed(&self.files.certificate), changed(&self.files.key)]
    }
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(files: &CertificateFiles, provider: &CryptoProvider) -> Result<CertifiedKey, StartError> {
    let CertificateFiles { certificate, key } = files;
    let refuse = |path: &Path, setting: &str, why: &dyn std::fmt::Display, remedy: &str| {
        StartError::Setting(format!("{}: {why}; {remedy} in {setting}", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|why| {
            let remedy = "give a readable file with the certificate in PEM form";
            refuse(certificate, "tls.cert", &why, remedy)
        })?;
    if chain.is_empty() {
        let why = &"there is no certificate in it";
        return Err(refuse(certificate, "tls.cert", why, "give the certificate in PEM form"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|why| {
        refuse(key, "tls.key", &why, "give a readable file with the private key in PEM form")
    })?;
    CertifiedKey::from_der(chain, private, provider)
        .map_err(|why| refuse(key, "tls.key", &why, "give the private key of the certificate"))
}

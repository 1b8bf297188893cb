//! Whom we believe when we call others over TLS: the system's authorities, and those of a bundle.

use crate::error::{Error, Result};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::path::Path;
use std::sync::Arc;

/// Authorities that are believed besides the system's.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Trust {
    pem: Vec<u8>,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trust({} bytes)", self.pem.len())
    }
}

impl Trust {
    /// Reads certificates in PEM form.
    ///
    /// # Errors
    /// When the file cannot be read, or there is no certificate in it.
    pub fn read(path: &Path) -> Result<Trust> {
        let refuse = |why: String| {
            Error::Config(format!(
                "{}: {why}; give those of the authorities in PEM form in ca.bundle",
                path.display()
            ))
        };
        let pem = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        let trust = Trust { pem };
        match trust.certificates() {
            Ok(certificates) if certificates.is_empty() => {
                Err(refuse("there is no certificate in it".to_owned()))
            }
            Ok(_) => Ok(trust),
            Err(error) => Err(refuse(error.to_string())),
        }
    }

    /// The certificates in PEM form.
    pub(crate) fn pem(&self) -> &[u8] {
        &self.pem
    }

    fn certificates(
        &self,
    ) -> std::result::Result<Vec<CertificateDer<'static>>, rustls::pki_types::pem::Error> {
        CertificateDer::pem_slice_iter(&self.pem).collect()
    }

    /// How a client of ours encrypts.
    ///
    /// # Errors
    /// When an authority's certificate is no good.
    pub fn client(&self) -> Result<ClientConfig> {
        let wrong = |why: String| Error::Config(format!("ca.bundle: {why}"));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let roots = self.certificates().map_err(|error| wrong(error.to_string()))?;
        let verifier = Verifier::new_with_extra_roots(roots, provider.clone())
            .map_err(|error| wrong(error.to_string()))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(config)
    }
}

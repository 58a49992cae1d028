//! TLS for the fetcher: rustls with ring, and the certificate authorities of this machine.
//!
//! The set-up is handed to reqwest ready-made, so the fetcher needs nothing process-wide, and a machine without
//! certificate authorities can still fetch http pages.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::FetchError;

/// Makes ring the process's choice of cryptography, for libraries that ask for one. The fetcher itself does not need it. Calling
/// it again changes nothing.
pub fn install_tls() {
    // An error only says that a choice was made before.
    let _chosen_before = ring::default_provider().install_default();
}

/// The client's TLS set-up, and whether there is any certificate authority to trust.
pub(crate) struct Tls {
    pub(crate) config: ClientConfig,
    pub(crate) has_roots: bool,
}

/// Reads the machine's certificate authorities: `SSL_CERT_FILE` and `SSL_CERT_DIR`, else the places that distributions use.
pub(crate) fn set_up() -> Result<Tls, FetchError> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!(%error, "a CA certificate could not be read");
    }
    let mut roots = RootCertStore::empty();
    let (added, ignored) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!(ignored, "no CA certificates on this machine: https pages cannot be fetched");
    }
    let unusable = |e: rustls::Error| FetchError::Settings { key: "TLS".to_owned(), reason: e.to_string() };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { config, has_roots: added > 0 })
}

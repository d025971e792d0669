//! TLS to Postgres by rustls (ring): whom to trust, by the URL's `sslmode` and `sslrootcert`.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Roots, SslMode};
use super::wire::Negotiation;

/// What to do with each server of `address`; fails where a file it names cannot be used.
pub(super) fn negotiation(address: &Address) -> anyhow::Result<Negotiation> {
    let mode = address.ssl_mode;
    let tls = if mode == SslMode::Disable { None } else { Some(MakeRustlsConnect::new(client(address)?)) };
    let is_verified = matches!(mode, SslMode::VerifyCa | SslMode::VerifyFull);
    Ok(Negotiation { tls, may_be_clear: mode == SslMode::Prefer, is_verified })
}

/// Reads every file the URL names: a certificate that is missing is found before anything starts.
pub fn check(address: &Address) -> Result<(), String> {
    negotiation(address).map(drop).map_err(|error| format!("cannot be used: {error:#}"))
}

fn client(address: &Address) -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match address.ssl_mode {
        SslMode::Disable | SslMode::Prefer | SslMode::Require => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anyone(provider)))
        }
        SslMode::VerifyCa => {
            let authority = WebPkiServerVerifier::builder_with_provider(roots(&address.roots)?, provider).build()?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyName(authority)))
        }
        SslMode::VerifyFull => {
            builder.with_webpki_verifier(WebPkiServerVerifier::builder_with_provider(roots(&address.roots)?, provider).build()?)
        }
    };
    let Some((certificate, key)) = &address.identity else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates("sslcert", certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| format!("sslkey {} cannot be read", key.display()))?;
    builder.with_client_auth_cert(chain, key).context("sslcert and sslkey do not fit")
}

fn roots(roots: &Roots) -> anyhow::Result<Arc<RootCertStore>> {
    static SYSTEM: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    match roots {
        Roots::System => {
            let store = SYSTEM.get_or_init(|| {
                let mut store = RootCertStore::empty();
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                Arc::new(store)
            });
            if store.is_empty() {
                bail!("this system has no root certificates: install ca-certificates, or name a file with sslrootcert");
            }
            Ok(Arc::clone(store))
        }
        Roots::File(path) => {
            let mut store = RootCertStore::empty();
            for certificate in certificates("sslrootcert", path)? {
                store.add(certificate).with_context(|| format!("sslrootcert {} holds no usable certificate", path.display()))?;
            }
            Ok(Arc::new(store))
        }
    }
}

fn certificates(option: &str, path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let all = read.with_context(|| format!("{option} {} cannot be read", path.display()))?;
    if all.is_empty() {
        bail!("{option} {} holds no certificate", path.display());
    }
    Ok(all)
}

/// `prefer`, `require`: against listeners, not against somebody in between.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// `verify-ca`: the authority counts, the name does not. The name is looked at last, so every other fault was found before.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.0.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

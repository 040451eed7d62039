//! The simulator's own certificate authority and the one server certificate of all its listeners.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Names that browsers and clients use for the simulator.
const NAMES: [&str; 5] = ["localhost", "127.0.0.1", "portal.azure.com", "portal.azure.us", "portal.azure.cn"];

#[derive(Debug)]
pub struct Identity {
    pub ca: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Base64 of SHA-256 of the certificate's public key, for Chromium's
    /// `--ignore-certificate-errors-spki-list`.
    pub spki: String,
}

impl Identity {
    /// Takes the certificates in `folder`, or makes them there.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let identity = Self {
            ca: folder.join("ca.pem"),
            certificate: folder.join("server.pem"),
            key: folder.join("server.key"),
            spki: String::new(),
        };
        let kept = [&identity.ca, &identity.certificate, &identity.key].iter().all(|file| file.is_file());
        if !kept {
            identity.make()?;
        }
        let key = KeyPair::from_pem(&std::fs::read_to_string(&identity.key)?)?;
        let spki = STANDARD.encode(Sha256::digest(key.subject_public_key_info()));
        Ok(Self { spki, ..identity })
    }

    fn make(&self) -> Result<()> {
        let now = OffsetDateTime::now_utc();
        let mut ca = CertificateParams::new(Vec::new())?;
        ca.distinguished_name.push(DnType::CommonName, "azure-sim CA");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        ca.not_before = now - Duration::days(1);
        ca.not_after = now + Duration::days(365);
        let ca_key = KeyPair::generate()?;
        let ca_certificate = ca.self_signed(&ca_key)?;
        let issuer = Issuer::new(ca, ca_key);

        let mut server = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
        server.distinguished_name.push(DnType::CommonName, "azure-sim");
        server.use_authority_key_identifier_extension = true;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.not_before = now - Duration::days(1);
        server.not_after = now + Duration::days(365);
        let key = KeyPair::generate()?;
        let certificate = server.signed_by(&key, &issuer)?;

        std::fs::write(&self.ca, ca_certificate.pem())?;
        std::fs::write(&self.certificate, format!("{}{}", certificate.pem(), ca_certificate.pem()))?;
        std::fs::write(&self.key, key.serialize_pem())?;
        Ok(())
    }

    pub fn server_config(&self) -> Result<Arc<ServerConfig>> {
        let chain = CertificateDer::pem_file_iter(&self.certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("the server certificate")?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

//! A service principal's certificate: it signs an assertion instead of showing a secret.
//! Source: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::PathBuf;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Entra takes assertions that last ten minutes at most.
const LIFE_SECONDS: i64 = 300;

/// The key and the certificate of a file.
pub struct Certificate {
    key: EncodingKey,
    thumbprint: String,
    /// Base64 of the certificates, where the receiver wants them with each assertion.
    chain: Option<Vec<String>>,
    client: String,
    audience: String,
}

/// The file of a certificate and how to read and show it, as the standard variables say.
#[derive(Debug)]
pub struct CertificateFile {
    pub path: PathBuf,
    /// Of a PFX.
    pub password: Option<SecretString>,
    /// Send the certificates, too, for subject name and issuer authentication.
    pub send_chain: bool,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: i64,
    exp: i64,
}

impl Certificate {
    /// `audience`: the token endpoint that will read the assertions.
    pub fn read(file: &CertificateFile, client: &str, audience: String) -> azure_core::Result<Self> {
        let path = file.path.display();
        let failed = |reason: &str| Error::with_message(ErrorKind::Credential, format!("{path}: {reason}"));
        let content = Zeroizing::new(std::fs::read(&file.path).map_err(|error| failed(&error.to_string()))?);
        let (key, certificates) = match std::str::from_utf8(&content) {
            Ok(pem) => of_pem(pem),
            Err(_) => of_pfx(&content, file.password.as_ref()),
        }
        .map_err(failed)?;
        let first = certificates.first().ok_or_else(|| failed("no certificate"))?;
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(first));
        let chain = file.send_chain.then(|| certificates.iter().map(|der| STANDARD.encode(der)).collect());
        Ok(Self { key, thumbprint, chain, client: client.to_owned(), audience })
    }
}

/// A private key and its certificates, the key's own first.
type Parts = (EncodingKey, Vec<Vec<u8>>);

fn of_pem(pem: &str) -> Result<Parts, &'static str> {
    if pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        return Err("its key is encrypted; a PFX file may have a password, a PEM file may not");
    }
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| "no RSA key in PEM form")?;
    let certificates: Option<Vec<_>> = pem
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .map(|rest| {
            let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
            STANDARD.decode(body.split_whitespace().collect::<String>()).ok()
        })
        .collect();
    Ok((key, certificates.ok_or("no certificate in PEM form")?))
}

fn of_pfx(content: &[u8], password: Option<&SecretString>) -> Result<Parts, &'static str> {
    let password = password.map_or("", ExposeSecret::expose_secret);
    // Only what the file says about itself is wanted here; whether it is trusted, Entra decides.
    let store = KeyStore::from_pkcs12(content, password, Pkcs12ImportPolicy::Relaxed)
        .map_err(|_| "neither PEM nor a PFX that AZURE_CLIENT_CERTIFICATE_PASSWORD opens")?;
    let (_, chain) = store.private_key_chain().ok_or("no private key in the PFX")?;
    let body = Zeroizing::new(STANDARD.encode(chain.key().as_der()));
    let pem = Zeroizing::new(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", *body));
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| "no RSA key in the PFX")?;
    Ok((key, chain.certs().iter().map(|certificate| certificate.as_der().to_vec()).collect()))
}

#[async_trait::async_trait]
impl ClientAssertion for Certificate {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let claims = Claims {
            aud: &self.audience,
            iss: &self.client,
            sub: &self.client,
            jti: uuid::Uuid::new_v4().to_string(),
            nbf: now,
            exp: now + LIFE_SECONDS,
        };
        let header = Header {
            x5t_s256: Some(self.thumbprint.clone()),
            x5c: self.chain.clone(),
            ..Header::new(Algorithm::PS256)
        };
        encode(&header, &claims, &self.key)
            .map_err(|error| Error::with_message(ErrorKind::Credential, error.to_string()))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("client", &self.client).finish_non_exhaustive()
    }
}

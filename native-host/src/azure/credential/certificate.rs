//! A service principal's certificate: it signs an assertion instead of showing a secret.
//! Source: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;
use time::OffsetDateTime;

/// Entra takes assertions that last ten minutes at most.
const LIFE_SECONDS: i64 = 300;

/// The key and the certificate of a PEM file.
pub struct Certificate {
    key: EncodingKey,
    thumbprint: String,
    client: String,
    audience: String,
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
    pub fn read(file: &Path, client: &str, audience: String) -> azure_core::Result<Self> {
        let failed = |reason: String| Error::with_message(ErrorKind::Credential, reason);
        let pem =
            std::fs::read_to_string(file).map_err(|error| failed(format!("{}: {error}", file.display())))?;
        let key = EncodingKey::from_rsa_pem(pem.as_bytes())
            .map_err(|_| failed(format!("{}: no RSA key in PEM form", file.display())))?;
        let der = certificate(&pem)
            .ok_or_else(|| failed(format!("{}: no certificate in PEM form", file.display())))?;
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&der));
        Ok(Self { key, thumbprint, client: client.to_owned(), audience })
    }
}

/// The first certificate's bytes.
fn certificate(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
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
        let header = Header { x5t_s256: Some(self.thumbprint.clone()), ..Header::new(Algorithm::PS256) };
        encode(&header, &claims, &self.key)
            .map_err(|error| Error::with_message(ErrorKind::Credential, error.to_string()))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("client", &self.client).finish_non_exhaustive()
    }
}

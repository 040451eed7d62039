//! Signed assertions: of an application's own certificate, or of a federated identity.
//! Sources: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>,
//! <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.

use std::collections::HashMap;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::lock::Lock;

/// What Entra lends to tokens of other issuers.
const FEDERATED: &str = "api://AzureADTokenExchange";

/// Certificates of applications. One without any may sign with whatever it has, so that a client needs no set-up.
#[derive(Debug, Default)]
pub struct Certificates(Lock<HashMap<String, Vec<Vec<u8>>>>);

impl Certificates {
    /// Takes every certificate of a PEM text; false where it has none.
    pub fn register(&self, client_id: &str, pem: &str) -> bool {
        let found: Vec<Vec<u8>> = pem
            .split("-----BEGIN CERTIFICATE-----")
            .skip(1)
            .filter_map(|rest| {
                let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
                STANDARD.decode(body.split_whitespace().collect::<String>()).ok()
            })
            .collect();
        let any = !found.is_empty();
        self.0.lock().insert(client_id.to_owned(), found);
        any
    }

    /// Whether the assertion stands for the application; otherwise Entra's reason.
    pub fn check(&self, client_id: &str, assertion: &str, endpoints: &[String]) -> Result<(), &'static str> {
        const MALFORMED: &str = "AADSTS50027: JWT token is invalid or malformed.";
        let (signed, signature) = assertion.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, payload) = signed.split_once('.').ok_or(MALFORMED)?;
        let part = |text: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
        };
        let (header, payload) = (part(header).ok_or(MALFORMED)?, part(payload).ok_or(MALFORMED)?);
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let moment = |name: &str| payload[name].as_i64();
        if moment("exp").is_none_or(|end| end <= now) || moment("nbf").is_some_and(|begin| begin > now + 300)
        {
            return Err("AADSTS700024: Client assertion is not within its valid time range.");
        }
        if payload["iss"] != client_id {
            // Another issuer's token: which ones an application trusts is not simulated.
            return match payload["aud"] == FEDERATED {
                true => Ok(()),
                false => {
                    Err("AADSTS700212: No matching federated identity record found for presented assertion \
                              audience.")
                }
            };
        }
        if payload["sub"] != client_id
            || !endpoints.iter().any(|endpoint| payload["aud"] == endpoint.as_str())
        {
            return Err("AADSTS700023: Client assertion audience claim does not match Realm issuer.");
        }
        let known = self.0.lock();
        let Some(certificates) = known.get(client_id) else { return Ok(()) };
        let certificate = certificates
            .iter()
            .find(|der| header["x5t#S256"] == URL_SAFE_NO_PAD.encode(Sha256::digest(der)).as_str());
        let algorithm = match header["alg"].as_str() {
            Some("PS256") => &RSA_PSS_2048_8192_SHA256,
            Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
            _ => return Err(MALFORMED),
        };
        let verified = certificate.is_some_and(|der| {
            let Ok((_, certificate)) = x509_parser::parse_x509_certificate(der) else { return false };
            let key = UnparsedPublicKey::new(algorithm, &certificate.public_key().subject_public_key.data);
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
            key.verify(signed.as_bytes(), &signature).is_ok()
        });
        match verified {
            true => Ok(()),
            false => {
                Err("AADSTS700027: The certificate with identifier used to sign the client assertion is not \
                          registered on application.")
            }
        }
    }
}

//! By what right blobs are read: the account's Entra token first; where that has no data role or the storage
//! account takes keys alone, an account SAS that Resource Manager signs (`listAccountSas`, the right of a
//! Contributor).
//!
//! A user delegation SAS is no way out: it needs a data role to be asked for and can grant no more than the same token has.
//! Sources: <https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list-account-sas>,
//! <https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas>.

use async_trait::async_trait;
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use url::Url;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{AzureError, ErrorCode};

use super::Azure;
use super::arm::Api;
use super::credential::{Audience, Token};
use super::failure;
use crate::download::{BlobAccess, BlobCredential, ContainerPlace, Refusal};
use crate::problem::{Problem, Result};

/// A download of hours asks for another one on its way.
const SAS_LIFE: Duration = Duration::hours(2);
/// Clocks differ.
const SAS_EARLY: Duration = Duration::minutes(5);
/// Of the blob service: the newest that emulators know, too.
const VERSION: &str = "2023-11-03";
const ROLE: &str = "Storage Blob Data Reader";

/// Credentials for blobs, from the accounts of this process.
#[derive(Debug)]
pub struct Blobs {
    azure: Arc<Azure>,
    /// Accounts (by their ARM id) that are read with a SAS.
    signed: Mutex<HashMap<String, Signed>>,
}

#[derive(Clone, Debug)]
struct Signed {
    sas: SecretString,
    expires: OffsetDateTime,
}

impl Blobs {
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, signed: Mutex::default() }
    }

    fn signed(&self, place: &ContainerPlace) -> Option<BlobCredential> {
        let signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = signed.get(place.storage_id.as_ref()?)?;
        (signed.expires - SAS_EARLY > OffsetDateTime::now_utc())
            .then(|| BlobCredential::Sas(signed.sas.clone()))
    }

    async fn sign(&self, place: &ContainerPlace, storage_id: &str) -> Result<BlobCredential> {
        let signed = self.account_sas(place, storage_id, "rl").await?;
        tracing::info!(account = place.account(), "blobs are read with an account SAS");
        let sas = signed.sas.clone();
        self.signed.lock().unwrap_or_else(PoisonError::into_inner).insert(storage_id.to_owned(), signed);
        Ok(BlobCredential::Sas(sas))
    }

    /// `permission`: the letters of an account SAS, such as `rl`.
    async fn account_sas(
        &self,
        place: &ContainerPlace,
        storage_id: &str,
        permission: &str,
    ) -> Result<Signed> {
        let session = self.azure.session(&place.cloud, place.tenant.as_deref()).await?;
        let expires = OffsetDateTime::now_utc() + SAS_LIFE;
        let expiry = expires.replace_nanosecond(0).map_err(Problem::internal)?;
        let body = json!({
            "signedServices": "b",
            "signedResourceTypes": "co",
            "signedPermission": permission,
            "signedProtocol": "https",
            "signedExpiry": expiry.format(&Rfc3339).map_err(Problem::internal)?,
        });
        let answer =
            session.arm.query(&format!("{storage_id}/listAccountSas"), Api::Storage, Some(&body)).await?;
        let value: serde_json::Value = answer.json("listAccountSas")?;
        let sas = value["accountSasToken"].as_str().filter(|sas| !sas.is_empty());
        let sas =
            sas.ok_or_else(|| Problem::new(ErrorCode::UnexpectedAnswer).with("what", "listAccountSas"))?;
        let sas = SecretString::from(sas.trim_start_matches('?').to_owned());
        Ok(Signed { sas, expires })
    }

    /// Deletes a blob: with the account's own token, or with a SAS where that has no right to. One that is gone
    /// already is no failure.
    pub async fn delete(&self, place: &ContainerPlace, blob: &str) -> Result<()> {
        let cloud = self.azure.cloud(&place.cloud).await?;
        let session = self.azure.session(&place.cloud, place.tenant.as_deref()).await?;
        let token = session.token(Audience::Storage).await?;
        let url: Url = place.url(blob).parse().map_err(Problem::internal)?;
        let send = async |request: reqwest::RequestBuilder| {
            let host = url.host_str().unwrap_or_default();
            let answer = request.header("x-ms-version", VERSION).send().await;
            answer
                .map(|answer| answer.status())
                .map_err(|error| failure::transport(&error, host, cloud.network.timeout()))
        };
        let mut status = send(cloud.http.delete(url.clone()).bearer_auth(token.expose())).await?;
        if let (StatusCode::FORBIDDEN, Some(storage_id)) = (status, &place.storage_id) {
            let signed = self.account_sas(place, storage_id, "d").await?;
            let mut with_sas = url.clone();
            with_sas.set_query(Some(signed.sas.expose_secret()));
            status = send(cloud.http.delete(with_sas)).await?;
        }
        tracing::info!(blob, status = status.as_u16(), "deleted");
        match status {
            StatusCode::NOT_FOUND => Ok(()),
            status if status.is_success() => Ok(()),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                Err(Problem::new(ErrorCode::BlobNotPermitted)
                    .with("account", place.account())
                    .with("role", "Storage Blob Data Contributor"))
            }
            status => Err(Problem::new(ErrorCode::AzureUnavailable).with("status", status.as_u16())),
        }
    }
}

#[async_trait]
impl BlobAccess for Blobs {
    async fn http(&self, cloud: &CloudName) -> Result<reqwest::ClientBuilder> {
        self.azure.cloud(cloud).await?.client_builder()
    }

    async fn trusts(&self, cloud: &CloudName, endpoint: &Url) -> bool {
        let Ok(cloud) = self.azure.cloud(cloud).await else { return false };
        let Some(host) = endpoint.host_str().filter(|_| endpoint.scheme() == "https") else { return false };
        let host = host.to_ascii_lowercase();
        let under = |suffix: &str| host.strip_suffix(suffix).is_some_and(|account| account.ends_with('.'));
        let own = cloud.blob_suffix.as_deref().is_some_and(|suffix| under(&suffix.to_ascii_lowercase()));
        // Azure's DNS zone endpoints, `ACCOUNT.zNN.blob.storage.azure.net`, belong to the public cloud.
        let zone = cloud.name == CloudName::Public && under("blob.storage.azure.net");
        // An emulator serves every account from the one host that its metadata name.
        let place = endpoint.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let emulated = cloud.blob_host.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(&place));
        own || zone || emulated
    }

    async fn credential(&self, place: &ContainerPlace, refused: Option<&Refusal>) -> Result<BlobCredential> {
        let Some(refused) = refused else {
            if let Some(signed) = self.signed(place) {
                return Ok(signed);
            }
            let session = self.azure.session(&place.cloud, place.tenant.as_deref()).await?;
            let token = session.token(Audience::Storage).await?;
            return Ok(BlobCredential::Bearer(token.expose().to_owned().into()));
        };
        let denied = || {
            let azure =
                AzureError { status: refused.status, code: refused.code.clone(), ..AzureError::default() };
            Problem::new(ErrorCode::BlobNotPermitted)
                .with("account", place.account())
                .with("role", ROLE)
                .azure(azure)
        };
        // Another request may have found the way out already.
        let current = self.signed(place);
        if let Some(current) = current.filter(|current| !current.same_as(&refused.credential)) {
            return Ok(current);
        }
        match &refused.credential {
            BlobCredential::Bearer(_) if refused.expired() => {
                let session = self.azure.session(&place.cloud, place.tenant.as_deref()).await?;
                let old = Token::new(refused.credential.secret(), OffsetDateTime::now_utc());
                let token = session.renewed_token(Audience::Storage, &old, None).await?;
                Ok(BlobCredential::Bearer(token.expose().to_owned().into()))
            }
            BlobCredential::Bearer(_) => {
                let storage_id = place.storage_id.as_deref().ok_or_else(denied)?;
                self.sign(place, storage_id).await.map_err(|problem| {
                    tracing::warn!(%problem, "no account SAS either");
                    denied()
                })
            }
            BlobCredential::Sas(_) => match place.storage_id.as_deref() {
                Some(storage_id) if refused.expired() => self.sign(place, storage_id).await,
                _ => Err(denied()),
            },
        }
    }
}

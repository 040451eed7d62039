//! What the rest of the helper gives to downloads: where blobs are, and by what right they are read.

use crate::problem::Result;
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;
use wasm_core::azure::cloud::CloudName;

/// A blob container, as its account's `primaryEndpoints.blob` and a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContainerPlace {
    pub cloud: CloudName,
    /// The tenant that the portal's URL names; absent: the account's home tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The ARM id of the storage account, where known: an account SAS can be asked for then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_id: Option<String>,
    /// `https://ACCOUNT.blob.SUFFIX/`, or with the account in the path where the cloud does so.
    pub endpoint: Url,
    pub container: String,
}

impl ContainerPlace {
    /// The storage account, for the person.
    pub fn account(&self) -> &str {
        let in_path = self.endpoint.path_segments().and_then(|mut parts| parts.next()).unwrap_or_default();
        let host = self.endpoint.host_str().unwrap_or_default();
        if in_path.is_empty() { host.split('.').next().unwrap_or_default() } else { in_path }
    }

    /// The URL of a blob, without any credential.
    pub fn url(&self, blob: &str) -> String {
        let mut url = self.endpoint.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&self.container).extend(blob.split('/'));
        }
        url.into()
    }
}

/// The right to read a container. Neither kind is ever printed.
#[derive(Clone)]
pub enum BlobCredential {
    /// An Entra token with the audience `https://storage.azure.com/`.
    Bearer(SecretString),
    /// The query of an account SAS, without `?`.
    Sas(SecretString),
}

impl BlobCredential {
    pub(crate) fn secret(&self) -> &str {
        match self {
            Self::Bearer(secret) | Self::Sas(secret) => secret.expose_secret(),
        }
    }

    /// The same kind with the same secret.
    pub fn same_as(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.secret() == other.secret()
    }
}

impl fmt::Debug for BlobCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer(…)",
            Self::Sas(_) => "Sas(…)",
        })
    }
}

/// Storage has turned a credential down.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub credential: BlobCredential,
    /// 401 or 403.
    pub status: u16,
    /// Azure's own code, e.g. `AuthorizationPermissionMismatch`, `AuthenticationFailed`.
    pub code: String,
}

impl Refusal {
    /// The credential is too old, rather than without the right.
    pub fn expired(&self) -> bool {
        self.status == 401 || self.code == "AuthenticationFailed" || self.code == "InvalidAuthenticationInfo"
    }
}

/// Implemented by the helper's Azure part.
#[async_trait]
pub trait BlobAccess: fmt::Debug + Send + Sync + 'static {
    /// A client of this cloud: its own CA and proxy. Timeouts, redirects and HTTP version are set by downloads, which
    /// ask once for each cloud.
    async fn http(&self, cloud: &CloudName) -> Result<reqwest::ClientBuilder>;

    /// Whether `endpoint` may be sent a token of `cloud`: it has the cloud's own blob suffix or stands in the
    /// configuration.
    async fn trusts(&self, cloud: &CloudName, endpoint: &Url) -> bool;

    /// A credential for `place`. Called for each request, so it is cached behind this door.
    ///
    /// With `refused`, that credential was turned down: the answer, remembered for the next calls, is a fresh
    /// one of the same kind where it had expired, else one of the next kind (Entra token, account SAS), else the
    /// refusal explained as an error. Several requests may tell of the same refusal.
    async fn credential(&self, place: &ContainerPlace, refused: Option<&Refusal>) -> Result<BlobCredential>;
}

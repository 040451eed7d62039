//! Tenants by their GUID: portal pages may name one by a domain, tokens never do.
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>, the `issuer` of a tenant's
//! OpenID configuration.

use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};
use uuid::Uuid;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::ErrorCode;

use super::super::cloud::Cloud;
use super::super::wire;
use super::entra;
use crate::problem::{Problem, Result};

/// Domains that were asked about.
#[derive(Debug, Default)]
pub struct Tenants {
    known: Mutex<HashMap<Domain, Arc<OnceCell<String>>>>,
}

type Domain = (CloudName, String);

#[derive(Deserialize)]
struct Configuration {
    issuer: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
}

impl Tenants {
    /// The tenant's GUID, lower-case; a domain is asked about once.
    pub async fn id(&self, cloud: &Cloud, tenant: &str) -> Result<String> {
        let tenant = tenant.to_ascii_lowercase();
        if Uuid::try_parse(&tenant).is_ok() {
            return Ok(tenant);
        }
        let cell = self.known.lock().await.entry((cloud.name.clone(), tenant.clone())).or_default().clone();
        cell.get_or_try_init(|| ask(cloud, &tenant)).await.cloned()
    }
}

async fn ask(cloud: &Cloud, domain: &str) -> Result<String> {
    let url = cloud.authority_url(domain, "v2.0/.well-known/openid-configuration")?;
    let answer = wire::ask_plain(&cloud.http, url, &cloud.network).await?;
    if !answer.status.is_success() {
        let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Err(entra::explained(&refusal.error, &refusal.error_description));
    }
    let configuration: Configuration = answer.json("openid-configuration")?;
    let parts = configuration.issuer.split('/');
    let id = parts.filter_map(|part| Uuid::try_parse(part).ok()).next();
    let unexpected = || Problem::new(ErrorCode::UnexpectedAnswer).with("what", "openid-configuration");
    let id = id.ok_or_else(|| unexpected().detail("the issuer names no tenant"))?;
    tracing::info!(domain, tenant = %id, "the domain's tenant");
    Ok(id.to_string())
}

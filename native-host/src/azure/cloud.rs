//! Where a cloud answers. Azure's own clouds are known; a custom one is discovered through its resource
//! manager, as the az CLI does it: `GET {resource manager}/metadata/endpoints?api-version=2022-09-01`.

use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};
use url::Url;
use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::ErrorCode;

use super::wire;
use crate::config::{Config, CustomCloud, Network};
use crate::problem::{Problem, Result};

/// Discovery version: the one that the az CLI asks for.
const METADATA_VERSION: &str = "2022-09-01";

/// One cloud's endpoints and the client that reaches them.
#[derive(Clone, Debug)]
pub struct Cloud {
    pub name: CloudName,
    /// Azure Resource Manager, without a path.
    pub resource_manager: Url,
    /// Microsoft Entra ID.
    pub authority: Url,
    /// The audience of tokens for Resource Manager.
    pub resource_manager_audience: String,
    /// What follows `ACCOUNT.` in a blob host.
    pub blob_suffix: Option<String>,
    /// Host and port where a custom cloud serves all accounts' blobs, each under a path of its own.
    pub blob_host: Option<String>,
    /// Trusts the system's authorities and the cloud's own; proxies as the system has them.
    pub http: reqwest::Client,
    pub network: Network,
    /// Authorities of a custom cloud, as PEM.
    ca_file: Option<PathBuf>,
}

impl Cloud {
    /// For a client that trusts what [`Self::http`] trusts, with needs of its own.
    pub fn client_builder(&self) -> Result<reqwest::ClientBuilder> {
        wire::client_builder(self.ca_file.as_deref(), &self.network)
    }

    /// An endpoint of a tenant at the authority, e.g. `oauth2/v2.0/token`.
    pub fn authority_url(&self, tenant: &str, path: &str) -> Result<Url> {
        let mut url = self.authority.clone();
        url.path_segments_mut()
            .map_err(|()| Problem::internal("the authority cannot have a path"))?
            .pop_if_empty()
            .push(tenant)
            .extend(path.split('/'));
        Ok(url)
    }

    /// True where the URL belongs to this cloud's own resource manager: tokens go nowhere else.
    pub fn owns(&self, url: &Url) -> bool {
        url.origin() == self.resource_manager.origin()
    }
}

/// The clouds of the configuration; a custom one is discovered once.
#[derive(Debug)]
pub struct Clouds {
    config: Config,
    found: Mutex<HashMap<CloudName, Arc<OnceCell<Arc<Cloud>>>>>,
}

impl Clouds {
    pub fn new(config: &Config) -> Self {
        Self { config: config.clone(), found: Mutex::default() }
    }

    pub async fn get(&self, name: &CloudName) -> Result<Arc<Cloud>> {
        let cell = self.found.lock().await.entry(name.clone()).or_default().clone();
        cell.get_or_try_init(|| self.find(name)).await.cloned()
    }

    async fn find(&self, name: &CloudName) -> Result<Arc<Cloud>> {
        let network = self.config.network().clone();
        if let Some(endpoints) = name.endpoints() {
            let root = |host: &str| Url::parse(&format!("https://{host}")).map_err(Problem::internal);
            return Ok(Arc::new(Cloud {
                name: name.clone(),
                resource_manager: root(endpoints.resource_manager)?,
                authority: root(endpoints.authority)?,
                resource_manager_audience: format!("https://{}", endpoints.resource_manager),
                blob_suffix: Some(endpoints.blob_suffix.to_owned()),
                blob_host: None,
                http: wire::client(None, &network)?,
                network,
                ca_file: None,
            }));
        }
        let custom = self.config.custom_cloud(name.as_str());
        let custom =
            custom.ok_or_else(|| Problem::new(ErrorCode::UnknownCloud).with("cloud", name.as_str()))?;
        discover(name.clone(), &custom, network, self.config.path()).await.map(Arc::new)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Metadata {
    One(Box<Endpoints>),
    /// Newer resource managers list every cloud that they know.
    Several(Vec<Endpoints>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Endpoints {
    #[serde(default)]
    resource_manager: Option<String>,
    authentication: Authentication,
    #[serde(default)]
    suffixes: Suffixes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    login_endpoint: Url,
    #[serde(default)]
    audiences: Vec<String>,
    /// `AAD` or `ADFS`.
    #[serde(default)]
    identity_provider: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Suffixes {
    storage: Option<String>,
}

async fn discover(name: CloudName, custom: &CustomCloud, network: Network, config: &Path) -> Result<Cloud> {
    let http = wire::client(custom.ca_file.as_deref(), &network)?;
    let mut url = custom.resource_manager.join("/metadata/endpoints").map_err(Problem::internal)?;
    url.query_pairs_mut().append_pair("api-version", METADATA_VERSION);
    let answer = wire::get_plain(&http, url, &network).await?;
    let unexpected = || Problem::new(ErrorCode::UnexpectedAnswer).with("what", "metadata/endpoints");
    let metadata: Metadata = serde_json::from_slice(&answer).map_err(|error| unexpected().detail(error))?;
    let own = |endpoints: &Endpoints| {
        let url = endpoints.resource_manager.as_deref().and_then(|text| Url::parse(text).ok());
        url.is_some_and(|url| url.origin() == custom.resource_manager.origin())
    };
    let endpoints = match metadata {
        Metadata::One(endpoints) => *endpoints,
        Metadata::Several(list) => list.into_iter().find(own).ok_or_else(unexpected)?,
    };
    let authority = endpoints.authentication.login_endpoint;
    let provider = &endpoints.authentication.identity_provider;
    if provider.eq_ignore_ascii_case("ADFS") || authority.path().trim_end_matches('/').ends_with("/adfs") {
        // Azure Stack Hub alone has it; its tokens have no tenant, and no Network Watcher runs there.
        return Err(Problem::new(ErrorCode::Config).with("path", config.display()).because("cloud-adfs"));
    }
    if authority.scheme() != "https" {
        return Err(unexpected().detail("the login endpoint is no https URL"));
    }
    let mut resource_manager = custom.resource_manager.clone();
    resource_manager.set_path("/");
    let root = resource_manager.as_str().trim_end_matches('/').to_owned();
    let audiences = endpoints.authentication.audiences;
    let is_root = |audience: &&String| audience.trim_end_matches('/').eq_ignore_ascii_case(&root);
    let audience = audiences.iter().find(is_root).or(audiences.first()).cloned().unwrap_or(root);
    Ok(Cloud {
        name,
        resource_manager,
        authority,
        resource_manager_audience: audience,
        blob_suffix: endpoints.suffixes.storage.as_ref().map(|suffix| format!("blob.{suffix}")),
        blob_host: endpoints.suffixes.storage,
        http,
        network,
        ca_file: custom.ca_file.clone(),
    })
}

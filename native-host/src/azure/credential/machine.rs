//! Identities of the machine itself: the way to its metadata service.
//!
//! `AZURE_POD_IDENTITY_AUTHORITY_HOST` names another place for it than 169.254.169.254, as in Azure's other SDKs.
//! Sources: <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>,
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>.

use async_trait::async_trait;
use azure_core::http::{AsyncRawResponse, ClientOptions, HttpClient, Request, Transport};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

use super::super::cloud::Cloud;
use crate::problem::{Problem, Result};

/// Where every machine of Azure finds its metadata service.
const METADATA: &str = "http://169.254.169.254";
/// The service is on the machine's own host; elsewhere nobody answers at this address.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// The metadata service, reached without proxies.
#[derive(Clone, Debug)]
pub struct Machine {
    http: reqwest::Client,
    /// Another place than the usual one.
    place: Option<Url>,
}

impl Machine {
    pub fn new(cloud: &Cloud, place: Option<Url>) -> Result<Self> {
        let builder = cloud.client_builder()?.https_only(false).no_proxy();
        Ok(Self { http: builder.build().map_err(Problem::internal)?, place })
    }

    /// Whether Azure's metadata service answers: it refuses whatever lacks its header with 400, other clouds' services
    /// at the same address do not.
    pub async fn is_there(&self) -> bool {
        let Ok(usual) = Url::parse(METADATA) else { return false };
        let place = self.place.as_ref().unwrap_or(&usual);
        let Ok(url) = place.join("/metadata/identity/oauth2/token?api-version=2019-08-01") else {
            return false;
        };
        let answer = self.http.get(url).timeout(PROBE_TIMEOUT).send().await;
        answer.is_ok_and(|answer| answer.status() == reqwest::StatusCode::BAD_REQUEST)
    }

    pub fn client_options(&self) -> ClientOptions {
        ClientOptions { transport: Some(Transport::new(Arc::new(self.clone()))), ..ClientOptions::default() }
    }
}

#[async_trait]
impl HttpClient for Machine {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let url = request.url();
        let place = self.place.as_ref().filter(|_| url.as_str().starts_with(METADATA));
        let Some(place) = place else { return self.http.execute_request(request).await };
        let mut moved = place.clone();
        moved.set_path(url.path());
        moved.set_query(url.query());
        let mut request = request.clone();
        *request.url_mut() = moved;
        self.http.execute_request(&request).await
    }
}

//! Azure as this program uses it: clouds, credentials, Resource Manager, and the resources of a capture.

pub mod arm;
pub mod blobs;
pub mod capture;
pub mod checks;
pub mod cloud;
pub mod credential;
mod failure;
pub mod flow;
mod items;
pub mod operation;
pub mod permission;
pub mod roll_out;
pub mod scale_set;
pub mod storage;
pub mod watcher;
mod wire;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Config;
use crate::problem::Result;
use arm::Arm;
use cloud::{Cloud, Clouds};
use credential::{Audience, Credentials, Token};
use wasm_core::azure::cloud::CloudName;

/// All clouds and accounts of this process.
#[derive(Debug)]
pub struct Azure {
    clouds: Clouds,
    credentials: Credentials,
    /// One client for each cloud and tenant: they share what is known about throttling.
    sessions: Mutex<HashMap<(CloudName, Option<String>), Session>>,
}

/// One cloud, seen by the account of one tenant. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Session {
    pub cloud: Arc<Cloud>,
    /// GUID or domain as the portal's URL names it; absent: the account's home tenant.
    pub tenant: Option<String>,
    pub arm: Arm,
    pub grounds: capture::Grounds,
    credentials: Credentials,
}

impl Azure {
    pub fn new(config: &Config) -> Self {
        Self {
            clouds: Clouds::new(config),
            credentials: Credentials::new(config),
            sessions: Mutex::default(),
        }
    }

    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub async fn cloud(&self, name: &CloudName) -> Result<Arc<Cloud>> {
        self.clouds.get(name).await
    }

    /// The cloud and tenant of a message. Nothing is asked of Entra yet.
    pub async fn session(&self, cloud: &CloudName, tenant: Option<&str>) -> Result<Session> {
        let cloud = self.clouds.get(cloud).await?;
        let key = (cloud.name.clone(), tenant.map(str::to_ascii_lowercase));
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.entry(key).or_insert_with(|| Session {
            arm: Arm::new(cloud.clone(), tenant.map(str::to_owned), self.credentials.clone()),
            cloud,
            tenant: tenant.map(str::to_owned),
            grounds: capture::Grounds::default(),
            credentials: self.credentials.clone(),
        });
        Ok(session.clone())
    }
}

impl Session {
    /// A token for Azure Resource Manager or for blobs.
    pub async fn token(&self, audience: Audience) -> Result<Token> {
        self.credentials.token(&self.cloud, self.tenant.as_deref(), audience).await
    }

    /// A new token, after the service refused this one (expired, revoked, or a claims challenge).
    pub async fn renewed_token(
        &self,
        audience: Audience,
        refused: &Token,
        claims: Option<&str>,
    ) -> Result<Token> {
        self.credentials.renew(&self.cloud, self.tenant.as_deref(), audience, refused, claims).await
    }
}

//! The HTTP clients of downloads: one for each cloud, so that looks, listings and transfers share connections however
//! many of them there are.

use super::access::BlobAccess;
use crate::problem::{Problem, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wasm_core::azure::cloud::CloudName;

const STALLED: Duration = Duration::from_secs(30);
/// The lanes of two transfers at their best.
const IDLE_CONNECTIONS: usize = 64;

/// Clients by the cloud whose CA and proxy they know. Credentials go with each request.
#[derive(Debug, Default)]
pub struct Clients {
    made: Mutex<HashMap<CloudName, reqwest::Client>>,
}

impl Clients {
    pub async fn of(&self, access: &dyn BlobAccess, cloud: &CloudName) -> Result<reqwest::Client> {
        let known = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(cloud).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let made = access
            .http(cloud)
            .await?
            // Parallel ranges are parallel connections; blob storage speaks HTTP/1.1 alone.
            .http1_only()
            // A redirect would carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(STALLED)
            .read_timeout(STALLED)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build()
            .map_err(Problem::internal)?;
        // Whoever was first is right.
        let mut clients = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(clients.entry(cloud.clone()).or_insert(made).clone())
    }
}

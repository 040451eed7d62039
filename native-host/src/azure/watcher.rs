//! Network Watcher: one a region and subscription, found by location, as both name and group can be changed.
//! Source: <https://learn.microsoft.com/azure/network-watcher/frequently-asked-questions>.

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;
use wasm_core::azure::resource::ResourceId;
use wasm_core::protocol::ErrorCode;

use super::arm::{Api, Arm};
use super::operation;
use crate::problem::{Problem, Result};

/// Where Azure itself puts a watcher that it creates.
const DEFAULT_GROUP: &str = "NetworkWatcherRG";

#[derive(Debug, Deserialize)]
struct Watcher {
    id: ResourceId,
    #[serde(default)]
    location: String,
}

/// Region names compare without case and spaces (`West Europe` is `westeurope`).
pub fn same_region(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_lowercase();
    plain(a) == plain(b)
}

/// Every watcher of a subscription.
#[derive(Debug)]
pub struct Watchers(Vec<Watcher>);

impl Watchers {
    pub async fn list(arm: &Arm, subscription: Uuid) -> Result<Self> {
        let path = format!("/subscriptions/{subscription}/providers/Microsoft.Network/networkWatchers");
        arm.list(&path, Api::Network, &[]).await.map(Self)
    }

    /// The watcher of the region, if there is one.
    pub fn of(&self, region: &str) -> Option<&ResourceId> {
        self.0.iter().find(|watcher| same_region(&watcher.location, region)).map(|watcher| &watcher.id)
    }
}

/// Creates the region's watcher with the name and in the group that the portal uses.
pub async fn create(arm: &Arm, subscription: Uuid, region: &str) -> Result<ResourceId> {
    let group = format!("/subscriptions/{subscription}/resourcegroups/{DEFAULT_GROUP}");
    let exists = arm.find::<serde_json::Value>(&group, Api::Resources).await?.is_some();
    if !exists {
        arm.put(&group, Api::Resources, &json!({ "location": region })).await?;
    }
    let name = format!("NetworkWatcher_{}", region.to_ascii_lowercase().replace(' ', ""));
    let id = ResourceId::new(subscription, DEFAULT_GROUP, "Microsoft.Network", "networkWatchers", &name)
        .map_err(|error| Problem::new(ErrorCode::UnexpectedAnswer).with("what", "location").detail(error))?;
    let answer =
        arm.put(&id.to_string(), Api::Network, &json!({ "location": region, "properties": {} })).await?;
    operation::finish(arm, answer, "networkWatchers").await?;
    Ok(id)
}

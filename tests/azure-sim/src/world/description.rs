//! The world as a configuration file describes it (`--config`, JSON). Every shape is in README.md.

use serde::{Deserialize, Serialize};

use super::principal::Role;
use super::scale_set::{Orchestration, UpgradeMode};
use super::security_rule::SecurityRule;
use super::storage::StorageAccount;
use super::{OsType, ResourceGroup, Subscription, Watcher, World};
use crate::world::Etag;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    pub tenant: String,
    pub domain: String,
    #[serde(default)]
    pub principals: Vec<PrincipalDescription>,
    pub subscriptions: Vec<SubscriptionDescription>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrincipalDescription {
    /// Application (client) id of a service principal.
    pub client_id: String,
    pub name: String,
    /// The only secret it may sign in with; any, where absent.
    #[serde(default)]
    pub secret: Option<String>,
    pub roles: Vec<Role>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionDescription {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub watchers: Vec<WatcherDescription>,
    #[serde(default)]
    pub scale_sets: Vec<ScaleSetDescription>,
    #[serde(default)]
    pub storage_accounts: Vec<StorageAccount>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WatcherDescription {
    pub name: String,
    pub group: String,
    pub location: String,
    /// How many finished captures of other targets it lists already.
    #[serde(default)]
    pub earlier_captures: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScaleSetDescription {
    pub name: String,
    pub group: String,
    pub location: String,
    pub os: OsType,
    #[serde(default)]
    pub orchestration: Orchestration,
    #[serde(default)]
    pub upgrade: UpgradeMode,
    pub instances: usize,
    /// First private address; the instances' addresses follow it.
    pub first_address: std::net::Ipv4Addr,
    /// Whether the model has the Network Watcher agent.
    #[serde(default)]
    pub agent: bool,
    /// Instances that did not get the model's agent.
    #[serde(default)]
    pub without_agent: Vec<String>,
    /// Instances whose agent is installed and does not run.
    #[serde(default)]
    pub agent_stopped: Vec<String>,
    /// Instances that replay the troubled recording instead of a healthy one.
    #[serde(default)]
    pub troubled: Vec<String>,
    /// A node pool of Azure Kubernetes Service.
    #[serde(default)]
    pub aks: bool,
    #[serde(default)]
    pub security_rules: Vec<SecurityRule>,
}

impl Description {
    pub fn build(self) -> World {
        let domain = self.domain;
        World {
            tenant: self.tenant,
            principals: self.principals.into_iter().map(Into::into).collect(),
            subscriptions: self.subscriptions.into_iter().map(SubscriptionDescription::build).collect(),
            domain,
        }
    }
}

impl SubscriptionDescription {
    fn build(self) -> Subscription {
        let mut subscription = Subscription {
            id: self.id,
            name: self.name,
            groups: Vec::new(),
            watchers: Vec::new(),
            scale_sets: Vec::new(),
            machines: Vec::new(),
            storage: self.storage_accounts,
        };
        let mut groups: Vec<ResourceGroup> = Vec::new();
        let mut remember = |name: &str, location: &str| {
            if !groups.iter().any(|group| super::same(&group.name, name)) {
                groups.push(ResourceGroup { name: name.to_owned(), location: location.to_owned() });
            }
        };
        for watcher in self.watchers {
            remember(&watcher.group, &watcher.location);
            let mut built = Watcher {
                group: watcher.group,
                name: watcher.name,
                location: watcher.location,
                etag: Etag::fresh(),
                captures: std::collections::BTreeMap::new(),
            };
            let set = self.scale_sets.iter().find(|set| super::same(&set.location, &built.location));
            let set = set.map(|set| {
                subscription.resource(&set.group, "Microsoft.Compute", "virtualMachineScaleSets", &set.name)
            });
            for n in 0..watcher.earlier_captures {
                let capture = super::capture::Capture::earlier(&subscription.id, n, set.as_deref());
                built.captures.insert(capture.name.to_lowercase(), capture);
            }
            subscription.watchers.push(built);
        }
        for account in &subscription.storage {
            remember(&account.group, &account.location);
        }
        for set in self.scale_sets {
            remember(&set.group, &set.location);
            let (set, machines) = super::scale_set::build(&subscription.id, set);
            subscription.scale_sets.push(set);
            subscription.machines.extend(machines);
        }
        subscription.groups = groups;
        subscription
    }
}

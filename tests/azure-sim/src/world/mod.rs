//! What exists: tenant, principals, subscriptions, network watchers, scale sets, machines, storage accounts.

pub mod capture;
pub mod contoso;
pub mod description;
pub mod extension;
pub mod guest;
pub mod machine;
pub mod principal;
pub mod scale_set;
pub mod security_rule;
pub mod storage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use capture::Capture;

use machine::Machine;
use principal::Principal;
use scale_set::ScaleSet;
use storage::StorageAccount;

/// Everything that the simulator's requests read and change.
#[derive(Debug)]
pub struct World {
    pub tenant: String,
    /// `contoso.onmicrosoft.com`
    pub domain: String,
    pub principals: Vec<Principal>,
    pub subscriptions: Vec<Subscription>,
}

#[derive(Debug)]
pub struct Subscription {
    pub id: String,
    pub name: String,
    pub groups: Vec<ResourceGroup>,
    pub watchers: Vec<Watcher>,
    pub scale_sets: Vec<ScaleSet>,
    /// Virtual machines: those of Flexible scale sets, and single ones.
    pub machines: Vec<Machine>,
    pub storage: Vec<StorageAccount>,
}

#[derive(Debug, Clone)]
pub struct ResourceGroup {
    pub name: String,
    pub location: String,
}

/// A region's Network Watcher with its packet captures by lower-case name.
#[derive(Debug)]
pub struct Watcher {
    pub group: String,
    pub name: String,
    pub location: String,
    pub etag: Etag,
    pub captures: BTreeMap<String, Capture>,
}

/// `W/"<guid>"`, new with each change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Etag(String);

impl Etag {
    pub fn fresh() -> Self {
        Self(format!("W/\"{}\"", Uuid::new_v4()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OsType {
    Linux,
    Windows,
}

/// Names in Azure compare without case.
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

impl World {
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions.iter().find(|subscription| same(&subscription.id, id))
    }

    pub fn subscription_mut(&mut self, id: &str) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|subscription| same(&subscription.id, id))
    }

    /// The scale set that an ARM id names (also when the id goes on behind it).
    pub fn scale_set(&self, id: &str) -> Option<(&Subscription, &ScaleSet)> {
        let (subscription, group, name) = split(id, "Microsoft.Compute", "virtualMachineScaleSets")?;
        let subscription = self.subscription(subscription)?;
        Some((subscription, subscription.scale_set(group, name)?))
    }

    pub fn machine(&self, id: &str) -> Option<(&Subscription, &Machine)> {
        let (subscription, group, name) = split(id, "Microsoft.Compute", "virtualMachines")?;
        let subscription = self.subscription(subscription)?;
        Some((subscription, subscription.machine(group, name)?))
    }

    pub fn storage_account(&self, id: &str) -> Option<&StorageAccount> {
        let (subscription, group, name) = split(id, "Microsoft.Storage", "storageAccounts")?;
        self.subscription(subscription)?.storage_account(group, name)
    }

    /// Account names are unique in all of Azure.
    pub fn storage_by_name(&self, name: &str) -> Option<(&Subscription, &StorageAccount)> {
        self.subscriptions.iter().find_map(|subscription| {
            let account = subscription.storage.iter().find(|account| account.name == name)?;
            Some((subscription, account))
        })
    }
}

impl Subscription {
    pub fn path(&self) -> String {
        format!("/subscriptions/{}", self.id)
    }

    pub fn resource(&self, group: &str, namespace: &str, kind: &str, name: &str) -> String {
        format!("/subscriptions/{}/resourceGroups/{group}/providers/{namespace}/{kind}/{name}", self.id)
    }

    pub fn group(&self, name: &str) -> Option<&ResourceGroup> {
        self.groups.iter().find(|group| same(&group.name, name))
    }

    pub fn watcher(&self, group: &str, name: &str) -> Option<&Watcher> {
        self.watchers.iter().find(|watcher| same(&watcher.group, group) && same(&watcher.name, name))
    }

    pub fn watcher_mut(&mut self, group: &str, name: &str) -> Option<&mut Watcher> {
        self.watchers.iter_mut().find(|watcher| same(&watcher.group, group) && same(&watcher.name, name))
    }

    pub fn scale_set(&self, group: &str, name: &str) -> Option<&ScaleSet> {
        self.scale_sets.iter().find(|set| same(&set.group, group) && same(&set.name, name))
    }

    pub fn scale_set_mut(&mut self, group: &str, name: &str) -> Option<&mut ScaleSet> {
        self.scale_sets.iter_mut().find(|set| same(&set.group, group) && same(&set.name, name))
    }

    pub fn machine(&self, group: &str, name: &str) -> Option<&Machine> {
        self.machines.iter().find(|machine| same(&machine.group, group) && same(&machine.name, name))
    }

    pub fn machine_mut(&mut self, group: &str, name: &str) -> Option<&mut Machine> {
        self.machines.iter_mut().find(|machine| same(&machine.group, group) && same(&machine.name, name))
    }

    pub fn storage_account(&self, group: &str, name: &str) -> Option<&StorageAccount> {
        self.storage.iter().find(|account| same(&account.group, group) && same(&account.name, name))
    }
}

/// `(subscription, group, name)` of an ARM id of the given type.
fn split<'a>(id: &'a str, namespace: &str, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let parts: Vec<&str> = id.strip_prefix('/')?.split('/').collect();
    let [subscriptions, subscription, groups, group, providers, given_namespace, given_kind, name, ..] =
        parts[..]
    else {
        return None;
    };
    let fits = same(subscriptions, "subscriptions")
        && same(groups, "resourceGroups")
        && same(providers, "providers")
        && same(given_namespace, namespace)
        && same(given_kind, kind)
        && !name.is_empty();
    fits.then_some((subscription, group, name))
}

//! Where the files of a capture lie in a storage account, and what a blob's path tells.
//!
//! Documented (azure-docs, packet capture for VMs and for scale sets): container `network-watcher-logs`, then
//! `subscriptions/S/resourcegroups/G/providers/microsoft.compute/…/yyyy/MM/dd/packetcapture_HH_mm_ss_fff`, UTC,
//! where `…` is `virtualmachines/VM`, `virtualmachinescalesets/SET/virtualMachines/N` (one instance) or
//! `virtualmachinescalesets/SET` (several: the path has no `.cap`, it is a folder). Real paths are in lower
//! case throughout, documented ones are not, and blob names are case-sensitive. What the service answers as
//! `storagePath` always wins. Documented nowhere: names of the files in that folder, and of the parts of a
//! ring buffer. Those are found by listing and read as well as they say.

mod expected;
mod local_name;
mod url;

pub use expected::{ExpectedLocation, Place};
pub use local_name::{LocalNames, local_name};
pub use url::{BlobUrl, BlobUrlError, CapturePath};

use crate::azure::cloud::CloudName;
use serde::{Deserialize, Serialize};

/// The container that the service uses unless told otherwise.
pub const DEFAULT_CONTAINER: &str = "network-watcher-logs";

/// What a blob URL tells, flat, for JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobReport {
    pub account: String,
    pub container: String,
    /// Lower case, as the service writes paths; `null` where the path is not the service's own.
    pub subscription: Option<String>,
    pub resource_group: Option<String>,
    /// `null` for the capture of a single machine.
    pub scale_set: Option<String>,
    /// The instance of the scale set, or the machine.
    pub instance: Option<String>,
    /// UTC, seconds since 1970 with milliseconds.
    pub created_epoch: Option<String>,
    /// The part of a ring buffer.
    pub part: Option<u64>,
    /// A safe file name that tells instance and time.
    pub local_name: String,
    /// The blob's name within the container.
    pub name: String,
    /// `null` for a host of no known cloud (Azurite, custom domains).
    pub cloud: Option<CloudName>,
}

impl From<&BlobUrl> for BlobReport {
    fn from(blob: &BlobUrl) -> Self {
        let path = blob.capture();
        Self {
            account: blob.account().to_owned(),
            container: blob.container().to_owned(),
            subscription: path.map(|path| path.subscription.to_string()),
            resource_group: path.map(|path| path.resource_group.clone()),
            scale_set: path.and_then(|path| path.scale_set.clone()),
            instance: path.and_then(|path| path.instance.clone()),
            created_epoch: path.and_then(|path| path.created).map(|created| created.epoch()),
            part: path.and_then(|path| path.part),
            local_name: local_name(blob),
            name: blob.name().to_owned(),
            cloud: blob.cloud().cloned(),
        }
    }
}

#[cfg(test)]
mod tests;

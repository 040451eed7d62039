//! Where a capture's files go.
//!
//! Documented: the container, the path down to `packetCapture_{time}`, and that a capture of several instances
//! has no `.cap` there. What follows below that prefix is documented nowhere; here it is
//! `{scale set}_{instance}.cap`, with `_{n}` for the files of a ring.

use time::OffsetDateTime;

use crate::clock::path_times;
use crate::world::capture::{TargetType, Wish};
use crate::world::scale_set::ScaleSet;
use crate::world::{Subscription, World};

const CONTAINER: &str = "network-watcher-logs";

/// Where the files of one session go: container, and a name for each machine.
#[derive(Debug)]
pub struct Place {
    pub container: String,
    stem: String,
    /// Each machine has a file of its own below the stem.
    many: bool,
}

/// Instances that the scope chooses.
pub fn chosen(subscription: &Subscription, set: &ScaleSet, wish: &Wish) -> Vec<String> {
    let prefix = format!("{}/virtualMachines/", set.id(subscription));
    let named = |list: &[String], id: &str| list.iter().any(|item| item.strip_prefix(&prefix) == Some(id));
    let wanted =
        |id: &&String| (wish.include.is_empty() || named(&wish.include, id)) && !named(&wish.exclude, id);
    set.instances.iter().map(|instance| &instance.id).filter(wanted).cloned().collect()
}

/// The `storagePath` of the answer: as given, or chosen by the service, or empty without an account.
pub fn storage_path(world: &World, wish: &Wish, blob: &str, now: OffsetDateTime) -> String {
    let Some(account) = wish.storage_id.as_deref().and_then(|id| world.storage_account(id)) else {
        return String::new();
    };
    if let Some(given) = &wish.storage_path {
        return given.clone();
    }
    match default_path(world, wish, now) {
        Some(path) => format!("{blob}/{}/{CONTAINER}/{path}", account.name),
        None => String::new(),
    }
}

fn default_path(world: &World, wish: &Wish, now: OffsetDateTime) -> Option<String> {
    let (day, moment) = path_times(now);
    match wish.target_type {
        TargetType::AzureVm => {
            let (subscription, machine) = world.machine(&wish.target)?;
            Some(
                format!(
                    "subscriptions/{}/resourcegroups/{}/providers/microsoft.compute/virtualmachines/{}/{day}/packetcapture_{moment}.cap",
                    subscription.id, machine.group, machine.name
                )
                .to_lowercase(),
            )
        }
        TargetType::AzureVmss => {
            let (subscription, set) = world.scale_set(&wish.target)?;
            let base = format!(
                "subscriptions/{}/resourcegroups/{}/providers/microsoft.compute/virtualmachinescalesets/{}",
                subscription.id, set.group, set.name
            )
            .to_lowercase();
            Some(match chosen(subscription, set, wish).as_slice() {
                [one] => format!("{base}/virtualMachines/{one}/{day}/packetCapture_{moment}.cap"),
                _ => format!("{base}/{day}/packetCapture_{moment}"),
            })
        }
    }
}

impl Place {
    /// Reads a `storagePath`: `https://{account}.blob…/{container}[/{blob}]` or, with the account in the path,
    /// as the simulator's own endpoint has it. A container alone gets the service's path inside.
    pub fn parse(
        world: &World,
        wish: &Wish,
        storage_path: &str,
        account: &str,
        many: bool,
        now: OffsetDateTime,
    ) -> Option<Self> {
        let url = url::Url::parse(storage_path).ok()?;
        let mut segments: Vec<String> = url
            .path_segments()?
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let in_host = url.host_str().is_some_and(|host| host.split('.').next() == Some(account));
        if !in_host && segments.first().is_some_and(|first| first == account) {
            segments.remove(0);
        }
        if segments.is_empty() {
            return None;
        }
        let container = segments.remove(0);
        let stem = if segments.is_empty() { default_path(world, wish, now)? } else { segments.join("/") };
        let stem = stem.strip_suffix(".cap").map_or(stem.clone(), str::to_owned);
        Some(Self { container, stem, many })
    }

    /// The blob of a machine; `part` counts the files of a ring from 1.
    pub fn blob(&self, machine: &str, part: Option<usize>) -> String {
        let part = part.map(|n| format!("_{n}")).unwrap_or_default();
        match self.many {
            true => format!("{}/{machine}{part}.cap", self.stem),
            false => format!("{}{part}.cap", self.stem),
        }
    }
}

//! Where the captures of a scale set live, remembered for a while.

use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wasm_core::azure::arm::{PacketCaptureResult, PacketCaptureStatusResult};
use wasm_core::azure::capture::{CaptureName, Target};
use wasm_core::azure::resource::{ResourceId, ScaleSetId};
use wasm_core::azure::status::CaptureStatus;
use wasm_core::protocol::{ErrorCode, Orchestration};

use crate::azure::Session;
use crate::azure::scale_set::{self, ScaleSet};
use crate::azure::watcher::Watchers;
use crate::problem::{Problem, Result};

/// How long the place of a scale set's captures is remembered.
const REMEMBERED: Duration = Duration::from_secs(300);
/// Statuses that are remembered.
const MOST_ENDED: usize = 2000;

/// Where the captures of a scale set live.
#[derive(Clone, Debug)]
pub struct Ground {
    pub scale_set: ScaleSetId,
    pub location: String,
    pub orchestration: Orchestration,
    pub watcher: ResourceId,
    /// Flexible: machine name → its id.
    pub machines: BTreeMap<String, ResourceId>,
}

/// The places that one account has found, remembered for a while. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Grounds {
    known: Arc<Mutex<HashMap<ScaleSetId, Remembered>>>,
    /// Statuses of captures that have ended, by id and etag: nothing changes them any more.
    ended: Arc<Mutex<HashMap<(String, String), PacketCaptureStatusResult>>>,
}

type Remembered = (Instant, Arc<Ground>);

impl Grounds {
    fn get(&self, id: &ScaleSetId) -> Option<Arc<Ground>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).filter(|(since, _)| since.elapsed() < REMEMBERED).map(|(_, ground)| ground.clone())
    }

    fn put(&self, ground: &Arc<Ground>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(ground.scale_set.clone(), (Instant::now(), ground.clone()));
    }

    pub(super) fn ended(&self, resource: &PacketCaptureResult) -> Option<PacketCaptureStatusResult> {
        let key = (resource.id.clone(), resource.etag.clone()?);
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    pub(super) fn keep_ended(&self, resource: &PacketCaptureResult, status: &PacketCaptureStatusResult) {
        let (Some(etag), Some(CaptureStatus::Stopped | CaptureStatus::Error)) =
            (&resource.etag, &status.packet_capture_status)
        else {
            return;
        };
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= MOST_ENDED {
            ended.clear();
        }
        ended.insert((resource.id.clone(), etag.clone()), status.clone());
    }

    /// After something there turned out to be gone or was changed.
    pub fn forget(&self, id: &ScaleSetId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Ground {
    /// Three requests at most, remembered for five minutes.
    pub async fn find(session: &Session, id: &ScaleSetId) -> Result<Arc<Self>> {
        if let Some(ground) = session.grounds.get(id) {
            return Ok(ground);
        }
        let arm = &session.arm;
        let (set, watchers) =
            tokio::try_join!(ScaleSet::get(arm, id), Watchers::list(arm, id.subscription()))?;
        let watcher = watchers.of(&set.location).cloned();
        let watcher =
            watcher.ok_or_else(|| Problem::new(ErrorCode::NoNetworkWatcher).with("region", &set.location))?;
        let mut machines = BTreeMap::new();
        if set.orchestration() == Orchestration::Flexible {
            for machine in scale_set::flexible_machines(arm, id).await? {
                if let Ok(id) = machine.id.parse::<ResourceId>() {
                    machines.insert(id.name().to_owned(), id);
                }
            }
        }
        let ground = Arc::new(Self {
            scale_set: id.clone(),
            location: set.location.clone(),
            orchestration: set.orchestration(),
            watcher,
            machines,
        });
        session.grounds.put(&ground);
        Ok(ground)
    }

    pub(super) fn captures(&self) -> String {
        format!("{}/packetCaptures", self.watcher)
    }

    pub(super) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.captures())
    }

    /// The resources that make up the capture `name`: one, or one for each machine.
    pub(super) fn candidates(&self, name: &CaptureName) -> Vec<String> {
        match self.orchestration {
            Orchestration::Uniform => vec![name.to_string()],
            Orchestration::Flexible => {
                let single = std::iter::once(name.to_string());
                single
                    .chain(self.machines.keys().map(|machine| member_name(name.as_str(), machine)))
                    .collect()
            }
        }
    }

    /// A listed resource with the name of its capture, if it is one of this scale set. Most of a region's captures
    /// are others', so no more is read of them than their target.
    pub(super) fn pick(&self, item: &[u8]) -> serde_json::Result<Option<(String, PacketCaptureResult)>> {
        #[derive(Deserialize)]
        struct Item {
            properties: Option<Properties>,
        }
        #[derive(Deserialize)]
        struct Properties {
            target: Option<String>,
        }
        let properties = serde_json::from_slice::<Item>(item)?.properties;
        let target = properties.and_then(|properties| properties.target);
        if !target.is_some_and(|target| self.may_be_target(&target)) {
            return Ok(None);
        }
        let resource: PacketCaptureResult = serde_json::from_slice(item)?;
        Ok(self.capture_of(&resource).map(|name| (name, resource)))
    }

    /// False where a look at the last name shows that the target is another.
    fn may_be_target(&self, target: &str) -> bool {
        let name = target.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let own = |known: &str| known.eq_ignore_ascii_case(name);
        own(self.scale_set.name()) || self.machines.keys().any(|machine| own(machine))
    }

    /// The capture that a resource belongs to, if it is one of this scale set.
    pub(super) fn capture_of(&self, resource: &PacketCaptureResult) -> Option<String> {
        let target = resource.properties.target.as_deref()?.parse::<Target>().ok()?;
        match target {
            Target::ScaleSet(id) => (id == self.scale_set).then(|| resource.name.clone()),
            Target::VirtualMachine(machine) => {
                let name = self.machines.iter().find(|(_, id)| **id == machine)?.0;
                let suffix = format!("_{}", name.to_ascii_lowercase());
                let whole = &resource.name;
                let cut =
                    whole.len().checked_sub(suffix.len()).filter(|at| *at > 0 && whole.is_char_boundary(*at));
                let stem = cut.filter(|at| whole[*at..].eq_ignore_ascii_case(&suffix)).map(|at| &whole[..at]);
                Some(stem.unwrap_or(whole).to_owned())
            }
        }
    }
}

/// A Flexible set's capture on one machine.
pub(super) fn member_name(name: &str, machine: &str) -> String {
    format!("{name}_{machine}")
}

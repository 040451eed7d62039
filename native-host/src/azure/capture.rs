//! The capture workflow: where captures of a scale set live, and starting, reading, stopping, deleting them.
//!
//! A Uniform set has one capture resource for all its instances. Whether Network Watcher takes a Flexible set as
//! a target is documented nowhere, so there each machine gets its own capture, `NAME_MACHINE`, and all of them are
//! shown as the one capture `NAME`.

use futures::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use wasm_core::azure::arm::{
    PacketCaptureProperties, PacketCaptureResult, PacketCaptureStatusResult, StorageLocation,
};
use wasm_core::azure::capture::{
    AccountStorage, CaptureLimits, CaptureName, CaptureRequest, CaptureSettings, RingBuffer, Scope,
    SessionLimits, Storage, Target,
};
use wasm_core::azure::resource::{ResourceId, ScaleSetId};
use wasm_core::azure::status::{CaptureStatus, ProvisioningState};
use wasm_core::protocol::{ErrorCode, Orchestration};

use super::Session;
use super::arm::{Api, Arm};
use super::operation;
use super::scale_set::{self, ScaleSet};
use super::watcher::Watchers;
use crate::problem::{Problem, Result};

/// How long the place of a scale set's captures is remembered.
const REMEMBERED: Duration = Duration::from_secs(300);
/// Status questions to Azure at the same time.
const QUESTIONS: usize = 16;
/// How often a capture is looked at after a stop whose answer was lost.
const LOOKS_AFTER_LOST_STOP: u32 = 3;
/// Captures of one scale set whose present status is asked for; older ones are listed without.
pub const MOST_STATUSES: usize = 100;

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

    fn ended(&self, resource: &PacketCaptureResult) -> Option<PacketCaptureStatusResult> {
        let key = (resource.id.clone(), resource.etag.clone()?);
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn keep_ended(&self, resource: &PacketCaptureResult, status: &PacketCaptureStatusResult) {
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

    fn captures(&self) -> String {
        format!("{}/packetCaptures", self.watcher)
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.captures())
    }

    /// The resources that make up the capture `name`: one, or one for each machine.
    fn candidates(&self, name: &CaptureName) -> Vec<String> {
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
    fn pick(&self, item: &[u8]) -> serde_json::Result<Option<(String, PacketCaptureResult)>> {
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
    fn capture_of(&self, resource: &PacketCaptureResult) -> Option<String> {
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

/// Waits for all of them, a few at the same time, in their order.
async fn some_at_a_time<T>(work: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    // Collected first: a stream over a borrowing closure is not `Send` enough for a task.
    stream::iter(work.collect::<Vec<_>>()).buffered(QUESTIONS).collect().await
}

fn member_name(name: &str, machine: &str) -> String {
    format!("{name}_{machine}")
}

/// One capture as Azure has it: its resources, each with the status that was asked for it.
#[derive(Clone, Debug)]
pub struct Found {
    pub name: String,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub resource: PacketCaptureResult,
    pub status: Option<PacketCaptureStatusResult>,
}

impl Found {
    /// The capture's status: what runs, runs; otherwise the worst.
    pub fn status(&self) -> CaptureStatus {
        let rank = |status: &CaptureStatus| match status {
            CaptureStatus::Running => 0,
            CaptureStatus::NotStarted => 1,
            CaptureStatus::Error => 2,
            CaptureStatus::Other(_) => 3,
            CaptureStatus::Unknown => 4,
            CaptureStatus::Stopped => 5,
        };
        self.members.iter().map(Member::status).min_by_key(rank).unwrap_or(CaptureStatus::Unknown)
    }

    /// Neither running nor about to.
    pub fn ended(&self) -> bool {
        matches!(self.status(), CaptureStatus::Stopped | CaptureStatus::Error)
    }
}

impl Member {
    fn status(&self) -> CaptureStatus {
        let told = self.status.as_ref().and_then(|status| status.packet_capture_status.clone());
        told.unwrap_or(match &self.resource.properties.provisioning_state {
            Some(ProvisioningState::Failed | ProvisioningState::Canceled) => CaptureStatus::Error,
            Some(ProvisioningState::Creating | ProvisioningState::Updating) => CaptureStatus::NotStarted,
            _ => CaptureStatus::Unknown,
        })
    }
}

/// The captures of the scale set out of all of the watcher's, newest first, without their status.
pub async fn list(arm: &Arm, ground: &Ground) -> Result<Vec<Found>> {
    let own = arm.sift(&ground.captures(), Api::Network, &[], |item| ground.pick(item)).await?;
    let mut found: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for (name, resource) in own {
        found.entry(name).or_default().push(Member { resource, status: None });
    }
    let mut found: Vec<_> = found.into_iter().map(|(name, members)| Found { name, members }).collect();
    found.sort_by_key(|capture| std::cmp::Reverse((created(capture), capture.name.clone())));
    Ok(found)
}

/// A capture resource has no creation time; the storage path that Azure chose holds it.
fn created(capture: &Found) -> Option<String> {
    let location = capture.members.first()?.resource.properties.storage_location.as_ref()?;
    let path = location.storage_path.as_deref()?.to_ascii_lowercase();
    let (folder, file) = path.rsplit_once("/packetcapture_")?;
    let mut day: Vec<&str> = folder.rsplit('/').take(3).collect();
    day.reverse();
    day.iter()
        .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        .then(|| format!("{}/{file}", day.join("/")))
}

/// Asks the present status of each capture, some at a time; of one that has ended, once. A refusal for one leaves it
/// without.
pub async fn with_statuses(session: &Session, found: Vec<Found>) -> (Vec<Found>, Vec<Problem>) {
    let (arm, grounds) = (&session.arm, &session.grounds);
    let ask = async |index: usize, mut capture: Found| {
        let mut trouble = None;
        for member in &mut capture.members {
            member.status = grounds.ended(&member.resource);
            if member.status.is_some() || index >= MOST_STATUSES {
                continue;
            }
            match status_of(arm, &member.resource).await {
                Ok(status) => {
                    status.iter().for_each(|status| grounds.keep_ended(&member.resource, status));
                    member.status = status;
                }
                Err(problem) => trouble = Some(problem),
            }
        }
        (capture, trouble)
    };
    let asked =
        some_at_a_time(found.into_iter().enumerate().map(|(index, capture)| ask(index, capture))).await;
    let mut problems = Vec::new();
    let mut captures = Vec::new();
    for (capture, trouble) in asked {
        captures.push(capture);
        problems.extend(trouble);
    }
    (captures, problems)
}

/// One capture with its status. [`ErrorCode::CaptureGone`] and [`ErrorCode::ScaleSetGone`] are told apart.
pub async fn get(session: &Session, ground: &Ground, name: &CaptureName) -> Result<Found> {
    let resources = read(session, ground, name).await?;
    let arm = &session.arm;
    let ask = async |resource: PacketCaptureResult| {
        let status = status_of(arm, &resource).await?;
        Ok(Member { resource, status })
    };
    let members = some_at_a_time(resources.into_iter().map(ask)).await.into_iter().collect::<Result<_>>()?;
    Ok(Found { name: name.to_string(), members })
}

/// The resources of a capture, without asking for the status.
async fn read(session: &Session, ground: &Ground, name: &CaptureName) -> Result<Vec<PacketCaptureResult>> {
    let arm = &session.arm;
    let find = async |candidate: String| {
        arm.find::<PacketCaptureResult>(&ground.path(&candidate), Api::Network).await
    };
    let found = some_at_a_time(ground.candidates(name).into_iter().map(find)).await;
    let found: Vec<_> = found
        .into_iter()
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .filter(|resource| {
            ground.capture_of(resource).is_some_and(|found| found.eq_ignore_ascii_case(name.as_str()))
        })
        .collect();
    if found.is_empty() {
        session.grounds.forget(&ground.scale_set);
        // Told apart from a scale set that was deleted meanwhile.
        ScaleSet::get(arm, &ground.scale_set).await?;
        return Err(Problem::new(ErrorCode::CaptureGone).with("capture", name));
    }
    Ok(found)
}

/// Nothing while the capture is still being made.
async fn status_of(arm: &Arm, resource: &PacketCaptureResult) -> Result<Option<PacketCaptureStatusResult>> {
    let settled = matches!(resource.properties.provisioning_state, Some(ProvisioningState::Succeeded) | None);
    if !settled {
        return Ok(None);
    }
    let answer = arm.query(&format!("{}/queryStatus", resource.id), Api::Network, None).await?;
    let value = operation::finish(arm, answer, "queryStatus").await?;
    // Without a `Location` the operation's envelope is all there is, and it may hold no status.
    let Some(value) = value.filter(|value| value.get("packetCaptureStatus").is_some()) else {
        return Ok(None);
    };
    let unexpected =
        |error| Problem::new(ErrorCode::UnexpectedAnswer).with("what", "queryStatus").detail(error);
    serde_json::from_value(value).map(Some).map_err(unexpected)
}

/// One PUT that a start makes.
#[derive(Clone, Debug)]
pub struct Put {
    pub name: String,
    pub path: String,
    pub body: Value,
}

/// The requests that start this capture.
pub fn puts(ground: &Ground, request: &CaptureRequest) -> Result<Vec<Put>> {
    let put = |name: String, request: &CaptureRequest| {
        let body = serde_json::to_value(request.to_arm()).map_err(Problem::internal)?;
        Ok(Put { path: ground.path(&name), name, body })
    };
    match ground.orchestration {
        Orchestration::Uniform => Ok(vec![put(request.name().to_string(), request)?]),
        Orchestration::Flexible => ground
            .machines
            .iter()
            .filter(|(machine, _)| machine.parse().is_ok_and(|id| request.scope().covers(&id)))
            .map(|(machine, id)| {
                let name = member_name(request.name().as_str(), machine);
                let own: CaptureName = name.parse().map_err(|error| Problem::invalid("name", error))?;
                put(name, &request.clone().retargeted(own, Target::VirtualMachine(id.clone())))
            })
            .collect(),
    }
}

/// The address of one PUT, for people.
pub fn put_url(arm: &Arm, put: &Put) -> Result<String> {
    arm.url(&put.path, Api::Network, &[]).map(|url| url.to_string())
}

/// Starts one capture resource, never twice.
///
/// A capture cannot be changed, so an existing name is refused beforehand; where an answer was lost, the resource
/// itself tells whether it was made.
pub async fn start(arm: &Arm, put: &Put) -> Result<PacketCaptureResult> {
    let exists = || Problem::new(ErrorCode::CaptureExists).with("capture", &put.name);
    if arm.find::<Value>(&put.path, Api::Network).await?.is_some() {
        return Err(exists());
    }
    let outcome = match arm.put(&put.path, Api::Network, &put.body).await {
        Ok(answer) => operation::finish(arm, answer, "packetCaptures").await.map(drop),
        Err(problem) => Err(problem),
    };
    let problem = match outcome {
        Ok(()) => None,
        // The answer was lost, or an earlier attempt of ours stands in the way.
        Err(problem) if is_open(&problem) => Some(problem),
        Err(problem) => return Err(problem),
    };
    let Some(resource) = arm.find::<PacketCaptureResult>(&put.path, Api::Network).await? else {
        return Err(
            problem.unwrap_or_else(|| Problem::new(ErrorCode::CaptureGone).with("capture", &put.name))
        );
    };
    match (&resource.properties.provisioning_state, problem) {
        (Some(ProvisioningState::Failed | ProvisioningState::Canceled), problem) => {
            let failed = Problem::new(ErrorCode::OperationFailed)
                .with("operation", "packetCaptures")
                .with("status", "Failed");
            Err(problem.filter(|problem| problem.azure.is_some()).unwrap_or(failed))
        }
        (_, Some(problem)) if !same_wish(&put.body, &resource) => {
            tracing::warn!(%problem, "another capture of this name appeared meanwhile");
            Err(exists())
        }
        _ => Ok(resource),
    }
}

/// A refused start, or that the scale set or the region's watcher, known from before, has gone meanwhile.
pub async fn explained(session: &Session, ground: &Ground, problem: Problem) -> Problem {
    if !matches!(problem.code, ErrorCode::Rejected | ErrorCode::NotFound) {
        return problem;
    }
    session.grounds.forget(&ground.scale_set);
    match Ground::find(session, &ground.scale_set).await {
        Err(gone) if matches!(gone.code, ErrorCode::ScaleSetGone | ErrorCode::NoNetworkWatcher) => gone,
        _ => problem,
    }
}

/// Failures that leave open whether the capture was made.
fn is_open(problem: &Problem) -> bool {
    matches!(
        problem.code,
        ErrorCode::OperationUnclear
            | ErrorCode::Network
            | ErrorCode::Timeout
            | ErrorCode::AzureUnavailable
            | ErrorCode::UnexpectedAnswer
            | ErrorCode::Conflict
    )
}

/// True where the resource is what the body asked for.
fn same_wish(body: &Value, resource: &PacketCaptureResult) -> bool {
    let wished: Option<PacketCaptureProperties> =
        body.get("properties").and_then(|properties| serde_json::from_value(properties.clone()).ok());
    let Some(wished) = wished else { return false };
    let found = &resource.properties;
    let same_target = match (&wished.target, &found.target) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    };
    let scope = |properties: &PacketCaptureProperties| Scope::from_arm(properties.scope.as_ref()).ok();
    let filters = |properties: &PacketCaptureProperties| properties.filters.clone().unwrap_or_default();
    same_target
        && scope(&wished) == scope(found)
        && filters(&wished).len() == filters(found).len()
        && wished.capture_settings == found.capture_settings
        && (found.time_limit_in_seconds.is_none()
            || wished.time_limit_in_seconds == found.time_limit_in_seconds)
}

/// Stops every running member. A capture that has ended meanwhile is no failure.
pub async fn stop(session: &Session, ground: &Ground, name: &CaptureName) -> Result<Found> {
    let arm = &session.arm;
    let resources = read(session, ground, name).await?;
    let stop = async |resource: PacketCaptureResult| {
        let answer = arm.act(&format!("{}/stop", resource.id), Api::Network, None).await?;
        operation::finish(arm, answer, "stop").await.map(drop)
    };
    let stopped = some_at_a_time(resources.into_iter().map(stop)).await;
    let Some(problem) = stopped.into_iter().find_map(Result::err) else {
        return get(session, ground, name).await;
    };
    // Whatever the stop answered: what has ended needs no stopping. A stop whose answer was lost may still be under way.
    let looks = if is_open(&problem) { LOOKS_AFTER_LOST_STOP } else { 1 };
    for look in 0..looks {
        if look > 0 {
            tokio::time::sleep(arm.cloud().network.poll()).await;
        }
        if let Ok(found) = get(session, ground, name).await
            && found.ended()
        {
            return Ok(found);
        }
    }
    Err(problem)
}

/// Deletes the resources of a capture; its files stay.
pub async fn delete(session: &Session, ground: &Ground, name: &CaptureName) -> Result<()> {
    let arm = &session.arm;
    let resources = read(session, ground, name).await?;
    let delete = async |id: String| {
        let outcome = match arm.delete(&id, Api::Network).await {
            Ok(answer) => operation::finish(arm, answer, "delete").await.map(drop),
            Err(problem) => Err(problem),
        };
        match outcome {
            Err(problem) if problem.code == ErrorCode::NotFound => Ok(()),
            // The end was not seen: the resource tells.
            Err(problem) if is_open(&problem) => match arm.find::<Value>(&id, Api::Network).await? {
                None => Ok(()),
                Some(_) => Err(problem),
            },
            outcome => outcome,
        }
    };
    let ids = resources.into_iter().map(|resource| resource.id);
    some_at_a_time(ids.map(delete)).await.into_iter().collect::<Result<()>>()?;
    Ok(())
}

/// The capture's wish in our own terms, where it can be asked for again: captures that others made may have
/// filters or paths which this program refuses.
pub fn wish(found: &Found, ground: &Ground) -> Option<CaptureRequest> {
    let member = found.members.first()?;
    let properties = &member.resource.properties;
    let location = properties.storage_location.as_ref()?;
    let name: CaptureName = found.name.parse().ok()?;
    let filters = properties.filters.clone().unwrap_or_default();
    let request = CaptureRequest::new(name, ground.scale_set.clone(), storage(location)?)
        .with_filters(filters.try_into().ok()?)
        .with_settings(settings(properties)?);
    let scope = match ground.orchestration {
        Orchestration::Uniform => Scope::from_arm(properties.scope.as_ref()).ok()?,
        Orchestration::Flexible if found.members.len() >= ground.machines.len() => Scope::All,
        Orchestration::Flexible => {
            let targets =
                found.members.iter().filter_map(|member| member.resource.properties.target.as_deref());
            Scope::include(targets.filter_map(|target| target.parse().ok())).ok()?
        }
    };
    request.with_scope(scope).ok()
}

fn storage(location: &StorageLocation) -> Option<Storage> {
    // The path in an answer is the one that Azure chose, not one to ask for.
    let account =
        location.storage_id.as_deref().and_then(|id| AccountStorage::new(id.parse().ok()?, None).ok());
    let file =
        location.file_path.as_deref().or(location.local_path.as_deref()).and_then(|file| file.parse().ok());
    match (account, file) {
        (Some(account), Some(file)) => Some(Storage::Both(account, file)),
        (Some(account), None) => Some(Storage::Account(account)),
        (None, Some(file)) => Some(Storage::Local(file)),
        (None, None) => None,
    }
}

fn settings(properties: &PacketCaptureProperties) -> Option<CaptureSettings> {
    let limits = match &properties.capture_settings {
        Some(ring) => CaptureLimits::Ring(
            RingBuffer::new(
                properties.continuous_capture.unwrap_or(false),
                ring.file_count?,
                ring.file_size_in_bytes?,
                ring.session_time_limit_in_seconds?,
            )
            .ok()?,
        ),
        None => CaptureLimits::Session(
            SessionLimits::new(properties.total_bytes_per_session?, properties.time_limit_in_seconds?)
                .ok()?,
        ),
    };
    CaptureSettings::new(properties.bytes_to_capture_per_packet.unwrap_or(0), limits).ok()
}

/// When the capture started, by the first member.
pub fn started(found: &Found) -> Option<OffsetDateTime> {
    let times =
        found.members.iter().filter_map(|member| member.status.as_ref()?.capture_start_time.as_deref());
    times.filter_map(|text| OffsetDateTime::parse(text, &Rfc3339).ok()).min()
}

/// The time limit in seconds, of a session or of a ring.
pub fn time_limit(found: &Found) -> Option<u64> {
    let properties = &found.members.first()?.resource.properties;
    let ring = properties.capture_settings.as_ref().and_then(|ring| ring.session_time_limit_in_seconds);
    ring.or(properties.time_limit_in_seconds)
}

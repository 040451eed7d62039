//! A capture session: it begins now, passes in simulated time, ends for a reason, and leaves its files.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use time::OffsetDateTime;

use super::place::{self, Place};
use super::replay::{Replay, Selection};
use crate::arm::operations::Failure;
use crate::sim::App;
use crate::world::capture::{Capture, Limits, Session, Stop, TargetType, Wish};
use crate::world::storage::StorageAccount;
use crate::world::{World, same};

/// Longest wait for a stopped session's files.
const LAST_FILES: Duration = Duration::from_secs(120);

/// Stop reasons. Manual and TimeExceeded are Azure's; its word for a full file is documented nowhere.
const MANUAL: &str = "Manual";
const TIME_EXCEEDED: &str = "TimeExceeded";
const SIZE_EXCEEDED: &str = "SizeExceeded";

/// Errors of Azure's list.
const AGENT_STOPPED: &str = "AgentStopped";
const STORAGE_FAILED: &str = "StorageFailed";

/// Which capture.
#[derive(Debug, Clone)]
pub struct Key {
    pub subscription: String,
    pub group: String,
    pub watcher: String,
    /// In lower case.
    pub name: String,
}

impl Key {
    /// The capture's status with what its agents say at present.
    pub fn status(&self, world: &World) -> Option<Value> {
        let subscription = world.subscription(&self.subscription)?;
        let watcher = subscription.watcher(&self.group, &self.watcher)?;
        let id = subscription.resource(&watcher.group, "Microsoft.Network", "networkWatchers", &watcher.name);
        let capture = watcher.captures.get(&self.name)?;
        let silent = members(world, &capture.wish).iter().any(|member| !member.agent);
        Some(capture.status(&id, if silent { &[AGENT_STOPPED] } else { &[] }))
    }

    /// The watcher's ARM id and the capture.
    pub fn find<'a>(&self, world: &'a mut World) -> Option<(String, &'a mut Capture)> {
        let subscription = world.subscription_mut(&self.subscription)?;
        let watcher = subscription.watcher(&self.group, &self.watcher)?;
        let id = subscription.resource(&watcher.group, "Microsoft.Network", "networkWatchers", &watcher.name);
        let capture = subscription.watcher_mut(&self.group, &self.watcher)?.captures.get_mut(&self.name)?;
        Some((id, capture))
    }

    pub fn remove(&self, world: &mut World) {
        if let Some(subscription) = world.subscription_mut(&self.subscription)
            && let Some(watcher) = subscription.watcher_mut(&self.group, &self.watcher)
        {
            watcher.captures.remove(&self.name);
        }
    }
}

/// A machine that takes part.
#[derive(Debug, Clone)]
struct Member {
    /// `web-set_0`, or a virtual machine's name.
    name: String,
    /// Its place among the machines of its set: which recording it replays.
    place: usize,
    address: Ipv4Addr,
    troubled: bool,
    agent: bool,
}

fn members(world: &World, wish: &Wish) -> Vec<Member> {
    match wish.target_type {
        TargetType::AzureVm => {
            let Some((subscription, machine)) = world.machine(&wish.target) else { return Vec::new() };
            let siblings = subscription.machines.iter().filter(|other| other.scale_set == machine.scale_set);
            let place = siblings.take_while(|other| !same(&other.name, &machine.name)).count();
            vec![Member {
                name: machine.name.clone(),
                place,
                address: machine.guest.address,
                troubled: machine.guest.troubled,
                agent: machine.guest.agent_installed() && machine.guest.agent_running,
            }]
        }
        TargetType::AzureVmss => {
            let Some((subscription, set)) = world.scale_set(&wish.target) else { return Vec::new() };
            let chosen = place::chosen(subscription, set, wish);
            let instances = set.instances.iter().enumerate();
            instances
                .filter(|(_, instance)| chosen.contains(&instance.id))
                .map(|(place, instance)| Member {
                    name: format!("{}_{}", set.name, instance.id),
                    place,
                    address: instance.guest.address,
                    troubled: instance.guest.troubled,
                    agent: instance.guest.agent_installed() && instance.guest.agent_running,
                })
                .collect()
        }
    }
}

/// Begins the session; fails, as Azure generically does, where no agent answers.
pub fn start(app: &App, key: &Key) -> Result<(), Failure> {
    let mut world = app.world.lock();
    let wish = key.find(&mut world).ok_or_else(Failure::internal)?.1.wish.clone();
    let members = members(&world, &wish);
    if !members.iter().any(|member| member.agent) {
        return Err(Failure::internal());
    }
    let stop = Arc::new(Stop::default());
    let since = OffsetDateTime::now_utc();
    let (_, capture) = key.find(&mut world).ok_or_else(Failure::internal)?;
    capture.session = Session::Running { since, stop: stop.clone() };
    let (app, key) = (app.clone(), key.clone());
    tokio::spawn(async move { Running::new(app, key, wish, members, since).run(&stop).await });
    Ok(())
}

/// Stops a running session and waits until it has ended.
pub async fn stop(app: &App, key: &Key) {
    let stop = match key.find(&mut app.world.lock()) {
        Some((_, Capture { session: Session::Running { stop, .. }, .. })) => stop.clone(),
        _ => return,
    };
    let ended = stop.ended.notified();
    stop.wanted.notify_one();
    // Between the look above and the wait it may have ended by itself.
    let running = matches!(
        key.find(&mut app.world.lock()),
        Some((_, Capture { session: Session::Running { .. }, .. }))
    );
    if running {
        let _ = tokio::time::timeout(LAST_FILES, ended).await;
    }
}

/// The limits in one form: duration, bytes a file, and how many files a ring keeps.
fn limits(limits: &Limits) -> (Duration, u64, Option<usize>) {
    let or_default = |value: u64, default: u64| if value == 0 { default } else { value };
    match *limits {
        Limits::Classic { total_bytes, seconds } => {
            (Duration::from_secs(or_default(seconds, 18_000)), or_default(total_bytes, 1_073_741_824), None)
        }
        Limits::Ring { files, file_bytes, seconds, .. } => (
            Duration::from_secs(or_default(seconds, 86_400)),
            or_default(file_bytes, 104_857_600),
            Some(usize::try_from(or_default(files, 10)).unwrap_or(usize::MAX)),
        ),
    }
}

/// A session on its way.
struct Running {
    app: App,
    key: Key,
    wish: Wish,
    since: OffsetDateTime,
    /// Machines whose agents answered at the start.
    active: Vec<Member>,
    plan: Arc<Plan>,
    file_bytes: u64,
    ring: Option<usize>,
}

/// What the agents left.
struct Delivery {
    /// Agents that still ran at the end.
    agents: usize,
    /// Whether all their files were written.
    stored: bool,
}

impl Running {
    fn new(app: App, key: Key, wish: Wish, members: Vec<Member>, since: OffsetDateTime) -> Self {
        let (session, file_bytes, ring) = limits(&wish.limits);
        let active = members.into_iter().filter(|member| member.agent).collect();
        let selection = Selection::new(&wish.filters);
        let plan = Arc::new(Plan { selection, bytes_per_packet: wish.bytes_per_packet, session });
        Self { app, key, wish, since, active, plan, file_bytes, ring }
    }

    async fn run(self, stop: &Stop) {
        let began = Instant::now();
        let pace = self.app.pace;
        let (end, reason) = self.planned_end().await;
        let left = end.saturating_sub(pace.passed(began));
        let (end, reason) = tokio::select! {
            () = tokio::time::sleep(pace.real(left)) => (end, reason),
            () = stop.wanted.notified() => (pace.passed(began).min(end), MANUAL),
        };
        let delay = self.app.settings.lock().upload_delay_seconds;
        if delay > 0.0 {
            self.conclude(reason, &Delivery { agents: self.active.len(), stored: true });
            stop.ended.notify_waiters();
            tokio::time::sleep(Duration::try_from_secs_f64(delay).unwrap_or_default()).await;
        }
        let delivery = self.deliver(end).await;
        self.conclude(reason, &delivery);
        stop.ended.notify_waiters();
    }

    /// The time limit, or earlier when every machine's file is full.
    async fn planned_end(&self) -> (Duration, &'static str) {
        let by_time = (self.plan.session, TIME_EXCEEDED);
        if self.ring.is_some() {
            return by_time;
        }
        let mut latest = Duration::ZERO;
        let limit = self.file_bytes;
        for member in &self.active {
            let full = blocking(&self.app, &self.plan, member, move |replay| replay.full_at(limit)).await;
            match full.flatten() {
                Some(full) => latest = latest.max(full),
                None => return by_time,
            }
        }
        (latest.min(self.plan.session), SIZE_EXCEEDED)
    }

    /// Writes the files, one machine after the other, so that a thousand of them need no more memory than one.
    async fn deliver(&self, end: Duration) -> Delivery {
        let (agents, account, place) = self.destination();
        let mut delivery = Delivery { agents: agents.len(), stored: true };
        if self.wish.storage_id.is_none() {
            return delivery;
        }
        let (Some(account), Some(place)) = (account, place) else {
            delivery.stored = false;
            return delivery;
        };
        let (since, file_bytes, ring) = (self.since, self.file_bytes, self.ring);
        for member in &agents {
            let files = blocking(&self.app, &self.plan, member, move |replay| {
                replay.files(since, end, file_bytes, ring)
            });
            let files = files.await.unwrap_or_default();
            delivery.stored &= upload(&self.app, &account, &place, &member.name, files, ring.is_some()).await;
        }
        delivery
    }

    /// As long as some machine delivers, the session as a whole did not fail.
    fn conclude(&self, reason: &'static str, delivery: &Delivery) {
        let mut world = self.app.world.lock();
        let silent = members(&world, &self.wish).iter().any(|member| !member.agent);
        let mut errors = Vec::new();
        if silent {
            errors.push(AGENT_STOPPED);
        }
        if !delivery.stored {
            errors.push(STORAGE_FAILED);
        }
        let status = if delivery.stored && delivery.agents > 0 { "Stopped" } else { "Error" };
        if let Some((_, capture)) = self.key.find(&mut world) {
            capture.session = Session::Ended { since: self.since, status, reason: Some(reason), errors };
        }
    }

    /// The members whose agents still run, and where the files go.
    fn destination(&self) -> (Vec<Member>, Option<StorageAccount>, Option<Place>) {
        let Self { key, wish, active, since, .. } = self;
        let mut world = self.app.world.lock();
        let storage_path =
            key.find(&mut world).map(|(_, capture)| capture.storage_path.clone()).unwrap_or_default();
        let still: Vec<Member> = {
            let now = members(&world, wish);
            active
                .iter()
                .filter(|member| now.iter().any(|one| one.name == member.name && one.agent))
                .cloned()
                .collect()
        };
        let location = match wish.target_type {
            TargetType::AzureVm => world.machine(&wish.target).map(|(_, machine)| machine.location.clone()),
            TargetType::AzureVmss => world.scale_set(&wish.target).map(|(_, set)| set.location.clone()),
        };
        // What Azure demands of an account; without it the session ends with StorageFailed.
        let account = wish.storage_id.as_deref().and_then(|id| world.storage_account(id)).filter(|account| {
            account.sku.starts_with("Standard")
                && account.shared_key_allowed()
                && account.public_network_access != "Disabled"
                && account.default_network_action != "Deny"
                && location.as_deref().is_some_and(|location| same(location, &account.location))
        });
        let many = wish.target_type == TargetType::AzureVmss
            && (active.len() > 1 || !storage_path.to_lowercase().ends_with(".cap"));
        let place = account
            .and_then(|account| Place::parse(&world, wish, &storage_path, &account.name, many, *since));
        (still, account.cloned(), place)
    }
}

/// What all machines' replays have in common.
struct Plan {
    selection: Selection,
    bytes_per_packet: u64,
    session: Duration,
}

/// Computes with a machine's traffic off the runtime's threads.
async fn blocking<T: Send + 'static>(
    app: &App,
    plan: &Arc<Plan>,
    member: &Member,
    work: impl FnOnce(&Replay<'_>) -> T + Send + 'static,
) -> Option<T> {
    let (app, plan, member) = (app.clone(), plan.clone(), member.clone());
    tokio::task::spawn_blocking(move || {
        work(&Replay {
            recording: app.recordings.of(member.place, member.troubled),
            address: member.address,
            selection: &plan.selection,
            bytes_per_packet: plan.bytes_per_packet,
            session: plan.session,
        })
    })
    .await
    .ok()
}

/// Whether all of a machine's files were written.
async fn upload(
    app: &App,
    account: &StorageAccount,
    place: &Place,
    machine: &str,
    files: Vec<Vec<u8>>,
    ring: bool,
) -> bool {
    for (n, content) in files.into_iter().enumerate() {
        let blob = place.blob(machine, ring.then_some(n + 1));
        if let Err(error) = app.store.put(account, &place.container, &blob, content).await {
            tracing::warn!(%error, "an agent could not write its file");
            return false;
        }
    }
    true
}

//! One verb a file. The session and the command line call the same handlers.

mod account;
mod capture;
mod context;
mod delete;
mod doctor;
mod fix;
mod hello;
mod list;
mod settings;
mod start;
mod status;
mod stop;
mod summarise;
mod verify_flow;
mod watch;

pub use capture::describe;
pub use start::plan;
pub use summarise::{Filtering, Kept, Outcome, Source, summarise_sources};

use std::sync::{Arc, PoisonError, RwLock};
use wasm_core::protocol::{Answer, CaptureRef, ErrorCode, Event, Request, Step, Target};
use wasm_core::words::Language;

use crate::azure::{Azure, Session, capture::Ground};
use crate::config::Config;
use crate::connection::{Listener, RelayDesk};
use crate::problem::{Problem, Result};

/// What lives as long as the process.
pub struct Helper {
    config: RwLock<Config>,
    pub azure: Azure,
    pub relay: RelayDesk,
    watches: watch::Watches,
}

impl Helper {
    pub fn new(config: Config) -> Self {
        Self {
            azure: Azure::new(&config),
            relay: RelayDesk::default(),
            watches: watch::Watches::default(),
            config: RwLock::new(config),
        }
    }

    pub fn config(&self) -> Config {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn configure(&self, config: Config) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
    }
}

impl std::fmt::Debug for Helper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Helper").finish_non_exhaustive()
    }
}

/// One running request: the helper, the language of its caller, and where its events go. Cheap to clone.
#[derive(Clone)]
pub struct Call {
    pub helper: Arc<Helper>,
    pub language: Language,
    listener: Arc<dyn Listener>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Call {
    pub fn new(helper: Arc<Helper>, language: Language, listener: Arc<dyn Listener>) -> Self {
        Self { helper, language, listener }
    }

    pub async fn tell(&self, event: Event) {
        self.listener.hear(event).await;
    }

    pub async fn progress(&self, step: Step, done: u64, total: Option<u64>) {
        self.tell(Event::Progress { step, done, total }).await;
    }

    /// The account and cloud that a page's target belongs to.
    pub async fn session(&self, target: &Target) -> Result<Session> {
        let cloud = self.helper.config().cloud_of_page(&target.cloud);
        self.helper.azure.session(&cloud, target.tenant.as_deref()).await
    }

    async fn ground(&self, target: &Target) -> Result<(Session, Arc<Ground>)> {
        let session = self.session(target).await?;
        let ground = Ground::find(&session, &target.scale_set).await?;
        Ok((session, ground))
    }

    async fn capture_ground(&self, capture: &CaptureRef) -> Result<(Session, Arc<Ground>)> {
        self.ground(&capture.target).await
    }
}

/// Answers one request.
pub async fn answer(call: Call, request: Request) -> Result<Answer> {
    match request {
        Request::Hello { version, language } => hello::answer(&call, version, language),
        Request::Account { cloud, tenant } => account::account(&call, &cloud, tenant.as_deref()).await,
        Request::Context { target } => context::answer(&call, &target).await,
        Request::Fix { target, fix } => fix::answer(&call, &target, fix).await,
        Request::Start { target, request } => start::answer(&call, &target, &request).await,
        Request::List { target } => list::answer(&call, &target).await,
        Request::Status { capture } => status::answer(&call, &capture).await,
        Request::Watch { capture } => watch::answer(&call, &capture).await,
        Request::Stop { capture } => stop::answer(&call, &capture).await,
        Request::Delete { capture, files } => delete::answer(&call, &capture, files).await,
        Request::VerifyFlow { target, instance, flow } => {
            verify_flow::answer(&call, &target, &instance, &flow).await
        }
        Request::Doctor {} => doctor::answer(&call).await,
        Request::Settings {} => settings::settings(&call),
        Request::Configure { settings } => settings::configure(&call, &settings),
        other => Err(Problem::new(ErrorCode::UnknownVerb).with("verb", verb(&other))),
    }
}

/// The verb as on the wire.
fn verb(request: &Request) -> String {
    let value = serde_json::to_value(request).unwrap_or_default();
    value["verb"].as_str().unwrap_or_default().to_owned()
}

/// Verbs that [`answer`] knows; a page hides what is not among them.
const ANSWERED: &[&str] = &[
    "hello",
    "account",
    "context",
    "fix",
    "start",
    "list",
    "status",
    "watch",
    "stop",
    "delete",
    "verifyFlow",
    "doctor",
    "settings",
    "configure",
];

//! One verb a file. The session and the command line call the same handlers.

mod account;
mod capture;
mod context;
mod delete;
mod doctor;
mod download;
mod files;
mod fix;
mod hello;
mod list;
mod local;
mod settings;
mod start;
mod status;
mod stop;
mod summarise;
mod verify_flow;
mod watch;

pub use capture::describe;
pub use download::REPORTED_CONVERSATIONS;
pub use start::plan;
pub use summarise::{Filtering, Kept, Outcome, Source, summarise_sources};

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use wasm_core::protocol::{Answer, CaptureRef, Event, Request, Step, Target};
use wasm_core::words::Language;

use crate::azure::{Azure, Session, blobs::Blobs, capture::Ground};
use crate::config::Config;
use crate::connection::{Listener, RelayDesk};
use crate::download::{Downloads, Patience};
use crate::problem::{Problem, Result};

/// Pages give up after 15 minutes without a word; what rests for longer is told again meanwhile.
const REMINDER: Duration = Duration::from_secs(5 * 60);

/// What comes of `change`; None where nothing has changed for so long that who waits is told again how it stands.
async fn or_reminder<T>(change: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(REMINDER, change).await.ok()
}

/// What lives as long as the process.
pub struct Helper {
    config: RwLock<Config>,
    pub azure: Arc<Azure>,
    downloads: Mutex<Option<Downloads>>,
    pub relay: RelayDesk,
    watches: watch::Watches,
    /// Why nothing can be answered.
    trouble: Option<Problem>,
}

impl Helper {
    pub fn new(config: Config) -> Self {
        Self {
            trouble: None,
            azure: Arc::new(Azure::new(&config)),
            downloads: Mutex::default(),
            relay: RelayDesk::default(),
            watches: watch::Watches::default(),
            config: RwLock::new(config),
        }
    }

    /// A helper whose configuration cannot be used: it answers every request with the reason, so that the panel can
    /// tell it.
    pub fn troubled(problem: Problem) -> Self {
        Self { trouble: Some(problem), ..Self::new(Config::fallback()) }
    }

    pub fn config(&self) -> Config {
        self.config.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The transfers into the download folder. A changed folder counts when nothing runs in the old one.
    pub fn downloads(&self) -> Result<Downloads> {
        let config = self.config();
        let mut downloads = self.downloads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = downloads.as_ref().filter(|open| open.serves(config.downloads()) || open.busy()) {
            return Ok(open.clone());
        }
        let access = Arc::new(Blobs::new(self.azure.clone()));
        let opened = Downloads::open(config.downloads(), access, Patience::default())?;
        opened.limit(config.bandwidth());
        Ok(downloads.insert(opened).clone())
    }

    /// Brings what is being written to disk to a safe point; a later process goes on.
    pub async fn settle(&self) {
        let downloads = self.downloads.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(downloads) = downloads {
            downloads.leave().await;
        }
    }

    fn configure(&self, config: Config) {
        if let Some(downloads) = self.downloads.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            downloads.limit(config.bandwidth());
        }
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
    if let Some(problem) = &call.helper.trouble {
        return Err(problem.clone());
    }
    // A page that is closed meanwhile must not leave half of it behind.
    let _working = match effect(&request) {
        Some(effect) => Some(call.helper.relay.working(&effect).await),
        None => None,
    };
    match request {
        Request::Hello { version, language } => hello::answer(&call, version, language),
        Request::Account { cloud, tenant } => account::account(&call, &cloud, tenant.as_deref()).await,
        Request::SignIn { cloud, tenant, method } => {
            account::sign_in(&call, &cloud, tenant.as_deref(), method).await
        }
        Request::SignOut { cloud, tenant } => account::sign_out(&call, &cloud, tenant.as_deref()).await,
        Request::Context { target } => context::answer(&call, &target).await,
        Request::Fix { target, fix } => fix::answer(&call, &target, fix).await,
        Request::Start { target, request } => start::answer(&call, &target, &request).await,
        Request::List { target } => list::answer(&call, &target).await,
        Request::Status { capture } => status::answer(&call, &capture).await,
        Request::Watch { capture } => watch::answer(&call, &capture).await,
        Request::Stop { capture } => stop::answer(&call, &capture).await,
        Request::Delete { capture, files } => delete::answer(&call, &capture, files).await,
        Request::Files { capture } => files::answer(&call, &capture).await,
        Request::Download { capture, instances, options } => {
            download::download(&call, &capture, &instances, options).await
        }
        Request::Transfers {} => download::transfers(&call).await,
        Request::Follow { transfer } => download::follow(&call, &transfer).await,
        Request::Pause { transfer } => download::pause(&call, &transfer).await,
        Request::Resume { transfer } => download::resume(&call, &transfer).await,
        Request::Discard { transfer } => download::discard(&call, &transfer).await,
        Request::Summarise { files, conversations } => local::summarise(&call, &files, conversations).await,
        Request::Look { blob, packets } => local::look(&call, &blob, packets).await,
        Request::Read { file, offset, length } => local::read(&call, &file, offset, length).await,
        Request::DryRun { filters, files } => local::dry_run(&call, &filters, &files).await,
        Request::Open { file, with } => local::open(&call, &file, &with),
        Request::Export { files, format } => local::export(&call, &files, format).await,
        Request::Merge { files, name } => local::merge(&call, &files, &name).await,
        Request::VerifyFlow { target, instance, flow } => {
            verify_flow::answer(&call, &target, &instance, &flow).await
        }
        Request::Doctor {} => doctor::answer(&call).await,
        Request::Settings {} => settings::settings(&call),
        Request::Configure { settings } => settings::configure(&call, &settings),
    }
}

/// What a request does that counts also without anybody who waits for its answer; downloads and watches tell of
/// themselves.
fn effect(request: &Request) -> Option<String> {
    match request {
        Request::Start { target, .. } | Request::Fix { target, .. } => {
            Some(format!("change {}", target.scale_set))
        }
        Request::Stop { capture } | Request::Delete { capture, .. } => {
            Some(format!("change {}", capture.target.scale_set))
        }
        Request::Export { .. } | Request::Merge { .. } => Some("write".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_rests_is_told_again_before_pages_give_up() {
        let begun = tokio::time::Instant::now();
        assert_eq!(or_reminder(std::future::pending::<bool>()).await, None);
        assert!(begun.elapsed() < Duration::from_secs(900));
        assert_eq!(or_reminder(std::future::ready(false)).await, Some(false));
    }
}

//! The running simulator: what all its listeners share.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::agent::recordings::Recordings;
use crate::arm::operations::Operations;
use crate::blob::store::Store;
use crate::clock::Pace;
use crate::control::faults::Faults;
use crate::control::log::Log;
use crate::entra::assertion::Certificates;
use crate::entra::sign_in::SignIns;
use crate::entra::token::Tokens;
use crate::lock::Lock;
use crate::options::LroForm;
use crate::world::World;

pub type App = Arc<Sim>;

#[derive(Debug)]
pub struct Sim {
    pub pace: Pace,
    pub world: Lock<World>,
    pub settings: Lock<Settings>,
    pub endpoints: Box<Endpoints>,
    pub faults: Faults,
    pub log: Log,
    pub tokens: Tokens,
    pub sign_ins: SignIns,
    pub certificates: Certificates,
    pub operations: Operations,
    pub store: Store,
    pub recordings: Recordings,
}

/// The readiness line. Beyond the contract's members it tells what a test needs to get going.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    pub resource_manager: String,
    pub authority: String,
    pub blob: String,
    pub portal: String,
    pub ca: PathBuf,
    pub tenant: String,
    pub subscription: String,
    pub scale_set: String,
    pub portal_spki: String,
    pub control: String,
    pub client_id: String,
    pub client_secret: String,
    pub identity_endpoint: String,
    pub identity_header: String,
}

/// What can be changed while it runs (`/__sim/settings`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    pub lro: LroForm,
    /// How long a long-running operation takes, in real seconds.
    pub operation_seconds: f64,
    /// `Retry-After` of operations; absent, where null (as before 2025).
    pub retry_after_seconds: Option<u64>,
    /// Poll URLs with `t`, `c`, `s` and `h`, 3.3 kB long, as since 2025.
    pub long_poll_urls: bool,
    pub status_form: StatusForm,
    pub token_seconds: i64,
    pub device_codes: DeviceCodes,
    pub sign_in: SignInForm,
    /// Who signs people in, as the cloud's metadata say.
    pub identity_provider: IdentityProvider,
    pub rolling_upgrades: RollingUpgrades,
    /// What the quota headers say is left; they count down from Azure's quotas, where null.
    pub remaining_requests: Option<u64>,
    /// Instances and machines a page.
    pub page_size: usize,
    /// How long after the end of a session its files arrive, in real seconds.
    pub upload_delay_seconds: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StatusForm {
    /// As recorded: at once for a stopped capture, else 202.
    Recorded,
    Direct,
    Accepted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceCodes {
    /// Approved between the first and the second poll.
    Auto,
    /// Wait for `/__sim/devicecodes/{code}/approve|deny`.
    Manual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInForm {
    /// The authorize page redirects at once, as with one signed-in account.
    Redirect,
    /// It asks for a click first.
    Page,
    /// The user declines.
    Deny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdentityProvider {
    #[serde(rename = "AAD")]
    Entra,
    /// As on some installations of Azure Stack Hub.
    #[serde(rename = "ADFS")]
    Adfs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RollingUpgrades {
    /// Batch by batch, until all instances have the model.
    Complete,
    /// They end as `Faulted` after their first batch.
    Fault,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lro: LroForm::Recorded,
            operation_seconds: 0.8,
            retry_after_seconds: Some(1),
            long_poll_urls: true,
            status_form: StatusForm::Recorded,
            token_seconds: 3599,
            device_codes: DeviceCodes::Auto,
            sign_in: SignInForm::Redirect,
            identity_provider: IdentityProvider::Entra,
            rolling_upgrades: RollingUpgrades::Complete,
            remaining_requests: None,
            page_size: 100,
            upload_delay_seconds: 0.0,
        }
    }
}

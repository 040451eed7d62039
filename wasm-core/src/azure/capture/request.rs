use super::{CaptureLimits, CaptureName, CaptureSettings, Scope, SettingError, Storage};
use crate::{
    azure::{
        arm,
        resource::{ResourceId, ScaleSetId},
    },
    filter::CaptureFilters,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What is captured: a scale set, or one machine (Flexible orchestration: one capture for each machine).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    ScaleSet(ScaleSetId),
    VirtualMachine(ResourceId),
}

impl Target {
    /// `targetType`; absent it would mean AzureVM in Azure's own clients, so it is always sent.
    pub fn target_type(&self) -> arm::TargetType {
        match self {
            Self::ScaleSet(_) => arm::TargetType::AzureVMSS,
            Self::VirtualMachine(_) => arm::TargetType::AzureVM,
        }
    }
}

impl From<ScaleSetId> for Target {
    fn from(id: ScaleSetId) -> Self {
        Self::ScaleSet(id)
    }
}

impl FromStr for Target {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || SettingError::Target(text.chars().take(200).collect());
        let id: ResourceId = text.parse().map_err(|_| refuse())?;
        if id.is_type("Microsoft.Compute/virtualMachines") {
            return Ok(Self::VirtualMachine(id));
        }
        ScaleSetId::try_from(id).map(Self::ScaleSet).map_err(|_| refuse())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScaleSet(id) => id.fmt(f),
            Self::VirtualMachine(id) => id.fmt(f),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = SettingError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

/// One capture, ready to be started: every part is valid.
///
/// JSON: `{"name","target","scope"?,"filters"?,"settings"?,"storage"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RequestForm")]
pub struct CaptureRequest {
    name: CaptureName,
    target: Target,
    scope: Scope,
    filters: CaptureFilters,
    settings: CaptureSettings,
    storage: Storage,
}

#[derive(Deserialize)]
struct RequestForm {
    name: CaptureName,
    target: Target,
    #[serde(default)]
    scope: Scope,
    #[serde(default)]
    filters: CaptureFilters,
    #[serde(default)]
    settings: CaptureSettings,
    storage: Storage,
}

impl CaptureRequest {
    /// A capture of everything on all instances with Azure's own limits.
    pub fn new(name: CaptureName, target: impl Into<Target>, storage: Storage) -> Self {
        Self {
            name,
            target: target.into(),
            scope: Scope::All,
            filters: CaptureFilters::default(),
            settings: CaptureSettings::default(),
            storage,
        }
    }

    /// Refused for a single machine, which has no instances to choose among.
    pub fn with_scope(mut self, scope: Scope) -> Result<Self, SettingError> {
        if matches!(self.target, Target::VirtualMachine(_)) && scope != Scope::All {
            return Err(SettingError::ScopeOfMachine);
        }
        self.scope = scope;
        Ok(self)
    }

    pub fn with_filters(mut self, filters: CaptureFilters) -> Self {
        self.filters = filters;
        self
    }

    pub fn with_settings(mut self, settings: CaptureSettings) -> Self {
        self.settings = settings;
        self
    }

    pub fn name(&self) -> &CaptureName {
        &self.name
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub fn filters(&self) -> &CaptureFilters {
        &self.filters
    }

    pub fn settings(&self) -> &CaptureSettings {
        &self.settings
    }

    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// The same wish for another machine or scale set, under another name.
    pub fn retargeted(mut self, name: CaptureName, target: Target) -> Self {
        if matches!(target, Target::VirtualMachine(_)) {
            self.scope = Scope::All;
        }
        self.name = name;
        self.target = target;
        self
    }

    /// The body of the PUT; the name stands in the URL alone. Members without meaning are left out, as the az
    /// CLI does.
    pub fn to_arm(&self) -> arm::PacketCapture {
        let account = self.storage.account();
        let file = self.storage.file().map(|file| file.as_str().to_owned());
        let mut properties = arm::PacketCaptureProperties {
            target: Some(self.target.to_string()),
            target_type: Some(self.target.target_type()),
            scope: self.scope.to_arm(),
            bytes_to_capture_per_packet: Some(self.settings.bytes_per_packet()),
            filters: self.filters.to_inputs_if_any(),
            ..arm::PacketCaptureProperties::default()
        };
        let mut storage = arm::StorageLocation {
            storage_id: account.map(|account| account.account().to_string()),
            storage_path: account.and_then(|account| account.path().map(str::to_owned)),
            ..arm::StorageLocation::default()
        };
        match self.settings.limits() {
            CaptureLimits::Session(session) => {
                properties.total_bytes_per_session = Some(session.bytes());
                properties.time_limit_in_seconds = Some(session.seconds());
                storage.file_path = file;
            }
            CaptureLimits::Ring(ring) => {
                properties.continuous_capture = Some(ring.continuous());
                properties.capture_settings = Some(arm::CaptureSettings {
                    file_count: Some(ring.file_count()),
                    file_size_in_bytes: Some(ring.file_bytes()),
                    session_time_limit_in_seconds: Some(ring.seconds()),
                });
                // `filePath` is invalid as soon as `continuousCapture` is given.
                storage.local_path = file;
            }
        }
        properties.storage_location = Some(storage);
        arm::PacketCapture { properties }
    }
}

impl TryFrom<RequestForm> for CaptureRequest {
    type Error = SettingError;

    fn try_from(form: RequestForm) -> Result<Self, Self::Error> {
        // Existing captures may have any name, a new one keeps to the rule.
        let name = form.name.as_str().parse()?;
        Self::new(name, form.target, form.storage)
            .with_filters(form.filters)
            .with_settings(form.settings)
            .with_scope(form.scope)
    }
}

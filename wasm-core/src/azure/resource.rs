//! Azure resource ids: parsed once, compared ignoring case, printed in the documented casing.

use crate::words::{InWords, Sentence};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};
use uuid::Uuid;

const COMPUTE: &str = "Microsoft.Compute";
const SCALE_SETS: &str = "virtualMachineScaleSets";
const MACHINES: &str = "virtualMachines";
/// ARM allows 2,048 characters and less; anything longer is no id.
const MAX_LENGTH: usize = 4096;

/// Why a text is not the wanted resource id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceIdError {
    #[error(
        "a resource id starts with /subscriptions/GUID/resourceGroups/NAME/providers/NAMESPACE/TYPE/NAME"
    )]
    Form,
    #[error("{0:?} is not a subscription id (GUID)")]
    Subscription(String),
    #[error("{0:?} is not a resource name")]
    Name(String),
    #[error("the id names a {found}, not a {expected}")]
    Type { expected: &'static str, found: String },
}

impl InWords for ResourceIdError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Form => Sentence::new("capture-id-form"),
            Self::Subscription(text) => Sentence::new("capture-id-subscription").with("value", text.as_str()),
            Self::Name(text) => Sentence::new("capture-id-name").with("value", text.as_str()),
            Self::Type { expected, found } => {
                Sentence::new("capture-id-type").with("expected", *expected).with("found", found.as_str())
            }
        }
    }
}

/// Any resource in a resource group: `/subscriptions/S/resourceGroups/G/providers/N/T/NAME[/T/NAME…]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId {
    subscription: Uuid,
    resource_group: String,
    provider: String,
    /// `(type, name)`, at least one.
    path: Vec<(String, String)>,
}

impl ResourceId {
    /// A top-level resource, e.g. `("Microsoft.Network", "networkWatchers", "NetworkWatcher_westeurope")`.
    pub fn new(
        subscription: Uuid,
        resource_group: &str,
        provider: &str,
        kind: &str,
        name: &str,
    ) -> Result<Self, ResourceIdError> {
        Ok(Self {
            subscription,
            resource_group: segment(resource_group)?,
            provider: segment(provider)?,
            path: vec![(segment(kind)?, segment(name)?)],
        })
    }

    /// A resource under this one, e.g. `.child("packetCaptures", "capture-1")`.
    pub fn child(&self, kind: &str, name: &str) -> Result<Self, ResourceIdError> {
        let mut child = self.clone();
        child.path.push((segment(kind)?, segment(name)?));
        Ok(child)
    }

    pub fn subscription(&self) -> Uuid {
        self.subscription
    }

    pub fn resource_group(&self) -> &str {
        &self.resource_group
    }

    /// The resource provider's namespace, e.g. `Microsoft.Storage`.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The last segment.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", |(_, name)| name)
    }

    /// The whole type, e.g. `Microsoft.Network/networkWatchers/packetCaptures`.
    pub fn resource_type(&self) -> String {
        let mut text = self.provider.clone();
        for (kind, _) in &self.path {
            text.push('/');
            text.push_str(kind);
        }
        text
    }

    pub fn is_type(&self, resource_type: &str) -> bool {
        self.resource_type().eq_ignore_ascii_case(resource_type)
    }

    /// The resource that this one is part of: the network watcher of a packet capture.
    pub fn parent(&self) -> Option<Self> {
        let mut parent = self.clone();
        parent.path.pop();
        (!parent.path.is_empty()).then_some(parent)
    }
}

impl FromStr for ResourceId {
    type Err = ResourceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(ResourceIdError::Form);
        }
        let text = text.strip_prefix('/').ok_or(ResourceIdError::Form)?;
        let mut parts = text.strip_suffix('/').unwrap_or(text).split('/');
        let keyword = |part: Option<&str>, word: &str| match part {
            Some(part) if part.eq_ignore_ascii_case(word) => Ok(()),
            _ => Err(ResourceIdError::Form),
        };
        keyword(parts.next(), "subscriptions")?;
        let subscription = parts.next().ok_or(ResourceIdError::Form)?;
        let subscription = Uuid::try_parse(subscription)
            .map_err(|_| ResourceIdError::Subscription(shorten(subscription)))?;
        keyword(parts.next(), "resourceGroups")?;
        let resource_group = segment(parts.next().ok_or(ResourceIdError::Form)?)?;
        keyword(parts.next(), "providers")?;
        let provider = segment(parts.next().ok_or(ResourceIdError::Form)?)?;
        let mut path = Vec::new();
        while let Some(kind) = parts.next() {
            let name = parts.next().ok_or(ResourceIdError::Form)?;
            path.push((segment(kind)?, segment(name)?));
        }
        if path.is_empty() {
            return Err(ResourceIdError::Form);
        }
        Ok(Self { subscription, resource_group, provider, path })
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "/subscriptions/{}/resourceGroups/{}/providers/{}",
            self.subscription, self.resource_group, self.provider
        )?;
        self.path.iter().try_for_each(|(kind, name)| write!(f, "/{kind}/{name}"))
    }
}

/// A virtual machine scale set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScaleSetId {
    subscription: Uuid,
    resource_group: String,
    name: String,
}

impl ScaleSetId {
    pub fn new(subscription: Uuid, resource_group: &str, name: &str) -> Result<Self, ResourceIdError> {
        Ok(Self { subscription, resource_group: segment(resource_group)?, name: segment(name)? })
    }

    pub fn subscription(&self) -> Uuid {
        self.subscription
    }

    pub fn resource_group(&self) -> &str {
        &self.resource_group
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The full id of a Uniform instance, in the form that the service gives back in `scope`.
    pub fn instance(&self, instance: &InstanceId) -> String {
        format!("{self}/{MACHINES}/{}", instance.name())
    }
}

impl TryFrom<ResourceId> for ScaleSetId {
    type Error = ResourceIdError;

    fn try_from(id: ResourceId) -> Result<Self, Self::Error> {
        match id.path.as_slice() {
            [(kind, name)]
                if id.provider.eq_ignore_ascii_case(COMPUTE) && kind.eq_ignore_ascii_case(SCALE_SETS) =>
            {
                Ok(Self {
                    subscription: id.subscription,
                    resource_group: id.resource_group,
                    name: name.clone(),
                })
            }
            _ => Err(ResourceIdError::Type {
                expected: "Microsoft.Compute/virtualMachineScaleSets",
                found: id.resource_type(),
            }),
        }
    }
}

impl FromStr for ScaleSetId {
    type Err = ResourceIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<ResourceId>()?.try_into()
    }
}

impl fmt::Display for ScaleSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "/subscriptions/{}/resourceGroups/{}/providers/{COMPUTE}/{SCALE_SETS}/{}",
            self.subscription, self.resource_group, self.name
        )
    }
}

/// An instance of a scale set: its number (Uniform), its machine's name (Flexible) or a full id of either.
/// Azure takes the short form and gives the full one back, so instances compare by their last segment,
/// ignoring case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstanceId(String);

impl InstanceId {
    /// The last segment: `3` of `…/virtualMachineScaleSets/web/virtualMachines/3`.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InstanceId {
    type Err = ResourceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if !text.contains('/') {
            return segment(text).map(Self);
        }
        let id: ResourceId = text.parse()?;
        match id.path.as_slice() {
            [(set, _), (machine, _)]
                if set.eq_ignore_ascii_case(SCALE_SETS) && machine.eq_ignore_ascii_case(MACHINES) => {}
            [(machine, _)] if machine.eq_ignore_ascii_case(MACHINES) => {}
            _ => {
                return Err(ResourceIdError::Type { expected: "virtualMachines", found: id.resource_type() });
            }
        }
        Ok(Self(id.to_string()))
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq for InstanceId {
    fn eq(&self, other: &Self) -> bool {
        self.name().eq_ignore_ascii_case(other.name())
    }
}

impl Eq for InstanceId {}

impl Hash for InstanceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_ignoring_case(self.name(), state);
    }
}

/// By number where both are numbers, so that 10 comes after 9.
impl Ord for InstanceId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |id: &Self| {
            let name = id.name().to_ascii_lowercase();
            (name.parse::<u64>().unwrap_or(u64::MAX), name)
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for InstanceId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

macro_rules! id_text {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = ResourceIdError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}
id_text!(ResourceId, ScaleSetId, InstanceId);

macro_rules! id_equality {
    ($($name:ident),+) => {$(
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.to_string().eq_ignore_ascii_case(&other.to_string())
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                hash_ignoring_case(&self.to_string(), state);
            }
        }
    )+};
}
id_equality!(ResourceId, ScaleSetId);

fn hash_ignoring_case<H: Hasher>(text: &str, state: &mut H) {
    for byte in text.bytes() {
        state.write_u8(byte.to_ascii_lowercase());
    }
    state.write_u8(0xff);
}

/// A name inside an id. Azure's rules differ by type and all are narrower; this keeps out what could change
/// the meaning of a URL.
pub(crate) fn segment(text: &str) -> Result<String, ResourceIdError> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || "/\\?#&%<>\"'`{}|^;:,*=+$@!".contains(c);
    let refuse = || Err(ResourceIdError::Name(shorten(text)));
    match text {
        "" | "." | ".." => refuse(),
        _ if text.len() > 260 || text.chars().any(bad) => refuse(),
        _ => Ok(text.to_owned()),
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests;

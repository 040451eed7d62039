//! Scale sets and their instances, in both orchestration modes, and the agent extension on them.

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;
use wasm_core::azure::resource::{InstanceId, ScaleSetId};
use wasm_core::protocol::{AgentState, ErrorCode, Instance, Orchestration, OsType};

use super::arm::{Api, Arm};
use super::operation;
use crate::problem::Result;

/// The agent is found by these, never by the extension's name, which everybody chooses differently.
/// Source: <https://learn.microsoft.com/azure/network-watcher/network-watcher-agent-linux>.
const AGENT_PUBLISHER: &str = "Microsoft.Azure.NetworkWatcher";
const AGENT_VERSION: &str = "1.4";
/// The name that the portal gives it.
const AGENT_NAME: &str = "AzureNetworkWatcherExtension";
/// Compute takes long lists; small batches keep most of a set on its model while one fails.
pub const UPGRADE_BATCH: usize = 50;

#[derive(Debug, Deserialize)]
pub struct ScaleSet {
    pub id: ScaleSetId,
    pub location: String,
    #[serde(default)]
    tags: Option<BTreeMap<String, String>>,
    #[serde(default)]
    sku: Sku,
    #[serde(default)]
    properties: SetProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sku {
    capacity: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SetProperties {
    orchestration_mode: Option<String>,
    upgrade_policy: Option<UpgradePolicy>,
    virtual_machine_profile: Option<Profile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UpgradePolicy {
    mode: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Profile {
    storage_profile: Option<StorageProfile>,
    extension_profile: Option<ExtensionProfile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct StorageProfile {
    os_disk: Option<OsDisk>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OsDisk {
    os_type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExtensionProfile {
    extensions: Vec<Extension>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Extension {
    properties: ExtensionProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ExtensionProperties {
    publisher: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    provisioning_state: Option<String>,
}

impl Extension {
    fn is_agent(&self) -> bool {
        let is = |text: &Option<String>, wanted: &str| {
            text.as_deref()
                .is_some_and(|text| text.to_ascii_lowercase().starts_with(&wanted.to_ascii_lowercase()))
        };
        is(&self.properties.publisher, AGENT_PUBLISHER) && is(&self.properties.kind, "NetworkWatcherAgent")
    }
}

impl ScaleSet {
    pub async fn get(arm: &Arm, id: &ScaleSetId) -> Result<Self> {
        arm.get(&id.to_string(), Api::Compute, &[]).await.map_err(|problem| match problem.code {
            ErrorCode::NotFound => problem.renamed(ErrorCode::ScaleSetGone).with("scaleSet", id.name()),
            _ => problem,
        })
    }

    pub fn orchestration(&self) -> Orchestration {
        match self.properties.orchestration_mode.as_deref() {
            Some(mode) if mode.eq_ignore_ascii_case("Flexible") => Orchestration::Flexible,
            _ => Orchestration::Uniform,
        }
    }

    pub fn os(&self) -> Option<OsType> {
        let profile = self.properties.virtual_machine_profile.as_ref()?;
        os_type(profile.storage_profile.as_ref()?.os_disk.as_ref()?)
    }

    /// How many instances it is to have.
    pub fn capacity(&self) -> Option<u64> {
        self.sku.capacity
    }

    /// `Manual`, `Automatic` or `Rolling`.
    pub fn upgrade_policy(&self) -> &str {
        self.properties.upgrade_policy.as_ref().and_then(|policy| policy.mode.as_deref()).unwrap_or("Manual")
    }

    pub fn agent_on_model(&self) -> bool {
        let profile = self.properties.virtual_machine_profile.as_ref();
        let extensions = profile.and_then(|profile| profile.extension_profile.as_ref());
        extensions.is_some_and(|profile| profile.extensions.iter().any(Extension::is_agent))
    }

    /// AKS marks the scale sets of its node pools with tags, and puts them into groups named `MC_…`.
    pub fn aks_owned(&self) -> bool {
        let tags = self.tags.iter().flatten();
        let mut names = tags.map(|(name, _)| name.to_ascii_lowercase());
        let group = self.id.resource_group().to_ascii_uppercase().starts_with("MC_");
        names.any(|name| name.starts_with("aks-managed-"))
            || (group && self.id.name().to_ascii_lowercase().starts_with("aks"))
    }
}

fn os_type(disk: &OsDisk) -> Option<OsType> {
    match disk.os_type.as_deref()? {
        text if text.eq_ignore_ascii_case("windows") => Some(OsType::Windows),
        text if text.eq_ignore_ascii_case("linux") => Some(OsType::Linux),
        _ => None,
    }
}

/// A machine of either kind, as Compute lists it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    pub id: String,
    name: String,
    #[serde(default)]
    instance_id: Option<String>,
    #[serde(default)]
    resources: Option<Vec<Extension>>,
    #[serde(default)]
    properties: MachineProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct MachineProperties {
    latest_model_applied: Option<bool>,
    instance_view: Option<InstanceView>,
    storage_profile: Option<StorageProfile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InstanceView {
    statuses: Vec<Status>,
    vm_agent: Option<VmAgent>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    code: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct VmAgent {
    extension_handlers: Vec<Handler>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Handler {
    /// `PUBLISHER.TYPE`.
    #[serde(rename = "type")]
    kind: String,
}

impl Machine {
    pub fn os(&self) -> Option<OsType> {
        os_type(self.properties.storage_profile.as_ref()?.os_disk.as_ref()?)
    }

    /// A scale set's own number, or the machine's name.
    pub fn instance(&self) -> Option<InstanceId> {
        self.instance_id.as_deref().unwrap_or(&self.name).parse().ok()
    }

    fn agent(&self) -> AgentState {
        if let Some(agent) = self.resources.iter().flatten().find(|extension| extension.is_agent()) {
            return match agent.properties.provisioning_state.as_deref() {
                Some(state) if state.eq_ignore_ascii_case("Failed") => AgentState::Failed,
                _ => AgentState::Installed,
            };
        }
        let agent = self.properties.instance_view.as_ref().and_then(|view| view.vm_agent.as_ref());
        let prefix = format!("{AGENT_PUBLISHER}.NetworkWatcherAgent").to_ascii_lowercase();
        match agent {
            Some(agent) => {
                let mut handlers = agent.extension_handlers.iter();
                if handlers.any(|handler| handler.kind.to_ascii_lowercase().starts_with(&prefix)) {
                    AgentState::Installed
                } else {
                    AgentState::Missing
                }
            }
            // A machine without extensions lists none.
            None if self.instance_id.is_some() || self.resources.is_some() => AgentState::Missing,
            None => AgentState::Unknown,
        }
    }

    pub fn has_agent(&self) -> bool {
        self.agent() == AgentState::Installed
    }

    fn power(&self) -> Option<String> {
        let view = self.properties.instance_view.as_ref()?;
        view.statuses.iter().find_map(|status| status.code.strip_prefix("PowerState/")).map(str::to_owned)
    }

    pub fn describe(&self, addresses: Vec<IpAddr>) -> Option<Instance> {
        Some(Instance {
            id: self.instance()?,
            name: self.name.clone(),
            power: self.power(),
            agent: self.agent(),
            latest_model: self.properties.latest_model_applied.unwrap_or(true),
            addresses,
        })
    }
}

/// The instances of a Uniform scale set, with their extensions and power states.
pub async fn uniform_machines(arm: &Arm, id: &ScaleSetId) -> Result<Vec<Machine>> {
    arm.list(&format!("{id}/virtualMachines"), Api::Compute, &[("$expand", "instanceView")]).await
}

/// The virtual machines of a Flexible scale set. The filter is quoted as the service reads it, so that
/// `instanceView` can be expanded.
pub async fn flexible_machines(arm: &Arm, id: &ScaleSetId) -> Result<Vec<Machine>> {
    let path = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines",
        id.subscription(),
        id.resource_group()
    );
    let filter = format!("'virtualMachineScaleSet/id' eq '{id}'");
    arm.list(&path, Api::Compute, &[("$filter", &filter), ("$expand", "instanceView")]).await
}

#[derive(Deserialize)]
struct Interface {
    #[serde(default)]
    properties: InterfaceProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InterfaceProperties {
    virtual_machine: Option<Reference>,
    ip_configurations: Vec<IpConfiguration>,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct IpConfiguration {
    properties: IpProperties,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct IpProperties {
    #[serde(rename = "privateIPAddress")]
    private_ip_address: Option<String>,
}

/// Private addresses by machine id, lower-case.
pub type Addresses = BTreeMap<String, Vec<IpAddr>>;

/// One request for a whole Uniform set; for a Flexible one, the interfaces of the group.
pub async fn addresses(arm: &Arm, id: &ScaleSetId, orchestration: Orchestration) -> Result<Addresses> {
    let (path, api) = match orchestration {
        Orchestration::Uniform => (format!("{id}/networkInterfaces"), Api::ScaleSetNetwork),
        Orchestration::Flexible => {
            let group =
                format!("/subscriptions/{}/resourceGroups/{}", id.subscription(), id.resource_group());
            (format!("{group}/providers/Microsoft.Network/networkInterfaces"), Api::Network)
        }
    };
    let interfaces: Vec<Interface> = arm.list(&path, api, &[]).await?;
    let mut addresses = Addresses::new();
    for interface in interfaces {
        let Some(machine) = interface.properties.virtual_machine else { continue };
        let entry = addresses.entry(machine.id.to_ascii_lowercase()).or_default();
        let configurations = interface.properties.ip_configurations.into_iter();
        let found = configurations.filter_map(|ip| ip.properties.private_ip_address?.parse::<IpAddr>().ok());
        entry.extend(found);
    }
    Ok(addresses)
}

fn agent_extension(os: OsType) -> Value {
    let kind = match os {
        OsType::Linux => "NetworkWatcherAgentLinux",
        OsType::Windows => "NetworkWatcherAgentWindows",
    };
    json!({
        "publisher": AGENT_PUBLISHER,
        "type": kind,
        "typeHandlerVersion": AGENT_VERSION,
        "autoUpgradeMinorVersion": true,
        "enableAutomaticUpgrade": true,
    })
}

/// Puts the agent on the model of the scale set.
pub async fn install_agent_on_model(arm: &Arm, id: &ScaleSetId, os: OsType) -> Result<()> {
    let path = format!("{id}/extensions/{AGENT_NAME}");
    let answer = arm.put(&path, Api::Compute, &json!({ "properties": agent_extension(os) })).await?;
    operation::finish(arm, answer, "virtualMachineScaleSets/extensions").await?;
    Ok(())
}

/// Puts the agent on one virtual machine of a Flexible set.
pub async fn install_agent_on_machine(arm: &Arm, machine: String, location: &str, os: OsType) -> Result<()> {
    let path = format!("{machine}/extensions/{AGENT_NAME}");
    let body = json!({ "location": location, "properties": agent_extension(os) });
    let answer = arm.put(&path, Api::Compute, &body).await?;
    operation::finish(arm, answer, "virtualMachines/extensions").await?;
    Ok(())
}

/// Brings one batch of instances, at most [`UPGRADE_BATCH`], to the latest model.
pub async fn upgrade(arm: &Arm, id: &ScaleSetId, batch: &[InstanceId]) -> Result<()> {
    let names: Vec<&str> = batch.iter().map(InstanceId::name).collect();
    let body = json!({ "instanceIds": names });
    let answer = arm.act(&format!("{id}/manualupgrade"), Api::Compute, Some(&body)).await?;
    operation::finish(arm, answer, "manualupgrade").await?;
    Ok(())
}

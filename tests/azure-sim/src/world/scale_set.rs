//! Scale sets and their instances.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::description::ScaleSetDescription;
use super::extension::{Extension, installed};
use super::guest::Guest;
use super::machine::Machine;
use super::security_rule::SecurityRule;
use super::{Etag, OsType, Subscription};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Orchestration {
    #[default]
    Uniform,
    Flexible,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UpgradeMode {
    #[default]
    Manual,
    Automatic,
    Rolling,
}

#[derive(Debug)]
pub struct ScaleSet {
    pub group: String,
    pub name: String,
    pub location: String,
    pub os: OsType,
    pub orchestration: Orchestration,
    pub upgrade: UpgradeMode,
    pub tags: serde_json::Map<String, Value>,
    pub extensions: Vec<Extension>,
    /// Empty for Flexible sets, whose instances are machines.
    pub instances: Vec<Instance>,
    pub security_rules: Vec<SecurityRule>,
    pub rolling: Option<RollingUpgrade>,
    pub etag: Etag,
    unique_id: Uuid,
}

#[derive(Debug, Clone)]
pub struct Instance {
    pub id: String,
    pub latest_model: bool,
    pub guest: Guest,
}

#[derive(Debug, Clone)]
pub struct RollingUpgrade {
    pub started: String,
    pub finished: Option<String>,
    /// It ended after its first batch.
    pub faulted: bool,
}

impl ScaleSet {
    pub fn id(&self, subscription: &Subscription) -> String {
        subscription.resource(&self.group, "Microsoft.Compute", "virtualMachineScaleSets", &self.name)
    }

    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.id == id)
    }

    pub fn instance_mut(&mut self, id: &str) -> Option<&mut Instance> {
        self.instances.iter_mut().find(|instance| instance.id == id)
    }

    pub fn capacity(&self, subscription: &Subscription) -> usize {
        match self.orchestration {
            Orchestration::Uniform => self.instances.len(),
            Orchestration::Flexible => {
                let id = self.id(subscription);
                let members = subscription.machines.iter();
                members
                    .filter(|machine| machine.scale_set.as_deref().is_some_and(|set| super::same(set, &id)))
                    .count()
            }
        }
    }

    /// The model's extensions come onto an instance, and it is up to date.
    pub fn apply_model(&mut self, instance: &str) {
        let extensions = installed(&self.extensions);
        if let Some(instance) = self.instance_mut(instance) {
            instance.guest.extensions = extensions;
            instance.guest.agent_running = instance.guest.agent_running || instance.guest.agent_installed();
            instance.latest_model = true;
        }
    }

    pub fn outdate_instances(&mut self) {
        for instance in &mut self.instances {
            instance.latest_model = false;
        }
    }

    pub fn arm(&self, subscription: &Subscription) -> Value {
        let id = self.id(subscription);
        let mut upgrade = json!({ "mode": self.upgrade });
        if self.upgrade != UpgradeMode::Manual {
            upgrade["rollingUpgradePolicy"] = json!({
                "maxBatchInstancePercent": 20, "maxUnhealthyInstancePercent": 20,
                "maxUnhealthyUpgradedInstancePercent": 20, "pauseTimeBetweenBatches": "PT0S", "maxSurge": false,
                "rollbackFailedInstancesOnPolicyBreach": false,
            });
        }
        let os_profile = match self.os {
            OsType::Linux => json!({
                "computerNamePrefix": self.name, "adminUsername": "azureuser", "allowExtensionOperations": true,
                "requireGuestProvisionSignal": true, "secrets": [],
                "linuxConfiguration": { "disablePasswordAuthentication": true, "provisionVMAgent": true },
            }),
            OsType::Windows => json!({
                "computerNamePrefix": self.name, "adminUsername": "azureuser", "allowExtensionOperations": true,
                "requireGuestProvisionSignal": true, "secrets": [],
                "windowsConfiguration": { "provisionVMAgent": true, "enableAutomaticUpdates": true },
            }),
        };
        let image = match self.os {
            OsType::Linux => json!({ "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server",
                                     "version": "latest" }),
            OsType::Windows => json!({ "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer",
                                       "sku": "2022-datacenter-azure-edition", "version": "latest" }),
        };
        let subnet = format!(
            "{}/subnets/{}",
            subscription.resource(&self.group, "Microsoft.Network", "virtualNetworks", "shop-vnet"),
            self.name
        );
        let extensions: Vec<Value> = self.extensions.iter().map(Extension::arm_within_model).collect();
        json!({
            "name": self.name, "id": id, "type": "Microsoft.Compute/virtualMachineScaleSets",
            "location": self.location, "tags": self.tags, "etag": self.etag.as_str(),
            "sku": { "name": "Standard_D2s_v5", "tier": "Standard", "capacity": self.capacity(subscription) },
            "properties": {
                "singlePlacementGroup": self.orchestration == Orchestration::Uniform,
                "orchestrationMode": self.orchestration,
                "upgradePolicy": upgrade,
                "virtualMachineProfile": {
                    "osProfile": os_profile,
                    "storageProfile": {
                        "osDisk": { "osType": self.os, "createOption": "FromImage", "caching": "ReadWrite",
                                    "managedDisk": { "storageAccountType": "Premium_LRS" }, "diskSizeGB": 30 },
                        "imageReference": image,
                    },
                    "networkProfile": { "networkInterfaceConfigurations": [{
                        "name": format!("{}-nic", self.name),
                        "properties": {
                            "primary": true, "enableIPForwarding": false,
                            "networkSecurityGroup": { "id": subscription.resource(
                                &self.group, "Microsoft.Network", "networkSecurityGroups", &format!("{}-nsg", self.name)) },
                            "ipConfigurations": [{ "name": "primary", "properties": {
                                "primary": true, "privateIPAddressVersion": "IPv4", "subnet": { "id": subnet } } }],
                        },
                    }] },
                    "extensionProfile": { "extensions": extensions },
                },
                "provisioningState": "Succeeded", "overprovision": false, "doNotRunExtensionsOnOverprovisionedVMs": false,
                "uniqueId": self.unique_id, "platformFaultDomainCount": 5, "timeCreated": "2024-03-01T08:05:00.0000000+00:00",
            },
        })
    }

    /// The aggregate counts of `/instanceView`.
    pub fn arm_instance_view(&self, subscription: &Subscription) -> Value {
        let count = self.capacity(subscription);
        json!({
            "virtualMachine": { "statusesSummary": [
                { "code": "ProvisioningState/succeeded", "count": count },
                { "code": "PowerState/running", "count": count },
            ] },
            "extensions": self.extensions.iter().map(|extension| json!({
                "name": extension.name,
                "statusesSummary": [{ "code": "ProvisioningState/succeeded", "count": count }],
            })).collect::<Vec<_>>(),
            "statuses": [{ "code": "ProvisioningState/succeeded", "level": "Info",
                           "displayStatus": "Provisioning succeeded" }],
            "orchestrationServices": [],
        })
    }

    pub fn arm_instance(&self, subscription: &Subscription, instance: &Instance, with_view: bool) -> Value {
        const KIND: &str = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines";
        let id = format!("{}/virtualMachines/{}", self.id(subscription), instance.id);
        let computer = format!("{}{:0>6}", self.name, instance.id);
        let mut vm = json!({
            "name": format!("{}_{}", self.name, instance.id), "id": id, "type": KIND, "location": self.location,
            "tags": self.tags, "instanceId": instance.id,
            "sku": { "name": "Standard_D2s_v5", "tier": "Standard" },
            "properties": {
                "latestModelApplied": instance.latest_model, "provisioningState": "Succeeded",
                "vmId": instance.guest.vm_id, "modelDefinitionApplied": "VirtualMachineScaleSet",
                "hardwareProfile": { "vmSize": "Standard_D2s_v5" },
                "osProfile": { "computerName": computer, "adminUsername": "azureuser",
                               "allowExtensionOperations": true },
                "storageProfile": { "osDisk": { "osType": self.os, "createOption": "FromImage" } },
                "networkProfile": { "networkInterfaces": [{ "id": format!("{id}/networkInterfaces/{}-nic", self.name) }] },
            },
            "resources": instance.guest.extensions.iter()
                .map(|extension| extension.arm_on_machine(&id, KIND, &self.location)).collect::<Vec<_>>(),
        });
        if with_view {
            vm["properties"]["instanceView"] = instance.guest.instance_view(&computer, self.os);
        }
        vm
    }

    pub fn arm_interface(&self, subscription: &Subscription, instance: &Instance) -> Value {
        let machine = format!("{}/virtualMachines/{}", self.id(subscription), instance.id);
        json!({
            "name": format!("{}-nic", self.name), "id": format!("{machine}/networkInterfaces/{}-nic", self.name),
            "etag": self.etag.as_str(),
            "properties": {
                "provisioningState": "Succeeded", "primary": true, "virtualMachine": { "id": machine },
                "ipConfigurations": [{ "name": "primary", "properties": {
                    "privateIPAddress": instance.guest.address, "privateIPAddressVersion": "IPv4",
                    "privateIPAllocationMethod": "Dynamic", "primary": true, "provisioningState": "Succeeded" } }],
            },
        })
    }
}

/// Makes a scale set from its description, with its machines where it is Flexible.
pub fn build(subscription_id: &str, given: ScaleSetDescription) -> (ScaleSet, Vec<Machine>) {
    let model: Vec<Extension> = if given.agent { vec![Extension::agent(given.os)] } else { Vec::new() };
    let mut guests = (0..given.instances).map(|n| {
        let id = n.to_string();
        let address =
            Ipv4Addr::from(u32::from(given.first_address).wrapping_add(u32::try_from(n).unwrap_or(0)));
        let has_agent = !given.without_agent.contains(&id);
        let extensions = if has_agent { model.clone() } else { Vec::new() };
        let guest =
            Guest::new(address, extensions, !given.agent_stopped.contains(&id), given.troubled.contains(&id));
        (id, has_agent || model.is_empty(), guest)
    });
    let mut tags = serde_json::Map::new();
    if given.aks {
        tags.insert("aks-managed-poolName".to_owned(), json!("nodepool1"));
        tags.insert("aks-managed-orchestrator".to_owned(), json!("Kubernetes:1.33.2"));
    }
    let set_id = format!(
        "/subscriptions/{subscription_id}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachineScaleSets/{}",
        given.group, given.name
    );
    let (instances, machines) = match given.orchestration {
        Orchestration::Uniform => (
            guests.map(|(id, latest_model, guest)| Instance { id, latest_model, guest }).collect(),
            Vec::new(),
        ),
        Orchestration::Flexible => {
            let machines = guests.by_ref().map(|(id, _, guest)| Machine {
                group: given.group.clone(),
                name: format!("{}_{}", given.name, flexible_suffix(&id)),
                location: given.location.clone(),
                os: given.os,
                scale_set: Some(set_id.clone()),
                guest,
            });
            (Vec::new(), machines.collect())
        }
    };
    let set = ScaleSet {
        group: given.group.clone(),
        name: given.name.clone(),
        location: given.location.clone(),
        os: given.os,
        orchestration: given.orchestration,
        upgrade: given.upgrade,
        tags,
        extensions: model.clone(),
        instances,
        security_rules: given.security_rules.clone(),
        rolling: None,
        etag: Etag::fresh(),
        unique_id: Uuid::new_v4(),
    };
    (set, machines)
}

/// Azure names the machines of a Flexible set by eight characters; ours are the same in every run.
fn flexible_suffix(id: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(id).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

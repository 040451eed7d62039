//! Ordinary virtual machines, in a Flexible scale set or not.

use serde_json::{Value, json};

use super::guest::Guest;
use super::{OsType, Subscription};

/// An ordinary virtual machine, in a Flexible scale set or not.
#[derive(Debug, Clone)]
pub struct Machine {
    pub group: String,
    pub name: String,
    pub location: String,
    pub os: OsType,
    /// ARM id of its Flexible scale set.
    pub scale_set: Option<String>,
    pub guest: Guest,
}

impl Machine {
    pub fn id(&self, subscription: &Subscription) -> String {
        subscription.resource(&self.group, "Microsoft.Compute", "virtualMachines", &self.name)
    }

    pub fn arm(&self, subscription: &Subscription, with_view: bool) -> Value {
        const KIND: &str = "Microsoft.Compute/virtualMachines";
        let id = self.id(subscription);
        let mut vm = json!({
            "name": self.name, "id": id, "type": KIND, "location": self.location, "tags": {},
            "properties": {
                "provisioningState": "Succeeded", "vmId": self.guest.vm_id,
                "hardwareProfile": { "vmSize": "Standard_D2s_v5" },
                "osProfile": { "computerName": self.name, "adminUsername": "azureuser",
                               "allowExtensionOperations": true },
                "storageProfile": { "osDisk": { "osType": self.os, "createOption": "FromImage" } },
                "networkProfile": { "networkInterfaces": [{ "id": subscription.resource(
                    &self.group, "Microsoft.Network", "networkInterfaces", &format!("{}-nic", self.name)) }] },
            },
            "resources": self.guest.extensions.iter()
                .map(|extension| extension.arm_on_machine(&id, KIND, &self.location)).collect::<Vec<_>>(),
        });
        if let Some(set) = &self.scale_set {
            vm["properties"]["virtualMachineScaleSet"] = json!({ "id": set });
        }
        if with_view {
            vm["properties"]["instanceView"] = self.guest.instance_view(&self.name, self.os);
        }
        vm
    }
}

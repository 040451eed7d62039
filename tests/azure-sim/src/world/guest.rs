//! The simulated operating system of an instance or machine.

use std::net::Ipv4Addr;

use serde_json::{Value, json};
use uuid::Uuid;

use super::OsType;
use super::extension::Extension;

/// What the simulated operating system of a machine has, whether it is an instance or a single VM.
#[derive(Debug, Clone)]
pub struct Guest {
    pub address: Ipv4Addr,
    pub extensions: Vec<Extension>,
    pub agent_running: bool,
    pub troubled: bool,
    pub vm_id: Uuid,
}

impl Guest {
    pub fn new(address: Ipv4Addr, extensions: Vec<Extension>, agent_running: bool, troubled: bool) -> Self {
        Self { address, extensions, agent_running, troubled, vm_id: Uuid::new_v4() }
    }

    pub fn agent_installed(&self) -> bool {
        self.extensions.iter().any(Extension::is_agent)
    }

    pub fn instance_view(&self, computer: &str, os: OsType) -> Value {
        let handlers: Vec<Value> = self
            .extensions
            .iter()
            .map(|extension| {
                json!({
                    "type": format!("{}.{}", extension.publisher, extension.kind),
                    "typeHandlerVersion": full_version(extension),
                    "status": if extension.is_agent() && !self.agent_running {
                        json!({ "code": "ProvisioningState/failed/-1", "level": "Error", "displayStatus": "Not Ready",
                                "message": "The handler does not report." })
                    } else {
                        json!({ "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready" })
                    },
                })
            })
            .collect();
        let extensions: Vec<Value> = self
            .extensions
            .iter()
            .map(|extension| {
                json!({
                    "name": extension.name, "type": format!("{}.{}", extension.publisher, extension.kind),
                    "typeHandlerVersion": full_version(extension),
                    "statuses": [{ "code": "ProvisioningState/succeeded", "level": "Info",
                                   "displayStatus": "Provisioning succeeded" }],
                })
            })
            .collect();
        json!({
            "computerName": computer,
            "osName": match os { OsType::Linux => "ubuntu", OsType::Windows => "Windows Server 2022 Datacenter" },
            "vmAgent": {
                "vmAgentVersion": "2.11.1.12", "extensionHandlers": handlers,
                "statuses": [{ "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Ready" }],
            },
            "extensions": extensions,
            "statuses": [
                { "code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded" },
                { "code": "PowerState/running", "level": "Info", "displayStatus": "VM running" },
            ],
        })
    }
}

fn full_version(extension: &Extension) -> String {
    if extension.is_agent() { format!("{}.3614.3", extension.version) } else { extension.version.clone() }
}

//! Extensions: in a scale set's model, and on instances and machines.

use serde_json::{Value, json};

use super::OsType;

const AGENT_PUBLISHER: &str = "Microsoft.Azure.NetworkWatcher";

#[derive(Debug, Clone)]
pub struct Extension {
    pub name: String,
    pub publisher: String,
    pub kind: String,
    pub version: String,
    pub auto_upgrade_minor: bool,
    pub automatic_upgrade: Option<bool>,
    pub provisioning_state: &'static str,
}

impl Extension {
    pub fn agent(os: OsType) -> Self {
        Self {
            name: "AzureNetworkWatcherExtension".to_owned(),
            publisher: AGENT_PUBLISHER.to_owned(),
            kind: match os {
                OsType::Linux => "NetworkWatcherAgentLinux".to_owned(),
                OsType::Windows => "NetworkWatcherAgentWindows".to_owned(),
            },
            version: "1.4".to_owned(),
            auto_upgrade_minor: true,
            automatic_upgrade: Some(true),
            provisioning_state: "Succeeded",
        }
    }

    /// Reads `{"name"?, "properties":{"publisher","type",…}}`; `None` where a required part is missing.
    pub fn parse(name: &str, body: &Value) -> Option<Self> {
        let properties = body.get("properties")?;
        let text = |key: &str| properties.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            name: name.to_owned(),
            publisher: text("publisher")?,
            kind: text("type")?,
            version: text("typeHandlerVersion")?,
            auto_upgrade_minor: properties
                .get("autoUpgradeMinorVersion")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            automatic_upgrade: properties.get("enableAutomaticUpgrade").and_then(Value::as_bool),
            provisioning_state: "Creating",
        })
    }

    pub fn is_agent(&self) -> bool {
        super::same(&self.publisher, AGENT_PUBLISHER)
            && self.kind.to_lowercase().starts_with("networkwatcheragent")
    }

    fn properties(&self) -> Value {
        let mut properties = json!({
            "publisher": self.publisher, "type": self.kind, "typeHandlerVersion": self.version,
            "autoUpgradeMinorVersion": self.auto_upgrade_minor, "provisioningState": self.provisioning_state,
        });
        if let Some(automatic) = self.automatic_upgrade {
            properties["enableAutomaticUpgrade"] = json!(automatic);
        }
        properties
    }

    /// As an element of a scale set's model: recorded without id and type.
    pub fn arm_within_model(&self) -> Value {
        json!({ "name": self.name, "properties": self.properties() })
    }

    /// As an element of a scale set's `/extensions`.
    pub fn arm_in_model(&self, set_id: &str) -> Value {
        json!({
            "id": format!("{set_id}/extensions/{}", self.name), "name": self.name,
            "type": "Microsoft.Compute/virtualMachineScaleSets/extensions", "properties": self.properties(),
        })
    }

    /// As a child of an instance or machine.
    pub fn arm_on_machine(&self, machine_id: &str, kind: &str, location: &str) -> Value {
        json!({
            "id": format!("{machine_id}/extensions/{}", self.name), "name": self.name,
            "type": format!("{kind}/extensions"), "location": location, "properties": self.properties(),
        })
    }
}

/// Sets or replaces an extension by name.
pub fn put_extension(extensions: &mut Vec<Extension>, extension: Extension) {
    match extensions.iter_mut().find(|known| super::same(&known.name, &extension.name)) {
        Some(known) => *known = extension,
        None => extensions.push(extension),
    }
}

/// A model's extensions as a machine shows them once they are installed.
pub fn installed(model: &[Extension]) -> Vec<Extension> {
    model.iter().map(|extension| Extension { provisioning_state: "Succeeded", ..extension.clone() }).collect()
}

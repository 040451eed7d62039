//! Storage accounts: what makes one eligible for captures, and its keys.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use super::Subscription;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageAccount {
    pub name: String,
    pub group: String,
    pub location: String,
    /// `Standard_LRS`, `Premium_LRS`, …
    #[serde(default = "standard")]
    pub sku: String,
    #[serde(default = "storage_v2")]
    pub kind: String,
    /// Azure leaves it out where it was never set, which means that keys are allowed.
    #[serde(default)]
    pub allow_shared_key_access: Option<bool>,
    #[serde(default = "enabled")]
    pub public_network_access: String,
    /// `Allow` or `Deny` of the account's firewall for everybody not named in a rule.
    #[serde(default = "allow")]
    pub default_network_action: String,
}

fn standard() -> String {
    "Standard_LRS".to_owned()
}

fn storage_v2() -> String {
    "StorageV2".to_owned()
}

fn enabled() -> String {
    "Enabled".to_owned()
}

fn allow() -> String {
    "Allow".to_owned()
}

impl StorageAccount {
    pub fn shared_key_allowed(&self) -> bool {
        self.allow_shared_key_access != Some(false)
    }

    pub fn id(&self, subscription: &Subscription) -> String {
        subscription.resource(&self.group, "Microsoft.Storage", "storageAccounts", &self.name)
    }

    /// Account keys 1 and 2, the same in every run so that a kept state folder stays readable.
    pub fn keys(&self) -> [String; 2] {
        [1, 2].map(|n| STANDARD.encode(Sha512::digest(format!("azure-sim {} key{n}", self.name))))
    }

    pub fn arm(&self, subscription: &Subscription, blob_base: &str) -> Value {
        let mut properties = json!({
            "provisioningState": "Succeeded",
            "creationTime": "2024-03-01T08:00:00.0000000Z",
            "primaryLocation": self.location,
            "statusOfPrimary": "available",
            "accessTier": "Hot",
            "supportsHttpsTrafficOnly": true,
            "minimumTlsVersion": "TLS1_2",
            "allowBlobPublicAccess": false,
            "isHnsEnabled": false,
            "publicNetworkAccess": self.public_network_access,
            "networkAcls": {
                "bypass": "AzureServices", "virtualNetworkRules": [], "ipRules": [],
                "defaultAction": self.default_network_action
            },
            "primaryEndpoints": { "blob": format!("{blob_base}/{}/", self.name) },
            "encryption": {
                "keySource": "Microsoft.Storage",
                "services": { "blob": { "keyType": "Account", "enabled": true } }
            },
        });
        if let Some(allowed) = self.allow_shared_key_access {
            properties["allowSharedKeyAccess"] = json!(allowed);
        }
        let tier = if self.sku.starts_with("Premium") { "Premium" } else { "Standard" };
        json!({
            "id": self.id(subscription), "name": self.name, "type": "Microsoft.Storage/storageAccounts",
            "location": self.location, "kind": self.kind, "sku": { "name": self.sku, "tier": tier },
            "tags": {}, "properties": properties,
        })
    }
}

//! Storage accounts: which of them Network Watcher can write captures to.
//! Source: <https://learn.microsoft.com/azure/network-watcher/packet-capture-manage> (prerequisites).

use serde::Deserialize;
use uuid::Uuid;
use wasm_core::azure::resource::ResourceId;
use wasm_core::protocol::{Eligibility, ErrorCode, IneligibleReason, StorageAccount};
use wasm_core::words::Sentence;

use super::arm::{Api, Arm};
use super::watcher::same_region;
use crate::problem::{Problem, Result};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    id: String,
    name: String,
    #[serde(default)]
    location: String,
    #[serde(default)]
    sku: Sku,
    #[serde(default)]
    properties: Properties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sku {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    /// Absent means true.
    allow_shared_key_access: Option<bool>,
    public_network_access: Option<String>,
    network_acls: Option<NetworkRules>,
    primary_endpoints: Option<Endpoints>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NetworkRules {
    default_action: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Endpoints {
    blob: Option<String>,
}

/// Every account of a subscription that the signed-in account sees.
#[derive(Debug)]
pub struct Accounts(Vec<Account>);

impl Accounts {
    pub async fn list(arm: &Arm, subscription: Uuid) -> Result<Self> {
        let path = format!("/subscriptions/{subscription}/providers/Microsoft.Storage/storageAccounts");
        arm.list(&path, Api::Storage, &[]).await.map(Self)
    }

    /// For captures in `region`: eligible ones first.
    pub fn judged(self, region: &str) -> Vec<StorageAccount> {
        let mut accounts: Vec<_> = self.0.into_iter().map(|account| judged(account, region)).collect();
        accounts.sort_by_key(|account| {
            let rank = match account.eligibility {
                Eligibility::Eligible => 0,
                Eligibility::Restricted => 1,
                Eligibility::Ineligible { .. } => 2,
            };
            (rank, account.name.clone())
        });
        accounts
    }
}

/// One account, judged for captures in `region`.
pub async fn get(arm: &Arm, id: &ResourceId, region: &str) -> Result<StorageAccount> {
    let account: Account = arm.get(&id.to_string(), Api::Storage, &[]).await?;
    Ok(judged(account, region))
}

/// Refuses an account that captures cannot be written to, as the panel does. One that cannot be read is left to Azure.
pub async fn ensure_eligible(arm: &Arm, id: &ResourceId, region: &str) -> Result<()> {
    let account = match get(arm, id, region).await {
        Ok(account) => account,
        Err(problem) => {
            tracing::warn!(%problem, "whether the storage account takes captures is not known");
            return Ok(());
        }
    };
    let Eligibility::Ineligible { reason } = account.eligibility else { return Ok(()) };
    let sentence = Sentence::new(reason.key()).with("region", account.location).with("sku", account.sku);
    let problem = Problem::new(ErrorCode::StorageNotEligible).with("account", account.name);
    Err(problem.with("rule", reason.key()).because(sentence))
}

fn judged(account: Account, region: &str) -> StorageAccount {
    let eligibility = eligibility(&account, region);
    let blob = account.properties.primary_endpoints.and_then(|endpoints| endpoints.blob);
    StorageAccount {
        id: account.id,
        name: account.name,
        location: account.location,
        sku: account.sku.name,
        blob_endpoint: blob.unwrap_or_default(),
        eligibility,
    }
}

fn eligibility(account: &Account, region: &str) -> Eligibility {
    let properties = &account.properties;
    let access = properties.public_network_access.as_deref().unwrap_or("Enabled");
    let no_blobs = properties.primary_endpoints.as_ref().is_none_or(|endpoints| endpoints.blob.is_none());
    let reason = if account.sku.name.to_ascii_lowercase().starts_with("premium") {
        IneligibleReason::Premium
    } else if no_blobs {
        IneligibleReason::NoBlobs
    } else if !same_region(&account.location, region) {
        IneligibleReason::OtherRegion
    } else if properties.allow_shared_key_access == Some(false) {
        IneligibleReason::SharedKeyOff
    } else if access.eq_ignore_ascii_case("Disabled") {
        IneligibleReason::NoPublicAccess
    } else {
        let rules = properties.network_acls.as_ref().and_then(|rules| rules.default_action.as_deref());
        let open = access.eq_ignore_ascii_case("Enabled")
            && rules.is_none_or(|action| action.eq_ignore_ascii_case("Allow"));
        return if open { Eligibility::Eligible } else { Eligibility::Restricted };
    };
    Eligibility::Ineligible { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_documented_obstacle_has_its_reason() {
        let ineligible = |reason| Eligibility::Ineligible { reason };
        for (change, expected) in [
            (json!({}), Eligibility::Eligible),
            (json!({"location": "West Europe"}), Eligibility::Eligible),
            (json!({"location": "northeurope"}), ineligible(IneligibleReason::OtherRegion)),
            (json!({"sku": {"name": "Premium_LRS"}}), ineligible(IneligibleReason::Premium)),
            (
                json!({"properties": {"allowSharedKeyAccess": false}}),
                ineligible(IneligibleReason::SharedKeyOff),
            ),
            (json!({"properties": {"allowSharedKeyAccess": null}}), Eligibility::Eligible),
            (
                json!({"properties": {"publicNetworkAccess": "Disabled"}}),
                ineligible(IneligibleReason::NoPublicAccess),
            ),
            (json!({"properties": {"publicNetworkAccess": "SecuredByPerimeter"}}), Eligibility::Restricted),
            (json!({"properties": {"networkAcls": {"defaultAction": "Deny"}}}), Eligibility::Restricted),
            (json!({"properties": {"primaryEndpoints": null}}), ineligible(IneligibleReason::NoBlobs)),
        ] {
            let mut account = json!({
                "id": "/subscriptions/s/x", "name": "a", "location": "westeurope", "sku": {"name": "Standard_LRS"},
                "properties": {"primaryEndpoints": {"blob": "https://a.blob.core.windows.net/"}},
            });
            for (key, value) in change.as_object().expect("an object") {
                match value.as_object().filter(|_| key == "properties") {
                    Some(inner) => {
                        for (key, value) in inner {
                            account["properties"][key] = value.clone();
                        }
                    }
                    None => account[key] = value.clone(),
                }
            }
            let account: Account = serde_json::from_value(account).expect("reads");
            assert_eq!(eligibility(&account, "westeurope"), expected, "{change}");
        }
    }
}

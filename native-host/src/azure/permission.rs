//! What the signed-in account may do, asked before it is tried.
//! Source: <https://learn.microsoft.com/azure/network-watcher/required-rbac-permissions>.

use serde::Deserialize;

use super::arm::{Api, Arm};
use crate::problem::Result;

/// On the scale set: to see it and to bring the agent to its instances.
pub const ON_SCALE_SET: &[&str] = &[
    "Microsoft.Compute/virtualMachineScaleSets/read",
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
];
/// On the network watcher: to run captures.
pub const ON_WATCHER: &[&str] = &[
    "Microsoft.Network/networkWatchers/read",
    "Microsoft.Network/networkWatchers/packetCaptures/read",
    "Microsoft.Network/networkWatchers/packetCaptures/write",
    "Microsoft.Network/networkWatchers/packetCaptures/delete",
    "Microsoft.Network/networkWatchers/packetCaptures/queryStatus/action",
    "Microsoft.Network/networkWatchers/packetCaptures/stop/action",
];
/// On the storage account: the caller's right to make a SAS is what Azure uses for the upload.
pub const ON_STORAGE: &[&str] =
    &["Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/listServiceSas/action"];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Permission {
    actions: Vec<String>,
    not_actions: Vec<String>,
}

/// The account's permissions on a resource; `scope` is its id.
pub async fn on(arm: &Arm, scope: &str) -> Result<Vec<Permission>> {
    let path = format!("{scope}/providers/Microsoft.Authorization/permissions");
    arm.list(&path, Api::Authorization, &[]).await
}

/// True where one of the role assignments grants the action and does not take it back itself.
pub fn allows(permissions: &[Permission], action: &str) -> bool {
    permissions.iter().any(|permission| {
        permission.actions.iter().any(|pattern| covers(pattern, action))
            && !permission.not_actions.iter().any(|pattern| covers(pattern, action))
    })
}

/// `*` stands for any text; letters compare without case.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let Some(rest) = pieces.next().and_then(|first| action.strip_prefix(first)) else { return false };
    let mut rest = rest;
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// The least built-in role that holds the action.
/// Source: <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>.
pub fn role_for(action: &str) -> &'static str {
    let action = action.to_ascii_lowercase();
    let reads = action.ends_with("/read");
    match action.split('/').next().unwrap_or_default() {
        "microsoft.network" => "Network Contributor",
        "microsoft.compute" if reads => "Reader",
        "microsoft.compute" => "Virtual Machine Contributor",
        "microsoft.storage" if action.contains("/blobs/") => "Storage Blob Data Reader",
        "microsoft.storage" if reads => "Reader",
        "microsoft.storage" => "Storage Account Contributor",
        _ => "Contributor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_as_azure_reads_them() {
        let stop = "Microsoft.Network/networkWatchers/packetCaptures/stop/action";
        for (pattern, covered) in [
            ("*", true),
            ("Microsoft.Network/*", true),
            ("microsoft.network/networkwatchers/packetcaptures/stop/ACTION", true),
            ("*/action", true),
            ("*/read", false),
            ("Microsoft.Network/*/stop/*", true),
            ("Microsoft.Network/*/start/*", false),
            ("Microsoft.Network/networkWatchers/*/read", false),
            ("Microsoft.Compute/*", false),
            ("", false),
        ] {
            assert_eq!(covers(pattern, stop), covered, "{pattern}");
        }
    }

    #[test]
    fn a_role_takes_back_only_what_it_grants_itself() {
        let role = |actions: &[&str], not: &[&str]| Permission {
            actions: actions.iter().map(|text| (*text).to_owned()).collect(),
            not_actions: not.iter().map(|text| (*text).to_owned()).collect(),
        };
        let contributor = role(&["*"], &["Microsoft.Authorization/*/write"]);
        assert!(allows(&[contributor], "Microsoft.Network/networkWatchers/packetCaptures/write"));
        let reader = role(&["*/read"], &[]);
        assert!(!allows(&[reader], "Microsoft.Network/networkWatchers/packetCaptures/write"));
        let (all_but, network) =
            (role(&["*"], &["Microsoft.Network/*"]), role(&["Microsoft.Network/*"], &[]));
        assert!(allows(&[all_but, network], "Microsoft.Network/networkWatchers/read"));
        assert!(!allows(&[], "Microsoft.Network/networkWatchers/read"));
    }
}

//! Who may do what: role assignments as `Microsoft.Authorization/permissions` answers them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::description::PrincipalDescription;

#[derive(Debug, Clone)]
pub struct Principal {
    pub client_id: String,
    pub object_id: String,
    pub name: String,
    pub secret: Option<String>,
    pub roles: Vec<Role>,
}

/// A role, assigned at a scope.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    /// `/` or an ARM id: it holds for everything below.
    pub scope: String,
    pub actions: Vec<String>,
    #[serde(default)]
    pub not_actions: Vec<String>,
    #[serde(default)]
    pub data_actions: Vec<String>,
}

impl Role {
    pub fn owner() -> Self {
        Self {
            scope: "/".to_owned(),
            actions: vec!["*".to_owned()],
            not_actions: Vec::new(),
            data_actions: vec![
                "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*".to_owned(),
            ],
        }
    }

    fn covers(&self, scope: &str) -> bool {
        let (own, scope) = (self.scope.trim_end_matches('/').to_lowercase(), scope.to_lowercase());
        own.is_empty() || scope == own || scope.starts_with(&format!("{own}/"))
    }
}

impl From<PrincipalDescription> for Principal {
    fn from(given: PrincipalDescription) -> Self {
        Self {
            object_id: Uuid::new_v4().to_string(),
            client_id: given.client_id,
            name: given.name,
            secret: given.secret,
            roles: given.roles,
        }
    }
}

impl Principal {
    /// Whoever is not described may do everything, so that a client needs no set-up.
    pub fn unknown(client_id: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            object_id: client_id.to_owned(),
            name: format!("app-{client_id}"),
            secret: None,
            roles: vec![Role::owner()],
        }
    }

    /// The assignments that hold at a scope.
    pub fn roles_at<'a>(&'a self, scope: &'a str) -> impl Iterator<Item = &'a Role> {
        self.roles.iter().filter(move |role| role.covers(scope))
    }

    pub fn may(&self, action: &str, scope: &str) -> bool {
        self.roles_at(scope).any(|role| {
            role.actions.iter().any(|pattern| fits(pattern, action))
                && !role.not_actions.iter().any(|pattern| fits(pattern, action))
        })
    }

    pub fn may_data(&self, action: &str, scope: &str) -> bool {
        self.roles_at(scope).any(|role| role.data_actions.iter().any(|pattern| fits(pattern, action)))
    }
}

/// Azure's action patterns: `*` stands for any characters, case does not matter.
fn fits(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = action.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn action_patterns() {
        for (pattern, action, expected) in [
            ("*", "Microsoft.Network/networkWatchers/read", true),
            ("*/read", "Microsoft.Network/networkWatchers/read", true),
            ("*/read", "Microsoft.Network/networkWatchers/write", false),
            ("Microsoft.Network/*", "Microsoft.Network/networkWatchers/packetCaptures/stop/action", true),
            ("Microsoft.Network/*", "Microsoft.Compute/virtualMachineScaleSets/read", false),
            ("Microsoft.Network/*/read", "microsoft.network/networkwatchers/READ", true),
            ("Microsoft.Network/networkWatchers/read", "Microsoft.Network/networkWatchers/read", true),
            ("Microsoft.Network/networkWatchers/read", "Microsoft.Network/networkWatchers/read/x", false),
        ] {
            assert_eq!(fits(pattern, action), expected, "{pattern} on {action}");
        }
    }

    #[test]
    fn a_role_holds_below_its_scope_only() {
        let role = Role { scope: "/subscriptions/a/resourceGroups/rg".to_owned(), ..Role::owner() };
        assert!(role.covers("/subscriptions/A/resourcegroups/RG"));
        assert!(role.covers("/subscriptions/a/resourceGroups/rg/providers/x/y/z"));
        assert!(!role.covers("/subscriptions/a/resourceGroups/rg2"));
        assert!(!role.covers("/subscriptions/a"));
        assert!(Role::owner().covers("/subscriptions/a"));
    }
}

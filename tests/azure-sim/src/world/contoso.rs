//! The world without a configuration file: a shop of Contoso's in West Europe.

use super::OsType;
use super::description::{
    Description, PrincipalDescription, ScaleSetDescription, SubscriptionDescription, WatcherDescription,
};
use super::principal::Role;
use super::scale_set::{Orchestration, UpgradeMode};
use super::security_rule::{Access, Direction, SecurityRule};
use super::storage::StorageAccount;
use crate::options::Scenario;

pub const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub const SUBSCRIPTION: &str = "22222222-2222-2222-2222-222222222222";
const SECOND_SUBSCRIPTION: &str = "22222222-2222-2222-2222-333333333333";
const GROUP: &str = "shop-rg";

/// The service principal that may do everything; the one whose secret the readiness line tells.
pub const OWNER: &str = "00000000-0000-0000-0000-00000000aaaa";
/// May read all and change nothing.
const READER: &str = "00000000-0000-0000-0000-00000000bbbb";
/// May use Network Watcher, and neither compute nor storage.
const NETWORK_CONTRIBUTOR: &str = "00000000-0000-0000-0000-00000000cccc";
/// May all but read blobs with its own token.
const CONTRIBUTOR: &str = "00000000-0000-0000-0000-00000000dddd";
pub const SECRET: &str = "sim-secret";

pub fn describe(scenario: Scenario) -> Description {
    let mut watchers = vec![
        watcher("NetworkWatcher_westeurope", "westeurope"),
        // Renamed and moved, as Azure allows.
        WatcherDescription { group: "net-ops".to_owned(), ..watcher("watch-north", "northeurope") },
    ];
    let mut scale_sets = scale_sets();
    match scenario {
        Scenario::Default => {}
        Scenario::AgentMissing => scale_sets.iter_mut().for_each(|set| set.agent = false),
        Scenario::Big => {
            watchers[0].earlier_captures = 10_000;
            scale_sets[0].instances = 1_000;
            // So many would otherwise reach into the addresses of the recorded services.
            scale_sets[0].first_address = [10, 16, 0, 4].into();
        }
        Scenario::WatcherMissing => {
            watchers.remove(0);
        }
    }
    Description {
        tenant: TENANT.to_owned(),
        domain: "contoso.onmicrosoft.com".to_owned(),
        principals: principals(),
        subscriptions: vec![
            SubscriptionDescription {
                id: SUBSCRIPTION.to_owned(),
                name: "Contoso Shop".to_owned(),
                watchers,
                scale_sets,
                storage_accounts: storage_accounts(),
            },
            SubscriptionDescription {
                id: SECOND_SUBSCRIPTION.to_owned(),
                name: "Contoso Lab".to_owned(),
                watchers: vec![watcher("NetworkWatcher_westeurope", "westeurope")],
                scale_sets: vec![ScaleSetDescription {
                    group: "lab-rg".to_owned(),
                    ..scale_set("lab-set", OsType::Linux, 1, [10, 3, 0, 4])
                }],
                storage_accounts: vec![StorageAccount {
                    group: "lab-rg".to_owned(),
                    ..account("labstorage")
                }],
            },
        ],
    }
}

fn watcher(name: &str, location: &str) -> WatcherDescription {
    WatcherDescription {
        name: name.to_owned(),
        group: "NetworkWatcherRG".to_owned(),
        location: location.to_owned(),
        earlier_captures: 0,
    }
}

fn scale_set(name: &str, os: OsType, instances: usize, address: [u8; 4]) -> ScaleSetDescription {
    ScaleSetDescription {
        name: name.to_owned(),
        group: GROUP.to_owned(),
        location: "westeurope".to_owned(),
        os,
        orchestration: Orchestration::Uniform,
        upgrade: UpgradeMode::Manual,
        instances,
        first_address: address.into(),
        agent: true,
        without_agent: Vec::new(),
        agent_stopped: Vec::new(),
        troubled: Vec::new(),
        aks: false,
        security_rules: Vec::new(),
    }
}

fn scale_sets() -> Vec<ScaleSetDescription> {
    vec![
        ScaleSetDescription {
            troubled: vec!["2".to_owned()],
            // Why the troubled instance's pool stays silent.
            security_rules: vec![SecurityRule {
                name: "DenyOldDatabasePool".to_owned(),
                priority: 200,
                direction: Direction::Outbound,
                access: Access::Deny,
                protocol: "TCP".to_owned(),
                local_port: None,
                remote_port: Some(6432),
                remote_address: Some([10, 0, 2, 7].into()),
            }],
            ..scale_set("web-set", OsType::Linux, 3, [10, 0, 0, 4])
        },
        ScaleSetDescription {
            upgrade: UpgradeMode::Automatic,
            ..scale_set("win-set", OsType::Windows, 2, [10, 0, 4, 4])
        },
        ScaleSetDescription {
            upgrade: UpgradeMode::Rolling,
            ..scale_set("rolling-set", OsType::Linux, 5, [10, 0, 5, 4])
        },
        ScaleSetDescription {
            orchestration: Orchestration::Flexible,
            ..scale_set("flex-set", OsType::Linux, 2, [10, 0, 6, 4])
        },
        ScaleSetDescription {
            group: "MC_shop-rg_shop-aks_westeurope".to_owned(),
            aks: true,
            agent: false,
            ..scale_set("aks-nodepool1-12345678-vmss", OsType::Linux, 2, [10, 0, 7, 4])
        },
        ScaleSetDescription {
            without_agent: vec!["1".to_owned()],
            agent_stopped: vec!["2".to_owned()],
            ..scale_set("mixed-set", OsType::Linux, 3, [10, 0, 8, 4])
        },
        ScaleSetDescription {
            location: "northeurope".to_owned(),
            ..scale_set("north-set", OsType::Linux, 1, [10, 0, 9, 4])
        },
        ScaleSetDescription {
            // A region without a Network Watcher.
            location: "francecentral".to_owned(),
            ..scale_set("paris-set", OsType::Linux, 1, [10, 0, 10, 4])
        },
    ]
}

fn account(name: &str) -> StorageAccount {
    StorageAccount {
        name: name.to_owned(),
        group: GROUP.to_owned(),
        location: "westeurope".to_owned(),
        sku: "Standard_LRS".to_owned(),
        kind: "StorageV2".to_owned(),
        allow_shared_key_access: None,
        public_network_access: "Enabled".to_owned(),
        default_network_action: "Allow".to_owned(),
    }
}

fn storage_accounts() -> Vec<StorageAccount> {
    vec![
        account("shopcaptures"),
        StorageAccount {
            sku: "Premium_LRS".to_owned(),
            kind: "BlockBlobStorage".to_owned(),
            ..account("shoppremium")
        },
        StorageAccount { location: "northeurope".to_owned(), ..account("shopnorth") },
        StorageAccount { allow_shared_key_access: Some(false), ..account("shopnokeys") },
        StorageAccount { public_network_access: "Disabled".to_owned(), ..account("shopprivate") },
    ]
}

fn principals() -> Vec<PrincipalDescription> {
    let principal = |client_id: &str, name: &str, roles: Vec<Role>| PrincipalDescription {
        client_id: client_id.to_owned(),
        name: name.to_owned(),
        secret: Some(SECRET.to_owned()),
        roles,
    };
    let role = |actions: &[&str]| Role {
        scope: "/".to_owned(),
        actions: actions.iter().map(|&action| action.to_owned()).collect(),
        not_actions: Vec::new(),
        data_actions: Vec::new(),
    };
    vec![
        principal(OWNER, "shop-owner", vec![Role::owner()]),
        principal(READER, "shop-reader", vec![role(&["*/read"])]),
        principal(
            NETWORK_CONTRIBUTOR,
            "shop-network",
            vec![role(&[
                "Microsoft.Authorization/*/read",
                "Microsoft.Network/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
            ])],
        ),
        principal(CONTRIBUTOR, "shop-contributor", vec![role(&["*"])]),
    ]
}

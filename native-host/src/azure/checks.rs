//! "Ready?": what a capture on a scale set needs, each with its state, its reason and its fix.
//!
//! Requests of a Uniform set: the scale set, its instances, their interfaces, the watchers, the storage accounts, the
//! permissions on the scale set, then (once those are known) on watcher and storage account: eight, and one more for
//! each further page of a list. A Flexible set takes three more, its machines and their interfaces.

use serde::Serialize;
use wasm_core::azure::resource::{InstanceId, ResourceId, ScaleSetId};
use wasm_core::protocol::{
    AgentState, Check, CheckKind, CheckState, Context, Eligibility, Fix, Instance, Orchestration, OsType,
    Params, StorageAccount,
};
use wasm_core::words::Language;

use super::Session;
use super::arm::Arm;
use super::permission::{self, Permission};
use super::scale_set::{self, ScaleSet};
use super::storage::Accounts;
use super::watcher::Watchers;
use crate::problem::{Problem, Result, sentence};

/// Everything that the panel shows about the scale set.
pub async fn context(session: &Session, id: &ScaleSetId, language: Language) -> Result<Context> {
    let arm = &session.arm;
    let scope = id.to_string();
    // Most scale sets are Uniform: their instances are asked for before that is known.
    let (surroundings, machines, addresses, own_permissions) = tokio::join!(
        Surroundings::find(arm, id),
        scale_set::uniform_machines(arm, id),
        scale_set::addresses(arm, id, Orchestration::Uniform),
        permission::on(arm, &scope),
    );
    let surroundings = surroundings?;
    let set = &surroundings.set;
    let (machines, addresses) = match set.orchestration() {
        Orchestration::Uniform => (machines?, addresses),
        Orchestration::Flexible => {
            let (machines, addresses) = tokio::join!(
                scale_set::flexible_machines(arm, id),
                scale_set::addresses(arm, id, Orchestration::Flexible),
            );
            (machines?, addresses)
        }
    };
    let addresses = addresses.unwrap_or_else(|problem| {
        tracing::warn!(%problem, "the instances' addresses are not known");
        scale_set::Addresses::new()
    });
    let os = set.os().or_else(|| machines.iter().find_map(scale_set::Machine::os)).unwrap_or(OsType::Linux);
    let mut instances: Vec<Instance> = machines
        .iter()
        .filter_map(|machine| {
            machine.describe(addresses.get(&machine.id.to_ascii_lowercase()).cloned().unwrap_or_default())
        })
        .collect();
    instances.sort_by(|a, b| a.id.cmp(&b.id));
    let checks = Judge { language, surroundings: &surroundings, instances: &instances }.all(own_permissions);
    Ok(Context {
        scale_set: id.clone(),
        location: set.location.clone(),
        orchestration: set.orchestration(),
        os,
        upgrade_policy: set.upgrade_policy().to_owned(),
        aks_owned: set.aks_owned(),
        instances,
        checks,
        storage_accounts: surroundings.accounts.unwrap_or_default(),
    })
}

/// The scale set and what lies around it in its region.
struct Surroundings {
    set: ScaleSet,
    watcher: Result<Option<ResourceId>>,
    accounts: Result<Vec<StorageAccount>>,
    watcher_permissions: Option<Result<Vec<Permission>>>,
    storage_permissions: Option<Result<Vec<Permission>>>,
}

impl Surroundings {
    async fn find(arm: &Arm, id: &ScaleSetId) -> Result<Self> {
        let (set, watchers, accounts) = tokio::join!(
            ScaleSet::get(arm, id),
            Watchers::list(arm, id.subscription()),
            Accounts::list(arm, id.subscription()),
        );
        let set = set?;
        let watcher = watchers.map(|watchers| watchers.of(&set.location).cloned());
        let accounts = accounts.map(|accounts| accounts.judged(&set.location));
        let watcher_scope =
            watcher.as_ref().ok().and_then(|watcher| watcher.as_ref()).map(ResourceId::to_string);
        let storage_scope = accounts.as_ref().ok().and_then(|accounts| Some(accounts.first()?.id.clone()));
        let (watcher_permissions, storage_permissions) =
            tokio::join!(permissions_on(arm, watcher_scope), permissions_on(arm, storage_scope));
        Ok(Self { set, watcher, accounts, watcher_permissions, storage_permissions })
    }
}

async fn permissions_on(arm: &Arm, scope: Option<String>) -> Option<Result<Vec<Permission>>> {
    match scope {
        Some(scope) => Some(permission::on(arm, &scope).await),
        None => None,
    }
}

/// What one fix mends in several checks is offered at the first of them: two buttons that do the same make people look
/// for the difference.
fn offer_once(checks: &mut [Check]) {
    for at in 1..checks.len() {
        let (before, rest) = checks.split_at_mut(at);
        if let Some(check) = rest.first_mut()
            && before.iter().any(|earlier| earlier.fix == check.fix)
        {
            check.fix = None;
        }
    }
}

struct Judge<'a> {
    language: Language,
    surroundings: &'a Surroundings,
    instances: &'a [Instance],
}

impl Judge<'_> {
    fn all(&self, own_permissions: Result<Vec<Permission>>) -> Vec<Check> {
        let mut checks = vec![self.supported(), self.watcher()];
        let uniform = self.surroundings.set.orchestration() == Orchestration::Uniform;
        if uniform {
            checks.push(self.agent_on_model());
        }
        checks.push(self.agent_on_instances());
        if uniform {
            checks.push(self.latest_model());
        }
        checks.push(self.storage());
        checks.push(self.permissions(own_permissions));
        offer_once(&mut checks);
        checks
    }

    fn check<const N: usize>(
        &self,
        kind: CheckKind,
        state: CheckState,
        params: [(&str, String); N],
        fix: Option<Fix>,
    ) -> Check {
        let params: Params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let key = format!("check-{}-{}", word(kind), word(state));
        Check { kind, state, text: sentence(self.language, &key, &params), params, fix }
    }

    fn unknown(&self, kind: CheckKind, problem: &Problem) -> Check {
        self.check(kind, CheckState::Unknown, [("reason", problem.text(self.language))], None)
    }

    fn supported(&self) -> Check {
        let state = if self.surroundings.set.aks_owned() { CheckState::Blocked } else { CheckState::Ok };
        self.check(CheckKind::Supported, state, [], None)
    }

    fn watcher(&self) -> Check {
        let kind = CheckKind::NetworkWatcher;
        let region = ("region", self.surroundings.set.location.clone());
        match &self.surroundings.watcher {
            Ok(Some(watcher)) => {
                self.check(kind, CheckState::Ok, [("name", watcher.name().to_owned()), region], None)
            }
            Ok(None) => self.check(kind, CheckState::Blocked, [region], Some(Fix::CreateWatcher)),
            Err(problem) => self.unknown(kind, problem),
        }
    }

    fn agent_on_model(&self) -> Check {
        let kind = CheckKind::AgentOnModel;
        if self.surroundings.set.agent_on_model() {
            return self.check(kind, CheckState::Ok, [], None);
        }
        // Captures run where the agent is; new instances will not have it.
        let some = self.instances.iter().any(|instance| instance.agent == AgentState::Installed);
        let state = if some { CheckState::Warning } else { CheckState::Blocked };
        self.check(kind, state, [], Some(Fix::InstallAgent))
    }

    fn agent_on_instances(&self) -> Check {
        let kind = CheckKind::AgentOnInstances;
        let without: Vec<&Instance> = self
            .instances
            .iter()
            .filter(|instance| matches!(instance.agent, AgentState::Missing | AgentState::Failed))
            .collect();
        let total = ("total", self.instances.len().to_string());
        let unknown = self.instances.iter().filter(|instance| instance.agent == AgentState::Unknown).count();
        if without.is_empty() {
            let state = if unknown > 0 { CheckState::Unknown } else { CheckState::Ok };
            let reason = ("reason", unknown.to_string());
            return self.check(kind, state, [total, reason], None);
        }
        let state =
            if without.len() == self.instances.len() { CheckState::Blocked } else { CheckState::Warning };
        let set = &self.surroundings.set;
        let by_model = set.orchestration() == Orchestration::Uniform && set.agent_on_model();
        let fix = if by_model {
            Fix::UpdateInstances { instances: ids(without.iter().copied()) }
        } else {
            Fix::InstallAgent
        };
        self.check(kind, state, [("count", without.len().to_string()), total], Some(fix))
    }

    fn latest_model(&self) -> Check {
        let kind = CheckKind::LatestModel;
        let behind = || self.instances.iter().filter(|instance| !instance.latest_model);
        let count = behind().count();
        if count == 0 {
            return self.check(kind, CheckState::Ok, [], None);
        }
        let policy = self.surroundings.set.upgrade_policy();
        // Automatic and Rolling sets bring themselves up to date.
        let manual = policy.eq_ignore_ascii_case("Manual");
        let fix = manual.then(|| Fix::UpdateInstances { instances: ids(behind()) });
        let params = [
            ("count", count.to_string()),
            ("total", self.instances.len().to_string()),
            ("policy", policy.to_owned()),
        ];
        self.check(kind, CheckState::Warning, params, fix)
    }

    fn storage(&self) -> Check {
        let kind = CheckKind::Storage;
        let region = ("region", self.surroundings.set.location.clone());
        let accounts = match &self.surroundings.accounts {
            Ok(accounts) => accounts,
            Err(problem) => return self.unknown(kind, problem),
        };
        let of =
            |wanted: &Eligibility| accounts.iter().filter(|account| account.eligibility == *wanted).count();
        let (eligible, restricted) = (of(&Eligibility::Eligible), of(&Eligibility::Restricted));
        let account = ("account", accounts.first().map(|account| account.name.clone()).unwrap_or_default());
        match (eligible, restricted) {
            (0, 0) => {
                self.check(kind, CheckState::Blocked, [region, ("count", accounts.len().to_string())], None)
            }
            (0, _) => self.check(kind, CheckState::Warning, [account, region], None),
            _ => self.check(kind, CheckState::Ok, [account, region, ("count", eligible.to_string())], None),
        }
    }

    fn permissions(&self, own: Result<Vec<Permission>>) -> Check {
        let kind = CheckKind::Permissions;
        let surroundings = self.surroundings;
        let account = surroundings.accounts.as_ref().ok().and_then(|accounts| accounts.first());
        let watcher = surroundings.watcher.as_ref().ok().and_then(|watcher| watcher.as_ref());
        let own = Some(own);
        let asked = [
            (&own, permission::ON_SCALE_SET, surroundings.set.id.name().to_owned()),
            (
                &surroundings.watcher_permissions,
                permission::ON_WATCHER,
                watcher.map_or_else(String::new, |id| id.name().to_owned()),
            ),
            (
                &surroundings.storage_permissions,
                permission::ON_STORAGE,
                account.map_or_else(String::new, |account| account.name.clone()),
            ),
        ];
        let mut unreadable = None;
        for (permissions, actions, scope) in asked {
            match permissions {
                Some(Ok(permissions)) => {
                    let missing = actions.iter().find(|action| !permission::allows(permissions, action));
                    if let Some(action) = missing {
                        let role = permission::role_for(action).to_owned();
                        let params = [("action", (*action).to_owned()), ("scope", scope), ("role", role)];
                        return self.check(kind, CheckState::Blocked, params, None);
                    }
                }
                Some(Err(problem)) => unreadable = Some(problem),
                None => {}
            }
        }
        match unreadable {
            Some(problem) => self.unknown(kind, problem),
            None => self.check(kind, CheckState::Ok, [], None),
        }
    }
}

/// A unit variant as it stands on the wire and in the catalogue's keys.
fn word(variant: impl Serialize) -> String {
    let value = serde_json::to_value(variant).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn ids<'a>(instances: impl Iterator<Item = &'a Instance>) -> Vec<InstanceId> {
    instances.map(|instance| instance.id.clone()).collect()
}

use super::SettingError;
use crate::azure::{arm, resource::InstanceId};
use crate::order::sort;
use serde::{Deserialize, Serialize};

/// Which instances are captured. Including and excluding at once is not possible (Azure's PowerShell and
/// Terraform refuse it; its REST sample sends both, with no documented meaning).
///
/// JSON: `"all"`, `{"include":["0","1"]}` or `{"exclude":["2"]}`; never an empty list, because Azure takes an
/// empty `include` for all instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ScopeForm", into = "ScopeForm")]
pub enum Scope {
    #[default]
    All,
    Include(Vec<InstanceId>),
    Exclude(Vec<InstanceId>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ScopeForm {
    All,
    Include(Vec<InstanceId>),
    Exclude(Vec<InstanceId>),
}

impl Scope {
    pub fn include(instances: impl IntoIterator<Item = InstanceId>) -> Result<Self, SettingError> {
        some(instances).map(Self::Include)
    }

    pub fn exclude(instances: impl IntoIterator<Item = InstanceId>) -> Result<Self, SettingError> {
        some(instances).map(Self::Exclude)
    }

    /// Whether the capture runs on `instance`.
    pub fn covers(&self, instance: &InstanceId) -> bool {
        match self {
            Self::All => true,
            Self::Include(list) => list.contains(instance),
            Self::Exclude(list) => !list.contains(instance),
        }
    }

    /// The wire form with short ids, as the az CLI sends it; absent for all instances.
    pub fn to_arm(&self) -> Option<arm::MachineScope> {
        let names = |list: &[InstanceId]| Some(list.iter().map(|id| id.name().to_owned()).collect());
        match self {
            Self::All => None,
            Self::Include(list) => Some(arm::MachineScope { include: names(list), exclude: None }),
            Self::Exclude(list) => Some(arm::MachineScope { include: None, exclude: names(list) }),
        }
    }

    /// From an answer: both lists present, ids expanded to full ones. Where both are filled, `include`
    /// counts and `exclude` takes away from it.
    pub fn from_arm(scope: Option<&arm::MachineScope>) -> Result<Self, SettingError> {
        let list = |list: Option<&Vec<String>>| -> Result<Vec<InstanceId>, SettingError> {
            list.into_iter()
                .flatten()
                .map(|id| id.parse().map_err(|_| SettingError::ScopeInstance(id.clone())))
                .collect()
        };
        let include = list(scope.and_then(|scope| scope.include.as_ref()))?;
        let exclude = list(scope.and_then(|scope| scope.exclude.as_ref()))?;
        match (include.is_empty(), exclude.is_empty()) {
            (true, true) => Ok(Self::All),
            (true, false) => Self::exclude(exclude),
            (false, _) => Self::include(include.into_iter().filter(|id| !exclude.contains(id))),
        }
    }
}

/// Each instance once, in the order of the instances.
fn some(instances: impl IntoIterator<Item = InstanceId>) -> Result<Vec<InstanceId>, SettingError> {
    let mut list: Vec<InstanceId> = instances.into_iter().collect();
    sort(&mut list, Ord::cmp);
    list.dedup();
    if list.is_empty() { Err(SettingError::ScopeEmpty) } else { Ok(list) }
}

impl TryFrom<ScopeForm> for Scope {
    type Error = SettingError;
    fn try_from(form: ScopeForm) -> Result<Self, Self::Error> {
        match form {
            ScopeForm::All => Ok(Self::All),
            ScopeForm::Include(list) => Self::include(list),
            ScopeForm::Exclude(list) => Self::exclude(list),
        }
    }
}

impl From<Scope> for ScopeForm {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::All => Self::All,
            Scope::Include(list) => Self::Include(list),
            Scope::Exclude(list) => Self::Exclude(list),
        }
    }
}

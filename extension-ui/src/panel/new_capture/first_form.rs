//! What the form holds at first.

use super::super::form::{Form, PlaceForm};
use crate::infra::memory::Memory;
use wasm_core::{
    azure::resource::InstanceId,
    protocol::{Context, Eligibility},
};

/// All instances (or the one whose page the portal shows), into the account that was used last.
pub fn first_form(context: &Context, instance: Option<&InstanceId>) -> Form {
    let here = instance.filter(|instance| context.instances.iter().any(|known| known.id == **instance));
    Form {
        instances: here.map(|instance| [instance.clone()].into()),
        place: PlaceForm { account: eligible_account(context), ..PlaceForm::default() },
        ..Form::default()
    }
}

/// The account that was used last, else the first that Azure takes; empty: none.
pub fn eligible_account(context: &Context) -> String {
    let last = Memory::StorageAccount.recall();
    let usable = |restricted: bool| {
        context.storage_accounts.iter().filter(move |account| match account.eligibility {
            Eligibility::Eligible => true,
            Eligibility::Restricted => restricted,
            Eligibility::Ineligible { .. } => false,
        })
    };
    let again = usable(true).find(|account| Some(account.id.as_str()) == last.as_deref());
    again
        .or_else(|| usable(false).next())
        .or_else(|| usable(true).next())
        .map(|account| account.id.clone())
        .unwrap_or_default()
}

//! `account`: who is signed in.

use wasm_core::azure::cloud::CloudName;
use wasm_core::protocol::{self, Answer, Request, SignInMethod};

use super::Context;
use super::arguments::{Account, AccountArguments};
use super::resource::locate;
use crate::problem::Result;

/// Exit status 1 where nobody is signed in (after signing out: where somebody still is).
pub fn run(context: &Context, command: Account) -> Result<u8> {
    let (arguments, wanted) = match &command {
        Account::Show(arguments) | Account::SignIn { place: arguments, .. } => (arguments, true),
        Account::SignOut(arguments) => (arguments, false),
    };
    let (cloud, tenant) = place(context, arguments)?;
    let request = match &command {
        Account::Show(_) => Request::Account { cloud, tenant },
        Account::SignIn { device_code: true, .. } => {
            Request::SignIn { cloud, tenant, method: SignInMethod::DeviceCode }
        }
        Account::SignIn { .. } => Request::SignIn { cloud, tenant, method: SignInMethod::Browser },
        Account::SignOut(_) => Request::SignOut { cloud, tenant },
    };
    let mut context = context.clone();
    // Signing in needs somebody who reads the prompt.
    context.terminal.attended |= matches!(command, Account::SignIn { .. });
    let answer = context.ask(request)?;
    let signed_in = matches!(answer, Answer::Account(protocol::Account::SignedIn { .. }));
    if signed_in && !wanted && !context.terminal.json {
        context.terminal.line(&context.terminal.word("cli-still-signed-in"));
    }
    context.show(&answer);
    Ok(u8::from(signed_in != wanted))
}

fn place(context: &Context, arguments: &AccountArguments) -> Result<(CloudName, Option<String>)> {
    let page = arguments.portal.as_deref().map(locate).transpose()?;
    let cloud = match (&context.common.cloud, &page) {
        (Some(name), _) => CloudName::from(name.clone()),
        (None, Some(page)) => context.config.cloud_of_page(page.cloud()),
        (None, None) => CloudName::default(),
    };
    let tenant = context.common.tenant.clone();
    Ok((cloud, tenant.or_else(|| page.and_then(|page| page.tenant().map(str::to_owned)))))
}

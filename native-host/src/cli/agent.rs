//! `agent`: the Network Watcher agent on a scale set.

use std::collections::BTreeMap;
use wasm_core::protocol::{Answer, CheckState, Context as SetContext, Fix, Request, Target};

use super::Context;
use super::arguments::Agent;
use crate::problem::{Problem, Result};

pub fn run(context: &Context, command: Agent) -> Result<u8> {
    match command {
        Agent::Status(target) => {
            let answer = context.ask(Request::Context { target: context.target(&target)? })?;
            context.show(&answer);
            let ready = matches!(&answer, Answer::Context(found) if found.ready());
            Ok(u8::from(!ready))
        }
        Agent::Install { target, create_watcher } => {
            install(context, &context.target(&target)?, create_watcher)
        }
    }
}

/// Mends what stands in the way of the agent, step by step, until nothing of it is left.
fn install(context: &Context, target: &Target, create_watcher: bool) -> Result<u8> {
    let mut found = set_context(context.ask(Request::Context { target: target.clone() })?)?;
    let mut mended: BTreeMap<String, u8> = BTreeMap::new();
    while let Some(fix) = next_fix(&found, create_watcher) {
        // Azure may take a while to show what was mended; the same fix twice would be no progress.
        let times = mended.entry(format!("{fix:?}")).or_default();
        *times += 1;
        if *times > 1 {
            break;
        }
        found = set_context(context.ask(Request::Fix { target: target.clone(), fix })?)?;
    }
    context.show(&Answer::Context(found.clone()));
    Ok(u8::from(next_fix(&found, create_watcher).is_some()))
}

fn next_fix(found: &SetContext, create_watcher: bool) -> Option<Fix> {
    found.checks.iter().find_map(|check| match (&check.state, &check.fix) {
        (CheckState::Ok, _) | (_, None | Some(Fix::SignIn)) => None,
        (_, Some(Fix::CreateWatcher)) if !create_watcher => None,
        (_, Some(fix)) => Some(fix.clone()),
    })
}

fn set_context(answer: Answer) -> Result<Box<SetContext>> {
    match answer {
        Answer::Context(found) => Ok(found),
        _ => Err(Problem::internal("no context")),
    }
}

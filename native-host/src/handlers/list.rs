//! The captures of a scale set, newest first.

use std::collections::BTreeSet;
use wasm_core::protocol::{Answer, Target};

use super::{Call, describe};
use crate::azure::capture;
use crate::problem::Result;

pub async fn answer(call: &Call, target: &Target) -> Result<Answer> {
    let (session, ground) = call.ground(target).await?;
    let found = capture::list(&session.arm, &ground).await?;
    let (found, mut problems) = capture::with_statuses(&session, found).await;
    let mut captures = Vec::new();
    for found in &found {
        match describe(found, &ground, call.language) {
            Ok(capture) => captures.push(capture),
            // One capture that cannot be shown does not hide the others.
            Err(problem) => problems.push(problem),
        }
    }
    // What keeps one status back mostly keeps all of them back: once is enough.
    let mut told = BTreeSet::new();
    problems.retain(|problem| told.insert(problem.code));
    let warnings = problems.iter().map(|problem| problem.notice(call.language)).collect();
    Ok(Answer::Captures { captures, warnings })
}

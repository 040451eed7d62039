//! Mends one prerequisite and looks again.

use futures::{StreamExt, stream};
use wasm_core::azure::resource::InstanceId;
use wasm_core::protocol::{Answer, ErrorCode, Fix, Orchestration, OsType, Step, Target};
use wasm_core::words::Sentence;

use super::{Call, context};
use crate::azure::{
    Session,
    scale_set::{self, ScaleSet},
    watcher,
};
use crate::problem::{Problem, Result};

/// Machines of a Flexible set that get the agent at the same time.
const INSTALLATIONS: usize = 8;

pub async fn answer(call: &Call, target: &Target, fix: Fix) -> Result<Answer> {
    let session = call.session(target).await?;
    let set = ScaleSet::get(&session.arm, &target.scale_set).await?;
    session.grounds.forget(&target.scale_set);
    match fix {
        Fix::CreateWatcher => {
            call.progress(Step::CreateWatcher, 0, Some(1)).await;
            watcher::create(&session.arm, target.scale_set.subscription(), &set.location).await?;
            call.progress(Step::CreateWatcher, 1, Some(1)).await;
        }
        Fix::InstallAgent if set.aks_owned() => {
            // Azure supports no agent on AKS node pools.
            return Err(Problem::new(ErrorCode::Rejected).with("reason", "AKS"));
        }
        Fix::InstallAgent => match set.orchestration() {
            Orchestration::Uniform => install_on_model(call, &session, &set).await?,
            Orchestration::Flexible => install_on_machines(call, &session, &set).await?,
        },
        Fix::UpdateInstances { instances } => update(call, &session, &set, &instances).await?,
        Fix::SignIn => return Err(Problem::invalid("fix", Sentence::new("error-input-fix"))),
    }
    context::answer(call, target).await
}

async fn install_on_model(call: &Call, session: &Session, set: &ScaleSet) -> Result<()> {
    call.progress(Step::InstallAgent, 0, Some(1)).await;
    if !set.agent_on_model() {
        scale_set::install_agent_on_model(&session.arm, &set.id, set.os().unwrap_or(OsType::Linux)).await?;
    }
    call.progress(Step::InstallAgent, 1, Some(1)).await;
    // A Rolling set takes the new extension by a roll-out; an Automatic one by itself.
    if set.upgrade_policy().eq_ignore_ascii_case("Rolling") {
        scale_set::roll_extensions(&session.arm, &set.id).await?;
    }
    Ok(())
}

async fn install_on_machines(call: &Call, session: &Session, set: &ScaleSet) -> Result<()> {
    let machines = scale_set::flexible_machines(&session.arm, &set.id).await?;
    let os = set.os().or_else(|| machines.iter().find_map(scale_set::Machine::os)).unwrap_or(OsType::Linux);
    let without: Vec<String> =
        machines.iter().filter(|machine| !machine.has_agent()).map(|machine| machine.id.clone()).collect();
    let total = without.len() as u64;
    call.progress(Step::InstallAgent, 0, Some(total)).await;
    let install = |machine| scale_set::install_agent_on_machine(&session.arm, machine, &set.location, os);
    let work: Vec<_> = without.into_iter().map(install).collect();
    let mut installing = stream::iter(work).buffer_unordered(INSTALLATIONS);
    let mut done = 0;
    let mut trouble = None;
    while let Some(outcome) = installing.next().await {
        match outcome {
            Ok(()) => done += 1,
            Err(problem) => trouble = Some(problem),
        }
        call.progress(Step::InstallAgent, done, Some(total)).await;
    }
    trouble.map_or(Ok(()), Err)
}

async fn update(call: &Call, session: &Session, set: &ScaleSet, instances: &[InstanceId]) -> Result<()> {
    let total = instances.len() as u64;
    let mut done = 0;
    call.progress(Step::UpdateInstances, done, Some(total)).await;
    for batch in instances.chunks(scale_set::UPGRADE_BATCH) {
        scale_set::upgrade(&session.arm, &set.id, batch).await?;
        done += batch.len() as u64;
        call.progress(Step::UpdateInstances, done, Some(total)).await;
    }
    Ok(())
}

//! Mends one prerequisite and looks again.

use futures::{StreamExt, stream};
use wasm_core::azure::resource::InstanceId;
use wasm_core::protocol::{Answer, ErrorCode, Fix, Orchestration, OsType, Step, Target};
use wasm_core::words::Sentence;

use super::{Call, context};
use crate::azure::roll_out::{self, RollingUpgrade};
use crate::azure::scale_set::{self, ScaleSet};
use crate::azure::{Session, watcher};
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
            return Err(Problem::new(ErrorCode::Rejected).because("check-supported-blocked"));
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
    let earlier = RollingUpgrade::latest(&session.arm, &set.id).await.unwrap_or_default();
    call.progress(Step::InstallAgent, 0, Some(1)).await;
    if !set.agent_on_model() {
        scale_set::install_agent_on_model(&session.arm, &set.id, set.os().unwrap_or(OsType::Linux)).await?;
    }
    call.progress(Step::InstallAgent, 1, Some(1)).await;
    if is_manual(set) { Ok(()) } else { see_rolled_out(call, session, set, earlier).await }
}

/// Manual sets wait to be told; the others bring a changed model to their instances by themselves.
fn is_manual(set: &ScaleSet) -> bool {
    set.upgrade_policy().eq_ignore_ascii_case("Manual")
}

/// Watches the model on its way to the instances. `earlier` is the rolling upgrade before this one.
async fn see_rolled_out(
    call: &Call,
    session: &Session,
    set: &ScaleSet,
    earlier: Option<RollingUpgrade>,
) -> Result<()> {
    let arm = &session.arm;
    let rolling = set.upgrade_policy().eq_ignore_ascii_case("Rolling");
    if rolling {
        roll_out::start(arm, &set.id).await?;
    }
    let deadline = tokio::time::Instant::now() + session.cloud.network.operation();
    loop {
        let behind = roll_out::behind(arm, &set.id).await? as u64;
        let total = set.capacity().map(|capacity| capacity.max(behind));
        call.progress(Step::UpdateInstances, total.map_or(0, |total| total - behind), total).await;
        if behind == 0 {
            return Ok(());
        }
        if rolling
            && let Some(upgrade) = RollingUpgrade::latest(arm, &set.id).await?
            && !upgrade.is(earlier.as_ref())
            && let Some(problem) = upgrade.failure()
        {
            return Err(problem);
        }
        if tokio::time::Instant::now() >= deadline {
            return Err(Problem::new(ErrorCode::OperationUnclear).with("operation", "rollingUpgrades"));
        }
        tokio::time::sleep(session.cloud.network.poll()).await;
    }
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
    if !is_manual(set) {
        let earlier = RollingUpgrade::latest(&session.arm, &set.id).await.unwrap_or_default();
        return see_rolled_out(call, session, set, earlier).await;
    }
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

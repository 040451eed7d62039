//! Asks Network Watcher which rule lets a 5-tuple pass or not.

use wasm_core::azure::resource::InstanceId;
use wasm_core::protocol::{Answer, ErrorCode, FlowTuple, Orchestration, Target};

use super::Call;
use crate::azure::flow;
use crate::problem::{Problem, Result};

pub async fn answer(call: &Call, target: &Target, instance: &InstanceId, flow: &FlowTuple) -> Result<Answer> {
    let (session, ground) = call.ground(target).await?;
    let machine = match ground.orchestration {
        Orchestration::Uniform => target.scale_set.instance(instance),
        Orchestration::Flexible => {
            let machine = ground.machines.values().find(|id| id.name().eq_ignore_ascii_case(instance.name()));
            let missing = || Problem::new(ErrorCode::NotFound).with("resource", instance);
            machine.ok_or_else(missing)?.to_string()
        }
    };
    let verdict = flow::verify(&session.arm, &ground.watcher, &machine, flow).await?;
    Ok(Answer::FlowVerdict(verdict))
}

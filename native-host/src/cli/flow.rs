//! `flow`: Network Watcher's word on a flow.

use wasm_core::protocol::{Direction, FlowProtocol, FlowTuple, Request};

use super::Context;
use super::arguments::{Flow, FlowKind, FlowWay};
use crate::problem::Result;

pub fn run(context: &Context, command: Flow) -> Result<u8> {
    let Flow::Verify { target, instance, protocol, direction, local, remote } = command;
    let protocol = match protocol {
        FlowKind::Tcp => FlowProtocol::Tcp,
        FlowKind::Udp => FlowProtocol::Udp,
    };
    let direction = match direction {
        FlowWay::Inbound => Direction::Inbound,
        FlowWay::Outbound => Direction::Outbound,
    };
    let flow = FlowTuple {
        protocol,
        direction,
        local_address: local.ip(),
        local_port: local.port(),
        remote_address: remote.ip(),
        remote_port: remote.port(),
    };
    context.run(Request::VerifyFlow { target: context.target(&target)?, instance, flow })
}

//! IP flow verify and next hop: which rule lets a 5-tuple pass or not, and where it would go.
//! Source: `VerificationIPFlowParameters`, `NextHopParameters` of `networkWatcher.json`.

use serde::Deserialize;
use serde_json::{Value, json};
use wasm_core::azure::resource::ResourceId;
use wasm_core::protocol::{Direction, ErrorCode, FlowProtocol, FlowTuple, FlowVerdict, NextHop};

use super::arm::{Api, Arm};
use super::operation;
use crate::problem::{Problem, Result};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    access: String,
    #[serde(default)]
    rule_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hop {
    next_hop_type: String,
    #[serde(default)]
    next_hop_ip_address: Option<String>,
    #[serde(default)]
    route_table_id: Option<String>,
}

/// Asks Network Watcher both questions about a flow of `machine`, the full id of an instance.
pub async fn verify(arm: &Arm, watcher: &ResourceId, machine: &str, flow: &FlowTuple) -> Result<FlowVerdict> {
    let protocol = match flow.protocol {
        FlowProtocol::Tcp => "TCP",
        FlowProtocol::Udp => "UDP",
    };
    let direction = match flow.direction {
        Direction::Inbound => "Inbound",
        Direction::Outbound => "Outbound",
    };
    let question = json!({
        "targetResourceId": machine,
        "direction": direction,
        "protocol": protocol,
        "localIPAddress": flow.local_address,
        "localPort": flow.local_port.to_string(),
        "remoteIPAddress": flow.remote_address,
        "remotePort": flow.remote_port.to_string(),
    });
    let route = json!({
        "targetResourceId": machine,
        "sourceIPAddress": flow.local_address,
        "destinationIPAddress": flow.remote_address,
    });
    let (verdict, hop) = tokio::join!(
        ask::<Verdict>(arm, watcher, "ipFlowVerify", &question),
        ask::<Hop>(arm, watcher, "nextHop", &route)
    );
    let verdict = verdict?;
    // The verdict is worth telling without the route.
    let next_hop = match hop {
        Ok(hop) => Some(NextHop {
            kind: hop.next_hop_type,
            address: hop.next_hop_ip_address.filter(|text| !text.is_empty()),
            route_table: hop.route_table_id.filter(|text| !text.is_empty()),
        }),
        Err(problem) => {
            tracing::warn!(%problem, "no next hop");
            None
        }
    };
    Ok(FlowVerdict { access: verdict.access, rule: verdict.rule_name, direction: flow.direction, next_hop })
}

async fn ask<T: serde::de::DeserializeOwned>(
    arm: &Arm,
    watcher: &ResourceId,
    question: &str,
    body: &Value,
) -> Result<T> {
    let answer = arm.query(&format!("{watcher}/{question}"), Api::Network, Some(body)).await?;
    let result = operation::finish(arm, answer, question).await?.unwrap_or_default();
    serde_json::from_value(result)
        .map_err(|error| Problem::new(ErrorCode::UnexpectedAnswer).with("what", question).detail(error))
}

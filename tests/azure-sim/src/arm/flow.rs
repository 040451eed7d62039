//! IP flow verify and next hop, from the security rules of the target's subnet and Azure's default rules.

use std::net::Ipv4Addr;

use axum::Json;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::error::ArmError;
use super::{Answer, Call, network};
use crate::world::World;
use crate::world::security_rule::{Access, Direction, SecurityRule};

fn missing(field: &str) -> ArmError {
    ArmError::bad_request("InvalidRequestFormat", "Cannot parse the request.").with_detail(
        "MissingRequiredProperty",
        format!("Value for property '{field}' is missing or not valid."),
    )
}

fn text<'a>(body: &'a Value, field: &str) -> Result<&'a str, ArmError> {
    body[field].as_str().filter(|text| !text.is_empty()).ok_or_else(|| missing(field))
}

fn address(body: &Value, field: &str) -> Result<Ipv4Addr, ArmError> {
    text(body, field)?.parse().map_err(|_| missing(field))
}

fn port(body: &Value, field: &str) -> Result<u16, ArmError> {
    text(body, field)?.parse().map_err(|_| missing(field))
}

/// The rules in front of the target, and its own address; `None` where it does not exist.
fn target(world: &World, id: &str) -> Option<(Vec<SecurityRule>, Ipv4Addr)> {
    if let Some((_, machine)) = world.machine(id) {
        let set = machine.scale_set.as_deref().and_then(|set| world.scale_set(set));
        return Some((
            set.map(|(_, set)| set.security_rules.clone()).unwrap_or_default(),
            machine.guest.address,
        ));
    }
    let (_, set) = world.scale_set(id)?;
    let instance = id.rsplit_once("/virtualMachines/").map(|(_, instance)| instance)?;
    Some((set.security_rules.clone(), set.instance(instance)?.guest.address))
}

pub fn ip_flow_verify(call: &Call) -> Answer {
    call.read(|subscription| network::find(call, subscription).map(drop))?;
    let body = call.json()?;
    let id = text(&body, "targetResourceId")?;
    let direction = match text(&body, "direction")? {
        "Inbound" => Direction::Inbound,
        "Outbound" => Direction::Outbound,
        _ => return Err(missing("direction")),
    };
    let protocol = match text(&body, "protocol")? {
        "TCP" => "TCP",
        "UDP" => "UDP",
        _ => return Err(missing("protocol")),
    };
    let (local_port, remote_port) = (port(&body, "localPort")?, port(&body, "remotePort")?);
    let (local, remote) = (address(&body, "localIPAddress")?, address(&body, "remoteIPAddress")?);
    let world = call.app.world.lock();
    let (mut rules, own) = target(&world, id).ok_or_else(|| unknown_target(id))?;
    if own != local {
        return Err(ArmError::bad_request(
            "InvalidLocalIPAddress",
            format!("The local IP address {local} is not one of the target resource's."),
        ));
    }
    rules.sort_by_key(|rule| rule.priority);
    let hit = rules.iter().find(|rule| {
        rule.direction == direction
            && (rule.protocol == "*" || rule.protocol.eq_ignore_ascii_case(protocol))
            && rule.local_port.is_none_or(|port| port == local_port)
            && rule.remote_port.is_none_or(|port| port == remote_port)
            && rule.remote_address.is_none_or(|address| address == remote)
    });
    let (access, name) = match (hit, direction) {
        (Some(rule), _) => (rule.access, format!("securityRules/{}", rule.name)),
        (None, Direction::Inbound) if remote.octets()[0] == 10 => {
            (Access::Allow, "defaultSecurityRules/AllowVnetInBound".to_owned())
        }
        (None, Direction::Inbound) => (Access::Deny, "defaultSecurityRules/DenyAllInBound".to_owned()),
        (None, Direction::Outbound) if remote.octets()[0] == 10 => {
            (Access::Allow, "defaultSecurityRules/AllowVnetOutBound".to_owned())
        }
        (None, Direction::Outbound) => {
            (Access::Allow, "defaultSecurityRules/AllowInternetOutBound".to_owned())
        }
    };
    Ok(Json(json!({ "access": access, "ruleName": name })).into_response())
}

pub fn next_hop(call: &Call) -> Answer {
    call.read(|subscription| network::find(call, subscription).map(drop))?;
    let body = call.json()?;
    let id = text(&body, "targetResourceId")?;
    address(&body, "sourceIPAddress")?;
    let destination = address(&body, "destinationIPAddress")?;
    let world = call.app.world.lock();
    target(&world, id).ok_or_else(|| unknown_target(id))?;
    let kind = if destination.octets()[0] == 10 { "VnetLocal" } else { "Internet" };
    Ok(Json(json!({ "nextHopType": kind, "routeTableId": "System Route" })).into_response())
}

fn unknown_target(id: &str) -> ArmError {
    ArmError::bad_request(
        "InvalidResourceReference",
        format!(
            "Resource {id} was not found. Please make sure that the referenced resource exists, and that both \
             resources are in the same region."
        ),
    )
}

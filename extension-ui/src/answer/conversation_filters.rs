//! What becomes of a conversation elsewhere: a flow to verify, a capture filter, a display filter.

use super::conversations::transport;
use std::net::IpAddr;
use wasm_core::{
    filter::FilterInput,
    pcap::report::{ConversationReport, EndReport, Transport},
    protocol::{Context, Direction, FlowProtocol, FlowTuple, Instance},
};

/// The instance that is one side of a conversation.
pub struct Local {
    pub instance: Instance,
    /// It opened the conversation.
    pub is_a: bool,
}

/// The side that is one of these instances, where one is.
pub fn local_side(item: &ConversationReport, context: Option<&Context>) -> Option<Local> {
    let has = |instance: &Instance, end: &EndReport| {
        end.address.parse::<IpAddr>().is_ok_and(|address| instance.addresses.contains(&address))
    };
    let instances = &context?.instances;
    let of = |end: &EndReport, is_a: bool| {
        instances
            .iter()
            .find(|instance| has(instance, end))
            .map(|instance| Local { instance: instance.clone(), is_a })
    };
    of(&item.a, true).or_else(|| of(&item.b, false))
}

/// What Network Watcher is asked about.
pub fn flow(item: &ConversationReport, local: &Local) -> Option<FlowTuple> {
    let (here, there) = if local.is_a { (&item.a, &item.b) } else { (&item.b, &item.a) };
    Some(FlowTuple {
        protocol: match item.transport {
            Transport::Tcp => FlowProtocol::Tcp,
            Transport::Udp => FlowProtocol::Udp,
            Transport::Sctp => return None,
        },
        direction: if local.is_a { Direction::Outbound } else { Direction::Inbound },
        local_address: here.address.parse().ok()?,
        local_port: here.port,
        remote_address: there.address.parse().ok()?,
        remote_port: there.port,
    })
}

/// The peer and the server's port: the client's port is another one next time.
pub fn capture_filter(item: &ConversationReport, local: Option<&Local>) -> FilterInput {
    let protocol = match item.transport {
        Transport::Tcp => "TCP",
        Transport::Udp => "UDP",
        Transport::Sctp => "Any",
    };
    let mut filter = FilterInput { protocol: protocol.to_owned(), ..FilterInput::default() };
    if local.is_some_and(|local| !local.is_a) {
        filter.remote_ip_address.clone_from(&item.a.address);
        filter.local_port = item.b.port.to_string();
    } else {
        filter.remote_ip_address.clone_from(&item.b.address);
        filter.remote_port = item.b.port.to_string();
    }
    filter
}

/// The conversation as Wireshark's "Apply as Filter" writes it.
pub fn display_filter(item: &ConversationReport) -> String {
    let family = if item.a.address.contains(':') { "ipv6" } else { "ip" };
    let transport = transport(item.transport).to_ascii_lowercase();
    let (a, b) = (&item.a, &item.b);
    format!(
        "({family}.addr == {} && {family}.addr == {}) && ({transport}.port == {} && {transport}.port == {})",
        a.address, b.address, a.port, b.port
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::filter::{CheckContext, check};

    fn item() -> ConversationReport {
        serde_json::from_value(serde_json::json!({
            "transport": "tcp", "a": { "address": "10.0.0.4", "port": 40_000 }, "b": { "address": "10.0.2.7", "port": 5432 },
            "packetsAToB": 118, "bytesAToB": 8_732, "packetsBToA": 0, "bytesBToA": 0, "startEpoch": null,
            "durationSeconds": null, "serverName": null, "tcp": null,
        }))
        .expect("a conversation")
    }

    fn local(address: &str, is_a: bool) -> Local {
        let instance = serde_json::from_value(serde_json::json!({
            "id": "0", "name": "web_0", "power": null, "agent": "installed", "latestModel": true, "addresses": [address],
        }));
        Local { instance: instance.expect("an instance"), is_a }
    }

    #[test]
    fn the_filter_of_a_conversation_keeps_the_peer_and_the_servers_port() {
        let out = capture_filter(&item(), Some(&local("10.0.0.4", true)));
        assert_eq!(
            (out.remote_ip_address.as_str(), out.remote_port.as_str(), out.local_port.as_str()),
            ("10.0.2.7", "5432", "")
        );
        let inwards = capture_filter(&item(), Some(&local("10.0.2.7", false)));
        assert_eq!(
            (inwards.remote_ip_address.as_str(), inwards.remote_port.as_str(), inwards.local_port.as_str()),
            ("10.0.0.4", "", "5432")
        );
        assert!(check(&[out, inwards], &CheckContext::default()).ok);
    }

    #[test]
    fn the_flow_is_seen_from_the_instance() {
        let outbound = flow(&item(), &local("10.0.0.4", true)).expect("a flow");
        assert_eq!(
            (outbound.direction, outbound.local_port, outbound.remote_port),
            (Direction::Outbound, 40_000, 5432)
        );
        let inbound = flow(&item(), &local("10.0.2.7", false)).expect("a flow");
        assert_eq!(
            (inbound.direction, inbound.local_port, inbound.remote_port),
            (Direction::Inbound, 5432, 40_000)
        );
    }

    #[test]
    fn wiresharks_filter() {
        assert_eq!(
            display_filter(&item()),
            "(ip.addr == 10.0.0.4 && ip.addr == 10.0.2.7) && (tcp.port == 40000 && tcp.port == 5432)"
        );
    }
}

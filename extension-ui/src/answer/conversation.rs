use super::{
    conversations::{joined, packets, transport},
    sightings::Sightings,
};
use crate::{
    components::{Appearance, Badge, Button, Bytes, CopyButton, Count, FailureView, IconName, Intent},
    infra::{Shared, ask, format, task::use_task, viewer_link::ViewerSource, words::use_words},
    panel::Session,
};
use std::{net::IpAddr, rc::Rc};
use wasm_core::{
    filter::FilterInput,
    pcap::{
        follow::Ends,
        report::{ConversationReport, EndReport, Report, Transport},
    },
    protocol::{Context, Direction, FileRef, FlowProtocol, FlowTuple, FlowVerdict, Instance, OpenWith},
};
use yew::prelude::*;

/// Properties for [`Conversation`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConversationProps {
    pub item: ConversationReport,
    pub report: Shared<Report>,
    pub context: Option<Rc<Context>>,
    /// The sources' files, in the order of the report.
    pub files: Vec<FileRef>,
    pub oncapture: Option<Callback<Vec<FilterInput>>>,
    /// Shows the packets in this very page; else they open in the viewer.
    pub onpackets: Option<Callback<String>>,
}

/// One conversation, and what can be done from it.
#[component]
pub fn Conversation(props: &ConversationProps) -> Html {
    let words = use_words();
    let session = use_context::<Session>();
    let verifying = use_task::<FlowVerdict>();
    let opening = use_task::<()>();
    let item = &props.item;
    let filter = display_filter(item);
    let sources = props.report.sources.iter().enumerate();
    let seen = sources.filter(|(at, _)| seen_in(&props.report, *at, item)).map(|(_, source)| &source.path);
    // A download reports its files in the order in which they came.
    let file = seen.filter_map(|path| props.files.iter().find(|file| file.0 == *path)).min();
    let file = file.or(props.files.first()).cloned();
    let local = local_side(item, props.context.as_deref());
    {
        let verifying = verifying.clone();
        use_effect_with((item.a.clone(), item.b.clone()), move |_| verifying.reset());
    }

    let packets_action = match (&props.onpackets, &file) {
        (Some(onpackets), _) => {
            let onclick = onpackets.reform({
                let filter = filter.clone();
                move |()| filter.clone()
            });
            html! { <Button label={words.get("ui-packets")} small=true {onclick} testid="conversation-packets" /> }
        }
        (None, Some(file)) => {
            let source = ViewerSource::File { file: file.clone(), display_filter: Some(filter.clone()) };
            html! {
                <a class="link action" href={source.url()} target="_blank" rel="noopener" data-testid="conversation-packets">
                    { words.get("ui-packets") }
                </a>
            }
        }
        (None, None) => html! {},
    };
    let wireshark = session.as_ref().zip(file.clone()).filter(|(session, _)| session.hello.wireshark).map(|(session, file)| {
        let (helper, filter, opening) = (session.helper.clone(), filter.clone(), opening.clone());
        let onclick = Callback::from(move |()| {
            let with = OpenWith::Wireshark { display_filter: Some(filter.clone()) };
            opening.run(ask::open(helper.clone(), file.clone(), with));
        });
        html! { <Button label={words.get("ui-open-wireshark")} icon={IconName::Open} small=true {onclick} testid="conversation-wireshark" /> }
    });
    let verify = session.as_ref().filter(|session| session.can("verifyFlow")).zip(local.as_ref()).and_then(|(session, local)| {
        let flow = flow(item, local)?;
        let (session, verifying, instance) = (session.clone(), verifying.clone(), local.instance.clone());
        let working = verifying.working();
        let onclick = Callback::from(move |()| {
            let call = ask::verify_flow(session.helper.clone(), session.target.clone(), instance.id.clone(), flow.clone());
            verifying.run(call);
        });
        Some(html! { <Button label={words.get("ui-verify-flow")} icon={IconName::Search} small=true disabled={working} {onclick} testid="conversation-verify" /> })
    });
    let capture = props.oncapture.as_ref().map(|oncapture| {
        let only = capture_filter(item, local.as_ref());
        let onclick = oncapture.reform(move |()| vec![only.clone()]);
        html! { <Button label={words.get("ui-capture-this")} icon={IconName::Capture} small=true {onclick} testid="conversation-capture" /> }
    });
    html! {
        <section class="conversation" data-testid="conversation" aria-label={words.get("ui-conversation")}>
            <p class="conversation-ends">
                { transport(item.transport) }{ " " }{ joined(&item.a.address, item.a.port) }{ " → " }{ joined(&item.b.address, item.b.port) }
            </p>
            <dl class="facts">
                if let Some(name) = &item.server_name {
                    <dt>{ words.get("ui-server-name") }</dt><dd class="code">{ name }</dd>
                }
                <dt>{ "→" }</dt><dd><Count value={item.packets_a_to_b} />{ " " }{ words.get("ui-packets-unit") }{ " · " }<Bytes value={item.bytes_a_to_b} /></dd>
                <dt>{ "←" }</dt><dd><Count value={item.packets_b_to_a} />{ " " }{ words.get("ui-packets-unit") }{ " · " }<Bytes value={item.bytes_b_to_a} /></dd>
                if let Some(span) = item.duration_seconds {
                    <dt>{ words.get("ui-duration") }</dt><dd>{ format::duration(words.0, span) }</dd>
                }
                if let Some(tcp) = &item.tcp {
                    <dt>{ "TCP" }</dt>
                    <dd>{ words.with("ui-conversation-tcp", [
                        ("syns", tcp.syns.into()), ("resets", tcp.resets.into()), ("retransmissions", tcp.retransmissions.into()),
                        ("out-of-order", tcp.out_of_order.into()), ("zero-windows", tcp.zero_windows.into()),
                    ]) }</dd>
                }
            </dl>
            if packets(item) > 0 && item.packets_b_to_a == 0 {
                <p class="outlier">{ words.get("ui-one-sided") }</p>
            }
            <div class="row">
                { packets_action }
                { wireshark.unwrap_or_default() }
                { verify.unwrap_or_default() }
                { capture.unwrap_or_default() }
                <CopyButton text={filter} label={words.get("ui-copy-display-filter")} appearance={Appearance::Subtle} testid="conversation-filter" />
            </div>
            if let Some(ends) = Ends::of(item).filter(|_| props.report.sources.len() > 1) {
                <Sightings {ends} report={props.report.clone()} files={props.files.clone()} />
            }
            if verifying.working() {
                <p class="caption" role="status">{ words.get("ui-verifying") }</p>
            }
            if let Some(verdict) = verifying.value() {
                <Verdict verdict={verdict.clone()} />
            }
            { for [verifying.failure(), opening.failure()].into_iter().flatten().map(|failure| html! {
                <FailureView failure={failure.clone()} testid="conversation" />
            }) }
        </section>
    }
}

/// Properties for [`Verdict`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct VerdictProps {
    verdict: FlowVerdict,
}

/// What Network Watcher says of the flow.
#[component]
fn Verdict(props: &VerdictProps) -> Html {
    let words = use_words();
    let verdict = &props.verdict;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            // Asked for at the lower end of a long page.
            if let Some(element) = node.cast::<web_sys::Element>() {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                element.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }
    let allowed = verdict.access.eq_ignore_ascii_case("allow");
    let (intent, access, text) = if allowed {
        (Intent::Success, "ui-access-allow", "ui-verdict-allow")
    } else {
        (Intent::Error, "ui-access-deny", "ui-verdict-deny")
    };
    let text = words.with(text, [("rule", verdict.rule.clone().into())]);
    html! {
        <div class="stack-small verdict" ref={node} role="status" data-testid="verdict" data-access={verdict.access.clone()}>
            <p class="row"><Badge {intent} label={words.get(access)} />{ text }</p>
            if let Some(hop) = &verdict.next_hop {
                <p class="caption">{ words.with("ui-next-hop", [
                    ("kind", hop.kind.clone().into()), ("address", hop.address.clone().unwrap_or_default().into()),
                ]) }</p>
            }
        </div>
    }
}

/// The instance that is one side of a conversation.
struct Local {
    instance: Instance,
    /// It opened the conversation.
    is_a: bool,
}

fn local_side(item: &ConversationReport, context: Option<&Context>) -> Option<Local> {
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

fn flow(item: &ConversationReport, local: &Local) -> Option<FlowTuple> {
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
fn capture_filter(item: &ConversationReport, local: Option<&Local>) -> FilterInput {
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

/// Whether a source lists the same conversation, whichever side spoke first there.
fn seen_in(report: &Report, source: usize, item: &ConversationReport) -> bool {
    let same = |other: &ConversationReport| {
        other.transport == item.transport
            && ((other.a == item.a && other.b == item.b) || (other.a == item.b && other.b == item.a))
    };
    report.sources.get(source).is_some_and(|source| source.summary.conversations.items.iter().any(same))
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

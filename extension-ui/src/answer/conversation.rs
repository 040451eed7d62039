use super::{
    conversation_filters::{capture_filter, display_filter, flow, local_side},
    conversations::{joined, packets, transport},
    sightings::Sightings,
    verdict::Verdict,
};
use crate::{
    components::{Appearance, Button, CopyButton, FailureView, IconName, bytes, count},
    infra::{Shared, ask, format, task::use_task, viewer_link::ViewerSource, words::use_words},
    panel::Session,
};
use std::rc::Rc;
use wasm_core::{
    filter::FilterInput,
    pcap::{
        follow::Ends,
        report::{ConversationReport, Report},
    },
    protocol::{Context, FileRef, FlowVerdict, OpenWith},
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
    let mut seen = seen.filter_map(|path| props.files.iter().find(|file| file.0 == *path));
    let file = seen.next();
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
                <dt>{ "→" }</dt><dd>{ count(words.0, item.packets_a_to_b) }{ " " }{ words.get("ui-packets-unit") }{ " · " }{ bytes(words.0, item.bytes_a_to_b) }</dd>
                <dt>{ "←" }</dt><dd>{ count(words.0, item.packets_b_to_a) }{ " " }{ words.get("ui-packets-unit") }{ " · " }{ bytes(words.0, item.bytes_b_to_a) }</dd>
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

/// Whether a source lists the same conversation, whichever side spoke first there.
fn seen_in(report: &Report, source: usize, item: &ConversationReport) -> bool {
    let same = |other: &ConversationReport| {
        other.transport == item.transport
            && ((other.a == item.a && other.b == item.b) || (other.a == item.b && other.b == item.a))
    };
    report.sources.get(source).is_some_and(|source| source.summary.conversations.items.iter().any(same))
}

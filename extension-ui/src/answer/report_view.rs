use super::{
    cards::cards, conversations::Conversations, dns_names::dns_names, export::Export, findings::Findings,
    hosts::hosts, instances::Instances, protocols::protocols, tcp_health::tcp_health, timeline::Timeline,
    tls_names::tls_names,
};
use crate::{
    components::{Range, Tab as TabItem, Tabs},
    infra::{Shared, focus, format, words::use_words},
};
use std::rc::Rc;
use wasm_core::{
    filter::FilterInput,
    pcap::report::Report,
    protocol::{Context, FileRef},
};
use yew::prelude::*;

/// The kinds of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Conversations,
    Hosts,
    Protocols,
    Tcp,
    Dns,
    Tls,
    Instances,
    File,
}

impl Tab {
    const ALL: [Self; 8] = [
        Self::Conversations,
        Self::Hosts,
        Self::Protocols,
        Self::Tcp,
        Self::Dns,
        Self::Tls,
        Self::Instances,
        Self::File,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Hosts => "hosts",
            Self::Protocols => "protocols",
            Self::Tcp => "tcp",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Instances => "instances",
            Self::File => "file",
        }
    }
}

/// Properties for [`ReportView`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ReportViewProps {
    pub report: Shared<Report>,
    /// The scale set, where it is known.
    #[prop_or_default]
    pub context: Option<Rc<Context>>,
    /// The sources' files in the download folder, in their order; none in the viewer.
    #[prop_or_default]
    pub files: Vec<FileRef>,
    /// Capture only this.
    #[prop_or_default]
    pub oncapture: Option<Callback<Vec<FilterInput>>>,
    /// Show the packets of a display filter in this page.
    #[prop_or_default]
    pub onpackets: Option<Callback<String>>,
}

/// A report: findings, figures, time, evidence.
#[component]
pub fn ReportView(props: &ReportViewProps) -> Html {
    let words = use_words();
    let tab = use_state_eq(|| Tab::Conversations);
    let range = use_state_eq(|| None::<Range>);
    let search = use_state_eq(String::new);
    let report = &props.report;
    // How often a finding led to its evidence: each time the page goes there.
    let visits = use_state_eq(|| 0_u32);
    let onevidence = {
        let (tab, search, visits) = (tab.clone(), search.clone(), visits.clone());
        Callback::from(move |(to, what): (Tab, String)| {
            tab.set(to);
            search.set(what);
            visits.set(*visits + 1);
        })
    };
    use_effect_with(*visits, |visits| {
        if *visits > 0 {
            focus::on("tab-panel");
        }
    });
    let onselect = {
        let tab = tab.clone();
        Callback::from(move |id: AttrValue| {
            if let Some(chosen) = Tab::ALL.into_iter().find(|tab| tab.name() == id) {
                tab.set(chosen);
            }
        })
    };
    let total = &report.total;
    let count = |tab: Tab| match tab {
        Tab::Conversations => {
            Some(total.conversations.tcp + total.conversations.udp + total.conversations.sctp)
        }
        Tab::Hosts => Some(total.hosts.len() as u64),
        Tab::Protocols => Some(total.layers.len() as u64),
        Tab::Tls => Some(total.tls.server_names.len() as u64),
        Tab::Dns => Some(total.dns.queries.len() as u64),
        Tab::Instances => Some(report.sources.len() as u64),
        Tab::Tcp | Tab::File => None,
    };
    let tabs =
        Tab::ALL.into_iter().filter(|tab| *tab != Tab::Instances || report.sources.len() > 1).map(|tab| {
            TabItem {
                id: tab.name().into(),
                label: words.get(&format!("ui-tab-{}", tab.name())),
                count: count(tab).map(|count| format::number(words.0, count).into()),
            }
        });
    let content = match *tab {
        Tab::Conversations => html! {
            <Conversations report={report.clone()} context={props.context.clone()} files={props.files.clone()} range={*range}
                search={(*search).clone()} onsearch={let search = search.clone(); move |text| search.set(text)}
                oncapture={props.oncapture.clone()} onpackets={props.onpackets.clone()} />
        },
        Tab::Hosts => hosts(words, report),
        Tab::Protocols => protocols(words, report),
        Tab::Tcp => tcp_health(words, report),
        Tab::Dns => dns_names(words, report),
        Tab::Tls => tls_names(words, report),
        Tab::Instances => html! { <Instances report={report.clone()} /> },
        Tab::File => html! { <Export report={report.clone()} files={props.files.clone()} /> },
    };
    html! {
        <div class="answer">
            <Findings report={report.clone()} {onevidence} />
            { cards(words, report, *range) }
            <Timeline report={report.clone()} range={*range} onrange={let range = range.clone(); move |to| range.set(to)} />
            <Tabs label={words.get("ui-evidence")} testid="tab" tabs={tabs.collect::<Vec<_>>()} selected={tab.name()} {onselect}>
                if range.is_some() && !matches!(*tab, Tab::Conversations) {
                    <p class="caption" role="note" data-testid="range-not-here">{ words.get("ui-range-not-here") }</p>
                }
                // Another tab is another table, which begins at its top.
                <key={tab.name()}>{ content }</>
            </Tabs>
        </div>
    }
}

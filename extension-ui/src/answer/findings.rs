use super::{conversations::joined, report_view::Tab};
use crate::{
    components::{Appearance, Button, Intent, Message, icon},
    infra::{Shared, words::use_words},
};
use wasm_core::{
    order::sort,
    pcap::report::{FindingReport, Report, Severity, SummaryReport},
};
use yew::prelude::*;

/// So many are shown before "more".
const FIRST: usize = 7;

/// Properties for [`Findings`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FindingsProps {
    pub report: Shared<Report>,
    /// Leads to the evidence: the tab, and what to search for there.
    pub onevidence: Callback<(Tab, String)>,
}

/// What is wrong, in words, worst first. A clean capture says so, an empty one explains itself.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let words = use_words();
    let all = use_state_eq(|| false);
    let mut findings: Vec<&FindingReport> = props.report.total.findings.iter().collect();
    sort(&mut findings, |a, b| b.severity.cmp(&a.severity));
    let shown = if *all { findings.len() } else { FIRST };
    let more = {
        let all = all.clone();
        Callback::from(move |()| all.set(true))
    };
    html! {
        <div class="stack-small" data-testid="findings" role="group" aria-label={words.get("ui-findings")}>
            <h3>{ words.get("ui-findings") }</h3>
            if findings.is_empty() {
                <p data-testid="findings-none">{ words.get(nothing_found(&props.report.total)) }</p>
            }
            <ul class="stack-small">
                { for findings.iter().take(shown).map(|finding| {
                    let intent = match finding.severity {
                        Severity::Error => Intent::Error,
                        Severity::Warning => Intent::Warning,
                        Severity::Info => Intent::Info,
                    };
                    let (tab, search) = (evidence(&finding.code), search(finding));
                    let onclick = props.onevidence.reform(move |()| (tab, search.clone()));
                    html! {
                        <li class={classes!("finding", intent.class())} data-testid="finding" data-code={finding.code.clone()}>
                            { icon(intent.icon()) }
                            <p class="finding-text">{ finding.text.clone() }</p>
                            <div class="finding-actions">
                                <Button label={words.get("ui-evidence")} full_name={words.with("ui-evidence-of", [("finding", finding.text.clone().into())])}
                                    small=true appearance={Appearance::Subtle} {onclick} testid="finding-evidence" />
                            </div>
                        </li>
                    }
                }) }
            </ul>
            if findings.len() > shown {
                <div><Button label={words.with("ui-findings-more", [("count", (findings.len() - shown).into())])} small=true
                    appearance={Appearance::Subtle} onclick={more} testid="findings-more" /></div>
            }
            { for props.report.total.warnings.iter().map(|warning| html! {
                <Message intent={Intent::Warning} quiet=true testid="summary-warning"><p>{ warning.text.clone() }</p></Message>
            }) }
        </div>
    }
}

/// What to say of a capture without findings: only a clean one is called clean.
fn nothing_found(total: &SummaryReport) -> &'static str {
    let tcp = &total.tcp;
    let marks = tcp.resets + tcp.retransmissions + tcp.unanswered_syns + tcp.refused_syns + tcp.zero_windows;
    let names = total.dns.unanswered
        + total.dns.response_codes.iter().filter(|(code, _)| *code != "NOERROR").map(|(_, n)| n).sum::<u64>();
    match (total.packets, marks + names) {
        (0, _) => "ui-findings-empty",
        (_, 0) => "ui-findings-clean",
        _ => "ui-findings-none",
    }
}

/// Where a finding's evidence is, by the beginning of its code.
fn evidence(code: &str) -> Tab {
    match code.split('-').next() {
        Some("dns") => Tab::Dns,
        Some("tls") => Tab::Tls,
        Some("instance") => Tab::Instances,
        Some("retransmissions" | "resets") => Tab::Tcp,
        _ => Tab::Conversations,
    }
}

/// The addresses that it names, to find them among the conversations.
fn search(finding: &FindingReport) -> String {
    let text = |name: &str| finding.params.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let port =
        finding.params.get("port").and_then(serde_json::Value::as_u64).and_then(|port| port.try_into().ok());
    match (text("host"), port) {
        ("", _) => format!("{} {}", text("a"), text("b")).trim().to_owned(),
        (host, Some(port)) => joined(host, port),
        (host, None) => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_found_by_the_topic_of_the_code() {
        for (code, tab) in [
            ("dns-nxdomain", Tab::Dns),
            ("tls-names", Tab::Tls),
            ("instance-outlier", Tab::Instances),
            ("resets", Tab::Tcp),
            ("host-silent", Tab::Conversations),
            ("", Tab::Conversations),
        ] {
            assert_eq!(evidence(code), tab, "{code}");
        }
    }

    #[test]
    fn the_conversations_of_a_finding_are_searched_for() {
        let finding = |params: serde_json::Value| {
            let finding =
                serde_json::json!({ "code": "x", "severity": "error", "params": params, "text": "" });
            search(&serde_json::from_value(finding).expect("a finding"))
        };
        assert_eq!(finding(serde_json::json!({ "host": "10.0.2.7", "port": 6432 })), "10.0.2.7:6432");
        assert_eq!(finding(serde_json::json!({ "host": "fe80::1", "port": 22 })), "[fe80::1]:22");
        assert_eq!(finding(serde_json::json!({ "a": "10.0.0.4", "b": "10.0.2.7" })), "10.0.0.4 10.0.2.7");
        assert_eq!(finding(serde_json::json!({ "count": 3 })), "");
    }
}

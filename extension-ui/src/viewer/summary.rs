//! The summary as a drawer beside the packets.

use crate::{
    answer::ReportView,
    components::{Appearance, Button, IconName},
    infra::{Shared, words::use_words},
};
use wasm_core::pcap::report::Report;
use yew::prelude::*;

/// Properties for [`SummaryDrawer`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SummaryDrawerProps {
    /// Absent while the file is read.
    pub report: Option<Shared<Report>>,
    /// It is of a chosen span and not of the whole.
    pub part: bool,
    /// Shows the packets of a display filter.
    pub onpackets: Callback<String>,
    pub onclose: Callback<()>,
}

/// Findings, figures and conversations of what the list's time covers.
#[component]
pub fn SummaryDrawer(props: &SummaryDrawerProps) -> Html {
    let words = use_words();
    let title = if props.part { "viewer-summary-part" } else { "viewer-summary" };
    let onkeydown = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                onclose.emit(());
            }
        })
    };
    html! {
        <aside class="drawer" aria-labelledby="drawer-title" data-testid="summary" {onkeydown}>
            <header class="drawer-header">
                <h2 id="drawer-title">{ words.get(title) }</h2>
                <Button label={words.get("ui-close")} icon={IconName::Close} icon_only=true small=true
                    appearance={Appearance::Subtle} onclick={props.onclose.clone()} testid="summary-close" />
            </header>
            <div class="drawer-body">
                if let Some(report) = &props.report {
                    <ReportView report={report.clone()} onpackets={Some(props.onpackets.clone())} />
                } else {
                    <p class="caption">{ words.get("viewer-summary-later") }</p>
                }
            </div>
        </aside>
    }
}

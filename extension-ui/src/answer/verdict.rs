use crate::{
    components::{Badge, Intent},
    infra::words::use_words,
};
use wasm_core::protocol::FlowVerdict;
use yew::prelude::*;

/// Properties for [`Verdict`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct VerdictProps {
    pub verdict: FlowVerdict,
}

/// What Network Watcher says of the flow.
#[component]
pub fn Verdict(props: &VerdictProps) -> Html {
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

//! A file that the person picks.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

/// Properties for [`Picker`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PickerProps {
    pub node: NodeRef,
    pub onfile: Callback<File>,
}

/// The file input: never seen, only clicked by the buttons that open it.
#[component]
pub fn Picker(props: &PickerProps) -> Html {
    let onchange = {
        let onfile = props.onfile.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                onfile.emit(file);
            }
            // The same file may be picked again.
            input.set_value("");
        })
    };
    html! {
        <input type="file" ref={props.node.clone()} hidden=true
            accept=".pcap,.pcapng,.cap,.gz,.dmp,application/vnd.tcpdump.pcap" {onchange} data-testid="open-file" />
    }
}

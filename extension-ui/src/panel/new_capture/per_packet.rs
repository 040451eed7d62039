use super::super::form::{LimitsForm, PerPacket};
use crate::{
    components::{Choice, Field, FieldNote, Select, TextInput},
    infra::words::use_words,
};
use wasm_core::azure::capture::limit;
use yew::prelude::*;

/// Properties for [`PerPacketField`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PerPacketFieldProps {
    pub form: LimitsForm,
    pub onchange: Callback<LimitsForm>,
    pub notes: Vec<FieldNote>,
    pub onenter: Callback<()>,
}

/// How much of each packet.
#[component]
pub fn PerPacketField(props: &PerPacketFieldProps) -> Html {
    let words = use_words();
    let form = &props.form;
    let value = match form.per_packet {
        PerPacket::Whole => "whole",
        PerPacket::Headers => "headers",
        PerPacket::Bytes(_) => "bytes",
    };
    let emit = {
        let (onchange, form) = (props.onchange.clone(), form.clone());
        move |per_packet| onchange.emit(LimitsForm { per_packet, ..form.clone() })
    };
    let onchoose = {
        let emit = emit.clone();
        Callback::from(move |value: String| {
            emit(match value.as_str() {
                "headers" => PerPacket::Headers,
                // Enough for the headers of everything common.
                "bytes" => PerPacket::Bytes("128".to_owned()),
                _ => PerPacket::Whole,
            });
        })
    };
    let help = match form.per_packet {
        PerPacket::Whole => words.get("ui-packet-whole-help"),
        PerPacket::Headers => {
            words.with("ui-packet-headers-help", [("bytes", limit::IPV4_HEADERS_BYTES.into())])
        }
        PerPacket::Bytes(_) => words.get("ui-packet-bytes-help"),
    };
    html! {
        <Field id="per-packet" label={words.get("ui-per-packet")} {help} notes={props.notes.clone()}>
            <Select id="per-packet" {value} onchange={onchoose} described_by="per-packet-help per-packet-notes" testid="per-packet"
                choices={["whole", "headers", "bytes"].map(|name| Choice::new(name, words.get(&format!("ui-packet-{name}")))).to_vec()} />
            if let PerPacket::Bytes(text) = &form.per_packet {
                <TextInput id="per-packet-bytes" value={text.clone()} label={words.get("ui-packet-bytes")} invalid={!props.notes.is_empty()}
                    oninput={move |text| emit(PerPacket::Bytes(text))} onenter={props.onenter.clone()}
                    described_by="per-packet-help per-packet-notes" testid="per-packet-bytes" />
            }
        </Field>
    }
}

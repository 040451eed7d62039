//! A packet's bytes, with those of the selected field marked.

use super::{field_words::field, virtual_scroll::use_virtual_scroll};
use crate::{components::live_region, infra::words::use_words};
use std::rc::Rc;
use wasm_core::pcap::session::Detail;
use yew::prelude::*;

/// Bytes of a line.
const LINE: usize = 16;
const LINE_HEIGHT: f64 = 22.0;

/// Properties for [`Hex`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct HexProps {
    pub detail: Rc<Detail>,
    /// First and behind the last byte of what is selected.
    pub bytes: Option<(u32, u32)>,
    pub onbytes: Callback<Option<(u32, u32)>>,
}

/// Two digits a byte, as the engine writes them.
fn bytes_of(text: &str) -> Vec<u8> {
    let digit = |character: u8| (character as char).to_digit(16).unwrap_or(0) as u8;
    text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The bytes, sixteen a line, and their letters.
#[component]
pub fn Hex(props: &HexProps) -> Html {
    let words = use_words();
    let bytes = use_memo(props.detail.clone(), |detail| bytes_of(&detail.bytes));
    let count = bytes.len();
    let scroll = use_virtual_scroll(count.div_ceil(LINE) as u64, LINE_HEIGHT);
    {
        let scroll = scroll.clone();
        use_effect_with((props.bytes, props.detail.row.number), move |(bytes, _)| {
            scroll.reveal(u64::from(bytes.map_or(0, |bytes| bytes.0)) / LINE as u64);
        });
    }
    let first = scroll.top as usize;
    let last = (first + scroll.extent.page() as usize + 1).min(count.div_ceil(LINE));
    let marked = |at: usize| props.bytes.is_some_and(|(from, to)| (from..to).contains(&(at as u32)));
    let choose = |at: usize| {
        let onbytes = props.onbytes.clone();
        Callback::from(move |_: MouseEvent| onbytes.emit(Some((at as u32, at as u32 + 1))))
    };
    let onkeydown = {
        let (onbytes, now) = (props.onbytes.clone(), props.bytes.map_or(0, |bytes| bytes.0 as usize));
        let page = scroll.extent.page() as usize * LINE;
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() || count == 0 {
                return;
            }
            let to = match event.key().as_str() {
                "ArrowRight" => now + 1,
                "ArrowLeft" => now.saturating_sub(1),
                "ArrowDown" => now + LINE,
                "ArrowUp" => now.saturating_sub(LINE),
                "PageDown" => now + page,
                "PageUp" => now.saturating_sub(page),
                "Home" => 0,
                "End" => count - 1,
                _ => return,
            };
            event.prevent_default();
            let to = to.min(count - 1) as u32;
            onbytes.emit(Some((to, to + 1)));
        })
    };
    let spoken = props.bytes.map(|(from, to)| {
        let name = props
            .detail
            .lines
            .iter()
            .filter(|line| line.length > 0 && line.start <= from && line.start + line.length >= to);
        let name = name.min_by_key(|line| (line.length, u8::MAX - line.depth));
        let value = bytes.get(from as usize).map_or_else(String::new, |byte| format!("{byte:02x}"));
        words.with(
            "viewer-byte",
            [
                ("offset", format!("{from:04x}").into()),
                ("value", value.into()),
                (
                    "field",
                    name.map_or_else(String::new, |line| {
                        field(words, &line.field, line.depth == 0).to_string()
                    })
                    .into(),
                ),
            ],
        )
    });
    html! {
        <section class="pane pane-hex" aria-label={words.get("viewer-bytes")}>
            <header class="pane-header">
                <h2 class="pane-title">{ words.get("viewer-bytes") }</h2>
                <span class="caption">{ words.with("viewer-bytes-captured", [("captured", (count as u64).into()), ("length", u64::from(props.detail.row.length).into())]) }</span>
            </header>
            <div class="hex" ref={scroll.scroller.clone()} onscroll={scroll.onscroll.clone()} onwheel={scroll.onwheel.clone()}
                {onkeydown} tabindex="0" role="group" aria-label={words.get("viewer-bytes-keys")} data-testid="hex">
                <div class="hex-window">
                    { for (first..last).map(|line| {
                        let from = line * LINE;
                        let to = (from + LINE).min(count);
                        html! {
                            <div class="hex-line" key={line % 128}>
                                <span class="hex-offset">{ format!("{from:04x}") }</span>
                                <span class="hex-bytes">
                                    { for (from..to).map(|at| html! {
                                        <span class={classes!("hex-byte", marked(at).then_some("marked"))} onclick={choose(at)}
                                            data-at={at.to_string()}>{ format!("{:02x}", bytes[at]) }</span>
                                    }) }
                                </span>
                                <span class="hex-letters" aria-hidden="true">
                                    { for (from..to).map(|at| {
                                        let letter = match bytes[at] {
                                            byte @ 0x20..=0x7e => byte as char,
                                            _ => '·',
                                        };
                                        html! { <span class={classes!("hex-letter", marked(at).then_some("marked"))} onclick={choose(at)}>{ letter }</span> }
                                    }) }
                                </span>
                            </div>
                        }
                    }) }
                </div>
                <div class="hex-spacer" ref={scroll.spacer.clone()} aria-hidden="true"></div>
            </div>
            { live_region(spoken.unwrap_or_default(), "hex-live") }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_become_bytes() {
        assert_eq!(bytes_of("00ff7fa5"), [0, 255, 127, 165]);
        assert_eq!(bytes_of("abc"), [0xab], "half a byte is none");
    }
}

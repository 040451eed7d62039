use gloo::timers::callback::Timeout;
use std::{cell::RefCell, rc::Rc};
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// Properties for [`TextInput`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TextInputProps {
    pub id: AttrValue,
    pub value: AttrValue,
    /// Hears every keystroke.
    pub oninput: Callback<String>,
    pub testid: AttrValue,
    /// Hears Enter.
    #[prop_or_default]
    pub onenter: Callback<()>,
    #[prop_or_default]
    pub placeholder: AttrValue,
    #[prop_or_default]
    pub invalid: bool,
    /// Ids of help and notes.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// Addresses, ports, names and paths: fixed width, no spelling, no completion.
    #[prop_or_default]
    pub code: bool,
    #[prop_or_default]
    pub disabled: bool,
    /// `search`, else text.
    #[prop_or_default]
    pub search: bool,
    /// Name, where no label element points here.
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// One line of text. A native input, because its description must reach it: a shadow root would hide it.
#[component]
pub fn TextInput(props: &TextInputProps) -> Html {
    let oninput = {
        let oninput = props.oninput.clone();
        Callback::from(move |event: InputEvent| {
            oninput.emit(event.target_unchecked_into::<HtmlInputElement>().value())
        })
    };
    // A page that has much to draw lets other events pass meanwhile, Enter among them: it waits for what was typed.
    let drawn = use_mut_ref(Drawn::default);
    *drawn.borrow_mut() = Drawn { value: props.value.clone(), onenter: props.onenter.clone() };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        // Enter that ends a Japanese conversion is no Enter.
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            enter_when_drawn(drawn.clone(), event.target_unchecked_into(), PATIENCE);
        }
    });
    html! {
        <input id={props.id.clone()} class={classes!("input", props.code.then_some("input-code"))}
            type={if props.search { "search" } else { "text" }} value={props.value.clone()}
            placeholder={props.placeholder.clone()} disabled={props.disabled}
            aria-invalid={props.invalid.then_some("true")} aria-describedby={props.described_by.clone()}
            aria-label={props.label.clone()}
            autocomplete="off" autocapitalize="off" spellcheck={props.code.then_some("false")}
            data-testid={props.testid.clone()} {oninput} {onkeydown} />
    }
}

/// What the input showed and did when it was drawn last.
#[derive(Default)]
struct Drawn {
    value: AttrValue,
    onenter: Callback<()>,
}

/// Times 10 ms that Enter waits for the page.
const PATIENCE: u32 = 50;

fn enter_when_drawn(drawn: Rc<RefCell<Drawn>>, input: HtmlInputElement, patience: u32) {
    let (current, onenter) = {
        let drawn = drawn.borrow();
        (drawn.value == input.value(), drawn.onenter.clone())
    };
    if current || patience == 0 {
        onenter.emit(());
    } else {
        Timeout::new(10, move || enter_when_drawn(drawn, input, patience - 1)).forget();
    }
}

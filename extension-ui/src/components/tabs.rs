use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    /// Also the end of its test id: `{testid}-{id}`.
    pub id: AttrValue,
    pub label: AttrValue,
    /// How much is behind it.
    pub count: Option<AttrValue>,
}

/// Properties for [`Tabs`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TabsProps {
    pub label: AttrValue,
    pub testid: AttrValue,
    pub tabs: Vec<Tab>,
    pub selected: AttrValue,
    pub onselect: Callback<AttrValue>,
    /// The selected tab's content.
    pub children: Html,
}

/// Tabs by the ARIA authoring practices: one stop for Tab, arrows between them.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let (list, tabs) = (list.clone(), props.tabs.clone());
        let (selected, onselect) = (props.selected.clone(), props.onselect.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(at) = tabs.iter().position(|tab| tab.id == selected) else { return };
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % tabs.len(),
                "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
                "Home" => 0,
                "End" => tabs.len() - 1,
                _ => return,
            };
            event.prevent_default();
            onselect.emit(tabs[to].id.clone());
            let button = list.cast::<HtmlElement>().and_then(|list| list.children().item(to as u32));
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                let _focused = button.focus();
            }
        })
    };
    let panel = format!("{}-panel", props.testid);
    html! {
        <div class="tabs">
            <div class="tab-list" role="tablist" aria-label={props.label.clone()} ref={list} {onkeydown}>
                { for props.tabs.iter().map(|tab| {
                    let selected = tab.id == props.selected;
                    let (onselect, id) = (props.onselect.clone(), tab.id.clone());
                    html! {
                        <button type="button" role="tab" class="tab" id={format!("{}-{}-tab", props.testid, tab.id)}
                            data-testid={format!("{}-{}", props.testid, tab.id)}
                            aria-selected={if selected { "true" } else { "false" }} aria-controls={panel.clone()}
                            tabindex={if selected { "0" } else { "-1" }} onclick={move |_| onselect.emit(id.clone())}>
                            { tab.label.clone() }
                            if let Some(count) = &tab.count {
                                <span class="tab-count">{ count.clone() }</span>
                            }
                        </button>
                    }
                }) }
            </div>
            <div class="tab-panel" role="tabpanel" id={panel.clone()} tabindex="0"
                aria-labelledby={format!("{}-{}-tab", props.testid, props.selected)}>
                { props.children.clone() }
            </div>
        </div>
    }
}

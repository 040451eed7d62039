use super::{Appearance, Button, IconName};
use crate::infra::words::use_words;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Properties for [`Dialog`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DialogProps {
    pub title: AttrValue,
    pub testid: AttrValue,
    /// Escape, the close button, or a click outside.
    pub onclose: Callback<()>,
    pub children: Html,
    /// Buttons at the end.
    #[prop_or_default]
    pub actions: Html,
}

/// A modal dialog: the native element keeps the focus in and gives it back. It is open while it exists.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let words = use_words();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // Fails only where it is open already.
                let _shown = dialog.show_modal();
            }
            move || {
                // Taken out of the document as it is, it would keep the focus to itself.
                if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                    dialog.close();
                }
            }
        });
    }
    let oncancel = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            onclose.emit(());
        })
    };
    let title = format!("{}-title", props.testid);
    html! {
        <dialog class="dialog" ref={node} data-testid={props.testid.clone()} aria-labelledby={title.clone()} {oncancel}>
            <header class="dialog-header">
                <h2 id={title}>{ props.title.clone() }</h2>
                <Button label={words.get("ui-close")} icon={IconName::Close} icon_only=true small=true
                    appearance={Appearance::Subtle} onclick={props.onclose.clone()} testid={format!("{}-close", props.testid)} />
            </header>
            <div class="dialog-body">{ props.children.clone() }</div>
            if props.actions != Html::default() {
                <footer class="dialog-actions">{ props.actions.clone() }</footer>
            }
        </dialog>
    }
}

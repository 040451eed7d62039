use super::{choices::Choices, doctor::Doctor, downloads::Downloads, launcher::KEYS};
use crate::{
    components::{Button, Card, Choice, IconName, Segmented},
    infra::{focus, helper::Helper, viewer_link::viewer_url, words::use_words},
};
use wasm_core::protocol::Hello;
use yew::prelude::*;

/// Properties for [`SettingsPage`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SettingsProps {
    pub helper: Helper,
    /// Absent while the helper does not answer.
    pub hello: Option<Hello>,
    pub choices: Choices,
    pub onchoices: Callback<Choices>,
    pub onclose: Callback<()>,
}

/// Look, language, downloads, versions, the log's place and the doctor, in one quiet corner.
#[component]
pub fn SettingsPage(props: &SettingsProps) -> Html {
    let words = use_words();
    let heading = use_node_ref();
    focus::use_visit(heading.clone());
    let choice =
        |value: &Option<String>| AttrValue::from(value.clone().unwrap_or_else(|| "portal".to_owned()));
    let taken = |value: AttrValue| (value != "portal").then(|| value.to_string());
    let ontheme = {
        let (onchoices, choices) = (props.onchoices.clone(), props.choices.clone());
        Callback::from(move |value| onchoices.emit(Choices { theme: taken(value), ..choices.clone() }))
    };
    let onlanguage = {
        let (onchoices, choices) = (props.onchoices.clone(), props.choices.clone());
        Callback::from(move |value| onchoices.emit(Choices { language: taken(value), ..choices.clone() }))
    };
    html! {
        <>
            <div class="panel-back">
                <Button label={words.get("ui-back")} icon={IconName::ChevronRight} class="mirrored" onclick={props.onclose.clone()} testid="settings-back" />
                <h2 ref={heading}>{ words.get("ui-settings") }</h2>
            </div>
            <Card title={words.get("ui-look")} testid="settings-look">
                <Segmented label={words.get("ui-theme")} name="theme" value={choice(&props.choices.theme)} onchange={ontheme} testid="theme"
                    choices={["portal", "light", "dark", "high-contrast"].map(|name| Choice::new(name, words.get(&format!("ui-theme-{name}")))).to_vec()} />
                <Segmented label={words.get("ui-language")} name="language" value={choice(&props.choices.language)} onchange={onlanguage} testid="language"
                    choices={vec![Choice::new("portal", words.get("ui-theme-portal")), Choice::new("en", "English"), Choice::new("ja", "日本語")]} />
                <p class="caption" data-testid="settings-keys"><kbd>{ KEYS }</kbd>{ " " }{ words.get("ui-keys-about") }</p>
            </Card>
            if let Some(hello) = &props.hello {
                <Downloads helper={props.helper.clone()} folder={hello.downloads.clone()} />
                <Doctor helper={props.helper.clone()} hello={hello.clone()} />
            }
            <Card title={words.get("ui-viewer")} testid="settings-viewer">
                <p>{ words.get("ui-viewer-about") }</p>
                <p><a class="link action" href={viewer_url()} target="_blank" data-testid="open-viewer">{ words.get("ui-open-viewer") }</a></p>
            </Card>
        </>
    }
}

use super::{
    amount::{Amount, AmountField, Unit},
    helper_missing::System,
    launcher::KEYS,
};
use crate::{
    components::{
        Appearance, Badge, Button, Card, Choice, CopyButton, FailureView, Field, FieldNote, IconName, Intent,
        Message, Segmented, Skeleton, TextInput,
    },
    infra::{
        ask, focus, helper::Helper, memory::Memory, task::use_task, viewer_link::viewer_url, words::use_words,
    },
};
use wasm_core::protocol::{DoctorReport, Hello, RegistrationState, Settings, VERSION};
use yew::prelude::*;

/// The person's own look and language, instead of the portal's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// `light`, `dark`, `high-contrast`.
    theme: Option<String>,
    /// BCP 47.
    language: Option<String>,
}

impl Choices {
    pub fn recall() -> Self {
        Self { theme: Memory::Theme.recall(), language: Memory::Language.recall() }
    }

    pub fn keep(&self) {
        Memory::Theme.keep(self.theme.as_deref());
        Memory::Language.keep(self.language.as_deref());
    }
}

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

/// Properties for [`Downloads`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct DownloadsProps {
    helper: Helper,
    /// Where files land now.
    folder: String,
}

/// Where files land, and how fast they may.
#[component]
fn Downloads(props: &DownloadsProps) -> Html {
    let words = use_words();
    let fetched = use_task::<Settings>();
    let folder = use_state_eq(|| None::<String>);
    let limit = use_state_eq(|| None::<Amount>);
    {
        let (fetched, helper) = (fetched.clone(), props.helper.clone());
        use_effect_with((), move |()| fetched.run(ask::settings(helper)));
    }
    let settings = fetched.value().cloned().unwrap_or_default();
    let shown_folder =
        (*folder).clone().or(settings.downloads.clone()).unwrap_or_else(|| props.folder.clone());
    let known_limit = settings
        .bandwidth
        .map_or(Amount { text: String::new(), unit: Unit::MiB }, |bytes| Amount::of(bytes, &Unit::SIZES));
    let shown_limit = (*limit).clone().unwrap_or(known_limit);
    let wrong = !shown_limit.text.trim().is_empty() && shown_limit.value().is_none();
    let save = {
        let (fetched, helper, settings) = (fetched.clone(), props.helper.clone(), settings.clone());
        let (downloads, bandwidth) =
            (shown_folder.trim().to_owned(), shown_limit.value().filter(|bytes| *bytes > 0));
        let default = props.folder.clone();
        Callback::from(move |()| {
            let downloads = Some(downloads.clone())
                .filter(|folder| !folder.is_empty() && (*folder != default || settings.downloads.is_some()));
            fetched
                .run(ask::configure(helper.clone(), Settings { downloads, bandwidth, ..settings.clone() }));
        })
    };
    html! {
        <Card title={words.get("ui-downloads")} testid="settings-downloads" busy={fetched.working()}>
            <Field id="download-folder" label={words.get("ui-download-folder")} help={words.get("ui-download-folder-help")}>
                <TextInput id="download-folder" value={shown_folder} code=true described_by="download-folder-help" onenter={save.clone()}
                    oninput={let folder = folder.clone(); move |text| folder.set(Some(text))} testid="download-folder" />
            </Field>
            <AmountField id="bandwidth" label={words.get("ui-bandwidth")} help={words.get("ui-bandwidth-help")} amount={shown_limit}
                units={Unit::SIZES.to_vec()} onchange={let limit = limit.clone(); move |amount| limit.set(Some(amount))}
                notes={if wrong { vec![FieldNote::error(words.get("ui-fault-number"))] } else { Vec::new() }}
                onenter={save.clone()} testid="bandwidth" />
            <div class="row">
                <Button label={words.get("ui-save")} onclick={save} disabled={wrong || fetched.working()} testid="settings-save" />
                if fetched.last().is_some() && !fetched.working() && fetched.failure().is_none() && (folder.is_some() || limit.is_some()) {
                    <span class="caption" role="status">{ words.get("ui-saved-note") }</span>
                }
            </div>
            if let Some(failure) = fetched.failure() {
                <FailureView failure={failure.clone()} testid="settings" />
            }
        </Card>
    }
}

/// Properties for [`Doctor`].
#[derive(Clone, Debug, PartialEq, Properties)]
struct DoctorProps {
    helper: Helper,
    hello: Hello,
}

/// Versions, the log, and whether the helper is registered as it should be.
#[component]
fn Doctor(props: &DoctorProps) -> Html {
    let words = use_words();
    let work = use_task::<DoctorReport>();
    let run = {
        let (work, helper) = (work.clone(), props.helper.clone());
        Callback::from(move |()| work.run(ask::doctor(helper.clone())))
    };
    html! {
        <Card title={words.get("ui-about")} testid="settings-about">
            <dl class="facts">
                <dt>{ words.get("ui-version-extension") }</dt><dd>{ VERSION.to_string() }</dd>
                <dt>{ words.get("ui-version-helper") }</dt><dd>{ props.hello.version.to_string() }</dd>
                <dt>{ words.get("ui-log") }</dt>
                <dd class="with-button"><code>{ props.hello.log.clone() }</code>
                    <CopyButton text={props.hello.log.clone()} label={words.get("ui-copy")} icon_only=true appearance={Appearance::Subtle} testid="log-copy" /></dd>
            </dl>
            <div class="row">
                <Button label={words.get("ui-doctor")} icon={IconName::Search} onclick={run} disabled={work.working()} testid="doctor-run" />
                <code class="caption">{ System::of(&props.hello.os).doctor_command() }</code>
            </div>
            if work.working() {
                <Skeleton lines={3} />
            }
            if let Some(report) = work.value() {
                <ul class="stack doctor" data-testid="doctor-registrations">
                    { for report.registrations.iter().map(|registration| {
                        let (intent, key) = match registration.state {
                            RegistrationState::Ok => (Intent::Success, "ui-registration-ok"),
                            RegistrationState::Absent => (Intent::Info, "ui-registration-absent"),
                            RegistrationState::Broken => (Intent::Error, "ui-registration-broken"),
                            RegistrationState::Shadowed => (Intent::Warning, "ui-registration-shadowed"),
                        };
                        html! {
                            <li>
                                <p class="row"><Badge {intent} label={words.get(key)} /><span class="strong">{ registration.browser.clone() }</span></p>
                                <p class="caption code">{ registration.place.clone() }</p>
                                if !registration.detail.is_empty() { <p class="caption">{ registration.detail.clone() }</p> }
                            </li>
                        }
                    }) }
                </ul>
                <Message intent={Intent::Info} quiet=true actions={html! {
                    <CopyButton text={report.text.clone()} label={words.get("ui-copy-report")} testid="doctor-copy" />
                }}><p>{ words.get("ui-doctor-copy-help") }</p></Message>
            }
            if let Some(failure) = work.failure() {
                <FailureView failure={failure.clone()} testid="doctor" />
            }
        </Card>
    }
}

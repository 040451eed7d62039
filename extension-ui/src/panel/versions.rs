use super::helper_missing::System;
use crate::{
    components::{Appearance, Button, Card, CopyButton, IconName},
    infra::words::use_words,
};
use wasm_core::protocol::{Compatibility, VERSION, Version};
use yew::prelude::*;

/// Properties for [`Versions`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct VersionsProps {
    pub compatibility: Compatibility,
    pub helper: Version,
    /// As the helper said.
    pub os: String,
    pub retry: Callback<()>,
}

/// The page for a helper and an extension that do not speak the same protocol.
#[component]
pub fn Versions(props: &VersionsProps) -> Html {
    let words = use_words();
    let system = System::of(&props.os);
    let old_helper = props.compatibility == Compatibility::HelperTooOld;
    let (title, next) = if old_helper {
        ("ui-helper-too-old", "ui-helper-too-old-next")
    } else {
        ("ui-extension-too-old", "ui-extension-too-old-next")
    };
    html! {
        <Card title={words.get(title)} testid="versions" class="page-card">
            <dl class="facts">
                <dt>{ words.get("ui-version-extension") }</dt><dd>{ VERSION.to_string() }</dd>
                <dt>{ words.get("ui-version-helper") }</dt><dd data-testid="helper-version">{ props.helper.to_string() }</dd>
            </dl>
            <p>{ words.get(next) }</p>
            if old_helper {
                <pre class="code-block" tabindex="0">{ system.install_command() }</pre>
                <div><CopyButton text={system.install_command()} label={words.get("ui-copy-command")} testid="install-copy" /></div>
            }
            <div>
                <Button label={words.get("ui-try-again")} icon={IconName::Refresh} appearance={Appearance::Primary}
                    onclick={props.retry.clone()} testid="helper-retry" />
            </div>
        </Card>
    }
}

use crate::{
    components::{Appearance, Button, Card, CopyButton, Disclosure, IconName},
    infra::words::use_words,
};
use wasm_core::protocol::Failure;
use yew::prelude::*;

/// The operating systems that the helper is installed on by different commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Linux,
    MacOs,
    Windows,
}

impl System {
    /// From what the helper says of itself (`linux`, `macos`, `windows`) or the browser's user agent.
    pub fn of(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        if text.contains("windows") {
            Self::Windows
        } else if text.contains("mac") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }

    /// This computer's, from the browser.
    pub fn here() -> Self {
        let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok());
        Self::of(&agent.unwrap_or_default())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
        }
    }

    /// Registers the helper for the browsers of this user; run in the project's folder after building.
    pub fn install_command(self) -> &'static str {
        match self {
            Self::Linux | Self::MacOs => "make install",
            Self::Windows => {
                "cargo build --release -p native-host\n.\\target\\release\\vmss-capture.exe install"
            }
        }
    }

    /// Looks for what is wrong with the registration.
    pub fn doctor_command(self) -> &'static str {
        match self {
            Self::Linux | Self::MacOs => "vmss-capture doctor",
            Self::Windows => "vmss-capture.exe doctor",
        }
    }
}

/// Properties for [`HelperMissing`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct HelperMissingProps {
    pub failure: Failure,
    pub retry: Callback<()>,
}

/// The page for a browser that cannot start the helper: what it is, how to install it here, and how to find out more.
#[component]
pub fn HelperMissing(props: &HelperMissingProps) -> Html {
    let words = use_words();
    let system = System::here();
    html! {
        <Card title={words.get("ui-helper-missing")} testid="helper-missing" class="page-card">
            <p>{ words.get("ui-helper-missing-why") }</p>
            <ol class="steps">
                <li><div>
                    <p>{ words.with("ui-helper-install", [("system", system.name().into())]) }</p>
                    <pre class="code-block" tabindex="0" data-testid="install-command">{ system.install_command() }</pre>
                    <div><CopyButton text={system.install_command()} label={words.get("ui-copy-command")} testid="install-copy" /></div>
                </div></li>
                <li><div>
                    <p>{ words.get("ui-helper-then") }</p>
                    <div>
                        <Button label={words.get("ui-try-again")} icon={IconName::Refresh} appearance={Appearance::Primary}
                            onclick={props.retry.clone()} testid="helper-retry" />
                    </div>
                </div></li>
            </ol>
            <Disclosure summary={words.get("ui-helper-still-missing")} testid="helper-still-missing">
                <p>{ words.get("ui-helper-doctor") }</p>
                <pre class="code-block" tabindex="0">{ system.doctor_command() }</pre>
                <p class="caption">
                    { words.get("ui-browser-says") }{ " " }
                    <code lang="en">{ props.failure.params.get("detail").cloned().unwrap_or_default() }</code>
                </p>
            </Disclosure>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_told_by_helper_and_by_browser() {
        for (text, system) in [
            ("linux", System::Linux),
            ("macos", System::MacOs),
            ("windows", System::Windows),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", System::Linux),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", System::Windows),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", System::MacOs),
        ] {
            assert_eq!(System::of(text), system, "{text}");
        }
    }
}

use super::{Appearance, Button, CopyButton, IconName, Intent, Message};
use crate::infra::words::use_words;
use wasm_core::protocol::Failure;
use yew::prelude::*;

/// Properties for [`FailureView`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FailureProps {
    pub failure: Failure,
    /// What failed, as a test id prefix: `context` makes `context-failure`.
    pub testid: AttrValue,
    /// Tries again.
    #[prop_or_default]
    pub retry: Option<Callback<()>>,
    /// Further actions.
    #[prop_or_default]
    pub children: Html,
}

/// A failed request: the sentence with its next step, Azure's own words, the code, and all of it to copy.
#[component]
pub fn FailureView(props: &FailureProps) -> Html {
    let words = use_words();
    let failure = &props.failure;
    let retry = props.retry.clone().map(|retry| {
        html! {
            <Button label={words.get("ui-retry")} icon={IconName::Refresh} small=true onclick={retry}
                testid={format!("{}-retry", props.testid)} />
        }
    });
    let actions = html! {
        <>
            { retry.unwrap_or_default() }
            { props.children.clone() }
            <CopyButton text={details(failure, &words.failure(failure))} label={words.get("ui-copy-details")}
                appearance={Appearance::Subtle} testid={format!("{}-copy", props.testid)} />
        </>
    };
    html! {
        <Message intent={Intent::Error} testid={format!("{}-failure", props.testid)} {actions}>
            <p>{ words.failure(failure) }</p>
            if let Some(azure) = &failure.azure {
                <p class="azure-words">
                    <span class="caption">{ words.get("ui-azure-says") }</span>{ " " }
                    <code>{ &azure.code }</code>{ " " }<span lang="en">{ &azure.message }</span>
                </p>
            }
            <p class="caption"><code data-testid="failure-code">{ failure.code.as_str() }</code></p>
        </Message>
    }
}

/// Everything that a colleague or a support case needs, as plain text.
fn details(failure: &Failure, text: &str) -> String {
    let mut lines = vec![text.to_owned(), format!("code: {}", failure.code.as_str())];
    lines.extend(failure.params.iter().map(|(name, value)| format!("{name}: {value}")));
    if let Some(azure) = &failure.azure {
        lines.push(format!("Azure: {} {} {}", azure.status, azure.code, azure.message));
        lines.extend(azure.correlation_id.iter().map(|id| format!("correlation id: {id}")));
    }
    lines.push(format!("vmss-capture {}", wasm_core::protocol::VERSION));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_core::protocol::{AzureError, ErrorCode, Params};

    #[test]
    fn copied_details_hold_code_parameters_and_azures_words() {
        let failure = Failure {
            code: ErrorCode::NotPermitted,
            params: Params::from([("role".to_owned(), "Network Contributor".to_owned())]),
            text: String::new(),
            azure: Some(AzureError {
                status: 403,
                code: "AuthorizationFailed".to_owned(),
                message: "No.".to_owned(),
                correlation_id: Some("c-1".to_owned()),
            }),
        };
        let text = details(&failure, "You may not.");
        for part in [
            "You may not.",
            "code: not-permitted",
            "role: Network Contributor",
            "403 AuthorizationFailed",
            "c-1",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}

use super::{Appearance, Button, Choice, CopyButton, Dialog, IconName, Segmented};
use crate::infra::{memory::Memory, words::use_words};
use yew::prelude::*;

/// The same action elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    pub az: AttrValue,
    /// Absent where PowerShell has no such command.
    pub powershell: Option<AttrValue>,
}

/// Properties for [`CommandButton`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CommandProps {
    pub command: Command,
    /// What the command does: the title of its dialog.
    pub title: AttrValue,
    pub testid: AttrValue,
}

/// `</>`: an action as az CLI and PowerShell, to learn, to automate, to get approved.
#[component]
pub fn CommandButton(props: &CommandProps) -> Html {
    let words = use_words();
    let open = use_state_eq(|| false);
    let shell = use_state_eq(|| AttrValue::from(Memory::Shell.recall().unwrap_or_else(|| "az".to_owned())));
    let set_open = |value: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(value))
    };
    let choose = {
        let shell = shell.clone();
        Callback::from(move |value: AttrValue| {
            Memory::Shell.keep(Some(&value));
            shell.set(value);
        })
    };
    let text = match (&props.command.powershell, shell.as_str()) {
        (Some(text), "powershell") => text.clone(),
        _ => props.command.az.clone(),
    };
    let mut choices = vec![Choice::new("az", "Azure CLI")];
    if props.command.powershell.is_some() {
        choices.push(Choice::new("powershell", "PowerShell"));
    }
    html! {
        <>
            <Button label={words.get("ui-as-command")} icon={IconName::Code} icon_only=true appearance={Appearance::Subtle}
                full_name={words.with("ui-as-command-of", [("action", props.title.to_string().into())])}
                testid={props.testid.clone()} onclick={set_open(true)} />
            if *open {
                <Dialog title={props.title.clone()} testid={format!("{}-dialog", props.testid)} onclose={set_open(false)}
                    actions={html! {
                        <CopyButton text={text.clone()} label={words.get("ui-copy")} appearance={Appearance::Primary}
                            testid={format!("{}-copy", props.testid)} />
                    }}>
                    if choices.len() > 1 {
                        <Segmented label={words.get("ui-shell")} bare=true name={format!("{}-shell", props.testid)}
                            value={if props.command.powershell.is_some() { (*shell).clone() } else { "az".into() }}
                            choices={choices} onchange={choose} testid={format!("{}-shell", props.testid)} />
                    }
                    <pre class="code-block" tabindex="0" data-testid={format!("{}-text", props.testid)}>{ text.clone() }</pre>
                </Dialog>
            }
        </>
    }
}

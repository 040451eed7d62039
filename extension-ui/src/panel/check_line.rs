use super::{session::use_session, step::step};
use crate::{
    components::{Button, Command, CommandButton, FailureView, Intent, ProgressBar, icon},
    infra::{
        ask,
        task::{TaskHandle, use_task},
        words::{Words, use_words},
    },
};
use wasm_core::{
    azure::resource::InstanceId,
    protocol::{Check, CheckKind, CheckState, Context, Fix, OsType, Target},
};
use yew::prelude::*;

/// Properties for [`CheckLine`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CheckLineProps {
    pub check: Check,
    pub context: TaskHandle<Context>,
}

/// One prerequisite.
#[component]
pub fn CheckLine(props: &CheckLineProps) -> Html {
    let words = use_words();
    let session = use_session();
    let work = use_task::<()>();
    let check = &props.check;
    let (intent, name) = match check.state {
        CheckState::Ok => (Intent::Success, "ok"),
        CheckState::Warning => (Intent::Warning, "warning"),
        CheckState::Blocked => (Intent::Error, "blocked"),
        CheckState::Unknown => (Intent::Info, "unknown"),
    };
    let kind = kind_name(check.kind);
    let fix = check.fix.clone().filter(|_| session.can("fix")).map(|fix| {
        let (work, session, context) = (work.clone(), session.clone(), props.context.clone());
        let (label, wanted) = (fix_label(words, &fix), fix.clone());
        let onclick = Callback::from(move |()| {
            let (events, context) = (work.progress_events(), context.clone());
            let (helper, target, fix) = (session.helper.clone(), session.target.clone(), wanted.clone());
            work.run(async move {
                let now = ask::fix(helper, target, fix, events).await?;
                context.set(now);
                Ok(())
            });
        });
        (label, onclick, fix)
    });
    html! {
        <li class={classes!("check", intent.class())} data-testid={format!("check-{kind}")} data-state={name}>
            { icon(intent.icon()) }
            <div class="check-text">
                <span class="check-title">{ words.get(&format!("ui-check-{kind}")) }</span>
                <p>
                    <span class="visually-hidden">{ words.get(&format!("ui-check-state-{name}")) }{ ": " }</span>
                    { check.text.clone() }
                </p>
            </div>
            if let Some((label, onclick, fix)) = fix {
                <div class="check-actions">
                    <Button label={label.clone()} small=true disabled={work.working()} {onclick} testid={format!("fix-{kind}")} />
                    if let Some(command) = props.context.value().and_then(|context| command(&session.target, context.os, &fix)) {
                        <CommandButton title={label} {command} testid={format!("fix-{kind}-command")} />
                    }
                </div>
            }
            if work.working() {
                { progress(words, &work) }
            }
            if let Some(failure) = work.failure() {
                <FailureView failure={failure.clone()} testid={format!("fix-{kind}")} />
            }
        </li>
    }
}

fn progress(words: Words, work: &TaskHandle<()>) -> Html {
    let (label, done, total) = match work.progress() {
        Some(progress) => (step(words, progress.step), progress.done, progress.total),
        None => (words.get("ui-working"), 0, None),
    };
    html! {
        <ProgressBar {label} {done} {total} testid="fix-progress">
            if let Some(total) = total {
                <span>{ format!("{done} / {total}") }</span>
            }
        </ProgressBar>
    }
}

fn kind_name(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::NetworkWatcher => "network-watcher",
        CheckKind::AgentOnModel => "agent-on-model",
        CheckKind::AgentOnInstances => "agent-on-instances",
        CheckKind::LatestModel => "latest-model",
        CheckKind::Storage => "storage",
        CheckKind::Permissions => "permissions",
        CheckKind::Supported => "supported",
    }
}

fn fix_label(words: Words, fix: &Fix) -> AttrValue {
    match fix {
        Fix::CreateWatcher => words.get("ui-fix-create-watcher"),
        Fix::InstallAgent => words.get("ui-fix-install-agent"),
        Fix::UpdateInstances { instances } => {
            words.with("ui-fix-update-instances", [("count", instances.len().into())])
        }
        Fix::SignIn => words.get("ui-sign-in"),
    }
}

/// The same with the az CLI.
fn command(target: &Target, os: OsType, fix: &Fix) -> Option<Command> {
    let scale_set = &target.scale_set;
    let place = format!(
        "--subscription {} --resource-group {}",
        scale_set.subscription(),
        scale_set.resource_group()
    );
    let az = match fix {
        Fix::UpdateInstances { instances } => format!(
            "az vmss update-instances {place} --name {} --instance-ids {}",
            scale_set.name(),
            instances.iter().map(InstanceId::name).collect::<Vec<_>>().join(" ")
        ),
        Fix::InstallAgent => format!(
            "az vmss extension set {place} --vmss-name {} --publisher Microsoft.Azure.NetworkWatcher --name NetworkWatcherAgent{os:?} --version 1.4",
            scale_set.name()
        ),
        Fix::CreateWatcher | Fix::SignIn => return None,
    };
    Some(Command { az: az.into(), powershell: None })
}

//! `install`, `uninstall`, `doctor`.

use serde_json::json;
use wasm_core::protocol::RegistrationState;

use super::Context;
use super::arguments::{BrowserArguments, Install};
use super::terminal::{Colour, printable};
use crate::install::{self, Browser, Step};
use crate::problem::Result;

/// Those that were named, or those that this user has; without any, all.
fn chosen(names: &[String]) -> Vec<Browser> {
    if names.iter().any(|name| name == "all") {
        return Browser::ALL.to_vec();
    }
    let named: Vec<Browser> =
        Browser::ALL.into_iter().filter(|browser| names.iter().any(|name| name == browser.id())).collect();
    if !named.is_empty() {
        return named;
    }
    let used: Vec<Browser> = Browser::ALL.into_iter().filter(|browser| browser.is_used()).collect();
    if used.is_empty() { Browser::ALL.to_vec() } else { used }
}

pub fn install(context: &Context, arguments: &Install) -> Result<u8> {
    let browsers = chosen(&arguments.browsers.browser);
    let program = if arguments.in_place {
        std::env::current_exe().map_err(crate::problem::Problem::internal)?
    } else {
        install::settle()?
    };
    let steps = install::install(&browsers, &program, &context.config.extensions());
    let code = show(context, &steps, "cli-registered");
    if code == 0 && !context.terminal.json {
        let terminal = &context.terminal;
        terminal.line(&format!("{} {}", terminal.word("cli-helper"), program.display()));
        terminal.line(&terminal.word("cli-load-extension"));
    }
    Ok(code)
}

pub fn uninstall(context: &Context, arguments: &BrowserArguments) -> Result<u8> {
    let all = arguments.browser.is_empty() || arguments.browser.iter().any(|name| name == "all");
    let browsers = if all { Browser::ALL.to_vec() } else { chosen(&arguments.browser) };
    let code = show(context, &install::uninstall(&browsers), "cli-unregistered");
    if all {
        install::unsettle()?;
    }
    Ok(code)
}

/// One line a browser; a failure in one is told and does not stop the others.
fn show(context: &Context, steps: &[Step], word: &str) -> u8 {
    let terminal = &context.terminal;
    let word = terminal.word(word);
    if terminal.json {
        let steps: Vec<_> = steps
            .iter()
            .map(|step| match &step.outcome {
                Ok(place) => json!({ "browser": step.browser.id(), "place": place, "ok": true }),
                Err(problem) => {
                    json!({ "browser": step.browser.id(), "ok": false, "failure": problem.failure(context.terminal.language) })
                }
            })
            .collect();
        terminal.object(&steps);
    } else {
        for step in steps {
            match &step.outcome {
                Ok(place) => {
                    let mark = terminal.paint(Colour::Green, "✓");
                    terminal.line(&format!("{mark} {:9} {word}: {}", step.browser.id(), place.display()));
                }
                Err(problem) => {
                    let mark = terminal.paint(Colour::Red, "✗");
                    let text = printable(&problem.text(context.terminal.language));
                    terminal.line(&format!("{mark} {:9} {text}", step.browser.id()));
                }
            }
        }
    }
    u8::from(steps.iter().any(|step| step.outcome.is_err()))
}

pub fn doctor(context: &Context, arguments: &BrowserArguments) -> Result<u8> {
    let browsers =
        if arguments.browser.is_empty() { Browser::ALL.to_vec() } else { chosen(&arguments.browser) };
    let report = install::examine(&context.config, &browsers, context.terminal.language);
    if context.terminal.json {
        context.terminal.object(&report);
    } else {
        context.terminal.write(report.text.as_bytes());
    }
    // Fine where at least one browser can start the helper and none is led astray.
    let any = |state| report.registrations.iter().any(|registration| registration.state == state);
    Ok(u8::from(!any(RegistrationState::Ok) || any(RegistrationState::Broken)))
}

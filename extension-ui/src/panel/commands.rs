use crate::components::Command;
use wasm_core::{
    azure::{
        capture::CaptureRequest,
        command::{self, Action, Dialect},
        resource::ResourceId,
    },
    protocol::Capture,
};

/// Starting a capture, elsewhere.
pub fn start(request: &CaptureRequest) -> Command {
    let text = |dialect| command::start(request, None, dialect).into();
    Command { az: text(Dialect::Az), powershell: Some(text(Dialect::PowerShell)) }
}

/// Stopping or deleting a capture, elsewhere. `location` is the scale set's region; without it, or without the
/// capture's id, there is no command to show.
pub fn existing(action: Action, capture: &Capture, location: &str) -> Option<Command> {
    let id: ResourceId = capture.ids.first()?.parse().ok().filter(|_| !location.is_empty())?;
    let text = |dialect| command::existing(action, &id, location, dialect).into();
    Some(Command { az: text(Dialect::Az), powershell: Some(text(Dialect::PowerShell)) })
}

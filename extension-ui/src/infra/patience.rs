//! How long the page waits for each verb, and what leaving means.
//!
//! A helper that writes broken JSON is silent for the browser, so every request has its own limit.

use wasm_core::protocol::Request;

/// What happens to a request whose page no longer waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abandoned {
    /// The helper is told to stop: nobody wants the answer.
    Cancel,
    /// The helper goes on: the person asked for the effect, not for the answer.
    GoesOn,
}

/// Seconds without a reply or an event after which the request counts as failed.
pub fn seconds(request: &Request) -> u32 {
    use Request::*;
    match request {
        Hello { .. } => 10,
        Settings {} | Configure { .. } | Transfers {} | Pause { .. } | Resume { .. } | Discard { .. } => 15,
        Open { .. } | Doctor {} | Account { .. } | SignOut { .. } => 45,
        Context { .. } | List { .. } | Status { .. } | Files { .. } | VerifyFlow { .. } => 120,
        Look { .. } | Read { .. } => 120,
        // These move through Azure's long operations, or through gigabytes, and tell of it on the way.
        Fix { .. } | Start { .. } | Stop { .. } | Delete { .. } | SignIn { .. } => 900,
        Watch { .. } | Download { .. } | Follow { .. } => 900,
        Summarise { .. } | DryRun { .. } | Export { .. } | Merge { .. } => 600,
    }
}

pub fn abandoned(request: &Request) -> Abandoned {
    use Request::*;
    match request {
        Fix { .. }
        | Start { .. }
        | Stop { .. }
        | Delete { .. }
        | Download { .. }
        | Export { .. }
        | Merge { .. } => Abandoned::GoesOn,
        Pause { .. } | Resume { .. } | Discard { .. } | Configure { .. } | Open { .. } | SignOut { .. } => {
            Abandoned::GoesOn
        }
        _ => Abandoned::Cancel,
    }
}

//! `capture`: from the start to the deletion.

use wasm_core::protocol::Request;

use super::Context;
use super::arguments::Capture;
use super::{download, start};
use crate::problem::Result;

pub fn run(context: &Context, command: Capture) -> Result<u8> {
    match command {
        Capture::Start(arguments) => start::run(context, &arguments),
        Capture::List(target) => context.run(Request::List { target: context.target(&target)? }),
        Capture::Show(named) => context.run(Request::Status { capture: context.named(&named)? }),
        Capture::Files(named) => download::files(context, &named),
        Capture::Stop(named) => context.run(Request::Stop { capture: context.named(&named)? }),
        Capture::Delete { named, files } => {
            context.run(Request::Delete { capture: context.named(&named)?, files })
        }
        Capture::Wait(named) => context.wait(context.named(&named)?),
    }
}

//! Native messaging over stdin and stdout: who calls, frames, and the session of concurrent requests.

mod framing;
mod origin;
mod outbox;
mod session;

pub use origin::{Caller, KnownExtensions, caller};
pub use outbox::{Listener, RelayDesk};
pub use session::serve;

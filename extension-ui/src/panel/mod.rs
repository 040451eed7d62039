//! The panel on a scale set's page: can I capture here, what is happening, what is wrong?

mod amount;
mod asked;
mod captures;
mod commands;
mod connection;
mod delete_dialog;
mod earlier;
mod files;
mod form;
mod frame;
mod helper_missing;
mod launcher;
mod live_capture;
mod new_capture;
mod ready;
mod session;
mod settings;
mod shortcuts;
mod sign_in;
mod versions;
mod workplace;

pub use frame::{Panel, Place};
pub use session::{Session, use_session};

//! The panel on a scale set's page: can I capture here, what is happening, what is wrong?

mod amount;
mod asked;
mod captures;
mod check_line;
mod choices;
mod commands;
mod connection;
mod delete_dialog;
mod doctor;
mod downloads;
mod earlier;
mod earlier_capture;
mod files;
mod form;
mod frame;
mod grip;
mod helper_missing;
mod launcher;
mod live_capture;
mod new_capture;
mod ready;
mod session;
mod settings;
mod shortcuts;
mod sign_in;
mod sign_in_prompt;
mod step;
mod versions;
mod workplace;

pub use frame::{Panel, Place};
pub use session::{Session, use_session};

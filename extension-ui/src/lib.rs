//! The pages of the extension: panel, viewer, popup. They show what the helper and the core say, and know
//! neither ARM nor the grammar of anything.

pub mod answer;
pub mod components;
pub mod infra;
pub mod panel;
pub mod popup;
pub mod start;
pub mod viewer;

//! The viewer: a whole tab for one capture. Everything is done in this browser; the engine works in a Worker.

mod columns;
mod engine;
mod export;
mod field_words;
mod filter_bar;
mod follow;
mod go_to;
mod hex;
mod layer_tree;
mod opening;
mod packet_list;
mod page;
mod remote;
mod row_cache;
mod shortcuts;
mod span_chart;
mod state;
mod summary;
mod virtual_scroll;
mod workbench;

pub use page::Viewer;

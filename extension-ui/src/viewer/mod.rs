//! The viewer: a whole tab for one capture. Everything is done in this browser; the engine works in a Worker.

mod chosen_packet;
mod columns;
mod count;
mod dropped;
mod engine;
mod export;
mod field_words;
mod filter_bar;
mod follow;
mod go_to;
mod header;
mod heads;
mod hex;
mod judgement;
mod keys;
mod layer_tree;
mod listing;
mod open;
mod opening;
mod packet_list;
mod packet_row;
mod page;
mod picker;
mod progress;
mod remote;
mod row_cache;
mod rows_in_view;
mod shortcuts;
mod span_chart;
mod state;
mod suggestions;
mod summary;
mod virtual_scroll;
mod work;
mod workbench;

pub use page::Viewer;

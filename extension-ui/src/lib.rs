pub mod components;
pub mod infra;

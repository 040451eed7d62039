//! The look: the portal's theme, or the person's own choice.

use super::memory::Memory;
use wasm_core::protocol::{HostPage, Theme};

/// The value of `data-theme`, which selects the tokens in `style/tokens.css`.
pub fn name(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::HighContrast => "high-contrast",
    }
}

fn parse(name: &str) -> Option<Theme> {
    [Theme::Light, Theme::Dark, Theme::HighContrast].into_iter().find(|theme| self::name(*theme) == name)
}

/// The person's choice; `None`: as the portal.
pub fn choice() -> Option<Theme> {
    parse(&Memory::Theme.recall()?)
}

/// The choice, else the portal's theme, else the one last seen, else what the system prefers.
pub fn effective(portal: Option<Theme>) -> Theme {
    choice().or(portal).or_else(|| parse(&Memory::LastTheme.recall()?)).unwrap_or_else(system)
}

/// As [`effective`], beside a page of the portal or none.
pub fn of(page: Option<&HostPage>) -> Theme {
    effective(page.filter(|page| !page.url.is_empty()).map(|page| page.theme))
}

fn system() -> Theme {
    let dark = || {
        let query = web_sys::window()?.match_media("(prefers-color-scheme: dark)").ok()??;
        Some(query.matches())
    };
    if dark().unwrap_or(false) { Theme::Dark } else { Theme::Light }
}

/// Puts `theme` on the document.
pub fn apply(theme: Theme) {
    Memory::LastTheme.keep(Some(name(theme)));
    set_on_root("data-theme", name(theme));
}

/// Sets an attribute of `<html>`.
pub fn set_on_root(attribute: &str, value: &str) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        // The names are ours and valid.
        let _set = root.set_attribute(attribute, value);
    }
}

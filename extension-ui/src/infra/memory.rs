//! What a page remembers between visits: places, sizes and choices. Nothing about captures.

use web_sys::Storage;

/// A remembered value by its key. Unreadable or absent storage is an empty memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Top of the launcher, CSS pixels.
    LauncherTop,
    /// Width of the docked panel, CSS pixels.
    PanelWidth,
    /// `light`, `dark`, `high-contrast`; absent: the portal's.
    Theme,
    /// BCP 47; absent: the portal's.
    Language,
    /// The theme last seen, so that the next opening does not flash.
    LastTheme,
    /// The language last seen.
    LastLanguage,
    /// The storage account last used, by subscription and region.
    StorageAccount,
    /// The shell that commands are shown for.
    Shell,
}

impl Memory {
    fn key(self) -> &'static str {
        match self {
            Self::LauncherTop => "launcher-top",
            Self::PanelWidth => "panel-width",
            Self::Theme => "theme",
            Self::Language => "language",
            Self::LastTheme => "last-theme",
            Self::LastLanguage => "last-language",
            Self::StorageAccount => "storage-account",
            Self::Shell => "shell",
        }
    }

    pub fn recall(self) -> Option<String> {
        storage()?.get_item(self.key()).ok()?
    }

    pub fn recall_number(self) -> Option<u32> {
        self.recall()?.parse().ok()
    }

    /// `None` forgets.
    pub fn keep(self, value: Option<&str>) {
        let Some(storage) = storage() else { return };
        // A full or forbidden storage costs a remembered place, nothing else.
        let _kept = match value {
            Some(value) => storage.set_item(self.key(), value),
            None => storage.remove_item(self.key()),
        };
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

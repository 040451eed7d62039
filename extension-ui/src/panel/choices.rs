use crate::infra::memory::Memory;

/// The person's own look and language, instead of the portal's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// `light`, `dark`, `high-contrast`.
    pub theme: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

impl Choices {
    pub fn recall() -> Self {
        Self { theme: Memory::Theme.recall(), language: Memory::Language.recall() }
    }

    pub fn keep(&self) {
        Memory::Theme.keep(self.theme.as_deref());
        Memory::Language.keep(self.language.as_deref());
    }
}

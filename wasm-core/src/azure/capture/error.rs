use crate::words::{InWords, Sentence};

/// Why a setting of a capture cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    #[error("the name is empty")]
    NameEmpty,
    #[error("the name has {length} characters, {max} are allowed")]
    NameLength { length: usize, max: usize },
    #[error("the name has {character:?}")]
    NameCharacter { character: char },
    #[error("the name starts with {character:?}")]
    NameStart { character: char },
    #[error("the name ends with {character:?}")]
    NameEnd { character: char },
    #[error("no instance is chosen")]
    ScopeEmpty,
    #[error("instances are included and excluded at once")]
    ScopeBoth,
    #[error("{0:?} is no instance")]
    ScopeInstance(String),
    #[error("{field} is {value}, not within {min} to {max}")]
    OutOfRange { field: &'static str, value: u64, min: u64, max: u64 },
    #[error("session limits and ring buffer settings are given at once")]
    LimitsBoth,
    #[error("neither a storage account nor a local file is given")]
    StorageMissing,
    #[error("{0:?} is no storage account's id")]
    StorageAccount(String),
    #[error("a container or blob is given without the storage account")]
    StoragePathAlone,
    #[error("{0:?} is no blob URL")]
    StoragePath(String),
    #[error("the local file does not end in .cap")]
    LocalFileExtension,
    #[error("the local file is not below /var/captures")]
    LocalFileLinux,
    #[error("{0:?} is no absolute path of Linux or Windows")]
    LocalFileForm(String),
    #[error("{0:?} is neither a scale set's nor a virtual machine's id")]
    Target(String),
    #[error("a scope chooses among the instances of a scale set, the target is one virtual machine")]
    ScopeOfMachine,
}

impl SettingError {
    /// The stable code, which is also the end of the catalogue's key.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameEmpty => "name-empty",
            Self::NameLength { .. } => "name-length",
            Self::NameCharacter { .. } => "name-character",
            Self::NameStart { .. } => "name-start",
            Self::NameEnd { .. } => "name-end",
            Self::ScopeEmpty => "scope-empty",
            Self::ScopeBoth => "scope-both",
            Self::ScopeInstance(_) => "scope-instance",
            Self::OutOfRange { .. } => "out-of-range",
            Self::LimitsBoth => "limits-both",
            Self::StorageMissing => "storage-missing",
            Self::StorageAccount(_) => "storage-account",
            Self::StoragePathAlone => "storage-path-alone",
            Self::StoragePath(_) => "storage-path",
            Self::LocalFileExtension => "local-file-extension",
            Self::LocalFileLinux => "local-file-linux",
            Self::LocalFileForm(_) => "local-file-form",
            Self::Target(_) => "target",
            Self::ScopeOfMachine => "scope-of-machine",
        }
    }
}

impl InWords for SettingError {
    fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(format!("capture-setting-{}", self.code()));
        match self {
            Self::NameLength { length, max } => sentence.with("length", *length).with("max", *max),
            Self::NameCharacter { character }
            | Self::NameStart { character }
            | Self::NameEnd { character } => sentence.with("value", character.to_string()),
            Self::OutOfRange { field, value, min, max } => sentence
                .with("field", Sentence::new(format!("capture-field-{field}")))
                .with("value", value.to_string())
                .with("min", min.to_string())
                .with("max", max.to_string()),
            Self::ScopeInstance(text)
            | Self::StorageAccount(text)
            | Self::StoragePath(text)
            | Self::LocalFileForm(text)
            | Self::Target(text) => sentence.with("value", text.as_str()),
            _ => sentence,
        }
    }
}

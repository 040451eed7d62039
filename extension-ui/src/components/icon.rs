use yew::prelude::*;

/// A line icon, 20 by 20, in the colour of its text. Always decoration: the name stands on the control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Add,
    ArrowDown,
    ArrowUp,
    Capture,
    Check,
    ChevronDown,
    ChevronRight,
    Close,
    Code,
    Copy,
    Delete,
    Dock,
    Download,
    Error,
    Folder,
    Help,
    Info,
    Open,
    Pause,
    Person,
    Play,
    Refresh,
    Search,
    Settings,
    Stop,
    Summary,
    Warning,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Add => "M10 4v12M4 10h12",
            Self::ArrowDown => "M10 4v12m-5-5 5 5 5-5",
            Self::ArrowUp => "M10 16V4M5 9l5-5 5 5",
            Self::Capture => {
                "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Zm0 4a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z"
            }
            Self::Check => "m4 10.5 4 4 8-9",
            Self::ChevronDown => "m5 7.5 5 5 5-5",
            Self::ChevronRight => "m7.5 5 5 5-5 5",
            Self::Close => "m5 5 10 10M15 5 5 15",
            Self::Code => "m7 6-4 4 4 4m6-8 4 4-4 4M11.5 4l-3 12",
            Self::Copy => {
                "M7 4.5h7a1.5 1.5 0 0 1 1.5 1.5v9M5.5 7h6A1.5 1.5 0 0 1 13 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 4 15.5v-7A1.5 1.5 0 0 1 5.5 7Z"
            }
            Self::Delete => "M4 5.5h12M8 5.5V4h4v1.5m2.5 0-.7 10.5H6.2L5.5 5.5M8.5 8.5v5m3-5v5",
            Self::Dock => "M3.5 4.5h13v11h-13zM12 4.5v11",
            Self::Download => "M10 3.5v9m-4-4 4 4 4-4M4 16.5h12",
            Self::Error => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM7.5 7.5l5 5m0-5-5 5",
            Self::Folder => "M3 6V5a1 1 0 0 1 1-1h3.5L9 6h7a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6Z",
            Self::Help => {
                "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM8 8a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1v.5m0 2.4v.1"
            }
            Self::Info => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9v5m0-7.6v.1",
            Self::Open => {
                "M8 4H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-3M11.5 4H16v4.5M16 4l-6.5 6.5"
            }
            Self::Pause => "M7 4.5v11m6-11v11",
            Self::Person => {
                "M10 3a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM4.5 17v-1.5a3.5 3.5 0 0 1 3.5-3.5h4a3.5 3.5 0 0 1 3.5 3.5V17"
            }
            Self::Play => "M6.5 4.5v11l9-5.5-9-5.5Z",
            Self::Refresh => "M15.5 6.5A6.5 6.5 0 1 0 16.5 10m-.5-6.5v3.2h-3.2",
            Self::Search => "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Zm4 9.5 4 4",
            Self::Settings => {
                "M4 6h6m4 0h2M4 14h2m4 0h6M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4Zm-4 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z"
            }
            Self::Stop => "M5.5 5.5h9v9h-9z",
            Self::Summary => "M4 16V9m4 7V4m4 12v-5m4 5V7",
            Self::Warning => "M10 3 2.5 16.5h15L10 3Zm0 5v4.5m0 2v.1",
        }
    }
}

/// A function and not a component: it is in every button, and a component's props are code wherever it stands.
pub fn icon(name: IconName) -> Html {
    icon_as(name, "")
}

/// With a further class.
pub fn icon_as(name: IconName, class: &'static str) -> Html {
    html! {
        <svg class={classes!("icon", class)} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d={name.path()} fill="none" stroke="currentColor" stroke-width="1.4"
                stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}

//! What the relay sees. It routes by these members and never looks into `message`.
//!
//! Browsers close the pipe when the helper writes more than 1 MiB in one frame, so a longer reply travels
//! as [`FromHelper::Part`]s. Source: <https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging>.

use super::{
    Answer, Event, Failure, Request, Version,
    reading::{FromValue, Tagged, deserialize_from_value, read},
};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value};

/// The most bytes that a browser takes in one frame from the helper.
pub const MAX_FRAME_FROM_HELPER: usize = 1024 * 1024;

/// The most bytes that the helper takes in one frame. Browsers allow 64 MiB; no request of ours needs that.
pub const MAX_FRAME_TO_HELPER: usize = 1024 * 1024;

/// Chosen by the page; unique among its running requests.
pub type RequestId = u64;

/// One page's port, named by the relay. The helper only echoes it.
pub type ClientId = String;

/// Page → relay → helper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum FromPage {
    Call {
        id: RequestId,
        request: Request,
    },
    /// Stop working on (or watching) a request. The cancelled request answers with `cancelled`.
    Cancel {
        id: RequestId,
    },
}

/// The frame that the relay makes of [`FromPage`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToHelper {
    pub client: ClientId,
    pub message: FromPage,
}

/// Helper → relay → page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum FromHelper {
    /// The last message of a request.
    Reply { id: RequestId, version: Version, outcome: Outcome },
    /// Any number of these before the reply.
    Event { id: RequestId, event: Event },
    /// A piece of the JSON text of a `reply` that is too long for one frame. Pieces come in order from 0;
    /// the page joins the `count` texts and reads the result as one [`FromHelper`].
    Part { id: RequestId, index: u32, count: u32, text: String },
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Ok(Box<Answer>),
    Err(Box<Failure>),
}

deserialize_from_value!(FromHelper, Outcome, HelperState);

impl FromValue for FromHelper {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "type")?;
        let id = told.take("id")?;
        Ok(match told.name() {
            "reply" => Self::Reply {
                id,
                version: told.take("version")?,
                outcome: Outcome::from_value(told.value("outcome")?)?,
            },
            "event" => Self::Event { id, event: Event::from_value(told.value("event")?)? },
            "part" => Self::Part {
                id,
                index: told.take("index")?,
                count: told.take("count")?,
                text: told.take("text")?,
            },
            _ => return told.unknown(),
        })
    }
}

impl FromValue for Outcome {
    fn from_value(mut value: Value) -> Result<Self, Error> {
        match value.get_mut("ok") {
            Some(answer) => Ok(Self::Ok(Box::new(Answer::from_value(answer.take())?))),
            None => Ok(Self::Err(read(value.get_mut("err").map(Value::take).unwrap_or_default())?)),
        }
    }
}

impl FromValue for HelperState {
    fn from_value(value: Value) -> Result<Self, Error> {
        let mut told = Tagged::of(value, "state")?;
        Ok(match told.name() {
            "connected" => Self::Connected,
            "gone" => Self::Gone { detail: told.take("detail")? },
            _ => return told.unknown(),
        })
    }
}

/// A frame from the helper: for one page, or for the relay itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", untagged)]
pub enum FromHelperFrame {
    ToPage { client: ClientId, message: Box<FromHelper> },
    ToRelay { relay: RelayOrder },
}

/// What the helper may ask of the relay, for work that goes on with every page closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RelayOrder {
    /// Keep the helper alive although no page is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<bool>,
    /// Text on the toolbar button, at most four characters; empty removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// A browser notification. The same `id` replaces an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notification>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub id: String,
    pub title: String,
    pub body: String,
}

/// What a page says to the relay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PageToRelay {
    /// For the helper; opaque to the relay.
    Message(FromPage),
    /// How the panel wants its frame laid out on the portal page.
    Layout(Layout),
}

/// What the relay says to a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RelayToPage {
    /// From the helper; opaque to the relay.
    Message(Box<FromHelper>),
    /// What the content script of this page's own tab reports. The only source of the panel's target.
    Page(HostPage),
    /// The pipe to the helper.
    Host(HelperState),
    /// The keyboard asks the panel to open, or to close; always true.
    Toggle(bool),
}

/// The portal page under the panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostPage {
    pub url: String,
    pub theme: Theme,
    /// `<html lang>` of the portal, as it stands there.
    pub language: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    Light,
    Dark,
    HighContrast,
}

/// State of the native-messaging pipe, seen by the relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum HelperState {
    Connected,
    /// `detail` is the browser's own sentence ("Specified native messaging host not found.").
    Gone {
        detail: String,
    },
}

/// Place of the panel's frame, in CSS pixels; the content script clamps it to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Layout {
    /// A small button at the window's edge, `top` pixels from above.
    Launcher { top: u32, width: u32, height: u32 },
    /// Docked at the right edge over the full height.
    Docked { width: u32 },
}

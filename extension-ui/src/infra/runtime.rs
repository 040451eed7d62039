//! `chrome.runtime`, as far as the pages use it. Firefox answers to the same name.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `chrome.runtime.connect({ name })`. Throws where the extension was reloaded under the page.
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = connect, catch)]
    pub fn connect(info: &JsValue) -> Result<Port, JsValue>;

    /// `chrome.runtime.getURL(path)`.
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getURL)]
    pub fn get_url(path: &str) -> String;

    /// One connection to the relay.
    pub type Port;

    #[wasm_bindgen(method, js_name = postMessage, catch)]
    pub fn post(this: &Port, message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method)]
    pub fn disconnect(this: &Port);

    #[wasm_bindgen(method, getter, js_name = onMessage)]
    pub fn on_message(this: &Port) -> Signal;

    #[wasm_bindgen(method, getter, js_name = onDisconnect)]
    pub fn on_disconnect(this: &Port) -> Signal;

    /// `chrome.events.Event`.
    pub type Signal;

    #[wasm_bindgen(method, js_name = addListener)]
    pub fn add_listener(this: &Signal, listener: &Function);
}

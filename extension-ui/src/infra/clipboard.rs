//! Copying.

use wasm_bindgen_futures::JsFuture;

/// Puts `text` on the clipboard. In a frame the async API is refused by the portal's permissions policy,
/// so the selection of a text area is the second way.
pub async fn copy(text: String) -> bool {
    let Some(window) = web_sys::window() else { return false };
    if JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok() {
        return true;
    }
    copy_by_selection(&text).unwrap_or(false)
}

fn copy_by_selection(text: &str) -> Option<bool> {
    use wasm_bindgen::JsCast;
    let document = web_sys::window()?.document()?;
    let area: web_sys::HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_class_name("visually-hidden");
    let before =
        document.active_element().and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document.dyn_ref::<web_sys::HtmlDocument>()?.exec_command("copy").unwrap_or(false);
    area.remove();
    if let Some(before) = before {
        let _restored = before.focus();
    }
    Some(copied)
}

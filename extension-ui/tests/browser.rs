//! Components inside a real browser: `make test-wasm` runs these tests in Chromium.
#![cfg(target_arch = "wasm32")]

use extension_ui::{components::TextInput, infra::helper::Helper};
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_core::protocol::{Answer, ErrorCode, Layout, Request};
use web_sys::{Element, Event, EventInit, HtmlInputElement, KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

/// Shows what Enter sent.
#[component]
fn Echo() -> Html {
    let text = use_state(String::new);
    let sent = use_state(String::new);
    let onenter = {
        let (text, sent) = (text.clone(), sent.clone());
        Callback::from(move |()| sent.set((*text).clone()))
    };
    let oninput = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    html! {
        <>
            <TextInput id="field" value={(*text).clone()} {oninput} {onenter} testid="field" />
            <output>{ (*sent).clone() }</output>
        </>
    }
}

fn page() -> Element {
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    let root = document.create_element("div").expect("an element");
    document.body().expect("a body").append_child(&root).expect("appended");
    root
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..200 {
        if holds() {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("waited 2 s in vain for {what}");
}

fn press(input: &HtmlInputElement, key: &str, composing: bool) {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_key(key);
    init.set_is_composing(composing);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).expect("an event");
    input.dispatch_event(&event).expect("dispatched");
}

fn enter_text(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("input", &init).expect("an event");
    input.dispatch_event(&event).expect("dispatched");
}

#[wasm_bindgen_test]
async fn enter_sends_what_was_typed_just_before_it() {
    let root = page();
    yew::Renderer::<Echo>::with_root(root.clone()).render();
    let field = || {
        root.query_selector("input")
            .ok()
            .flatten()
            .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
    };
    let sent = || {
        root.query_selector("output")
            .ok()
            .flatten()
            .and_then(|output| output.text_content())
            .unwrap_or_default()
    };
    until("the field", || field().is_some()).await;
    let input = field().expect("the field");
    // No moment between the last key and Enter, as a fast typist on a busy page has none.
    enter_text(&input, "tcp.port == 6432");
    press(&input, "Enter", false);
    until("the text to be sent", || !sent().is_empty()).await;
    assert_eq!(sent(), "tcp.port == 6432");
    // Enter that ends a Japanese conversion sends nothing.
    enter_text(&input, "こ");
    press(&input, "Enter", true);
    TimeoutFuture::new(50).await;
    assert_eq!(sent(), "tcp.port == 6432");
}

/// `chrome.runtime.connect` as pages see it: `ports` are the relay's ends, to be spoken through by the tests.
const RELAY: &str = r#"
    globalThis.ports = [];
    globalThis.chrome = { runtime: { connect: () => {
        const port = {
            asked: [],
            laid: [],
            postMessage: (said) => {
                if (port.closed) throw new Error("Attempting to use a disconnected port object");
                (said.layout ? port.laid : port.asked).push(said.layout ?? said.message);
            },
            onMessage: { addListener: (listener) => { port.tell = listener; } },
            onDisconnect: { addListener: (listener) => { port.end = () => { port.closed = true; listener(port); }; } },
        };
        ports.push(port);
        return port;
    } } };
"#;

fn run(script: &str) -> f64 {
    js_sys::eval(script).expect("a script").as_f64().unwrap_or_default()
}

/// The relay answers what was asked last.
fn reply(answer: &str) {
    run(&format!(
        "ports.at(-1).tell({{ message: {{ type: 'reply', id: ports.at(-1).asked.at(-1).id, version: '0.1.0',
            outcome: {{ ok: {answer} }} }} }})"
    ));
}

#[wasm_bindgen_test]
async fn no_request_waits_for_an_answer_that_cannot_come() {
    run(RELAY);
    let helper = Helper::connect("panel", |_| {});

    let asked = helper.call(Request::Transfers {});
    reply("{ answer: 'transfers', transfers: [] }");
    assert_eq!(asked.await, Ok(Answer::Transfers { transfers: Vec::new() }));

    let asked = helper.call(Request::Transfers {});
    reply("{ answer: 'transfers', transfers: 'of a kind that this page does not know' }");
    assert_eq!(asked.await.expect_err("a failure").code, ErrorCode::UnexpectedAnswer);

    let asked = helper.call(Request::Transfers {});
    run("ports.at(-1).end()");
    assert_eq!(asked.await.expect_err("a failure").code, ErrorCode::HelperGone, "with its port");
    let asked = helper.call(Request::Transfers {});
    assert_eq!(run("ports.length"), 2.0, "who asks does not wait for the next port");
    reply("{ answer: 'transfers', transfers: [] }");
    assert_eq!(asked.await, Ok(Answer::Transfers { transfers: Vec::new() }));

    run("ports.at(-1).end()");
    until("the next port without a request", || run("ports.length") == 3.0).await;
    TimeoutFuture::new(600).await;
    assert_eq!(run("ports.length"), 3.0, "one port is enough");
}

/// The browser ends a relay that nobody asks for anything, again and again; the page that waits for a click lives on.
#[wasm_bindgen_test]
async fn a_panel_that_is_opened_while_the_relay_sleeps_gets_its_place() {
    run(RELAY);
    let helper = Helper::connect("panel", |_| {});
    helper.layout(Layout::Launcher { top: 240, width: 44, height: 44 });
    for relays in 2..7 {
        run(
            "ports.at(-1).tell({ page: { url: 'https://portal.azure.com/', theme: 'light', language: 'en' } })",
        );
        run("ports.at(-1).end()");
        until("the next relay soon", || run("ports.length") == f64::from(relays)).await;
        assert_eq!(run("ports.at(-1).laid.at(-1).top"), 240.0, "the next relay knows the place");
    }
    run("ports.at(-1).end()");
    helper.layout(Layout::Docked { width: 420 });
    assert_eq!(run("ports.at(-1).laid.at(-1).width"), 420.0);
    assert_eq!(run("ports.at(-1).laid.length"), 1.0, "once");
}

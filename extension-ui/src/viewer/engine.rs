//! The page's end of the engine in its Worker.

use js_sys::{Object, Reflect, Uint8Array};
use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::{Rc, Weak},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_core::pcap::session::{Ask, Id, Tell};
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the Worker says.
#[derive(Debug)]
pub enum Said {
    Tell(Box<Tell>),
    /// An exported file, beside [`Tell::Exported`].
    File {
        name: String,
        file: Blob,
    },
    /// Bytes that the page shall bring: of a capture that is no local file.
    Want {
        read: u32,
        start: u64,
        end: u64,
    },
    /// The engine failed; nothing more will come.
    Broken(String),
}

/// Where the capture's bytes are.
#[derive(Clone, Debug)]
pub enum Bytes {
    File(Blob),
    /// The page brings them when the engine wants them; so many there are.
    Remote {
        size: u64,
    },
}

/// One capture in one Worker, which ends with the last clone.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    /// Tells it from earlier ones.
    serial: u32,
    worker: Worker,
    next: Cell<Id>,
    // Kept alive as long as the Worker may call them.
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(JsValue)>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

thread_local! {
    static OPENED: Cell<u32> = const { Cell::new(0) };
    /// A Worker for the next capture.
    static SPARE: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

/// Starts a Worker before there is a capture for it: loading the engine takes about as long as reading 50 MB.
pub fn prepare() {
    SPARE.with_borrow_mut(|spare| {
        if spare.is_none() {
            *spare = start();
        }
    });
}

fn start() -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options("engine-worker.js", &options).ok()
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Gives a Worker a capture; `None` where the browser has no module Workers.
    pub fn open(bytes: &Bytes, heard: impl Fn(&Self, Said) + 'static) -> Option<Self> {
        let worker = SPARE.take().or_else(start)?;
        let heard = Rc::new(heard);
        let engine = Self(Rc::new_cyclic(|inner: &Weak<Inner>| {
            let on_message = {
                let (inner, heard) = (inner.clone(), heard.clone());
                Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                    if let Some(engine) = inner.upgrade().map(Self) {
                        understand(&event.data()).into_iter().for_each(|said| heard(&engine, said));
                    }
                })
            };
            let inner = inner.clone();
            let on_error = Closure::<dyn Fn(JsValue)>::new(move |error: JsValue| {
                let text = Reflect::get(&error, &"message".into()).ok().and_then(|text| text.as_string());
                if let Some(engine) = inner.upgrade().map(Self) {
                    heard(&engine, Said::Broken(text.unwrap_or_default()));
                }
            });
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            let serial = OPENED.get() + 1;
            OPENED.set(serial);
            Inner { serial, worker, next: Cell::new(1), _on_message: on_message, _on_error: on_error }
        }));
        let opening = match bytes {
            Bytes::File(file) => object(&[("file", file.into())]),
            Bytes::Remote { size } => object(&[("size", (*size as f64).into())]),
        };
        engine.0.worker.post_message(&opening).ok()?;
        Some(engine)
    }

    /// Different for each capture that was opened in this page.
    pub fn serial(&self) -> u32 {
        self.0.serial
    }

    /// A number for the next wish.
    pub fn id(&self) -> Id {
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1));
        id
    }

    pub fn ask(&self, ask: &Ask) {
        // A Worker that has ended hears nothing.
        let _posted = self.0.worker.post_message(&object(&[("ask", ask.to_string().into())]));
    }

    /// Answers [`Said::Want`]; `None` where the bytes cannot be had.
    pub fn bring(&self, read: u32, bytes: Option<&[u8]>) {
        let bytes = bytes.map_or(JsValue::UNDEFINED, |bytes| Uint8Array::from(bytes).buffer().into());
        let transfer = js_sys::Array::new();
        if !bytes.is_undefined() {
            transfer.push(&bytes);
        }
        let message = object(&[("read", read.into()), ("bytes", bytes)]);
        let _posted = self.0.worker.post_message_with_transfer(&message, &transfer);
    }
}

fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        let set = Reflect::set(&object, &JsValue::from_str(name), value);
        debug_assert!(set.is_ok());
    }
    object
}

fn understand(data: &JsValue) -> Vec<Said> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(text) = get(data, "tell").as_string() {
        return match serde_json::from_str::<Tell>(&text) {
            Ok(tell) => {
                let file = match (&tell, get(data, "file").dyn_into::<Blob>()) {
                    (Tell::Exported { name, .. }, Ok(file)) => Some(Said::File { name: name.clone(), file }),
                    _ => None,
                };
                file.into_iter().chain([Said::Tell(Box::new(tell))]).collect()
            }
            Err(error) => vec![Said::Broken(error.to_string())],
        };
    }
    if let Some(text) = get(data, "broken").as_string() {
        return vec![Said::Broken(text)];
    }
    let want = get(data, "want");
    let number = |name: &str| get(&want, name).as_f64();
    match (number("read"), number("start"), number("end")) {
        (Some(read), Some(start), Some(end)) => {
            vec![Said::Want { read: read as u32, start: start as u64, end: end as u64 }]
        }
        _ => Vec::new(),
    }
}

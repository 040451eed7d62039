//! A capture session for a Web Worker: the script reads bytes and posts texts, everything else happens here.

use crate::pcap::session::{Ask, Session};
use wasm_bindgen::prelude::*;

/// [`Session`] with messages as texts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(Session);

#[wasm_bindgen]
impl Engine {
    /// `size`: bytes of the file.
    #[wasm_bindgen(constructor)]
    pub fn new(size: f64) -> Self {
        Self(Session::new(size.max(0.0) as u64))
    }

    /// Takes an [`Ask`]. Throws where it is none.
    pub fn ask(&mut self, text: &str) -> Result<(), JsError> {
        let ask: Ask = text.parse()?;
        self.0.ask(ask);
        Ok(())
    }

    /// The next bytes to read: `[ticket, start, end, raw]`, where `raw` is 1 for the file as it lies there and 0
    /// for what was unpacked from it; empty where none are wanted now.
    #[wasm_bindgen(js_name = nextRead)]
    pub fn next_read(&mut self) -> Vec<f64> {
        match self.0.next_read() {
            Some(read) => {
                vec![
                    f64::from(read.ticket),
                    read.start as f64,
                    read.end as f64,
                    f64::from(u8::from(read.raw)),
                ]
            }
            None => Vec::new(),
        }
    }

    /// Takes the bytes of a read, in the order in which they were asked for.
    pub fn take(&mut self, ticket: u32, bytes: &[u8]) {
        self.0.take(ticket, bytes);
    }

    /// A read could not be done.
    pub fn fail(&mut self, ticket: u32) {
        self.0.fail(ticket);
    }

    /// [`crate::pcap::session::Tell`]s since the last call, as JSON texts.
    pub fn tells(&mut self) -> Vec<String> {
        // Plain data always has a JSON form.
        self.0.tells().iter().filter_map(|tell| serde_json::to_string(tell).ok()).collect()
    }

    /// What was unpacked since the last call, to be kept for reads that are not raw.
    pub fn spilled(&mut self) -> Vec<u8> {
        self.0.spilled()
    }

    /// Whether an exported file begins with the next [`Self::output`].
    #[wasm_bindgen(js_name = outputBegins)]
    pub fn output_begins(&mut self) -> bool {
        self.0.output_begins()
    }

    /// The next bytes of an exported file.
    pub fn output(&mut self) -> Vec<u8> {
        self.0.output()
    }
}

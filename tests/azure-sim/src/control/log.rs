//! What was asked of the simulator and what it gave out, for tests to look at. Bounded.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::lock::Lock;

const KEPT: usize = 20_000;

#[derive(Debug, Default)]
pub struct Log {
    requests: Lock<VecDeque<Entry>>,
    secrets: Lock<VecDeque<String>>,
    violations: Lock<VecDeque<Value>>,
}

/// One answered request. The query is left out: it may hold secrets.
#[derive(Debug)]
pub struct Entry {
    pub service: &'static str,
    pub operation: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    /// The fault that was played, if any.
    pub fault: Option<&'static str>,
    pub client_request_id: Option<String>,
}

fn keep<T>(kept: &mut VecDeque<T>, item: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(item);
}

impl Log {
    pub fn request(&self, entry: Entry) {
        keep(&mut self.requests.lock(), entry);
    }

    pub fn requests(&self) -> Value {
        let requests = self.requests.lock();
        let value: Vec<Value> = requests
            .iter()
            .map(|entry| {
                json!({
                    "service": entry.service, "operation": entry.operation, "method": entry.method, "path": entry.path,
                    "status": entry.status, "fault": entry.fault, "clientRequestId": entry.client_request_id,
                })
            })
            .collect();
        json!({ "count": value.len(), "value": value })
    }

    pub fn clear_requests(&self) {
        self.requests.lock().clear();
    }

    /// Remembers a token, key, SAS or signature that was given out.
    pub fn secret(&self, secret: &str) {
        keep(&mut self.secrets.lock(), secret.to_owned());
    }

    pub fn secrets(&self) -> Vec<String> {
        self.secrets.lock().iter().cloned().collect()
    }

    /// A CSP violation or console error that the portal page reported.
    pub fn violation(&self, report: Value) {
        keep(&mut self.violations.lock(), report);
    }

    pub fn violations(&self) -> Value {
        let violations = self.violations.lock();
        json!({ "count": violations.len(), "value": violations.iter().cloned().collect::<Vec<_>>() })
    }

    pub fn clear_violations(&self) {
        self.violations.lock().clear();
    }
}

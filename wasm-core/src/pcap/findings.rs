//! What a summary says about the network, in codes and parameters.

use serde_json::json;

use super::report::{FindingReport, Params, Severity};
use super::summary::Summary;
use super::wording::Wording;

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    pub params: Params,
}

impl Finding {
    fn new(code: &'static str, severity: Severity, params: &[(&str, serde_json::Value)]) -> Self {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { code, severity, params }
    }

    pub fn report(self, wording: Wording) -> FindingReport {
        FindingReport {
            text: wording.warning(self.code, &self.params),
            code: self.code.to_owned(),
            severity: self.severity,
            params: self.params,
        }
    }
}

/// All findings of a summary, the gravest first.
pub fn of(summary: &Summary) -> Vec<Finding> {
    let mut findings = Vec::new();
    if summary.packets == 0 {
        findings.push(Finding::new("no-packets", Severity::Warning, &[("packets", json!(0))]));
    }
    findings
}

//! IB0109: the PCIe link is narrower or slower than it could be, which costs speed only.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;

const CODE: &str = "IB0109";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pcie-link-degraded",
    nature: Nature::Harmless,
    signs: &[],
    judge,
    text: include_str!("pcie_link_degraded.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_limited = |text: &str| text.contains("available PCIe bandwidth, limited by");
    let limited = port.events().find(|event| event.kind == EventKind::DriverBound && is_limited(&event.evidence.text))?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by([limited])
        .check(format!("lspci -vv {}", function_option(port)));
    Some(finding)
}

//! IB0508: the interface manager could not raise the bond or bridge that the interface is to be a port of.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0508",
    name: "bond-or-bridge-failed",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("bond_or_bridge_failed.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = port.master_failed()?;
    // The kernel's own word on why the bond does not take the interface says more.
    let is_told = !port.signs("IB0613").is_empty();
    let confidence = if is_told { Confidence::Possible } else { Confidence::Certain };
    let name = interface(port);
    let tries = port.events().filter(|event| event.kind == EventKind::MasterFailed);
    let finding = Finding::new(confidence)
        .shown_by(port.last(|kind| matches!(kind, EventKind::Raised(_))).filter(|raised| raised.order < failed.order))
        .shown_by(tries)
        .check("ip -d link show type bond")
        .check("cat /proc/net/bonding/*")
        .check(format!("journalctl -b --no-pager | grep -E 'bond|bridge|{name}'"))
        .check(format!("grep -rniE 'master|bridge|bond' {}", Tool::of(port).places()));
    Some(finding)
}

//! IB0704: somebody switched the port off.

use super::{Diagnosis, Nature, omni_path_link_not_trained};
use crate::event::PhysicalState;
use crate::finding::{Confidence, Finding, device};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0704",
    name: "port-disabled",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("port_disabled.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (event, PhysicalState::Disabled) = port.physical_state()? else { return None };
    // An empty cage is reported as disabled, too; and a virtual function's port has no state of its own.
    if port.cable_out().is_some() || port.cable_failed().is_some() || port.is_virtual_function() {
        return None;
    }
    if omni_path_link_not_trained::never_came(port).is_some() {
        return None;
    }
    let confidence = match (port.is_wanted(), port.may_be_wanted()) {
        (true, _) => Confidence::Certain,
        (false, true) => Confidence::Likely,
        (false, false) => return None,
    };
    let device = device(port);
    let number = port.number.unwrap_or(1);
    let finding = Finding::new(confidence)
        .shown_by([event])
        .shown_by(port.awaits_carrier())
        .check(format!("ibstat {device}"))
        .check(format!("mlxlink -d {device}"))
        .check(format!("mlxconfig -d {device} query KEEP_IB_LINK_UP_P{number}"))
        .remedy(format!("mlxlink -d {device} --port_state UP"))
        .remedy_raise(port);
    Some(finding)
}

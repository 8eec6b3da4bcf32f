//! IB0703: the port looks for a partner, and the physical link never comes.

use super::{Diagnosis, Nature};
use crate::event::{Event, PhysicalState, PortState};
use crate::finding::{Confidence, Finding, device};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0703",
    name: "link-stays-polling",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("link_stays_polling.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (down, confidence) = no_physical_link(port)?;
    if port.cable_out().is_some() || port.cable_failed().is_some() {
        return None;
    }
    if port.is_omni_path() || port.is_virtual_function() {
        return None;
    }
    let confidence = match (port.is_wanted(), port.may_be_wanted()) {
        (true, _) => confidence,
        (false, true) => Confidence::Likely,
        (false, false) => return None,
    };
    let device = device(port);
    let finding = Finding::new(confidence)
        .shown_by([down])
        .shown_by(port.awaits_carrier())
        .check(format!("ibstat {device}"))
        .check(format!("mlxlink -d {device}"))
        .check("iblinkinfo");
    Some(finding)
}

/// Returns the word by which the port has no physical link at the end, though it is not switched off.
pub(super) fn no_physical_link<'b>(port: &Port<'b>) -> Option<(&'b Event, Confidence)> {
    match port.physical_state() {
        Some((event, PhysicalState::Polling | PhysicalState::Training | PhysicalState::Offline)) => {
            let confidence = if port.has_waited_long(event) { Confidence::Certain } else { Confidence::Likely };
            Some((event, confidence))
        }
        // Switched off, or there.
        Some(_) => None,
        // Down may also mean switched off: the state itself does not tell.
        None => match port.logical_state() {
            Some((event, PortState::Down)) => Some((event, Confidence::Likely)),
            _ => None,
        },
    }
}

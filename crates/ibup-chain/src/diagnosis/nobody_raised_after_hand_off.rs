//! IB0501: the interface manager left raising the interface to the network service, and nobody did it.
//!
//! The manager's words stand in every healthy boot too. What makes them a finding is what does not follow.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding};
use crate::port::{Outcome, Port};

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0501",
    name: "nobody-raised-after-hand-off",
    nature: Nature::Symptom,
    signs: &[],
    judge,
    text: include_str!("nobody_raised_after_hand_off.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let deferred = port.deferred()?;
    // Somebody who tried and failed is not nobody.
    let tried = port.last(|kind| matches!(kind, EventKind::RaiseFailed(_) | EventKind::CarrierMissing(_)));
    if tried.is_some_and(|tried| tried.order > deferred.order) {
        return None;
    }
    // Somebody has opened what waits for carrier; and NetworkManager does nothing with what has no link.
    let is_open = port.awaits_carrier().is_some_and(|since| since.order > deferred.order);
    let needs_link = matches!(port.boot.network_stack(), Some(NetworkStack::NetworkManager) | None);
    if is_open || (needs_link && port.lacks_link().is_some()) {
        return None;
    }
    // A service that broke down explains why nobody did.
    if port.broken_service().is_some() {
        return None;
    }
    let nobody = port.raised().is_none() && port.had_its_chance_after(deferred);
    let nobody_for_long = port.outcome() == Outcome::RaisedLate;
    if !nobody && !nobody_for_long {
        return None;
    }
    let interface = crate::finding::interface(port);
    let is_shown = nobody_for_long || port.chance_shown_after(deferred);
    let confidence = if is_shown { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(port.late_load())
        .shown_by([deferred])
        .shown_by(port.raised())
        .check(format!("ip -br link show {interface}"))
        .check(format!("journalctl -b -u 'mlnx_interface_mgr@{interface}' --no-pager"))
        .remedy_raise(port);
    Some(finding)
}

//! IB0505: the interface manager ran ifup, which failed. What ifup failed on says more, wherever that is known.

use super::{ALL, Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::stage::Stage;

const CODE: &str = "IB0505";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "interface-manager-ifup-failed",
    nature: Nature::Umbrella,
    signs: SIGNS,
    judge,
    text: include_str!("interface_manager_ifup_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["mlnx_interface_mgr", "ibup", "ibup-raise"]),
        says: "Couldn't fully configure {netdev}, review system logs",
        means: |_| EventKind::sign(CODE, ""),
        source: "mlnx_interface_mgr.sh, after bring_up",
        samples: &["mlnx_interface_mgr: Couldn't fully configure ib0, review system logs and restart network service after fixing the issues."],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup", "ibup-configure", "ibup-raise"]),
        says: "^{netdev}: not everything could be set up",
        means: |_| EventKind::sign(CODE, ""),
        source: "ibup configure and ibup raise",
        samples: &["ibup: ib0: not everything could be set up, see above"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (signs, failed) = (port.signs(CODE), port.last(is_failure));
    let last = signs.last().copied().into_iter().chain(failed).max_by_key(|event| event.order)?;
    let raised = |kind: &EventKind| {
        matches!(kind, EventKind::Raised(_) | EventKind::CarrierGained | EventKind::AddressAssigned)
    };
    // A later try may succeed; and steering or a transport mode that cannot be set keeps no interface down.
    let later = port.last(raised).is_some_and(|raised| raised.order > last.order);
    if later || (failed.is_none() && port.raised().is_some()) || port.raised().is_some_and(|raised| raised.order > last.order) {
        return None;
    }
    let confidence = match (failed, is_explained(port)) {
        (_, true) => Confidence::Possible,
        (Some(_), false) => Confidence::Certain,
        (None, false) => Confidence::Likely,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(port.events().filter(|event| is_failure(&event.kind)))
        .shown_by(signs)
        .check(format!("journalctl -b --no-pager -u 'mlnx_interface_mgr@{name}'"))
        .check(format!("bash -x /sbin/ifup {name}"))
        .check(format!("ip -br addr show {name}"))
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether somebody who is no network service failed to raise the interface: the manager, or ibup.
fn is_failure(kind: &EventKind) -> bool {
    *kind == EventKind::RaiseFailed(None)
}

/// Returns whether something of the network or after is known that ifup fails on.
fn is_explained(port: &Port<'_>) -> bool {
    let is_later = |diagnosis: &&&Diagnosis| diagnosis.stage() >= Stage::Network && diagnosis.nature == Nature::Root;
    let said = |event: &&Event| matches!(event.kind, EventKind::Sign { .. });
    ALL.iter().filter(is_later).filter_map(|diagnosis| (diagnosis.judge)(port)).any(|finding| {
        // What is merely inferred from the interface being down explains nothing here.
        finding.confidence == Confidence::Certain && finding.evidence.iter().any(said)
    })
}

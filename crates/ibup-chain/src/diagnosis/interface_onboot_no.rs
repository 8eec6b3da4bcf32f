//! IB0502: the interface's own configuration says not to raise it at boot.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, Setting, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0502";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "interface-onboot-no",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("interface_onboot_no.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["mlnx_interface_mgr"]),
        says: "interface {netdev} has ONBOOT=no, skipping",
        means: |_| EventKind::sign(CODE, ""),
        source: "mlnx_interface_mgr.sh, bring_up",
        samples: &["mlnx_interface_mgr: interface ib0 has ONBOOT=no, skipping."],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup"]),
        says: "^{netdev}: its configuration says not to raise it at boot",
        means: |_| EventKind::sign(CODE, ""),
        source: "ibup raise",
        samples: &["ibup: ib0: its configuration says not to raise it at boot: left down"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let told = port.configured_down().filter(|_| is_left_down(port));
    signs.first().copied().or(told)?;
    // Where other interfaces came up, this one may be switched off on purpose; but nobody plugs a cable into what is.
    let confidence = match (port.has_raised_sibling() && !port.is_wanted(), port.has_cable()) {
        (false, _) => Confidence::Certain,
        (true, true) => Confidence::Likely,
        (true, false) => Confidence::Possible,
    };
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(port.deferred().filter(|_| told.is_some()))
        .shown_by(told)
        .check(Tool::of(port).look_up(&interface(port), "ONBOOT|STARTMODE|autoconnect"))
        .remedy_set(port, Setting::AtBoot)
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether somebody left the interface to the network service, which did not so much as try.
fn is_left_down(port: &Port<'_>) -> bool {
    let tried = port.first(|kind| {
        matches!(kind, EventKind::RaiseBegan(_) | EventKind::RaiseFailed(_) | EventKind::RaiseFoundNothing(_))
    });
    let in_time = port.deferred().is_some_and(|deferred| port.had_its_chance_after(deferred));
    in_time && tried.is_none() && port.raised().is_none()
}

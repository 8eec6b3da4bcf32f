//! IB0504: the interface manager goes by the name, and takes an IPoIB interface whose name has no `ib` in it for
//! Ethernet.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, interface};
use crate::port::{Outcome, Port};
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0504";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ipoib-name-taken-for-ethernet",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("ipoib_name_taken_for_ethernet.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["mlnx_interface_mgr", "ibup", "ibup-raise", "ibup-configure"]),
        // Said of every Ethernet interface of such cards, too.
        says: "^Got ETH interface {netdev} and OS is booting, skipping",
        means: |_| EventKind::sign(CODE, ""),
        source: "mlnx_interface_mgr.sh, where the name is not like that of IPoIB",
        samples: &["mlnx_interface_mgr: Got ETH interface stor0 and OS is booting, skipping."],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup", "ibup-raise", "ibup-configure"]),
        says: "^{netdev}: not InfiniBand, and the machine is booting: left alone",
        means: |_| EventKind::sign(CODE, ""),
        source: "ibup configure and ibup raise, by the reference policy",
        samples: &["ibup: stor0: not InfiniBand, and the machine is booting: left alone"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let skipped = signs.first()?;
    let nobody = port.raised().is_none() && port.had_its_chance_after(skipped);
    if !nobody && port.outcome() != Outcome::RaisedLate {
        return None;
    }
    // Somebody who tried and failed is not nobody.
    if port.last(|kind| matches!(kind, EventKind::RaiseFailed(_))).is_some_and(|tried| tried.order > skipped.order) {
        return None;
    }
    let unused = port.has_raised_sibling() && !port.is_wanted();
    let confidence = match (unused, port.chance_shown_after(skipped)) {
        (true, _) => Confidence::Possible,
        (false, true) => Confidence::Certain,
        (false, false) => Confidence::Likely,
    };
    let name = interface(port);
    let renamed = port.last(|kind| matches!(kind, EventKind::NetdevRenamed { .. }));
    let finding = Finding::new(confidence)
        .shown_by(renamed)
        .shown_by(signs)
        .shown_by(port.raised())
        .check(format!("cat /sys/class/net/{name}/type"))
        .check(format!("journalctl -b --no-pager -u 'mlnx_interface_mgr@{name}'"))
        .check("grep -rnE 'NAME=|Name=' /etc/udev/rules.d /etc/systemd/network")
        .remedy_raise(port);
    Some(finding)
}

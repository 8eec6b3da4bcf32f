//! IB0802: the MTU that is asked for cannot be had in this mode, or is more than the group carries.

use super::{Diagnosis, Nature};
use crate::event::EventKind;

use crate::finding::{Confidence, Finding, Setting, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0802";
/// The kernel refused an MTU. Whether that matters, whoever asked for it decides.
pub(super) const REFUSED: &str = "IB0802 refused";
/// Packets are dropped that are longer than a neighbour or the group takes.
const DROPPED: &str = "IB0802 dropped";
/// Connected mode has a larger MTU than the group; that is how it is meant.
const CONNECTED: &str = "IB0802 connected";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "mtu-mismatch",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("mtu_mismatch.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: Invalid MTU {mtu=number} requested, hw {bound=word} {limit=number}",
        means: |captures| EventKind::sign(REFUSED, captures.get("mtu")?),
        source: "Linux since 4.10, net/core/dev.c, dev_validate_mtu",
        samples: &["kernel: ib0: Invalid MTU 65520 requested, hw max 4092"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: packet len {length=number} (> {limit=number}) too long to send, dropping",
        means: |_| EventKind::sign(DROPPED, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, ipoib_send, and ipoib_cm.c, ipoib_cm_send",
        samples: &["kernel: ib0: packet len 2056 (> 2048) too long to send, dropping"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: mtu > {limit=number} will cause multicast packet drops",
        means: |_| EventKind::sign(CONNECTED, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_change_mtu",
        samples: &["kernel: ib0: mtu > 4092 will cause multicast packet drops."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (refused, dropped) = (port.signs(REFUSED), port.signs(DROPPED));
    let first = refused.first().or(dropped.first())?;
    let failed = port.last(|kind| matches!(kind, EventKind::RaiseFailed(_)));
    let failed = failed.filter(|failed| failed.order > first.order && !refused.is_empty() && port.raised().is_none());
    // An interface keeps the MTU that it has, and a path learns the one that fits.
    let confidence = if failed.is_some() { Confidence::Likely } else { Confidence::Possible };
    let name = interface(port);
    let mut finding = Finding::new(confidence)
        .shown_by(port.signs(CONNECTED))
        .shown_by(refused)
        .shown_by(dropped)
        .shown_by(failed)
        .check(format!("ip -d link show {name}"))
        .check(format!("cat /sys/class/net/{name}/mode"))
        .check("saquery -g");
    if failed.is_some() {
        finding = finding.remedy_set(port, Setting::Datagram).remedy_raise(port);
    }
    Some(finding)
}

//! IB0802: the MTU that is asked for cannot be had in this mode, or is more than the group carries.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};

use crate::finding::{Confidence, Finding, Setting, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0802";
/// The kernel refused an MTU. Whether that matters, whoever asked for it decides.
pub(super) const REFUSED: &str = "IB0802 refused";
/// A script that the shell shows asks for an MTU.
const ASKED: &str = "IB0802 asked";
/// What was asked for last cannot be had.
const ANSWERED: &str = "IB0802 answered";
/// Packets are dropped that are longer than a neighbour or the group takes.
const LOST: &str = "IB0802 lost";
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
        means: |_| EventKind::sign(LOST, ""),
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
    Pattern {
        speaker: Speaker::AnyShell,
        says: "ip link set {netdev} mtu {mtu=number}",
        means: asked,
        source: "ip-link(8), as the shell shows it with -x",
        samples: &["ib-up: + ip link set ib0 mtu 65520"],
    },
    Pattern {
        speaker: Speaker::AnyShell,
        says: "ip link set dev {netdev} mtu {mtu=number}",
        means: asked,
        source: "ip-link(8), as the shell shows it with -x",
        samples: &["ib-up: + ip link set dev ib0 mtu 65520"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "^RTNETLINK answers: Invalid argument",
        means: answered,
        source: "iproute2, lib/libnetlink.c, rtnl_talk_error",
        samples: &["ib-up: RTNETLINK answers: Invalid argument"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "^Error: mtu greater than device maximum",
        means: answered,
        source: "Linux since 4.19, net/core/dev.c, dev_validate_mtu, as iproute2, lib/libnetlink.c, nl_dump_ext_ack prints it",
        samples: &["ib-up: Error: mtu greater than device maximum."],
    },
];

fn asked(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(ASKED, captures.get("mtu")?)
}

fn answered(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(ANSWERED, "")
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (refused, dropped, script) = (port.signs(REFUSED), port.signs(LOST), refused_to_script(port));
    let first = refused.first().or(dropped.first()).or(script.as_ref().map(|[asked, _]| asked))?;
    let failed = port.last(|kind| matches!(kind, EventKind::RaiseFailed(_)));
    let failed = failed.filter(|failed| failed.order > first.order && !refused.is_empty() && port.raised().is_none());
    // Who set up the interface by a script, and stopped at the MTU, did not come to open it.
    let has_stopped = script.is_some_and(|[_, answer]| port.raised().is_none() && port.chance_shown_after(answer));
    // An interface keeps the MTU that it has, and a path learns the one that fits, if it can be learned.
    let is_lasting = port.packets_lost_by(LOST).is_some();
    let confidence = if failed.is_some() || has_stopped || is_lasting { Confidence::Likely } else { Confidence::Possible };
    let name = interface(port);
    let mut finding = Finding::new(confidence)
        .shown_by(port.signs(CONNECTED))
        .shown_by(refused)
        .shown_by(dropped)
        .shown_by(script.into_iter().flatten())
        .shown_by(failed)
        .check(format!("ip -d link show {name}"))
        .check(format!("cat /sys/class/net/{name}/mode"))
        .check("saquery -g");
    if confidence == Confidence::Likely {
        finding = finding.remedy_set(port, Setting::Datagram).remedy_raise(port);
    }
    Some(finding)
}

/// Returns the last command of a script that asked for an MTU of this interface, and the answer that it cannot be had.
fn refused_to_script<'b>(port: &Port<'b>) -> Option<[&'b Event; 2]> {
    let asked = port.signs(ASKED).pop()?;
    let answered = port.boot.events().find(|event| {
        let is_answer = matches!(event.kind, EventKind::Sign { code: ANSWERED, .. });
        is_answer && event.order > asked.order && event.speaker == asked.speaker
    })?;
    Some([asked, answered])
}

//! IB0318: units are ordered in a circle, and systemd broke it by not starting one that this interface needs.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

pub(super) const CODE: &str = "IB0318";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "systemd-ordering-cycle",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("systemd_ordering_cycle.md"),
};
/// Units that load the driver stack.
const STACK: &[&str] = &["openibd.service", "ibup.service", "rdma-load-modules@infiniband.service", "rdma.service"];
/// Units that raise interfaces, and what they cannot do without.
const NETWORK: &[&str] = &[
    "network.service",
    "networking.service",
    "NetworkManager.service",
    "systemd-networkd.service",
    "wicked.service",
    "wickedd.service",
    "dbus.service",
    "dbus.socket",
];

fn dropped(captures: &Captures<'_>) -> Option<EventKind> {
    let unit = captures.get("unit")?.trim_end_matches('.');
    let unit = unit.strip_suffix("/start").unwrap_or(unit);
    let known = STACK.iter().chain(NETWORK).find(|known| **known == unit)?;
    EventKind::sign(CODE, known)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["systemd", "init"]),
        says: "Job {unit=word} deleted to break ordering cycle",
        means: dropped,
        source: "systemd, src/core/transaction.c, transaction_verify_order_one",
        samples: &[
            "systemd: sysinit.target: Job openibd.service/start deleted to break ordering cycle starting with sysinit.target/start",
            "systemd: Job openibd.service/start deleted to break ordering cycle starting with sysinit.target/start",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd", "init"]),
        says: "Breaking ordering cycle by deleting job {unit=word}",
        means: dropped,
        source: "systemd before 219, src/core/transaction.c, transaction_verify_order_one",
        samples: &["systemd: Breaking ordering cycle by deleting job network.service/start"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Ordering cycle found, skipping openibd",
        means: |_| EventKind::sign(CODE, "openibd.service"),
        source: "systemd, src/core/transaction.c, on the console, by the unit's description",
        samples: &["console: [ SKIP ] Ordering cycle found, skipping openibd - configure Mellanox devices"],
    },
];

/// Returns whether a unit that loads the stack was dropped.
pub(super) fn dropped_stack(port: &Port<'_>) -> bool {
    port.signs(CODE).iter().any(|sign| matches!(&sign.kind, EventKind::Sign { detail, .. } if STACK.contains(&&**detail)))
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    signs.retain(|sign| {
        let EventKind::Sign { detail: unit, .. } = &sign.kind else { return false };
        let of_stack = STACK.contains(&&**unit);
        if of_stack { !port.got_over(sign) } else { port.raised().is_none() }
    });
    let EventKind::Sign { detail: unit, .. } = &signs.first()?.kind else { return None };
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs.iter().copied())
        .shown_by(port.missed())
        .check("journalctl -b --no-pager | grep -i 'ordering cycle'")
        .check("systemd-analyze verify default.target")
        .check(format!("systemctl cat {unit}"))
        .remedy(format!("systemctl start {unit}"))
        .remedy_raise(port);
    Some(finding)
}

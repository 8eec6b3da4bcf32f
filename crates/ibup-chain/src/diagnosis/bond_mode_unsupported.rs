//! IB0613: a bond in a mode that IPoIB cannot have.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, Setting, Tool};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0613";
/// The kernel's word that the hardware address cannot be set. It helps itself where it may; where it tries all the same,
/// that fails by a line of its own.
const ADDRESS: &str = "IB0613 address";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "bond-mode-unsupported",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("bond_mode_unsupported.md"),
};

/// Reads the name of the bond, where the line has it.
fn refused(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("bond").unwrap_or_default())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): Error: Only active-backup mode is supported for infiniband",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (since 5.13)",
        samples: &["kernel: bond0: (slave ib0): Error: Only active-backup mode is supported for infiniband slaves"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): Type ({number}) supports only active-backup mode",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (5.2 to 5.12)",
        samples: &["kernel: bond0: (slave ib0): Type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{bond=netdev}: Type ({number}) supports only active-backup mode",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (4.18 to 5.1)",
        samples: &["kernel: bond0: Type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): type ({number}) supports only active-backup mode",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (the wording is not confirmed)",
        samples: &["kernel: bond0: (slave ib0): type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{bond=netdev}: type ({number}) supports only active-backup mode",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (older; the wording is not confirmed)",
        samples: &["kernel: bond0: type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): {what=any} does not support setting the MAC address, but fail_over_mac is not set to active",
        means: refused,
        source: "Linux since 5.3, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &[
            "kernel: bond0: (slave ib0): Error: Slave device does not support setting the MAC address, but fail_over_mac is not set to active",
            "kernel: bond0: (slave ib0): The slave device specified does not support setting the MAC address, but fail_over_mac is not set to active",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{bond=netdev}: {what=any} does not support setting the MAC address, but fail_over_mac is not set to active",
        means: |captures| if captures.get("what")?.starts_with("(slave ") { None } else { refused(captures) },
        source: "Linux before 5.3, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &["kernel: bond0: The slave device specified does not support setting the MAC address, but fail_over_mac is not set to active"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): {what=any} does not support setting the MAC address$",
        means: |captures| EventKind::sign(ADDRESS, captures.get("bond")?),
        source: "Linux since 5.3, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &["kernel: bond0: (slave ib0): The slave device specified does not support setting the MAC address"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): Error {errno=number} calling set_mac_address",
        means: refused,
        source: "Linux since 5.3, drivers/net/bonding/bond_main.c, bond_enslave: fail_over_mac is not active",
        samples: &["kernel: bond0: (slave ib0): Error -95 calling set_mac_address"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "(slave {netdev}): ether type ({number}) is different from other slaves",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave: InfiniBand and Ethernet in one bond",
        samples: &["kernel: bond0: (slave ib0): ether type (32) is different from other slaves (1), can not enslave it"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Device type (non-ethernet) not supported",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, by way of iproute2: a bridge or a team takes Ethernet only",
        samples: &["ip: Error: Device type (non-ethernet) not supported."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (mut signs, address) = (port.signs(CODE), port.signs(ADDRESS));
    // Its port was not taken in by what follows, or by somebody's word that it failed.
    let failed = |address: &&Event| {
        port.events().any(|event| event.order > address.order && is_failure(&event.kind))
    };
    signs.extend(address.into_iter().filter(failed));
    signs.sort_by_key(|sign| sign.order);
    let last = signs.last()?;
    let raised = port.last(|kind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned));
    if raised.is_some_and(|raised| raised.order > last.order) || port.missed().is_some() {
        return None;
    }
    // Without the port's name on it, a port that was taken in before is not the one.
    if raised.is_some() && last.subject.netdev.is_none() {
        return None;
    }
    let bond = signs.iter().rev().find_map(|sign| bond(sign)).unwrap_or("bond0");
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs.iter().copied())
        .check("grep . /proc/net/bonding/*")
        .check("cat /sys/class/net/*/bonding/mode /sys/class/net/*/bonding/fail_over_mac")
        .remedies(Tool::of(port).set(bond, Setting::ActiveBackup));
    Some(finding)
}

fn is_failure(kind: &EventKind) -> bool {
    matches!(kind, EventKind::RaiseFailed(_) | EventKind::MasterFailed)
}

/// Returns the bond that the sign names.
fn bond(sign: &Event) -> Option<&str> {
    match &sign.kind {
        EventKind::Sign { detail, .. } if !detail.is_empty() => Some(detail),
        _ => None,
    }
}

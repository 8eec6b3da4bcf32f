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
/// A wording that neither the sources nor any recording at hand hold.
const UNCONFIRMED: &str = "IB0613 unconfirmed";

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

/// Reads what the kernel answers a program that asks by netlink; networkd names the port before it.
fn answered(captures: &Captures<'_>) -> Option<EventKind> {
    if captures.get("before")?.ends_with(NETWORKD) { None } else { refused(captures) }
}

/// What networkd puts before the kernel's answer.
const NETWORKD: &str = "Failed to set master interface:";

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): Error: Only active-backup mode is supported for infiniband",
        means: refused,
        source: "Linux since 5.15, drivers/net/bonding/bond_main.c, bond_enslave (SLAVE_NL_ERR), to who asks by sysfs",
        samples: &["kernel: bond0: (slave ib0): Error: Only active-backup mode is supported for infiniband slaves"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "{before=any} Only active-backup mode is supported for infiniband",
        means: answered,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave, to who asks by netlink; printed on by iproute2, \
                 lib/libnetlink.c, print_ext_ack_msg, and NetworkManager, nm-linux-platform.c, do_change_link",
        samples: &[
            "ip: Error: Only active-backup mode is supported for infiniband slaves.",
            "NetworkManager: <warn>  [1709535612.1] platform-linux: do-change-link[5]: failure 95 (Operation not supported - Only active-backup mode is supported for infiniband slaves)",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd"]),
        says: "^{netdev}: Failed to set master interface: Only active-backup mode is supported for infiniband",
        means: refused,
        source: "systemd, src/network/networkd-setlink.c, set_link_handler_internal, with the kernel's answer",
        samples: &[
            "systemd-networkd: ib0: Failed to set master interface: Only active-backup mode is supported for infiniband slaves. Operation not supported",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): {word}ype ({number}) supports only active-backup mode",
        means: refused,
        source: "Linux 5.3 to 5.14, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &["kernel: bond0: (slave ib0): Type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{bond=netdev}: {word}ype ({number}) supports only active-backup mode",
        means: refused,
        source: "Linux before 5.3, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &["kernel: bond0: Type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): {what=any} does not support setting the MAC address, but fail_over_mac is not set to active",
        means: refused,
        source: "Linux since 5.3, drivers/net/bonding/bond_main.c, bond_enslave; since 5.15 by SLAVE_NL_ERR",
        samples: &[
            "kernel: bond0: (slave ib0): Error: Slave device does not support setting the MAC address, but fail_over_mac is not set to active",
            "kernel: bond0: (slave ib0): The slave device specified does not support setting the MAC address, but fail_over_mac is not set to active",
        ],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "Slave device does not support setting the MAC address, but fail_over_mac is not set to active",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave, to who asks by netlink",
        samples: &[
            "ip: Error: Slave device does not support setting the MAC address, but fail_over_mac is not set to active.",
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
        says: "{bond=netdev}: (slave {netdev}): ether type ({number}) is different from other slaves",
        means: refused,
        source: "Linux 5.3 to 5.14, drivers/net/bonding/bond_main.c, bond_enslave: InfiniBand and Ethernet in one bond",
        samples: &["kernel: bond0: (slave ib0): ether type (32) is different from other slaves (1), can not enslave it"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: (slave {netdev}): Error: Device type is different from other slaves",
        means: refused,
        source: "Linux since 5.15, drivers/net/bonding/bond_main.c, bond_enslave (SLAVE_NL_ERR), to who asks by sysfs",
        samples: &["kernel: bond0: (slave ib0): Error: Device type is different from other slaves"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "Device type is different from other slaves",
        means: refused,
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave, to who asks by netlink",
        samples: &["ip: Error: Device type is different from other slaves."],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{bond=netdev}: {netdev} ether type ({number}) is different from other slaves",
        means: refused,
        source: "Linux before 5.3, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &["kernel: bond0: ib0 ether type (32) is different from other slaves (1), can not enslave it"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Device type (non-ethernet) not supported",
        means: |_| EventKind::sign(UNCONFIRMED, ""),
        source: "not found in any source, only handed down",
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
    let is_confirmed = !signs.is_empty();
    signs.extend(port.signs(UNCONFIRMED));
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
    let bond = signs.iter().rev().find_map(|sign| bond(sign));
    // What the kernel answers a program names neither bond nor port; that one failed to become one tells that it is meant.
    let is_named = last.subject.netdev.is_some()
        || bond.is_some()
        || port.events().any(|event| is_failure(&event.kind));
    let confidence = match (is_confirmed, is_named) {
        (true, true) => Confidence::Certain,
        (true, false) => Confidence::Likely,
        (false, _) => Confidence::Possible,
    };
    let finding = Finding::new(confidence)
        .shown_by(signs.iter().copied())
        .check("grep . /proc/net/bonding/*")
        .check("cat /sys/class/net/*/bonding/mode /sys/class/net/*/bonding/fail_over_mac")
        .remedies(Tool::of(port).set(bond.unwrap_or("bond0"), Setting::ActiveBackup));
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

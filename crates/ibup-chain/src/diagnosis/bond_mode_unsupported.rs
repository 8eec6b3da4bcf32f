//! IB0613: a bond in a mode that IPoIB cannot have.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0613";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "bond-mode-unsupported",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("bond_mode_unsupported.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "(slave {netdev}): Error: Only active-backup mode is supported for infiniband",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (since 5.13)",
        samples: &["kernel: bond0: (slave ib0): Error: Only active-backup mode is supported for infiniband slaves"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "(slave {netdev}): Type ({number}) supports only active-backup mode",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (5.2 to 5.12)",
        samples: &["kernel: bond0: (slave ib0): Type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{bond=netdev}: Type ({number}) supports only active-backup mode",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (4.18 to 5.1)",
        samples: &["kernel: bond0: Type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^{bond=netdev}: type ({number}) supports only active-backup mode",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave (older; the wording is not confirmed)",
        samples: &["kernel: bond0: type (32) supports only active-backup mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "but fail_over_mac is not set to active",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave",
        samples: &["kernel: bond0: (slave ib0): Error: Slave device does not support setting the MAC address, but fail_over_mac is not set to active"],
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
    let signs = port.signs(CODE);
    let last = signs.last()?;
    let raised = port.last(|kind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned));
    if raised.is_some_and(|raised| raised.order > last.order) || port.missed().is_some() {
        return None;
    }
    // Without the port's name on it, a port that was taken in before is not the one.
    if raised.is_some() && last.subject.netdev.is_none() {
        return None;
    }
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check("grep . /proc/net/bonding/*")
        .check("cat /sys/class/net/*/bonding/mode /sys/class/net/*/bonding/fail_over_mac");
    let finding = match port.network_stack() {
        Some(NetworkStack::NetworkManager) => {
            finding.remedy("nmcli connection modify bond0 bond.options mode=active-backup,fail_over_mac=active,miimon=100")
        }
        Some(NetworkStack::Wicked) => finding.remedy("vi /etc/sysconfig/network/ifcfg-bond0"),
        Some(NetworkStack::Ifupdown) => finding.remedy("vi /etc/network/interfaces"),
        Some(NetworkStack::Networkd) => finding.remedy("vi /etc/systemd/network/bond0.netdev"),
        Some(NetworkStack::NetworkScripts) | None => {
            finding.remedy("vi /etc/sysconfig/network-scripts/ifcfg-bond0")
        }
    };
    Some(finding)
}

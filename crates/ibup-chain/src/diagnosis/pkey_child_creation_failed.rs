//! IB0407: the netdev of a partition, a child of the port's, could not be made.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, interface};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0407";
/// A shell or iproute2 was told that there is such a child already; of which one it speaks it does not say.
const NOT_UNIQUE: &str = "IB0407 not unique";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pkey-child-creation-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pkey_child_creation_failed.md"),
};

fn failed(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("errno").unwrap_or_default())
}

/// Reads a failure of a netdev that bears the name of a child.
fn child(captures: &Captures<'_>) -> Option<EventKind> {
    let name: NetdevName = captures.parse("netdev")?;
    name.parent().filter(NetdevName::looks_like_ipoib)?;
    failed(captures)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: failed to initialize; error {errno=number}",
        means: failed,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_vlan.c, __ipoib_vlan_add",
        samples: &["kernel: ib0.8001: failed to initialize; error -76"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: failed to initialize device: {netdev} port {port=number} (ret = {errno=number})",
        means: child,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_ndo_init",
        samples: &["kernel: mlx5_0: failed to initialize device: ib0.8001 port 1 (ret = -12)"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: failed to initialize subinterface: device",
        means: failed,
        source: "Linux before 4.20, drivers/infiniband/ulp/ipoib/ipoib_vlan.c, __ipoib_vlan_add",
        samples: &["kernel: ib0: failed to initialize subinterface: device mlx4_0, port 1"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: failed to initialize pkey device",
        means: failed,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_netlink.c, ipoib_new_child_link",
        samples: &["kernel: ib0: failed to initialize pkey device"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: child creation disallowed for child devices",
        means: failed,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_netlink.c, ipoib_new_child_link",
        samples: &["kernel: ib0.8001: child creation disallowed for child devices"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^failed to create child device with rx queues",
        means: failed,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/ipoib/ipoib_vlan.c, mlx5i_pkey_dev_init",
        samples: &["kernel: mlx5_core 0000:17:00.0: mlx5i_pkey_dev_init:172:(pid 1840): failed to create child device with rx queues [1] less than parent's [32]"],
    },
    Pattern {
        speaker: Speaker::Driver(&["mlx5_core"]),
        says: "^failed to get parent device",
        means: failed,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/ipoib/ipoib_vlan.c, mlx5i_pkey_dev_init",
        samples: &["kernel: mlx5_core 0000:17:00.0: mlx5i_pkey_dev_init:164:(pid 1840): failed to get parent device"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd"]),
        says: "^{netdev}: netdev could not be created: ",
        means: child,
        source: "systemd, src/network/netdev/netdev.c, netdev_create_handler",
        samples: &["systemd-networkd: ib0.8001: netdev could not be created: Name not unique on network"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "Failed to create InfiniBand P_Key interface '{netdev}' for",
        means: failed,
        source: "NetworkManager, src/core/devices/nm-device-infiniband.c, create_and_realize",
        samples: &["NetworkManager: <error> [1700000000.1234] manager: (ib0.8001) couldn't create the device: Failed to create InfiniBand P_Key interface 'ib0.8001' for 'storage': Invalid argument"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "write error: Name not unique on network",
        means: |_| EventKind::sign(NOT_UNIQUE, ""),
        source: "bash, builtins/common.c, sh_wrerror, of `echo PKEY > /sys/class/net/PARENT/create_child`",
        samples: &["ifup: /bin/bash: line 1: echo: write error: Name not unique on network"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RTNETLINK answers: Name not unique on network",
        means: |_| EventKind::sign(NOT_UNIQUE, ""),
        source: "iproute2, lib/libnetlink.c, of `ip link add link PARENT name CHILD type ipoib pkey PKEY`",
        samples: &["ifup: RTNETLINK answers: Name not unique on network"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let child = port.netdev.as_ref()?;
    let parent = child.parent()?;
    let of_parent = |event: &&Event| {
        let is_sign = matches!(event.kind, EventKind::Sign { code, .. } if code == CODE);
        is_sign && event.subject.netdev.as_ref() == Some(&parent)
    };
    let mut failed = port.signs(CODE);
    failed.extend(port.boot.events().filter(of_parent));
    failed.sort_by_key(|event| event.order);
    let doubled = port.signs(NOT_UNIQUE);
    let last = failed.last().or(doubled.last())?;
    if port.netdev_appeared().is_some_and(|seen| seen.order > last.order) || port.raised().is_some() {
        return None;
    }
    let confidence = match (failed.is_empty(), port.is_wanted()) {
        (false, _) => Confidence::Certain,
        (true, true) => Confidence::Likely,
        (true, false) => return None,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(failed)
        .shown_by(doubled)
        .shown_by(port.first(|kind| matches!(kind, EventKind::RaiseFoundNothing(_))))
        .check(format!("ip -d link show type ipoib | grep -A 2 {parent}"))
        .check(format!("cat /sys/class/net/{parent}/pkey"))
        .check("grep -v 0x0000 /sys/class/infiniband/*/ports/1/pkeys/*");
    Some(match partition(child) {
        Some(pkey) => finding
            .remedy(format!("ip link add link {parent} name {name} type ipoib pkey 0x{pkey:04x}"))
            .remedy_raise(port),
        None => finding,
    })
}

/// Returns the `P_Key` that a child's name tells, as a full member has it.
fn partition(child: &NetdevName) -> Option<u16> {
    let (_, digits) = child.as_str().rsplit_once('.')?;
    u16::from_str_radix(digits, 16).ok().map(|pkey| pkey | 0x8000)
}

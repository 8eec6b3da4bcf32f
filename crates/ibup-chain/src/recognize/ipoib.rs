//! IPoIB netdevs as the kernel speaks of them.

use super::{Pattern, Speaker};
use crate::event::{EventKind, PortState};
use crate::template::Captures;

/// Reads a state by its number (`include/rdma/ib_verbs.h`, `enum ib_port_state`).
fn port_state(captures: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::PortChanged(match captures.get("state")? {
        "1" => PortState::Down,
        "2" => PortState::Init,
        "3" => PortState::Armed,
        _ => return None,
    }))
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(super::HCA_DRIVERS),
        says: "^renamed from {from=netdev}",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "Linux, net/core/dev.c, dev_change_name, after netdev_info's prefix",
        samples: &[
            "kernel: mlx5_core 0000:4b:00.0 ibp75s0: renamed from ib0",
            "kernel: mlx5_core 0000:4b:00.0 ibp75s0: renamed from ib0 (while UP)",
        ],
    },
    Pattern {
        // A netdev without a device behind it, such as a P_Key child.
        speaker: Speaker::Kernel,
        says: "^{netdev}: renamed from {from=netdev}",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "Linux, net/core/dev.c, dev_change_name, after netdev_info's prefix",
        samples: &["kernel: ibs4f0.8001: renamed from ib0.8001"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "ADDRCONF(NETDEV_CHANGE): {netdev}: link becomes ready",
        means: |_| Some(EventKind::CarrierGained),
        source: "Linux, net/ipv6/addrconf.c, addrconf_notify",
        samples: &[
            "kernel: IPv6: ADDRCONF(NETDEV_CHANGE): ib0: link becomes ready",
            "kernel: ADDRCONF(NETDEV_CHANGE): ib1: link becomes ready",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "ADDRCONF(NETDEV_UP): {netdev}: link is not ready",
        means: |_| Some(EventKind::CarrierAwaited),
        source: "Linux, net/ipv6/addrconf.c, addrconf_notify (before 5.1)",
        samples: &["kernel: IPv6: ADDRCONF(NETDEV_UP): ib0: link is not ready"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{hca}: couldn't register ipoib port {port=number}",
        means: |_| Some(EventKind::NetdevFailed),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_add_port",
        samples: &["kernel: mlx5_0: couldn't register ipoib port 1; error -110"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: port state is not ACTIVE (state = {state=number}) suspending join task",
        means: port_state,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_multicast.c, ipoib_mcast_join_task, where debugging is on",
        samples: &["kernel: ib0: port state is not ACTIVE (state = 2) suspending join task"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: Keeping carrier off until IB port is active",
        means: |_| Some(EventKind::CarrierAwaited),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_multicast.c, ipoib_mcast_carrier_on_task, where debugging is on",
        samples: &["kernel: ib0: Keeping carrier off until IB port is active"],
    },
];

//! Whoever needs an interface and finds it down: a file system's start script, a site's check, a router daemon.
//!
//! Their names are without number, their words alike. They settle nothing about why, but that somebody wants the
//! interface: configuration that says otherwise is then no wish to leave it alone.

use super::{Pattern, Speaker};
use crate::event::EventKind;
use crate::name::NetdevName;
use crate::template::Captures;

/// Much can be down; what is meant is an interface that by its name is one of `IPoIB`.
fn found_down(captures: &Captures<'_>) -> Option<EventKind> {
    let netdev: NetdevName = captures.parse("netdev")?;
    netdev.looks_like_ipoib().then_some(EventKind::FoundDown)
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "{netdev} is down",
        means: found_down,
        source: "scripts of sites and daemons that need an interface, in common words",
        samples: &["lustre-pre: ib1 is down, not mounting", "keepalived: interface ib0 is down"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "{netdev} is not up",
        means: found_down,
        source: "scripts of sites and daemons that need an interface, in common words",
        samples: &["check-fabric: ib0 is not up"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error: unknown connection '{netdev}'",
        means: found_down,
        source: "NetworkManager, src/nmcli/connections.c, get_connection",
        samples: &["nmcli: Error: unknown connection 'ib0'."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Device \"{netdev}\" does not exist",
        means: found_down,
        source: "iproute2, ip/ipaddress.c and lib/ll_map.c",
        samples: &["check-fabric: Device \"ib0\" does not exist."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "{netdev}: no such device",
        means: found_down,
        source: "scripts of sites and daemons that need an interface, in common words",
        samples: &["check-fabric: ibp75s0: no such device"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Can't query IPoIB interface {netdev}: ",
        means: found_down,
        source: "Lustre, lnet/klnds/o2iblnd/o2iblnd.c, kiblnd_create_dev: it is down, or not there",
        samples: &[
            "kernel: LNetError: 2041:0:(o2iblnd.c:2742:kiblnd_create_dev()) Can't query IPoIB interface ib0: it's down",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Failed to bind {netdev}:{address=word} to device(",
        means: found_down,
        source: "Lustre, lnet/klnds/o2iblnd/o2iblnd.c, kiblnd_dev_need_failover",
        samples: &[
            "kernel: LNetError: 929:0:(o2iblnd.c:2591:kiblnd_dev_need_failover()) Failed to bind ib0:10.1.0.9 to device(0000000000000000): -19",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Failed to bind {netdev} to device(",
        means: |captures| if captures.get("netdev")?.contains(':') { None } else { found_down(captures) },
        source: "Lustre, lnet/klnds/o2iblnd/o2iblnd.c, kiblnd_dev_failover, with the address left out",
        samples: &[
            "kernel: LNetError: 929:0:(o2iblnd.c:2838:kiblnd_dev_failover()) Failed to bind ib0 to device(0000000000000000): -19",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Cannot find unique matching interface for {netdev}",
        means: |_| Some(EventKind::RaiseFoundNothing(None)),
        source: "netplan, netplan_cli/cli/commands/apply.py, process_link_changes",
        samples: &["netplan: Cannot find unique matching interface for ibp91s0: {'driver': 'mlx5_core'}"],
    },
    Pattern {
        speaker: Speaker::AnyProgram,
        says: "{netdev}: state DOWN",
        means: found_down,
        source: "scripts of sites that print what `ip link` (iproute2, ip/ipaddress.c, print_operstate) says",
        samples: &["check-fabric: ib1: state DOWN"],
    },
];

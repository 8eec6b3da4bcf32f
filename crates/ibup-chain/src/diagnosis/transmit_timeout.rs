//! IB0712: the queues of the interface are stuck: what is given to them is not sent.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option, interface};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0712";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "transmit-timeout",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("transmit_timeout.md"),
};

fn stuck(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

/// Reads the watchdog's word, which it says of netdevs of any kind.
fn of_hca(captures: &Captures<'_>) -> Option<EventKind> {
    let driver = captures.get("driver").unwrap_or_default();
    let is_ipoib = captures.parse::<crate::name::NetdevName>("netdev")?.looks_like_ipoib();
    (is_ipoib || HCA_DRIVERS.contains(&driver)).then(|| stuck(captures))?
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "NETDEV WATCHDOG: {netdev} ({driver=module}): transmit queue {queue=number} timed out",
        means: of_hca,
        source: "Linux, net/sched/sch_generic.c, dev_watchdog (before 6.8)",
        samples: &[
            "kernel: NETDEV WATCHDOG: ib0 (mlx5_core): transmit queue 3 timed out",
            "kernel: NETDEV WATCHDOG: ib0 (mlx5_core): transmit queue 3 timed out 5120 ms",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "NETDEV WATCHDOG: {netdev} (): transmit queue {queue=number} timed out",
        means: of_hca,
        source: "Linux, net/sched/sch_generic.c, dev_watchdog, of a netdev whose driver it does not know",
        samples: &["kernel: NETDEV WATCHDOG: ib0.8001 (): transmit queue 26 timed out"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "NETDEV WATCHDOG: CPU: {number}: transmit queue {queue=number} timed out",
        means: stuck,
        source: "Linux, net/sched/sch_generic.c, dev_watchdog (since 6.8), after netdev_crit's prefix",
        samples: &["kernel: mlx5_core 0000:4b:00.0 ib0: NETDEV WATCHDOG: CPU: 12: transmit queue 3 timed out 5120 ms"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: transmit timeout: latency {ms=number} msecs",
        means: stuck,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_timeout",
        samples: &["kernel: ib0: transmit timeout: latency 1120 msecs"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "TX timeout detected",
        means: stuck,
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/en_main.c, mlx5e_tx_timeout",
        samples: &["kernel: mlx5_core 0000:4b:00.0 ib0: TX timeout detected"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: timing out; {sends=number} sends {receives=number} receives not completed",
        means: stuck,
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_ib.c, ipoib_ib_dev_stop_default",
        samples: &["kernel: ib0: timing out; 128 sends 256 receives not completed"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_ours = |event: &&Event| matches!(event.kind, EventKind::Sign { code: CODE, .. });
    port.link_trouble().filter(is_ours)?;
    let signs = port.signs(CODE);
    // Once may be chance: the driver starts the queue anew, and says nothing of that it works again.
    let confidence = if signs.len() > 1 { Confidence::Certain } else { Confidence::Likely };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .check(format!("ethtool -S {name}"))
        .check("devlink health show")
        .check(format!("lspci -vv {}", function_option(port)))
        .remedy_reopen(port);
    Some(finding)
}

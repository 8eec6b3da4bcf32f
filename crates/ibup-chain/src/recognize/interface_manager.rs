//! The interface manager: what udev starts for every netdev of an HCA.

use super::{Pattern, Speaker};
use crate::event::EventKind;
use crate::template::Captures;

const MANAGER: Speaker = Speaker::Program(&["mlnx_interface_mgr"]);
const DEVICE_MANAGER: Speaker = Speaker::Program(&["mlnx_conf_mgr"]);

fn seen(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::NetdevSeen)
}

fn spoke(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::ManagerSpoke)
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: MANAGER,
        says: "^Setting up Mellanox network interface: {netdev}",
        means: seen,
        source: "mlnx_interface_mgr.sh, its first line",
        samples: &["mlnx_interface_mgr: Setting up Mellanox network interface: ib0"],
    },
    Pattern {
        speaker: MANAGER,
        says: "OS is booting, will not run ifup on {netdev}",
        means: |_| Some(EventKind::HandOffDeferred),
        source: "mlnx_interface_mgr.sh, bring_up",
        samples: &[
            "mlnx_interface_mgr: OS is booting, will not run ifup on ib0",
            "mlnx_interface_mgr.sh: + log_msg 'OS is booting, will not run ifup on ib0'",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "^Bringing up interface {netdev}: PASSED",
        means: |_| Some(EventKind::Raised(None)),
        source: "mlnx_interface_mgr.sh, bring_up",
        samples: &["mlnx_interface_mgr: Bringing up interface ib0: PASSED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^Bringing up interface {netdev}: FAILED",
        means: |_| Some(EventKind::RaiseFailed(None)),
        source: "mlnx_interface_mgr.sh, bring_up",
        samples: &["mlnx_interface_mgr: Bringing up interface ib0: FAILED"],
    },
    Pattern {
        speaker: MANAGER,
        // "briging" is how the script spells it.
        says: "^{netdev} - briging up bond master {bond=word}: PASSED",
        means: |_| Some(EventKind::Raised(None)),
        source: "mlnx_interface_mgr.sh, bring_up: the port's bond",
        samples: &["mlnx_interface_mgr: ib0 - briging up bond master bond0: PASSED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - briging up bond master {bond=word}: FAILED",
        means: |_| Some(EventKind::MasterFailed),
        source: "mlnx_interface_mgr.sh, bring_up: the port's bond",
        samples: &["mlnx_interface_mgr: ib0 - briging up bond master bond0: FAILED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - enslaving {slave=word} to {bond=word}: PASSED",
        means: |_| Some(EventKind::Raised(None)),
        source: "mlnx_interface_mgr.sh for Debian, bring_up",
        samples: &["mlnx_interface_mgr: ib0 - enslaving ib0 to bond0: PASSED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - enslaving {slave=word} to {bond=word}: FAILED",
        means: |_| Some(EventKind::MasterFailed),
        source: "mlnx_interface_mgr.sh for Debian, bring_up",
        samples: &["mlnx_interface_mgr: ib0 - enslaving ib0 to bond0: FAILED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - briging up bridge interface {bridge=word}: FAILED",
        means: |_| Some(EventKind::MasterFailed),
        source: "mlnx_interface_mgr.sh, bring_up: the port's bridge",
        samples: &["mlnx_interface_mgr: ib0 - briging up bridge interface br0: FAILED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - briging up bridge interface {bridge=word}: PASSED",
        means: |_| Some(EventKind::Raised(None)),
        source: "mlnx_interface_mgr.sh, bring_up: the port's bridge",
        samples: &["mlnx_interface_mgr: ib0 - briging up bridge interface br0: PASSED"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - briging up {what=any}: {master=word} ...",
        means: spoke,
        source: "mlnx_interface_mgr.sh, bring_up, before it raises the bond or bridge",
        samples: &[
            "mlnx_interface_mgr: ib0 - briging up bond master: bond0 ...",
            "mlnx_interface_mgr: ib0 - briging up bridge interface: br0 ...",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "^{netdev} - bond master {bond=word} is already up",
        means: spoke,
        source: "mlnx_interface_mgr.sh, bring_up",
        samples: &["mlnx_interface_mgr: ib0 - bond master bond0 is already up"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^Running: {command=word} {netdev}",
        means: spoke,
        source: "mlnx_interface_mgr.sh, before it starts the configuration manager",
        samples: &["mlnx_interface_mgr: Running: /bin/mlnx_conf_mgr.sh ib0"],
    },
    Pattern {
        speaker: MANAGER,
        says: "^set_RPS_cpu: {any} for {netdev} to",
        means: spoke,
        source: "mlnx_interface_mgr.sh, set_RPS_cpu",
        samples: &["mlnx_interface_mgr: set_RPS_cpu: Configured RPS cpu for ib0 to 3"],
    },
    Pattern {
        speaker: MANAGER,
        // Benign: the interface goes on in datagram mode.
        says: "^INFO: {netdev} does not support connected mode",
        means: spoke,
        source: "mlnx_interface_mgr.sh of OFED 4.1 to 5.9, bring_up",
        samples: &["mlnx_interface_mgr: INFO: ib0 does not support connected mode"],
    },
    Pattern {
        speaker: DEVICE_MANAGER,
        says: "^INFO: No configurations found for {hca}, skipping",
        means: spoke,
        source: "mlnx_conf_mgr.sh, where mlx5.conf does not name the device",
        samples: &["mlnx_conf_mgr: INFO: No configurations found for mlx5_0, skipping."],
    },
];

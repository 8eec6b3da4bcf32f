//! IB0507: connected mode is asked for and cannot be had, and the interface fails over it.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, Setting, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0507";
const MANAGER: Speaker = Speaker::Program(&["mlnx_interface_mgr"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "connected-mode-unsupported",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("connected_mode_unsupported.md"),
};

fn refused(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: MANAGER,
        says: "Failed to change connection mode for {netdev} to connected",
        means: refused,
        source: "mlnx_interface_mgr.sh of OFED 4.3 to 23.04, set_ipoib_cm",
        samples: &["mlnx_interface_mgr: set_ipoib_cm: Failed to change connection mode for ib0 to connected; this mode might not be supported by this device, please refer to the User Manual."],
    },
    Pattern {
        speaker: MANAGER,
        says: "set_ipoib_cm: cannot write to /sys/class/net/{netdev}/mode",
        means: refused,
        source: "mlnx_interface_mgr.sh of OFED 4.3 to 23.04, set_ipoib_cm",
        samples: &["mlnx_interface_mgr: set_ipoib_cm: cannot write to /sys/class/net/ib0/mode"],
    },
    Pattern {
        speaker: MANAGER,
        says: "Failed to configure IPoIB connected mode for {netdev}",
        means: refused,
        source: "mlnx_interface_mgr.sh of OFED 4.3 to 23.04, set_ipoib_cm",
        samples: &["mlnx_interface_mgr: Failed to configure IPoIB connected mode for ib0"],
    },
    Pattern {
        speaker: MANAGER,
        says: "MLNX_OFED {version=word} does not support connected mode",
        means: refused,
        source: "mlnx_interface_mgr.sh of OFED since 23.07, bring_up",
        samples: &["mlnx_interface_mgr: INFO: MLNX_OFED 23.07 does not support connected mode"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: Connected Mode not supported",
        means: refused,
        source: "ib_ipoib of OFED since 23.07, ipoib_main.c, ipoib_set_mode",
        samples: &["kernel: ib0: Connected Mode not supported from MLNX_OFED 23.07 and above"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: Setting Connected Mode failed",
        means: refused,
        source: "ib_ipoib of OFED 5.x, ipoib_main.c, ipoib_set_mode",
        samples: &["kernel: ib0: Setting Connected Mode failed, not supported by this device"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let refused = signs.first()?;
    // An interface that the network service missed, or that came up in datagram mode, did not fail over its mode.
    if port.missed().is_some() || port.raised().is_some() {
        return None;
    }
    let failed = port.last(|kind| matches!(kind, EventKind::RaiseFailed(_))).filter(|event| event.order > refused.order);
    let confidence = if failed.is_some() { Confidence::Likely } else { Confidence::Possible };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(failed)
        .check(format!("cat /sys/class/net/{name}/mode"))
        .check("grep -n SET_IPOIB_CM /etc/infiniband/openib.conf")
        .check(Tool::of(port).look_up(&name, "CONNECTED_MODE|IPOIB_MODE|transport-mode"))
        .remedy_set(port, Setting::Datagram)
        .remedy_raise(port);
    Some(finding)
}

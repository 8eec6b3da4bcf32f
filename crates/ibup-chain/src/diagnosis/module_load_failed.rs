//! IB0308: a module of the stack is there and could not be loaded; the umbrella over its reasons.

use super::{Diagnosis, Nature, ofed_module_missing_for_kernel};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0308";
/// openibd says that something failed, not what.
const SERVICE: &str = "IB0308 service";
const OPENIBD: Speaker = Speaker::Program(&["openibd"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "module-load-failed",
    nature: Nature::Umbrella,
    signs: SIGNS,
    judge,
    text: include_str!("module_load_failed.md"),
};

/// Modules without which there is no IPoIB netdev, whatever the HCA.
const COMMON_MODULES: &[&str] = &["ib_core", "ib_cm", "ib_ipoib", "mlx_compat"];
/// Modules of HCAs: needed by a function that no driver has bound.
const HCA_MODULES: &[&str] = &["mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib"];
/// Modules that make an RDMA device of a bound function.
const DEVICE_MODULES: &[&str] = &["mlx5_ib", "mlx4_ib"];

fn failed(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        says: "Failed loading kernel module {module}",
        means: failed,
        source: "openibd of OFED since 23.07, load_module",
        samples: &[
            "root: openibd: ERROR: Failed loading kernel module ib_ipoib.",
            "openibd: Failed loading kernel module ib_ipoib:   [FAILED]",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "ERROR: could not insert '{module}': {reason=any}",
        means: failed,
        source: "kmod, tools/modprobe.c, insmod_insert",
        samples: &["openibd: modprobe: ERROR: could not insert 'ib_ipoib': Invalid argument"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Failed to insert module '{module}': {reason=any}",
        means: failed,
        source: "systemd, src/shared/module-util.c, module_load_and_warn",
        samples: &["systemd-modules-load: Failed to insert module 'ib_ipoib': Invalid argument"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Module {module} belong to {package=any} which is not a part of",
        means: failed,
        source: "openibd of OFED up to 23.04, load_module; the end of the line may be overwritten",
        samples: &["openibd: Module ib_ipoib belong to kernel which is not a part of MLNX[FAILED]kipping..."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Module {module} does not belong to MLNX_OFED",
        means: failed,
        source: "openibd of OFED up to 23.04, load_module",
        samples: &["openibd: Module ib_ipoib does not belong to MLNX_OFED, skipping...  [FAILED]"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Avoid loading inbox module: {module}",
        means: failed,
        source: "openibd of OFED since 24.04, load_module",
        samples: &["openibd: Avoid loading inbox module: ib_ipoib  [FAILED]"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Loading HCA driver and Access Layer: [FAILED]",
        means: |_| EventKind::sign(SERVICE, ""),
        source: "openibd, at the end of start",
        samples: &["openibd: Loading HCA driver and Access Layer:  [FAILED]"],
    },
];

/// Returns whether the module that a sign names stands between this port and its netdev.
pub(super) fn is_needed(sign: &Event, port: &Port<'_>) -> bool {
    let EventKind::Sign { detail: module, .. } = &sign.kind else { return false };
    let registered = port.first(|kind| *kind == EventKind::DeviceRegistered).is_some();
    COMMON_MODULES.contains(&&**module)
        || (HCA_MODULES.contains(&&**module) && port.driver_bound().is_none())
        || (DEVICE_MODULES.contains(&&**module) && !registered)
}

/// Returns a diagnosis's sign on a module that this port needs, unless the trouble was got over.
pub(super) fn needed_sign<'b>(port: &Port<'b>, code: &str) -> Option<&'b Event> {
    port.signs(code).into_iter().find(|sign| is_needed(sign, port) && !port.overcame(sign))
}

/// Returns whether a module that this port needs is missing or could not be loaded.
pub(super) fn lacks_module(port: &Port<'_>) -> bool {
    [ofed_module_missing_for_kernel::CODE, CODE].iter().any(|code| needed_sign(port, code).is_some())
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let service = port.signs(SERVICE).into_iter().find(|failed| !port.overcame(failed));
    let sign = needed_sign(port, CODE);
    if sign.is_none() && service.is_none() {
        return None;
    }
    let confidence = if sign.is_some() { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(sign)
        .shown_by(service)
        .check("modprobe -v ib_ipoib")
        .check("dmesg | tail -n 50")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}

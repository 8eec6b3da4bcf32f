//! IB0308: a module of the stack is there and could not be loaded; the umbrella over its reasons.
//!
//! The words of modprobe and systemd-modules-load are read here, and belong to the diagnosis of the reason they name.

use super::{
    Diagnosis, Nature, inbox_module_refused, mixed_inbox_and_ofed_modules, module_blacklisted,
    module_signature_rejected, ofed_module_missing_for_kernel, wrong_vermagic,
};
use crate::bringup::modules::explain::{Reason, explain};
use crate::event::{EventKind, Progress, StackService};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::openibd::OPENIBD;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

pub(super) const CODE: &str = "IB0308";
/// openibd says that something failed, not what.
const SERVICE: &str = "IB0308 service";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "module-load-failed",
    nature: Nature::Umbrella,
    signs: SIGNS,
    judge,
    text: include_str!("module_load_failed.md"),
};

/// The diagnoses of what keeps a module out.
const REASONS: &[&str] = &[
    ofed_module_missing_for_kernel::CODE,
    inbox_module_refused::CODE,
    CODE,
    mixed_inbox_and_ofed_modules::CODE,
    wrong_vermagic::CODE,
    wrong_vermagic::SAID,
    module_signature_rejected::CODE,
    module_signature_rejected::SAID,
    module_blacklisted::CODE,
];

fn failed(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

/// Gives the line to the diagnosis of the reason it names. Of symbols the kernel speaks itself, and more exactly.
fn failed_for_reason(captures: &Captures<'_>) -> Option<EventKind> {
    let words = captures.get("reason")?;
    let code = match explain(words).reason {
        Reason::Missing => ofed_module_missing_for_kernel::CODE,
        Reason::WrongKernel => wrong_vermagic::SAID,
        Reason::SignatureRejected if words.contains("Operation not permitted") => module_signature_rejected::SAID,
        Reason::SignatureRejected => module_signature_rejected::CODE,
        Reason::Blacklisted => module_blacklisted::CODE,
        Reason::UnknownSymbol | Reason::Busy | Reason::Other => CODE,
    };
    EventKind::sign(code, captures.get("module")?)
}

/// Reads openibd's name of a driver.
fn driver_failed(captures: &Captures<'_>) -> Option<EventKind> {
    let module = match captures.get("driver")? {
        "MLX5" => "mlx5_core",
        "MLX5_IB" => "mlx5_ib",
        "MLX4" => "mlx4_core",
        "MLX4_IB" => "mlx4_ib",
        _ => return None,
    };
    EventKind::sign(CODE, module)
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
            "ibup: Failed loading kernel module ib_ipoib:[FAILED]",
        ],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Loading Mellanox {driver=word} HCA driver: [FAILED",
        means: driver_failed,
        source: "openibd, start, where loading the driver of the HCA failed",
        samples: &[
            "openibd: Loading Mellanox MLX5_IB HCA driver:                      [FAILED]",
            "openibd: Loading Mellanox MLX4 HCA driver:[FAILED]",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "ERROR: could not insert '{module}': {reason=any}",
        means: failed_for_reason,
        source: "kmod, tools/modprobe.c, insmod",
        samples: &[
            "openibd: modprobe: ERROR: could not insert 'ib_ipoib': Invalid argument",
            "modprobe: ERROR: could not insert 'mlx5_core': Key was rejected by service",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "FATAL: Error inserting {module} ({path=word}: {reason=any}",
        means: failed_for_reason,
        source: "module-init-tools, modprobe.c, insmod",
        samples: &[
            "openibd: FATAL: Error inserting ib_ipoib (/lib/modules/2.6.32-754.el6.x86_64/updates/ib_ipoib.ko): Invalid argument",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Failed to insert module '{module}': {reason=any}",
        means: failed_for_reason,
        source: "systemd, src/shared/module-util.c, module_load_and_warn",
        samples: &[
            "systemd-modules-load: Failed to insert module 'ib_ipoib': Invalid argument",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-modules-load"]),
        says: "Failed to insert '{module}': {reason=any}",
        means: failed_for_reason,
        source: "systemd before 237, src/modules-load/modules-load.c, load_module",
        samples: &["systemd-modules-load: Failed to insert 'ib_ipoib': Cannot allocate memory"],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup"]),
        says: "^{module} is not installed for the running kernel: ",
        means: |captures| EventKind::sign(ofed_module_missing_for_kernel::CODE, captures.get("module")?),
        source: "ibup load, of what modprobe said: bringup/modules/explain.rs, Reason::words",
        samples: &["ibup: ib_ipoib is not installed for the running kernel: ib_ipoib not found"],
    },
    Pattern {
        speaker: Speaker::Program(&["ibup"]),
        says: "^{module} was built for another kernel: ",
        means: |captures| EventKind::sign(wrong_vermagic::SAID, captures.get("module")?),
        source: "ibup load, of what modprobe said: bringup/modules/explain.rs, Reason::words",
        samples: &["ibup: mlx5_ib was built for another kernel: Exec format error"],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Loading HCA driver and Access Layer: [FAILED",
        means: |_| EventKind::sign(SERVICE, ""),
        source: "openibd, at the end of start",
        samples: &[
            "openibd: Loading HCA driver and Access Layer:  [FAILED]",
            "openibd: Loading HCA driver and Access Layer:[FAILED]",
        ],
    },
];

/// Returns whether a module that this port needs is missing or could not be loaded.
pub(super) fn lacks_module(port: &Port<'_>) -> bool {
    REASONS.iter().any(|code| port.lacking(code).is_some())
}

/// Returns whether the log names any module that is missing or could not be loaded, needed or not.
pub(super) fn names_any_module(port: &Port<'_>) -> bool {
    REASONS.iter().any(|code| !port.signs(code).is_empty())
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let failed = EventKind::Stack(StackService::Openibd, Progress::Failed);
    let word = port.signs(SERVICE).into_iter().find(|service| !port.got_over(service));
    let unit = port.boot.first_event(|kind| *kind == failed).filter(|unit| !port.got_over(unit));
    // A service can fail over what this port does without.
    let service = word.or(unit).filter(|_| port.netdev_appeared().is_none());
    let sign = port.lacking(CODE);
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

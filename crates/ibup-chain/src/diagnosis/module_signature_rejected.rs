//! IB0311: the kernel takes only modules that are signed with a key it knows, and this one is not.
//!
//! Most of the kernel's words do not name the module; whose they are is concluded from what failed after them.

use super::{Diagnosis, Nature, module_load_failed};
use crate::event::{Event, EventKind, Progress};
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

pub(super) const CODE: &str = "IB0311";
/// modprobe's `Operation not permitted`, which may have other reasons.
pub(super) const SAID: &str = "IB0311 said";
/// The kernel refused a module, and does not say which.
const NAMELESS: &str = "IB0311 nameless";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "module-signature-rejected",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("module_signature_rejected.md"),
};

fn nameless(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(NAMELESS, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "^Loading of {kind=any} is rejected",
        means: nameless,
        source: "Linux, kernel/module/signing.c, module_sig_check (before 5.18 in kernel/module.c)",
        samples: &[
            "kernel: Loading of unsigned module is rejected",
            "kernel: Loading of module with unavailable key is rejected",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{module}: loading of {kind=any} is rejected",
        means: |captures| EventKind::sign(CODE, captures.get("module")?),
        source: "Linux 5.4 stable, kernel/module.c, module_sig_check",
        samples: &["kernel: mlx_compat: loading of module with unavailable key is rejected"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "Lockdown: {process=any}: unsigned module loading is restricted",
        means: nameless,
        source: "Linux, security/lockdown/lockdown.c, lockdown_is_locked_down",
        samples: &["kernel: Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "Lockdown: {process=any} of unsigned module",
        means: nameless,
        source: "the lockdown patches of RHEL 8 and Ubuntu 18.04, kernel/module.c, module_sig_check",
        samples: &[
            "kernel: Lockdown: modprobe: Loading of unsigned module is restricted; see man kernel_lockdown.7",
            "kernel: Lockdown: Loading of unsigned modules is restricted; see man kernel_lockdown.7",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "Request for unknown module key '{key=any}' err",
        means: nameless,
        source: "Linux 3.7 to 4.2, kernel/module_signing.c, request_asymmetric_key; RHEL 7",
        samples: &[
            "kernel: Request for unknown module key 'Mellanox Technologies signing key: 61feb074fc7292f958419386ffdd9d5ca999e403' err -11",
        ],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let named = port.all_lacking(CODE);
    let said = port.lacking(SAID);
    let mut nameless = port.signs(NAMELESS);
    nameless.retain(|refused| !port.got_over(refused));
    let first = nameless.first().map(|refused| refused.order);
    let after = |event: &&Event| first.is_some_and(|first| event.order > first);
    let failed = port.all_lacking(module_load_failed::CODE).into_iter().find(after);
    let service = failed_service(port).filter(after);
    // udev, which loads the driver of a function, says nothing when that fails.
    let is_unbound = port.pci.is_some() && port.driver_bound().is_none() && port.driver_failed().is_none();
    let by_order = first.is_some() && (service.is_some() || is_unbound);
    let is_certain = !named.is_empty() || (first.is_some() && (said.is_some() || failed.is_some()));
    if !is_certain && said.is_none() && !by_order {
        return None;
    }
    let confidence = if is_certain { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(nameless)
        .shown_by(named)
        .shown_by(said)
        .shown_by(failed)
        .shown_by(service)
        .check("mokutil --sb-state")
        .check("modinfo -F signer mlx5_core ib_ipoib")
        .check("journalctl -k -b --no-pager | grep -iE 'lockdown|is rejected|PKCS#7'")
        .remedy("mokutil --import /var/lib/shim-signed/mok/MOK.der")
        .remedy("reboot");
    Some(finding)
}

/// Returns the word that a service that loads the stack failed.
fn failed_service<'b>(port: &Port<'b>) -> Option<&'b Event> {
    let failed = |kind: &EventKind| matches!(kind, EventKind::Stack(_, Progress::Failed));
    port.boot.first_event(failed).filter(|failed| !port.got_over(failed))
}

//! IB0305: a module of the stack was not built for the running kernel.

use super::{Diagnosis, Nature, card_generation_unsupported};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::openibd::OPENIBD;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

pub(super) const CODE: &str = "IB0305";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ofed-module-missing-for-kernel",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("ofed_module_missing_for_kernel.md"),
};

fn missing(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("module")?)
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OPENIBD,
        says: "Module {module} does not exist, skipping",
        means: missing,
        source: "openibd of OFED up to 23.04 and of 4.9 LTS, load_module",
        samples: &["openibd: Module ib_ipoib does not exist, skipping..."],
    },
    Pattern {
        speaker: OPENIBD,
        says: "Module not found: {module}",
        means: missing,
        source: "openibd of OFED since 24.04, load_module",
        samples: &["openibd: Module not found: mlx5_core  [FAILED]"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "FATAL: Module {module} not found",
        means: missing,
        source: "kmod, tools/modprobe.c, insmod",
        samples: &["openibd: modprobe: FATAL: Module ib_ipoib not found in directory /lib/modules/5.14.0-503.el9.x86_64"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Failed to find module '{module}'",
        means: missing,
        source: "systemd, src/shared/module-util.c, module_load_and_warn",
        samples: &["systemd-modules-load: Failed to find module 'ib_ipoib'"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    // Where only the driver of an old card is missing it was not left out for this kernel.
    if !card_generation_unsupported::dropped_modules(port).is_empty() {
        return None;
    }
    let missing = port.all_lacking(CODE);
    let EventKind::Sign { detail: module, .. } = &missing.first()?.kind else { return None };
    let finding = Finding::new(Confidence::Certain)
        .shown_by(missing.iter().copied())
        .check("uname -r")
        .check(format!("modinfo -n {module}"))
        .check("dkms status")
        .remedy("dkms autoinstall")
        .remedy("systemctl restart openibd")
        .remedy_raise(port);
    Some(finding)
}
